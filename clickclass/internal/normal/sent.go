package normal

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/whoclicked/whoclicked/internal/idn"
)

// Sent returns the part of an unwrapped URL that tells one link from another, in the form
// in which browsers send it: [Comparable], with the host as [SentHost] has it and the rest
// escaped in one way. What devices, the audit log and chats report is compared with a click
// by this form alone.
//
// Beyond what browsers do, "&amp;" counts as "&", which exports make of it, and a path
// means the same with and without a slash at its end, which tools add and remove.
func Sent(url string) string {
	s := strings.ReplaceAll(Comparable(typed(url)), "&amp;", "&")
	path, query := s, ""
	if i := strings.IndexByte(s, '?'); i >= 0 {
		path, query = s[:i], s[i:]
	}
	host, dir := path, ""
	if i := strings.IndexByte(path, '/'); i >= 0 {
		host, dir = path[:i], path[i:]
	}
	sent, resolved := sentAuthority(host), strings.TrimSuffix(resolve(dir), "/")
	if sent != host || resolved != dir {
		s = sent + resolved + query
	}
	return escapeAlike(s)
}

// SentHost returns the host of a URL or a bare host in the form in which browsers look it
// up: [Host] with A-labels.
func SentHost(url string) string { return sentName(Host(typed(url))) }

// typed does to a URL what browsers do before they read it: blanks around it and line breaks
// within it are gone, and before the query a backslash is a slash.
func typed(url string) string {
	s := strings.TrimFunc(url, func(r rune) bool { return r <= ' ' })
	for _, c := range [...]string{"\t", "\r", "\n"} {
		s = strings.ReplaceAll(s, c, "")
	}
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	end := strings.IndexAny(s, "?#")
	if end < 0 {
		end = len(s)
	}
	return strings.ReplaceAll(s[:end], `\`, "/") + s[end:]
}

// sentAuthority returns "user@host:port" with the host as it is sent.
func sentAuthority(s string) string {
	user, host, port := "", s, ""
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		user, host = host[:i+1], host[i+1:]
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 && strings.IndexByte(host[i:], ']') < 0 {
		host, port = host[:i], host[i:]
	}
	sent := sentName(strings.TrimSuffix(host, "."))
	if sent == host {
		return s
	}
	return user + sent + port
}

// maxName bounds the names that are looked at: DNS allows 253 characters, of which each may
// be written with twelve.
const maxName = 12 * 253

// sentName returns the name of a host, in lower case, with escapes resolved, with A-labels,
// and with an IPv4 address in dotted decimals.
func sentName(host string) string {
	if host == "" || len(host) > maxName {
		return host
	}
	if strings.IndexByte(host, '%') >= 0 {
		if plain, err := url.PathUnescape(host); err == nil {
			host = strings.ToLower(plain)
		}
	}
	for i := range len(host) {
		if host[i] >= 0x80 {
			host = strings.TrimSuffix(idn.ToASCII(host), ".")
			break
		}
	}
	if addr, ok := numbersOf(host); ok {
		return addr.String()
	}
	return host
}

// numbersOf returns the IPv4 address that browsers make of a host of one to four numbers,
// decimal, octal ("0…") or hexadecimal ("0x…"), of which the last fills the rest.
func numbersOf(host string) (netip.Addr, bool) {
	if host == "" || host[0] < '0' || host[0] > '9' || strings.Count(host, ".") > 3 {
		return netip.Addr{}, false
	}
	parts := strings.Split(host, ".")
	address := uint64(0)
	for i, part := range parts {
		digits, base := part, 10
		if hex, ok := strings.CutPrefix(part, "0x"); ok {
			digits, base = hex, 16
		} else if len(part) > 1 && part[0] == '0' {
			base = 8
		}
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil || n >= 1<<bits {
			return netip.Addr{}, false
		}
		address = address<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)}), true
}

// resolve removes "." and ".." from a path, escaped or not.
func resolve(path string) string {
	if !strings.Contains(path, "/.") && !strings.Contains(path, "/%2e") && !strings.Contains(path, "/%2E") {
		return path
	}
	segments := strings.Split(path, "/")
	out := segments[:1] // what is before the first slash
	for _, s := range segments[1:] {
		switch dots(s) {
		case 0:
			out = append(out, s)
		case 2:
			out = out[:max(1, len(out)-1)]
		}
	}
	return strings.Join(out, "/")
}

// dots returns 1 for a segment ".", 2 for "..", and 0 for another.
func dots(segment string) int {
	if len(segment) > len("%2e%2e") {
		return 0
	}
	switch strings.ReplaceAll(lowerASCII(segment), "%2e", ".") {
	case ".":
		return 1
	case "..":
		return 2
	}
	return 0
}

// escapeAlike returns s with escapes in capitals, and with those bytes escaped that a URL
// must escape, or that were escaped and delimit parts of a URL.
func escapeAlike(s string) string {
	first := 0 // byte that may change
	for first < len(s) && s[first] != '%' && (isPlain(s[first]) || isDelimiter(s[first])) {
		first++
	}
	if first == len(s) {
		return s
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	b.WriteString(s[:first])
	for i := first; i < len(s); i++ {
		c, escaped := s[i], false
		if c == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi >= 0 && lo >= 0 {
				c, escaped = byte(hi<<4|lo), true
				i += 2
			}
		}
		if isPlain(c) || isDelimiter(c) && !escaped {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// isPlain reports whether a byte means the same in a URL, escaped or not.
func isPlain(c byte) bool {
	switch c {
	case '-', '.', '_', '~', '!', '$', '\'', '(', ')', '*', ',', ';', ':', '@':
		return true
	}
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func isDelimiter(c byte) bool {
	switch c {
	case '/', '?', '#', '[', ']', '&', '=', '+', '%':
		return true
	}
	return false
}

// unhex returns the value of a hexadecimal digit, -1 for another character.
func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
