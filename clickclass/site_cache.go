package clickclass

import (
	"strings"
	"sync/atomic"
)

// siteCache remembers the sites of hosts: most clicks of an export lead to few.
// The zero siteCache is ready, and is safe for concurrent use.
type siteCache [4096]siteSlot

type siteSlot struct {
	known atomic.Pointer[hostSite]
	// asked is the key of the host that was asked for last and is not known. One
	// that is asked for once is not worth its memory.
	asked atomic.Uint64
}

type hostSite struct {
	host   string
	quoted string // the site as a JSON string
}

// longestHost is that of RFC 1035.
const longestHost = 253

// sites serves the output of verdicts.
var sites siteCache

// append appends Site(rawURL) as a JSON string.
func (c *siteCache) append(dst []byte, rawURL string) []byte {
	host := hostOf(rawURL)
	if len(host) > longestHost {
		return appendString(dst, siteOf(host))
	}
	key := keys().text(host)
	slot := &c[key%uint64(len(c))]
	if known := slot.known.Load(); known != nil && known.host == host {
		return append(dst, known.quoted...)
	}
	from := len(dst)
	dst = appendString(dst, siteOf(host))
	if slot.asked.Swap(key) == key {
		slot.known.Store(&hostSite{strings.Clone(host), string(dst[from:])}) // keeps nothing of the URL
	}
	return dst
}
