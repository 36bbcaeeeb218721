package main

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
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

// redactText takes mail addresses out of a message.
func redactText(s string) string { return mailAddress.ReplaceAllString(s, "(account)") }

// redactFile leaves the last element of a path, without a mail address: home
// folders and exports are often named after people.
func redactFile(name string) string {
	return redactText(filepath.Base(filepath.ToSlash(name)))
}
