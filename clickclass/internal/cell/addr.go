package cell

import (
	"net/netip"
	"strconv"
	"strings"
)

// maxAddrs bounds the further addresses that are taken from a cell.
const maxAddrs = 1000

// Addrs reads a cell with one address or several, as logs write them: bare, with a port,
// in brackets, with a zone or a prefix of one address, defanged, separated by commas, semicolons, bars or space, or
// as a JSON array. Zones are dropped and IPv4-mapped addresses unmapped. A cell without
// addresses, such as "[]", gives the zero Addr. The error is an *Error.
func Addrs(s string) (first netip.Addr, more []netip.Addr, err error) {
	if a, ok := parseAddr(s); ok {
		return a, nil, nil
	}
	for _, token := range strings.FieldsFunc(s, isSeparator) {
		if token == "[" || token == "]" || token == "[]" { // of a JSON array
			continue
		}
		a, ok := parseAddr(token)
		switch {
		case !ok:
			return netip.Addr{}, nil, newError("bad address", s)
		case !first.IsValid():
			first = a
		case len(more) < maxAddrs:
			more = append(more, a)
		}
	}
	return first, more, nil
}

// isSeparator reports whether a character may stand between two addresses. Quotes are
// those of a JSON array.
func isSeparator(r rune) bool { return strings.ContainsRune(",; \t\r\n\"|", r) }

// parseAddr reads one address.
func parseAddr(s string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		// A zone names an interface of the host that wrote the log.
		return a.Unmap().WithZone(""), true
	}
	if p, err := netip.ParsePrefix(s); err == nil && p.IsSingleIP() { // as firewalls and PostgreSQL write one
		return p.Addr().Unmap(), true
	}
	s = strings.ReplaceAll(s, "[.]", ".")
	host := s
	switch {
	case strings.HasPrefix(s, "["):
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return netip.Addr{}, false
		}
		host = s[1:end]
		if rest := s[end+1:]; rest != "" && (rest[0] != ':' || !isPort(rest[1:])) {
			return netip.Addr{}, false
		}
	case strings.Count(s, ":") == 1: // IPv4 and port
		colon := strings.IndexByte(s, ':')
		if !isPort(s[colon+1:]) {
			return netip.Addr{}, false
		}
		host = s[:colon]
	}
	host, _, _ = strings.Cut(host, "%")
	a, err := netip.ParseAddr(host)
	return a.Unmap(), err == nil
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}
