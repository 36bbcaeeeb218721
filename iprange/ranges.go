package iprange

import (
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"net/netip"
	"slices"
	"strings"
)

// Range is the addresses from First to Last, both included. They are of the
// same family, and First is not after Last. The zero Range has no address.
type Range struct{ First, Last netip.Addr }

// ErrRange is wrapped by every error of [ParseRanges].
var ErrRange = errors.New("bad range")

// ParseRanges reads a list of address ranges, each in one of the forms
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
// separated by spaces, line ends, commas or semicolons. There may be spaces
// around the "-", and "#" begins a comment that goes to the end of the line.
// IPv4-mapped IPv6 addresses are read as IPv4, zones are dropped. All addresses
// of a prefix count, the first and the last included.
//
// The ranges are returned in the order of the text, as they are, overlapping
// or not; see [Merge]. An empty text gives no range and no error. The first
// item that is none of the forms, has bounds of two families or its last
// address before its first, gives an error that wraps [ErrRange] and names the
// line and the column (in bytes, from 1), and no ranges.
func ParseRanges(text string) ([]Range, error) {
	var r []Range
	for pos := 0; ; {
		start, end := nextItem(text, pos)
		if start == end {
			return r, nil
		}
		item := text[start:end]
		x, reason := parseRange(item)
		if reason != "" {
			line := 1 + strings.Count(text[:start], "\n")
			column := start - strings.LastIndexByte(text[:start], '\n')
			return nil, fmt.Errorf("iprange: parse ranges: line %d, column %d: %w: %s: %s",
				line, column, ErrRange, reason, quoteCut(item))
		}
		r = append(r, x)
		pos = end
	}
}

// nextItem returns the bounds of the first item of text from pos on, equal at
// the end of the text.
func nextItem(text string, pos int) (start, end int) {
	const space, separators = " \t\r", " \t\r\n\v\f,;#"
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
	word := func(i int) int {
		for i < len(text) && strings.IndexByte(separators, text[i]) < 0 {
			i++
		}
		return i
	}
	blank := func(i int) int {
		for i < len(text) && strings.IndexByte(space, text[i]) >= 0 {
			i++
		}
		return i
	}
	start, end = pos, word(pos)
	if start == end {
		return start, end
	}
	if i := blank(end); i < len(text) && text[i] == '-' {
		end = word(i)
	}
	if text[end-1] == '-' {
		end = word(blank(end))
	}
	return start, end
}

func parseRange(item string) (r Range, reason string) {
	if first, last, ok := strings.Cut(item, "-"); ok {
		a, ok1 := parseBound(first)
		z, ok2 := parseBound(last)
		switch {
		case !ok1 || !ok2:
			return Range{}, "want two addresses around the -"
		case a.BitLen() != z.BitLen():
			return Range{}, "one bound is IPv4, the other IPv6"
		case z.Less(a):
			return Range{}, "the last address is before the first"
		}
		return Range{a, z}, ""
	}
	address, length, ok := strings.Cut(item, "/")
	if !ok {
		a, ok := parseBound(item)
		if !ok {
			return Range{}, "no address, prefix or range"
		}
		return Range{a, a}, ""
	}
	a, okA := parseBound(address)
	if !okA {
		return Range{}, "no address before the /"
	}
	if strings.ContainsAny(length, ".:") {
		n, ok := maskLength(length, a.BitLen())
		if !ok {
			return Range{}, "no mask of the address's family after the /"
		}
		return rangeOf(netip.PrefixFrom(a, n).Masked()), ""
	}
	// The text before the "/" without its zone, so that a mapped address keeps
	// its 128 bits here.
	address, _, _ = strings.Cut(address, "%")
	p, err := netip.ParsePrefix(address + "/" + length)
	if err != nil {
		return Range{}, "no prefix length after the /"
	}
	return rangeOf(unmapPrefix(p)), ""
}

func parseBound(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(strings.TrimSpace(s))
	return a.WithZone("").Unmap(), err == nil
}

// maskLength returns the number of ones of a mask that has ones first and then
// zeros only.
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
	return n, slices.Equal(mask, rangeOf(netip.PrefixFrom(a, n).Masked()).First.AsSlice())
}

// rangeOf returns the addresses of a masked prefix.
func rangeOf(p netip.Prefix) Range {
	last := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(last); i++ {
		last[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(last)
	return Range{p.Addr(), a}
}

// RangeOf returns the addresses of p, the first and the last included, and the
// zero Range for an invalid prefix. An IPv4-mapped prefix counts as IPv4.
func RangeOf(p netip.Prefix) Range {
	if !p.IsValid() {
		return Range{}
	}
	return rangeOf(unmapPrefix(p))
}

// IsValid says whether r has an address: both bounds are of one family and in
// order.
func (r Range) IsValid() bool {
	return r.First.IsValid() && r.First.BitLen() == r.Last.BitLen() && !r.Last.Less(r.First)
}

// Contains says whether a is in r. An IPv4-mapped address counts as IPv4, a
// zone is dropped.
func (r Range) Contains(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	return r.IsValid() && a.BitLen() == r.First.BitLen() && !a.Less(r.First) && !r.Last.Less(a)
}

// String returns "first-last", or the one address.
func (r Range) String() string {
	if r.First == r.Last {
		return r.First.String()
	}
	return r.First.String() + "-" + r.Last.String()
}

// Size returns the number of addresses in r, which for IPv6 may be 2^128.
func (r Range) Size() *big.Int {
	n := new(big.Int)
	if r.IsValid() {
		n.SetBytes(r.Last.AsSlice())
		n.Sub(n, new(big.Int).SetBytes(r.First.AsSlice()))
		n.Add(n, big.NewInt(1))
	}
	return n
}

// Prefixes returns the fewest prefixes that make up r, in order: at most 62
// for IPv4 and 254 for IPv6, none for an invalid range.
func (r Range) Prefixes() []netip.Prefix {
	if !r.IsValid() {
		return nil
	}
	var out []netip.Prefix
	for a := r.First; ; {
		// The longest block that begins at a and does not pass the end.
		n := a.BitLen()
		last := a
		for n > 0 {
			p := netip.PrefixFrom(a, n-1)
			if p.Masked().Addr() != a {
				break
			}
			end := rangeOf(p).Last
			if r.Last.Less(end) {
				break
			}
			n, last = n-1, end
		}
		out = append(out, netip.PrefixFrom(a, n))
		if last == r.Last {
			return out
		}
		a = last.Next()
	}
}

// Merge returns the addresses of ranges as the fewest ranges, sorted, IPv4
// first: what overlaps or touches becomes one. Invalid ranges are left out. It
// does not change its argument.
func Merge(ranges []Range) []Range {
	var out []Range
	for _, r := range ranges {
		if r.IsValid() {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Range) int { return a.First.Compare(b.First) })
	n := 0
	for _, r := range out {
		if n > 0 {
			last := &out[n-1]
			same := last.Last.BitLen() == r.First.BitLen()
			if same && (!last.Last.Less(r.First) || last.Last.Next() == r.First) {
				if last.Last.Less(r.Last) {
					last.Last = r.Last
				}
				continue
			}
		}
		out[n] = r
		n++
	}
	return out[:n]
}

// Size returns the number of addresses in ranges, each counted once.
func Size(ranges []Range) *big.Int {
	n := new(big.Int)
	for _, r := range Merge(ranges) {
		n.Add(n, r.Size())
	}
	return n
}
