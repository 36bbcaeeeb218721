package clickclass

import (
	"strings"
	"sync/atomic"
)

// siteCache remembers the sites of hosts: most clicks of an export lead to few.
// The zero siteCache is ready, and is safe for concurrent use.
type siteCache [4096]atomic.Pointer[hostSite]

type hostSite struct {
	host   string
	quoted string // the site as a JSON string
}

// longestHost is that of RFC 1035.
const longestHost = 253

// sites serves the output of verdicts.
var sites siteCache

// of returns Site(rawURL) as a JSON string.
func (c *siteCache) of(rawURL string) string {
	host := hostOf(rawURL)
	if len(host) > longestHost {
		return string(appendString(nil, siteOf(host)))
	}
	slot := &c[keys().text(host)%uint64(len(c))]
	if last := slot.Load(); last != nil && last.host == host {
		return last.quoted
	}
	host = strings.Clone(host) // lets the URL's text go
	last := &hostSite{host, string(appendString(nil, siteOf(host)))}
	slot.Store(last)
	return last.quoted
}
