package iprange

import (
	"strings"
	"unicode/utf8"

	"github.com/whoclicked/whoclicked/internal/idn"
)

// maxHost is the length of the longest host name that DNS allows, as text.
const maxHost = 253

// normalizeHost appends a host name to dst in the form in which hosts are compared:
// lower case, A-labels, no port, no trailing dot. It appends at most maxHost bytes.
// It returns false if host is not a host name.
func normalizeHost(dst []byte, host string) ([]byte, bool) {
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		if strings.Trim(host[i+1:], "0123456789") != "" {
			return nil, false
		}
		host = host[:i]
	}
	if len(host) > 4*maxHost {
		return nil, false
	}
	for i := range len(host) {
		if host[i] >= utf8.RuneSelf {
			if !utf8.ValidString(host) {
				return nil, false
			}
			host = idn.ToASCII(host)
			break
		}
	}
	host = strings.TrimSuffix(host, ".")
	if host == "" || len(host) > maxHost {
		return nil, false
	}
	label := 0
	for i := range len(host) {
		c := host[i]
		switch {
		case c == '.':
			if label == 0 {
				return nil, false
			}
			label = -1
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return nil, false
		}
		if label++; label > 63 {
			return nil, false
		}
		dst = append(dst, c)
	}
	return dst, label > 0
}
