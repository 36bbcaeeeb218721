package iprange

import (
	"fmt"
	"iter"
	"math/bits"
	"net/netip"
	"slices"
	"strings"
)

// ParsePrefixes parses address ranges, each in one of the forms
//
//	192.0.2.1                        one address
//	192.0.2.0-192.0.2.10             from the first to the last, both included
//	192.0.2.0/24                     a prefix; bits after it are ignored
//	192.0.2.0/255.255.255.0          an address and a mask
//	2001:db8::1                      the same for IPv6
//	2001:db8::-2001:db8::ff
//	2001:db8::/64
//	2001:db8::/ffff:ffff::
//
// separated by spaces, commas, semicolons or line ends. There may be spaces
// around the "-", and "#" begins a comment that goes to the end of the line.
// IPv4-mapped IPv6 addresses count as IPv4; zones are ignored.
//
// The result has the order of the text. A range from a first to a last address
// becomes the fewest prefixes, at most 62 for IPv4 and 254 for IPv6. An empty
// text gives no prefixes and no error. The error of the first bad item contains
// its line and column (in bytes), both from 1.
func ParsePrefixes(text string) ([]netip.Prefix, error) {
	ranges, err := parseRanges(text)
	if err != nil {
		return nil, fmt.Errorf("iprange: parse prefixes: %w", err)
	}
	var out []netip.Prefix
	for _, r := range ranges {
		out = slices.AppendSeq(out, r.prefixes())
	}
	return out, nil
}

// addrRange is the addresses from first to last, both included. They are of the
// same family, and first is not after last.
type addrRange struct{ first, last netip.Addr }

// parseRanges returns the ranges of a text in its order.
func parseRanges(text string) ([]addrRange, error) {
	var ranges []addrRange
	for pos := 0; ; {
		start, end := nextItem(text, pos)
		if start == end {
			return ranges, nil
		}
		item := text[start:end]
		r, reason := parseRange(item)
		if reason != "" {
			line := 1 + strings.Count(text[:start], "\n")
			column := start - strings.LastIndexByte(text[:start], '\n')
			return nil, fmt.Errorf("line %d, column %d: %s: %s", line, column, reason, quoteCut(item))
		}
		ranges = append(ranges, r)
		pos = end
	}
}

// nextItem returns the bounds of the first item of text from pos on. They are
// equal if there is none.
func nextItem(text string, pos int) (start, end int) {
	const blanks, separators = " \t\r", " \t\r\n\v\f,;#"
	wordEnd := func(i int) int {
		if n := strings.IndexAny(text[i:], separators); n >= 0 {
			return i + n
		}
		return len(text)
	}
	afterBlanks := func(i int) int { return len(text) - len(strings.TrimLeft(text[i:], blanks)) }

	for pos < len(text) && strings.IndexByte(separators, text[pos]) >= 0 {
		if text[pos] == '#' {
			n := strings.IndexByte(text[pos:], '\n')
			if n < 0 {
				return len(text), len(text)
			}
			pos += n
		}
		pos++
	}
	start, end = pos, wordEnd(pos)
	if start == end {
		return start, end
	}
	// A "-" with blanks around it joins two words.
	if i := afterBlanks(end); i < len(text) && text[i] == '-' {
		end = wordEnd(i)
	}
	if text[end-1] == '-' {
		end = wordEnd(afterBlanks(end))
	}
	return start, end
}

// parseRange parses one item. Reason is "" if it is valid.
func parseRange(item string) (r addrRange, reason string) {
	if first, last, ok := strings.Cut(item, "-"); ok {
		a, ok1 := parseBound(first)
		z, ok2 := parseBound(last)
		switch {
		case !ok1 || !ok2:
			return addrRange{}, "want two addresses around the -"
		case a.BitLen() != z.BitLen():
			return addrRange{}, "one bound is IPv4, the other IPv6"
		case z.Less(a):
			return addrRange{}, "the last address is before the first"
		}
		return addrRange{a, z}, ""
	}
	address, length, ok := strings.Cut(item, "/")
	if !ok {
		a, ok := parseBound(item)
		if !ok {
			return addrRange{}, "no address, prefix or range"
		}
		return addrRange{a, a}, ""
	}
	a, okA := parseBound(address)
	if !okA {
		return addrRange{}, "no address before the /"
	}
	if strings.ContainsAny(length, ".:") {
		n, ok := maskLength(length, a.BitLen())
		if !ok {
			return addrRange{}, "no mask of the address's family after the /"
		}
		return rangeOf(netip.PrefixFrom(a, n).Masked()), ""
	}
	// ParsePrefix refuses zones. An IPv4-mapped address keeps its 128 bits here, to
	// which the length belongs.
	address, _, _ = strings.Cut(address, "%")
	p, err := netip.ParsePrefix(address + "/" + length)
	if err != nil {
		return addrRange{}, "no prefix length after the /"
	}
	return rangeOf(unmapPrefix(p)), ""
}

// parseBound parses an address without its zone; IPv4-mapped becomes IPv4.
func parseBound(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(strings.TrimSpace(s))
	return a.WithZone("").Unmap(), err == nil
}

// maskLength returns the length of a mask of ones followed by zeros.
func maskLength(s string, width int) (int, bool) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" || a.BitLen() != width {
		return 0, false
	}
	mask := a.AsSlice()
	n := 0
	for _, b := range mask {
		ones := bits.LeadingZeros8(^b)
		n += ones
		if ones < 8 {
			break
		}
	}
	return n, slices.Equal(mask, rangeOf(netip.PrefixFrom(a, n).Masked()).first.AsSlice())
}

// rangeOf returns the addresses of a masked prefix.
func rangeOf(p netip.Prefix) addrRange {
	last := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(last); i++ {
		last[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(last)
	return addrRange{p.Addr(), a}
}

// prefixes yields the fewest prefixes that make up r, in order.
func (r addrRange) prefixes() iter.Seq[netip.Prefix] {
	return func(yield func(netip.Prefix) bool) {
		for a := r.first; ; {
			p, last := r.block(a)
			if !yield(p) || last == r.last {
				return
			}
			a = last.Next()
		}
	}
}

// block returns the widest prefix that begins at a and does not pass the end of r,
// with its last address.
func (r addrRange) block(a netip.Addr) (p netip.Prefix, last netip.Addr) {
	n := a.BitLen()
	last = a
	for n > 0 {
		p := netip.PrefixFrom(a, n-1)
		if p.Masked().Addr() != a {
			break
		}
		end := rangeOf(p).last
		if r.last.Less(end) {
			break
		}
		n, last = n-1, end
	}
	return netip.PrefixFrom(a, n), last
}

// String returns the bounds, or the one address, as [ParsePrefixes] reads them.
func (r addrRange) String() string {
	if r.first == r.last {
		return r.first.String()
	}
	return r.first.String() + "-" + r.last.String()
}

// mergeRanges sorts ranges, IPv4 first, and joins those that overlap or touch.
// It changes its argument.
func mergeRanges(ranges []addrRange) []addrRange {
	slices.SortFunc(ranges, func(a, b addrRange) int { return a.first.Compare(b.first) })
	n := 0
	for _, r := range ranges {
		if n > 0 {
			last := &ranges[n-1]
			same := last.last.BitLen() == r.first.BitLen()
			if same && (!last.last.Less(r.first) || last.last.Next() == r.first) {
				if last.last.Less(r.last) {
					last.last = r.last
				}
				continue
			}
		}
		ranges[n] = r
		n++
	}
	return ranges[:n]
}
