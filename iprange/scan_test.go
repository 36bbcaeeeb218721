package iprange_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/iprange"
)

// TestScan holds that Scan says what At says, in the same order, and stops
// when told.
func TestScan(t *testing.T) {
	m := iprange.Default().Lookup(netip.MustParseAddr("52.112.103.113"))
	n := 0
	m.Scan(func(i int, layer iprange.Layer, kind iprange.Kind, bits int) bool {
		at := m.At(i)
		assert.Equal(t, n, i)
		assert.Equal(t, at.Layer, layer)
		assert.Equal(t, at.Kind, kind)
		assert.Equal(t, at.Prefix.Bits(), bits)
		n++
		return true
	})
	assert.Equal(t, m.Len(), n)
	n = 0
	m.Scan(func(int, iprange.Layer, iprange.Kind, int) bool { n++; return false })
	assert.Equal(t, 1, n)
	iprange.Matches{}.Scan(func(int, iprange.Layer, iprange.Kind, int) bool { t.Error("no match"); return true })
}
