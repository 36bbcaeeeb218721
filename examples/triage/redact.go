package main

import (
	"hash/maphash"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// pseudonyms numbers accounts and URLs in the order in which they appear. Unlike a hash,
// a number cannot be compared with a list of addresses. The same input gives the same
// numbers.
type pseudonyms struct {
	accounts, urls numbers
}

func newPseudonyms() *pseudonyms { return &pseudonyms{accounts: numbers{}, urls: numbers{}} }

// numbers has the number of each text, from 1 up, by its hash.
type numbers map[uint64]uint32

// maxNumbers is how many texts get numbers of their own, at most: 40 MB. Those that come later
// share a name.
const maxNumbers = 1 << 20

// of returns the name of a text: prefix and its number.
func (m numbers) of(prefix, text string) string {
	key := maphash.String(hashSeed, text)
	n, ok := m[key]
	if !ok && len(m) == maxNumbers {
		return prefix + "later"
	}
	if !ok {
		n = uint32(len(m) + 1)
		m[key] = n
	}
	return prefix + strconv.FormatUint(uint64(n), 10)
}

// full reports whether there were more accounts or links than have names of their own.
func (p *pseudonyms) full() bool {
	return len(p.accounts) == maxNumbers || len(p.urls) == maxNumbers
}

// redact removes from a click what names a person or opens a link. The address stays,
// because the verdict cannot be understood without it, and so do the ids, which mean
// nothing outside the tenant.
func (p *pseudonyms) redact(k *clickclass.Click) {
	k.File = redactFile(k.File)
	if k.AccountUpn != "" {
		k.AccountUpn = p.accounts.of("account-", strings.ToLower(k.AccountUpn))
	}
	if k.Url != "" {
		k.Url = redactURL(k, p.urls.of("redacted-", k.OriginalURL()))
	}
	k.UrlChain = ""
	// A cell may have slipped into another column.
	for _, id := range []*string{&k.ReportId, &k.NetworkMessageId, &k.SourceId} {
		if _, err := safelinks.ParseGUID(*id); err != nil && *id != "" {
			*id = "redacted"
		}
	}
	k.ActionType = clickclass.ActionType(redactWord(string(k.ActionType)))
	k.Workload, k.ThreatTypes = redactWord(k.Workload), redactWord(k.ThreatTypes)
	k.DetectionMethods = ""
}

var word = regexp.MustCompile(`^[A-Za-z, ]{0,40}$`)

// redactWord returns s if it can be a name that Microsoft gave.
func redactWord(s string) string {
	if word.MatchString(s) {
		return s
	}
	return "redacted"
}

// redactOrigin removes the name of an own range, which may be a person's.
func redactOrigin(o *clickclass.Origin) {
	if o.Layer == iprange.LayerOwn {
		o.Service = "own range"
	}
}

// redactError removes from an unreadable row what its message quotes.
func redactError(e *rowError) *rowError {
	return &rowError{file: redactFile(e.file), row: e.row, column: redactWord(e.column), message: redactText(e.message)}
}

// redactURL returns the site of a click's URL with the name that stands for the rest. Paths, queries
// and names of hosts below the site may carry tokens.
func redactURL(k *clickclass.Click, name string) string {
	scheme, _, _ := strings.Cut(k.OriginalURL(), "://")
	site := k.Site()
	if scheme = strings.ToLower(scheme); site == "" || scheme != "http" && scheme != "https" {
		return name
	}
	return scheme + "://" + site + "/" + name
}

var mailAddress = regexp.MustCompile(`[^\s"'<>:;,/\\]+@[^\s"'<>:;,/\\]+`)

var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// redactText removes mail addresses and quoted text from a message.
func redactText(s string) string {
	return mailAddress.ReplaceAllString(quoted.ReplaceAllString(s, `"(redacted)"`), "(account)")
}

// redactFile returns the last element of a path, without a mail address: home folders
// and exports are often named after people.
func redactFile(name string) string {
	return redactText(filepath.Base(filepath.ToSlash(name)))
}
