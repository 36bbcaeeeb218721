package iprange

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRebuildGivesTheSameBytes(t *testing.T) {
	set, err := Default().With()
	require.NoError(t, err)
	assert.Equal(t, len(embedded), len(set.data))
	assert.True(t, embedded == set.data, "bytes differ")
	assert.Equal(t, Default().Version(), set.Version())
}

// FuzzLoad asks whether damaged data in the compact form panics.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(magic + "\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00")) // no list
	small, err := new(Set).With(knownList())
	require.NoError(f, err)
	f.Add([]byte(small.data)) // the named ranges
	own, err := ReadOwn(strings.NewReader("egress: 192.0.2.3-192.0.2.9, 2001:db8::1-2001:db8::9\ntool: 192.0.2.5-192.0.2.20"), "")
	require.NoError(f, err)
	ranges, err := new(Set).With(own)
	require.NoError(f, err)
	f.Add([]byte(ranges.data)) // own ranges that are no prefix
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := load(string(data))
		if err != nil {
			require.ErrorIs(t, err, errDamaged)
			return
		}
		for m := range s.Entries() {
			s.Lookup(m.Prefix.Addr()).Best()
		}
		s.Lookup(netip.AddrFrom4([4]byte{1, 2, 3, 4})).Len()
		s.LookupHost("a.example.com").Len()
		for _, m := range s.LookupPrefix(netip.MustParsePrefix("192.0.2.0/24"), time.Time{}) {
			m.Len()
		}
	})
}
