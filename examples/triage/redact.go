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

// numbers are those of names, by the hashes of the names: that two of a million names have one
// hash happens once in 30 million runs.
type numbers map[uint64]uint32

// maxPseudonyms is how many names are told apart; further ones share a number. Each takes
// about 40 bytes.
const maxPseudonyms = 1 << 20

// of returns the number of a name, from 1 up.
func (m numbers) of(name string) int {
	key := maphash.String(hashSeed, name)
	n, ok := m[key]
	if !ok {
		if len(m) == maxPseudonyms {
			return maxPseudonyms + 1
		}
		n = uint32(len(m) + 1)
		m[key] = n
	}
	return int(n)
}

// areShared reports whether further names would share a number.
func (p *pseudonyms) areShared() bool {
	return p != nil && max(len(p.accounts), len(p.urls)) == maxPseudonyms
}

// redact removes from a click what names a person or opens a link. The address stays,
// because the verdict cannot be understood without it, and so do the ids, which mean
// nothing outside the tenant.
func (p *pseudonyms) redact(k *clickclass.Click) {
	k.File = redactFile(k.File)
	if k.AccountUpn != "" {
		k.AccountUpn = "account-" + strconv.Itoa(p.accounts.of(strings.ToLower(k.AccountUpn)))
	}
	if k.Url != "" {
		k.Url = redactURL(k, p.urls.of(k.OriginalURL()))
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

// redactURL returns the site of a click's URL with the number of the URL. Paths, queries
// and names of hosts below the site may carry tokens.
func redactURL(k *clickclass.Click, number int) string {
	name := "redacted-" + strconv.Itoa(number)
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
