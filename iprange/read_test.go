package iprange_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

func TestReadEndpointsTraps(t *testing.T) {
	l, err := iprange.ReadEndpoints(strings.NewReader("\ufeff[\r\n{\"id\":5,\"serviceArea\":\"X\",\"ips\":[\"192.0.2.0/24\",\"192.0.2.0/99\"],"+
		"\"tcpPorts\":\"443,80, 5061,50000-59999\",\"udpPorts\":\"\",\"notes\":\"\",\"future\":[1]},\r\n{\"id\":\"6\"},7]\r\n"), " USGovDoD ")
	require.NoError(t, err)
	assert.Equal(t, "usgovdod", l.Instance)
	require.Len(t, l.Sets, 1)
	assert.Equal(t, []iprange.PortRange{{443, 443}, {80, 80}, {5061, 5061}, {50000, 59999}}, l.Sets[0].TCPPorts)
	assert.Empty(t, l.Sets[0].UDPPorts)
	require.Len(t, l.Skipped, 3)
	assert.EqualError(t, l.Skipped[0], `row 1: ips: no prefix: "192.0.2.0/99"`)
	assert.Equal(t, 2, l.Skipped[1].Row)
}

func TestReadersRefuseOtherDocuments(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "cut": `[{"id":1`, "null": "null", "page": "<html>", "empty list": "[]", "object": "{}"} {
		t.Run(name, func(t *testing.T) {
			_, err := iprange.ReadEndpoints(strings.NewReader(text), "")
			assert.ErrorIs(t, err, iprange.ErrNotList)
			_, err = iprange.ReadServiceTags(strings.NewReader(text))
			assert.ErrorIs(t, err, iprange.ErrNotList)
			_, err = iprange.ReadPublicSpace(strings.NewReader(text))
			assert.ErrorIs(t, err, iprange.ErrNotList)
		})
	}
	_, err := iprange.ReadPublicSpace(strings.NewReader(strings.Repeat("\n", 16<<20+1)))
	assert.ErrorIs(t, err, iprange.ErrTooLarge)
}

func TestReadVersionsAndChanges(t *testing.T) {
	for _, text := range []string{`{"instance":"Worldwide","latest":"2026080100"}`, `[{"instance":"Worldwide","latest":"2026080100","versions":["2026080100"]}]`} {
		v, err := iprange.ReadVersions(strings.NewReader(text))
		require.NoError(t, err)
		assert.Equal(t, "2026080100", v[0].Latest)
	}
	_, err := iprange.ReadVersions(strings.NewReader(`{"latest":"20260801"}`))
	assert.ErrorIs(t, err, iprange.ErrNotList)
	c, err := iprange.ReadChanges(strings.NewReader(`[{"id":1,"endpointSetId":31,"disposition":"ADD","add":{"effectiveDate":"20260901","ips":["192.0.2.0/24","x"]}},7]`))
	require.NoError(t, err)
	require.Len(t, c, 1)
	assert.Equal(t, "add", c[0].Disposition)
	assert.Len(t, c[0].AddedIPs, 1)
	assert.Equal(t, "2026-09-01", c[0].Effective.Format("2006-01-02"))
}
