package iprange_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/iprange"
)

func TestDefaultFoundingAddress(t *testing.T) {
	m := iprange.Default().Lookup(netip.MustParseAddr("52.112.103.113"))
	var got []string
	for _, x := range m.All() {
		got = append(got, x.Layer.String()+" "+x.Prefix.String()+" "+x.Tag+x.Service)
	}
	assert.Equal(t, []string{
		"tag 52.112.103.0/24 AzureCloud.centralfrance",
		"tag 52.112.103.0/24 AzureCloud",
		"product 52.112.0.0/14 Microsoft Teams",
		"product 52.112.0.0/14 Microsoft Teams",
		"microsoft 52.112.0.0/14 Microsoft",
	}, got)
	best, ok := m.Best()
	assert.True(t, ok)
	assert.Equal(t, 11, best.Set)
	assert.Equal(t, "Optimize", best.Category)
	assert.Equal(t, "worldwide 2026-08-02", best.List)
	assert.Equal(t, iprange.PeopleNone, m.People())
	assert.Equal(t, 12, m.At(3).Set)
}
