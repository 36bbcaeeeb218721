package iprange

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// LookupHost returns every match of a host name in the urls of the endpoint
// lists, newest versions. The host may have upper case, one trailing dot, a
// port, and non-ASCII labels. Anything that is no host name matches nothing.
//
// The published patterns are read so:
//
//   - "outlook.office365.com" is that host alone;
//   - "*.office.com" is one or more labels before office.com, not office.com
//     itself: where the bare name is wanted, the lists give it too;
//   - "*cdn.onenote.net" is any host that ends so, cdn.onenote.net and
//     site-cdn.onenote.net alike;
//   - a "*" further in, as in "autodiscover.*.onmicrosoft.com", and the
//     "<tenant>" of documentation pages stand for one label or a part of one.
//
// A match is a fact about the list and not a verdict about a link: the lists
// hold names of other companies (www.digicert.com, platform.linkedin.com), an
// open redirector (aka.ms) and tenants' content (*.sharepoint.com), since a
// client must reach those too.
func (s *Set) LookupHost(host string) Matches {
	h := &s.table.hosts
	var buf [maxHost]byte
	name, ok := normalizeHost(buf[:0], host)
	if !ok || len(h.patterns) == 0 {
		return Matches{}
	}
	m := Matches{s: s}
	node := h.exact[string(name)]
	for i := 0; node == 0 && i < len(name); i++ {
		if name[i] == '.' {
			node = h.suffix[string(name[i+1:])]
		}
	}
	for i := range h.odd {
		if h.odd[i].glob.match(name) {
			if i < 64 {
				m.lo |= 1 << i
			} else {
				m.hi |= 1 << (i - 64)
			}
		}
	}
	if node == 0 && m.hi|m.lo == 0 {
		return Matches{}
	}
	m.where = pack(node, formHost)
	return m
}

// maxHost is the longest host name that DNS allows, in its text form.
const maxHost = 253

// hostIndex finds host patterns. Their chains follow those of the prefixes in
// table.chains, from index first on.
type hostIndex struct {
	first    uint32
	patterns []hostPattern // chains[first+i]
	exact    map[string]uint32
	suffix   map[string]uint32 // without "*."
	odd      []oddPattern      // at most maxOdd
}

type hostPattern struct {
	text  string
	exact bool
}

type oddPattern struct {
	node uint32
	glob glob
}

// maxOdd bounds the patterns of the odd forms, since Matches has 128 bits for
// them. The published lists have two of several hundred.
const maxOdd = 128

func (h *hostIndex) exactAt(n uint32) bool {
	return n != 0 && h.patterns[n-h.first].exact
}

func (h *hostIndex) pattern(n uint32) string { return h.patterns[n-h.first].text }

func (h *hostIndex) nextOdd(hi, lo *uint64) uint32 {
	if *lo != 0 {
		i := bits.TrailingZeros64(*lo)
		*lo &= *lo - 1
		return h.odd[i].node
	}
	i := bits.TrailingZeros64(*hi)
	*hi &= *hi - 1
	return h.odd[64+i].node
}

// patternForm sorts a pattern, already in lower case, into exact, suffix
// (rest is what follows "*.") or odd.
func patternForm(p string) (exact, suffix bool, rest string) {
	star := strings.IndexAny(p, "*<")
	if star < 0 {
		return true, false, p
	}
	if rest, ok := strings.CutPrefix(p, "*."); ok && rest != "" && !strings.ContainsAny(rest, "*<") {
		return false, true, rest
	}
	return false, false, ""
}

// glob is a host pattern of an odd form.
type glob struct {
	labels []string // each with at most some "*"
	any    bool     // begins with "*": any number of labels before the first
}

func newGlob(p string) glob {
	var b strings.Builder
	any := strings.HasPrefix(p, "*")
	for p != "" {
		before, after, ok := strings.Cut(p, "<")
		b.WriteString(before)
		if !ok {
			break
		}
		b.WriteByte('*')
		_, p, _ = strings.Cut(after, ">")
	}
	g := glob{labels: strings.Split(b.String(), ".")}
	if g.any = any; any && len(g.labels[0]) > 1 {
		g.labels[0] = g.labels[0][1:]
	}
	return g
}

func (g *glob) match(name []byte) bool {
	for i := len(g.labels) - 1; i >= 0; i-- {
		dot := lastDot(name)
		label := name[dot+1:]
		if i == 0 {
			if !g.any {
				return dot < 0 && matchLabel(g.labels[0], label)
			}
			return matchEnd(g.labels[0], label)
		}
		if !matchLabel(g.labels[i], label) || dot < 0 {
			return false
		}
		name = name[:dot]
	}
	return false
}

func lastDot(name []byte) int {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return i
		}
	}
	return -1
}

// matchEnd says whether p matches an end of label.
func matchEnd(p string, label []byte) bool {
	for i := range len(label) {
		if matchLabel(p, label[i:]) {
			return true
		}
	}
	return false
}

// matchLabel matches one label; each "*" in p stands for one or more bytes.
// It goes back to the last "*" only, so it takes len(p)*len(label) steps.
func matchLabel(p string, label []byte) bool {
	i, j := 0, 0
	star, mark := -1, 0
	for j < len(label) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j+1
			i, j = i+1, j+1
		case i < len(p) && p[i] == label[j]:
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	return i == len(p)
}

// normalizeHost appends the form in which hosts are compared to dst, which has
// room for maxHost bytes: lower case, A-labels, no port, no trailing dot.
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

// toASCII maps what a browser maps in a host name before asking DNS: the full
// stops of other scripts, fullwidth letters and digits, case; then labels that
// still are not ASCII become A-labels (RFC 3492). It does not do the rest of
// Unicode normalisation, which no published name needs.
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

// punycode encodes one label as RFC 3492 section 6.3 says, "xn--" included.
// Labels come from hosts of at most 4*maxHost bytes, so nothing overflows.
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
