// Package idn writes host names with letters beyond ASCII as DNS has them.
package idn

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLabel is the length of the longest label that DNS allows.
const maxLabel = 63

// ToASCII does what a browser does with a host name before it asks DNS: full stops
// of other scripts become ".", fullwidth letters and digits become ASCII, upper case
// becomes lower case, and labels that are still not ASCII become A-labels. It leaves
// out the other Unicode normalisation (UTS #46). Labels that are longer than DNS allows stay
// as they are.
func ToASCII(host string) string {
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
				if utf8.RuneCountInString(l) <= maxLabel {
					labels[i] = punycode(l)
				}
				break
			}
		}
	}
	return strings.Join(labels, ".")
}

// punycode returns the A-label of one label: "xn--" and the encoding of RFC 3492
// section 6.3.
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
