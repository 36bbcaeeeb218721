package iprange

import (
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseRanges(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"blanks and a comment", " \r\n # 192.0.2.1\n", ""},
		{"one IPv4 address", "192.0.2.1", "192.0.2.1"},
		{"one IPv6 address", "2001:db8::1", "2001:db8::1"},
		{"upper case IPv6", "2001:DB8::A", "2001:db8::a"},
		{"bounds", "192.0.2.0-192.0.2.10", "192.0.2.0-192.0.2.10"},
		{"equal bounds", "192.0.2.7-192.0.2.7", "192.0.2.7"},
		{"spaces around the dash", "192.0.2.0 - 192.0.2.10", "192.0.2.0-192.0.2.10"},
		{"space after the dash", "192.0.2.0- 192.0.2.10 192.0.2.77", "192.0.2.0-192.0.2.10 192.0.2.77"},
		{"space before the dash", "192.0.2.0 -192.0.2.10", "192.0.2.0-192.0.2.10"},
		{"prefix with first and last", "192.0.2.0/24", "192.0.2.0-192.0.2.255"},
		{"prefix with host bits", "192.0.2.77/24", "192.0.2.0-192.0.2.255"},
		{"prefix of two", "192.0.2.0/31", "192.0.2.0-192.0.2.1"},
		{"prefix of one", "192.0.2.9/32", "192.0.2.9"},
		{"all of IPv4", "0.0.0.0/0", "0.0.0.0-255.255.255.255"},
		{"all of IPv6", "::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
		{"mask", "192.0.2.0/255.255.255.0", "192.0.2.0-192.0.2.255"},
		{"mask inside a byte", "192.0.2.0/255.255.255.240", "192.0.2.0-192.0.2.15"},
		{"mask of all ones", "192.0.2.5/255.255.255.255", "192.0.2.5"},
		{"mask of zeros", "192.0.2.5/0.0.0.0", "0.0.0.0-255.255.255.255"},
		{"IPv6 bounds", "2001:db8::-2001:db8::10", "2001:db8::-2001:db8::10"},
		{"IPv6 prefix", "2001:db8::/126", "2001:db8::-2001:db8::3"},
		{"IPv6 mask", "2001:db8::/ffff:ffff:ffff:ffff::", "2001:db8::-2001:db8::ffff:ffff:ffff:ffff"},
		{"IPv4-mapped address", "::ffff:192.0.2.1", "192.0.2.1"},
		{"IPv4-mapped prefix", "::ffff:192.0.2.0/120", "192.0.2.0-192.0.2.255"},
		{"zone dropped", "fe80::1%eth0", "fe80::1"},
		{"list by spaces, commas, semicolons, lines", "192.0.2.1 192.0.2.2,192.0.2.3;\t192.0.2.4\r\n192.0.2.5",
			"192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5"},
		{"overlapping stay as they are", "192.0.2.0/24, 192.0.2.0/25", "192.0.2.0-192.0.2.255 192.0.2.0-192.0.2.127"},
		{"comment after an item", "192.0.2.1# mail gateway\n192.0.2.2", "192.0.2.1 192.0.2.2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseRanges(tt.text)
			require.NoError(t, err)
			var words []string
			for _, r := range got {
				words = append(words, r.String())
			}
			assert.Equal(t, tt.want, strings.Join(words, " "))
		})
	}
}

func TestParseRangesErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"word", "localhost", `line 1, column 1: no address, prefix or range: "localhost"`},
		{"second line", "192.0.2.1\n  192.0.2.300", `line 2, column 3: no address, prefix or range: "192.0.2.300"`},
		{"reversed", "192.0.2.9-192.0.2.1", `line 1, column 1: the last address is before the first: "192.0.2.9-192.0.2.1"`},
		{"two families", "192.0.2.9-2001:db8::1", `line 1, column 1: one bound is IPv4, the other IPv6: "192.0.2.9-2001:db8::1"`},
		{"no last", "192.0.2.9-", `line 1, column 1: want two addresses around the -: "192.0.2.9-"`},
		{"three bounds", "192.0.2.1-192.0.2.2-192.0.2.3", `line 1, column 1: want two addresses around the -: "192.0.2.1-192.0.2.2-192.0.2.3"`},
		{"length too large", "192.0.2.0/33", `line 1, column 1: no prefix length after the /: "192.0.2.0/33"`},
		{"IPv6 length too large", "2001:db8::/129", `line 1, column 1: no prefix length after the /: "2001:db8::/129"`},
		{"signed length", "192.0.2.0/+8", `line 1, column 1: no prefix length after the /: "192.0.2.0/+8"`},
		{"no length", "192.0.2.0/", `line 1, column 1: no prefix length after the /: "192.0.2.0/"`},
		{"no address", "/24", `line 1, column 1: no address before the /: "/24"`},
		{"mask with a hole", "192.0.2.0/255.0.255.0", `line 1, column 1: no mask of the address's family after the /: "192.0.2.0/255.0.255.0"`},
		{"mask with a hole in a byte", "192.0.2.0/255.255.255.160", `line 1, column 1: no mask of the address's family after the /: "192.0.2.0/255.255.255.160"`},
		{"wildcard mask", "192.0.2.0/0.0.0.255", `line 1, column 1: no mask of the address's family after the /: "192.0.2.0/0.0.0.255"`},
		{"mask of the other family", "2001:db8::/255.255.0.0", `line 1, column 1: no mask of the address's family after the /: "2001:db8::/255.255.0.0"`},
		{"short address", "192.0.2", `line 1, column 1: no address, prefix or range: "192.0.2"`},
		{"leading zeros", "192.000.002.001", `line 1, column 1: no address, prefix or range: "192.000.002.001"`},
		{"prefix as a bound", "192.0.2.0/25-192.0.2.255", `line 1, column 1: want two addresses around the -: "192.0.2.0/25-192.0.2.255"`},
		{"long input is cut", strings.Repeat("x.", 250), `line 1, column 1: no address, prefix or range: text of 500 bytes`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePrefixes(tt.text)
			require.EqualError(t, err, "iprange: parse prefixes: "+tt.want)
			assert.Nil(t, got)
		})
	}
}

func ranges(t *testing.T, text string) []addrRange {
	t.Helper()
	r, err := parseRanges(text)
	require.NoError(t, err)
	return r
}

func TestMergeAndSize(t *testing.T) {
	tests := []struct{ name, text, merged, size string }{
		{"nothing", "", "", "0"},
		{"one", "192.0.2.1", "192.0.2.1", "1"},
		{"adjacent", "192.0.2.0/25 192.0.2.128/25", "192.0.2.0-192.0.2.255", "256"},
		{"overlapping", "192.0.2.0-192.0.2.9 192.0.2.5-192.0.2.20", "192.0.2.0-192.0.2.20", "21"},
		{"one inside the other", "192.0.2.0/24 192.0.2.7", "192.0.2.0-192.0.2.255", "256"},
		{"apart, unsorted", "192.0.2.9 192.0.2.1", "192.0.2.1 192.0.2.9", "2"},
		{"end of IPv4 does not touch IPv6", "255.255.255.255 ::", "255.255.255.255 ::", "2"},
		{"all of IPv4", "0.0.0.0/1 128.0.0.0/1", "0.0.0.0-255.255.255.255", "4294967296"},
		{"all of IPv6", "::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "340282366920938463463374607431768211456"},
		{"both families in full", "::/0 0.0.0.0/0 ::1 192.0.2.1", "0.0.0.0-255.255.255.255 ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
			"340282366920938463463374607436063178752"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := ranges(t, tt.text)
			var words []string
			size := new(big.Int)
			for _, r := range mergeRanges(in) {
				words = append(words, r.String())
				size.Add(size, r.size())
			}
			assert.Equal(t, tt.merged, strings.Join(words, " "))
			assert.Equal(t, tt.size, size.String())
		})
	}
}

func TestRangePrefixes(t *testing.T) {
	tests := []struct{ text, want string }{
		{"192.0.2.0/24", "[192.0.2.0/24]"},
		{"192.0.2.1", "[192.0.2.1/32]"},
		{"192.0.2.1-192.0.2.6", "[192.0.2.1/32 192.0.2.2/31 192.0.2.4/31 192.0.2.6/32]"},
		{"0.0.0.0-255.255.255.255", "[0.0.0.0/0]"},
		{"2001:db8::-2001:db8::2", "[2001:db8::/127 2001:db8::2/128]"},
		{"::/0", "[::/0]"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			assert.Equal(t, tt.want, fmt.Sprint(prefixes(t, tt.text)))
		})
	}
	assert.Len(t, prefixes(t, "0.0.0.1-255.255.255.254"), 62, "the most that IPv4 can need")
	assert.Len(t, prefixes(t, "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"), 254, "the most that IPv6 can need")
}

func TestParsePrefixes(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", "[]"},
		{"order of the text, overlaps kept", "192.0.2.0/24, 192.0.2.0/25; 10.0.0.1", "[192.0.2.0/24 192.0.2.0/25 10.0.0.1/32]"},
		{"range", "192.0.2.8-192.0.2.18", "[192.0.2.8/29 192.0.2.16/31 192.0.2.18/32]"},
		{"mask", "192.0.2.77/255.255.255.0", "[192.0.2.0/24]"},
		{"mapped and zone", "::ffff:192.0.2.0/120\nfe80::1%eth0", "[192.0.2.0/24 fe80::1/128]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, fmt.Sprint(prefixes(t, tt.text))) })
	}
}

func TestRangeContains(t *testing.T) {
	all := prefixes(t, "192.0.2.8-192.0.2.15")
	require.Len(t, all, 1)
	for addr, want := range map[string]bool{
		"192.0.2.7": false, "192.0.2.8": true, "192.0.2.15": true, "192.0.2.16": false, "::192.0.2.9": false,
	} {
		assert.Equal(t, want, all[0].Contains(netip.MustParseAddr(addr)), addr)
	}
}

func prefixes(t *testing.T, text string) []netip.Prefix {
	t.Helper()
	p, err := ParsePrefixes(text)
	require.NoError(t, err)
	return p
}

// size returns the number of addresses in r, up to 2^128.
func (r addrRange) size() *big.Int {
	n := new(big.Int).SetBytes(r.last.AsSlice())
	n.Sub(n, new(big.Int).SetBytes(r.first.AsSlice()))
	return n.Add(n, big.NewInt(1))
}

func (r addrRange) contains(a netip.Addr) bool {
	return a.BitLen() == r.first.BitLen() && !a.Less(r.first) && !r.last.Less(a)
}

// FuzzParsePrefixes checks that the prefixes of a range make up the range, that
// a range prints as text that parses to itself, and that merging keeps all
// addresses.
func FuzzParsePrefixes(f *testing.F) {
	f.Add("192.0.2.0/24, 2001:db8::-2001:db8::ff") // two forms
	f.Add("192.0.2.0 - 192.0.2.9 # x\n::/0")       // spaces and a comment
	f.Add("192.0.2.0/255.255.255.128")             // mask
	f.Add("::ffff:192.0.2.1/100;fe80::1%a-b")      // mapped, and a zone with a dash
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseRanges(text)
		if err != nil {
			require.Empty(t, got)
			require.Less(t, len(err.Error()), 1000)
			return
		}
		var all []netip.Prefix
		for _, r := range got {
			require.True(t, r.contains(r.first) && r.contains(r.last), r)
			again, err := parseRanges(r.String())
			require.NoError(t, err)
			require.Equal(t, []addrRange{r}, again)
			n, next := new(big.Int), r.first
			all = slices.AppendSeq(all, r.prefixes())
			for p := range r.prefixes() {
				part := rangeOf(p)
				require.Equal(t, next, part.first)
				next = part.last.Next()
				n.Add(n, part.size())
			}
			require.Equal(t, r.last.Next(), next)
			require.Zero(t, n.Cmp(r.size()))
		}
		parsed, err := ParsePrefixes(text)
		require.NoError(t, err)
		require.Equal(t, all, parsed)
		merged := mergeRanges(slices.Clone(got))
		for i := 1; i < len(merged); i++ {
			require.True(t, merged[i-1].last.Less(merged[i].first))
		}
		for _, r := range got {
			inside := false
			for _, m := range merged {
				inside = inside || m.contains(r.first) && m.contains(r.last)
			}
			require.True(t, inside)
		}
	})
}
