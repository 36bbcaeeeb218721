package clickclass

import (
	"strings"
	"sync/atomic"
)

// siteCache remembers the sites of hosts: most clicks of an export lead to few.
// The zero siteCache is ready, and is safe for concurrent use.
type siteCache [4096]atomic.Pointer[hostSite]

type hostSite struct{ host, site string }

// longestHost is that of RFC 1035.
const longestHost = 253

// sites serves the output of verdicts.
var sites siteCache

// of returns Site(rawURL).
func (c *siteCache) of(rawURL string) string {
	host := hostOf(rawURL)
	if len(host) > longestHost {
		return siteOf(host)
	}
	slot := &c[keys().text(host)%uint64(len(c))]
	if last := slot.Load(); last != nil && last.host == host {
		return last.site
	}
	host = strings.Clone(host) // lets the URL's text go
	last := &hostSite{host, siteOf(host)}
	slot.Store(last)
	return last.site
}
