package iprange

import (
	"strings"
	"unicode"
	"unicode/utf8"
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
			host = toASCII(host)
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

// toASCII does what a browser does with a host name before it asks DNS: full stops
// of other scripts become ".", fullwidth letters and digits become ASCII, upper case
// becomes lower case, and labels that are still not ASCII become A-labels. It leaves
// out the other Unicode normalisation (UTS #46), which no published name needs.
func toASCII(host string) string {
	host = strings.Map(func(r rune) rune {
		switch {
		case r == '\u3002' || r == '\uff0e' || r == '\uff61':
			return '.'
		case '\uff01' <= r && r <= '\uff5e':
			r -= 0xfee0
		}
		return unicode.ToLower(r)
	}, host)
	labels := strings.Split(host, ".")
	for i, l := range labels {
		for _, r := range l {
			if r >= utf8.RuneSelf {
				labels[i] = punycode(l)
				break
			}
		}
	}
	return strings.Join(labels, ".")
}

// punycode returns the A-label of one label: "xn--" and the encoding of RFC 3492
// section 6.3. Labels have at most 4*maxHost bytes, so no number overflows.
func punycode(label string) string {
	const base, tMin, tMax, skew, damp, initialBias, initialN = 36, 1, 26, 38, 700, 72, 128
	const digits = "abcdefghijklmnopqrstuvwxyz0123456789"
	out := []byte("xn--")
	runes := []rune(label)
	for _, r := range runes {
		if r < initialN {
			out = append(out, byte(r))
		}
	}
	basic := len(out) - len("xn--")
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias := rune(initialN), 0, initialBias
	for done := basic; done < len(runes); {
		next := rune(unicode.MaxRune)
		for _, r := range runes {
			if r >= n {
				next = min(next, r)
			}
		}
		delta += int(next-n) * (done + 1)
		n = next
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			q := delta
			for k := base; ; k += base {
				t := min(max(k-bias, tMin), tMax)
				if q < t {
					break
				}
				out = append(out, digits[t+(q-t)%(base-t)])
				q = (q - t) / (base - t)
			}
			out = append(out, digits[q])
			if done == basic {
				delta /= damp
			} else {
				delta /= 2
			}
			delta += delta / (done + 1)
			k := 0
			for ; delta > (base-tMin)*tMax/2; k += base {
				delta /= base - tMin
			}
			bias = k + (base-tMin+1)*delta/(delta+skew)
			delta = 0
			done++
		}
		delta++
		n++
	}
	return string(out)
}
