package iprange

import (
	"net/netip"
	"testing"

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
	})
}
