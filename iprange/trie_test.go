package iprange

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBlocksThatCollide has 1000 IPv6 blocks whose hashes are equal in the bits that
// a slot's index is made of. Most find no place in the table.
func TestBlocksThatCollide(t *testing.T) {
	const factor = 0x9e3779b97f4a7c15
	inverse := uint64(1)
	for range 6 { // Newton's method doubles the number of correct bits
		inverse *= 2 - factor*inverse
	}
	require.Equal(t, uint64(1), inverse*factor)

	own := Own{Kind: KindOwnTool}
	var addrs []netip.Addr
	for i := range uint64(1000) {
		var b [16]byte
		binary.BigEndian.PutUint64(b[:], (i+1)*inverse)
		b[15] = 1
		a := netip.AddrFrom16(b)
		addrs = append(addrs, a)
		own.Prefixes = append(own.Prefixes, netip.PrefixFrom(a, 128))
	}
	l, err := OwnList("", own)
	require.NoError(t, err)
	s, err := new(Set).With(l)
	require.NoError(t, err)
	placed := 0
	for _, b := range s.table.trie.blocks.slots {
		if b.ref != 0 {
			placed++
		}
	}
	assert.Equal(t, maxProbes, placed)
	for _, a := range addrs {
		m := s.Lookup(a)
		require.Equal(t, 1, m.Len(), a)
		require.Equal(t, netip.PrefixFrom(a, 128), m.At(0).Prefix)
		require.Zero(t, s.Lookup(a.Next()).Len())
	}
}

// TestDeepNesting has a prefix of every length around one address.
func TestDeepNesting(t *testing.T) {
	for _, addr := range []string{"203.0.113.77", "2001:db8:1234:5678:9abc:def0:1234:5678"} {
		a := netip.MustParseAddr(addr)
		var lines strings.Builder
		for n := range a.BitLen() + 1 {
			fmt.Fprintf(&lines, "tool: %s/%d = %d\n", a, n, n)
		}
		l, err := ReadOwn(strings.NewReader(lines.String()), "")
		require.NoError(t, err)
		s, err := new(Set).With(l)
		require.NoError(t, err)
		m := s.Lookup(a)
		require.Equal(t, a.BitLen()+1, m.Len())
		for i, x := range m.All() {
			assert.Equal(t, a.BitLen()-i, x.Prefix.Bits())
			assert.Equal(t, fmt.Sprint(a.BitLen()-i), x.Service)
		}
		// An address that differs first in bit n is in the prefixes up to that length.
		for n := range a.BitLen() {
			b := a.AsSlice()
			b[n/8] ^= 1 << (7 - n%8)
			other, _ := netip.AddrFromSlice(b)
			assert.Equal(t, n+1, s.Lookup(other).Len(), other)
		}
	}
}

func TestDays(t *testing.T) {
	for d := range 1 << 16 {
		require.Equal(t, day(d), dayOf(day(d).time()))
	}
	assert.Equal(t, "1970-01-01", day(1).String())
	assert.Equal(t, "2149-06-05", day(1<<16-1).String())
	assert.Empty(t, day(0).String())
	assert.Equal(t, day(1), dayOf(day(1).time().AddDate(-500, 0, 0)), "before 1970")
	assert.Equal(t, day(1<<16-1), dayOf(day(1).time().AddDate(5000, 0, 0)), "after 2149")
	assert.Equal(t, day(2), dayOf(day(3).time().Add(-1)), "the last instant of a day")
}
