package main

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// pseudonyms numbers accounts and URLs in the order in which they appear. A
// number tells nothing of what it stands for, unlike a hash, which anybody who
// has a list of addresses can compare; the same input gives the same numbers.
type pseudonyms struct {
	accounts, urls map[string]int
}

func newPseudonyms() *pseudonyms {
	return &pseudonyms{accounts: map[string]int{}, urls: map[string]int{}}
}

func (p *pseudonyms) of(k *clickclass.Click) (account, url int) {
	return number(p.accounts, strings.ToLower(k.AccountUpn)), number(p.urls, k.OriginalURL())
}

// number returns the number of a key, from 1 up, and 0 for "".
func number(m map[string]int, key string) int {
	if key == "" {
		return 0
	}
	n, ok := m[key]
	if !ok {
		n = len(m) + 1
		m[strings.Clone(key)] = n
	}
	return n
}

// redactClick takes out of a click what names a person or opens a link. The
// address stays, since without it the verdict cannot be understood, and so do
// the ids, which mean nothing outside the tenant.
func redactClick(k *clickclass.Click, account, url int) {
	k.File = redactFile(k.File)
	if k.AccountUpn != "" {
		k.AccountUpn = "account-" + strconv.Itoa(account)
	}
	if k.Url != "" {
		k.Url = redactURL(k.OriginalURL(), url)
	}
	k.UrlChain = ""
	// A cell may have slipped into another column.
	for _, id := range []*string{&k.ReportId, &k.NetworkMessageId, &k.SourceId} {
		if _, ok := safelinks.ParseGUID(*id); !ok && *id != "" {
			*id = "redacted"
		}
	}
	k.ActionType = clickclass.ActionType(redactWord(string(k.ActionType)))
	k.Workload, k.ThreatTypes = redactWord(k.Workload), redactWord(k.ThreatTypes)
	k.DetectionMethods = ""
}

var word = regexp.MustCompile(`^[A-Za-z, ]{0,40}$`)

// redactWord leaves what can be a name of Microsoft's.
func redactWord(s string) string {
	if word.MatchString(s) {
		return s
	}
	return "redacted"
}

// redactOrigin takes out the name of an own range, which may be a person's.
func redactOrigin(o *clickclass.Origin) {
	if o.Layer == iprange.LayerOwn {
		o.Service = "own range"
	}
}

// redactError takes out of an unreadable row what its message quotes.
func redactError(e *rowError) *rowError {
	return &rowError{file: redactFile(e.file), row: e.row, column: redactWord(e.column), message: redactText(e.message)}
}

// redactURL leaves the site of a URL and the number of the URL: paths and
// queries carry tokens, and names of hosts below the site may as well.
func redactURL(original string, number int) string {
	name := "redacted-" + strconv.Itoa(number)
	scheme, _, _ := strings.Cut(original, "://")
	site := clickclass.Site(original)
	if scheme = strings.ToLower(scheme); site == "" || scheme != "http" && scheme != "https" {
		return name
	}
	return scheme + "://" + site + "/" + name
}

var mailAddress = regexp.MustCompile(`[^\s"'<>:;,/\\]+@[^\s"'<>:;,/\\]+`)

var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// redactText takes mail addresses and what is quoted out of a message.
func redactText(s string) string {
	return mailAddress.ReplaceAllString(quoted.ReplaceAllString(s, `"(redacted)"`), "(account)")
}

// redactFile leaves the last element of a path, without a mail address: home
// folders and exports are often named after people.
func redactFile(name string) string {
	return redactText(filepath.Base(filepath.ToSlash(name)))
}
