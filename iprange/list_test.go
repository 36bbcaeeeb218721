package iprange_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

func TestReadEndpointsTraps(t *testing.T) {
	l, err := iprange.Read(strings.NewReader("\ufeff[\r\n{\"id\":5,\"serviceArea\":\"X\",\"ips\":[\"192.0.2.0/24\",\"192.0.2.0/99\"],"+
		"\"tcpPorts\":\"443,80, 5061,50000-59999\",\"udpPorts\":\"\",\"notes\":\"\",\"future\":[1]},\r\n{\"id\":\"6\"},7]\r\n"), "lists/USGovDoD.json")
	require.NoError(t, err)
	assert.Equal(t, iprange.ListInfo{Name: "usgovdod", Layer: iprange.LayerProduct}, l.Info)
	require.Len(t, l.Skipped, 3)
	assert.EqualError(t, l.Skipped[0], `row 1: ips: no prefix: "192.0.2.0/99"`)
	assert.Equal(t, 2, l.Skipped[1].Row)
	s, err := new(iprange.Set).With(l)
	require.NoError(t, err)
	m := s.Lookup(netip.MustParseAddr("192.0.2.1"))
	require.Equal(t, 1, m.Len())
	assert.Equal(t, 5, m.At(0).Set)
	assert.Equal(t, "usgovdod", m.At(0).Instance)
}

func TestReadRefusesOtherDocuments(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "cut": `[{"id":1`, "cut service tags": `{"cloud":"Public","values":[{"name":"T"`, "null": "null", "page": "<html>",
		"empty list": "[]", "object": "{}", "words": strings.Repeat("no prefix\n", 1000), "array of other things": `[1,"x",{"ip":"192.0.2.1"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := iprange.Read(strings.NewReader(text), "")
			assert.ErrorIs(t, err, iprange.ErrFormat)
		})
	}
}

func TestReadLimits(t *testing.T) {
	const small, large = 16 << 20, 64 << 20
	tests := []struct {
		name, begin string
		size        int
		want        error
	}{
		{"CSV at the limit", "192.0.2.0/24\n", small, nil},
		{"CSV above it", "192.0.2.0/24\n", small + 1, iprange.ErrTooLarge},
		{"endpoints at the limit", `[{"id":1}]`, small, nil},
		{"endpoints above it", `[{"id":1}]`, small + 1, iprange.ErrTooLarge},
		{"service tags at the limit", `{"values":[{"name":"T"}]}`, large, nil},
		{"service tags above it", `{"values":[{"name":"T"}]}`, large + 1, iprange.ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := iprange.Read(strings.NewReader(tt.begin+strings.Repeat("\n", tt.size-len(tt.begin))), "")
			assert.ErrorIs(t, err, tt.want)
		})
	}
	_, err := iprange.ReadOwn(strings.NewReader(strings.Repeat("\n", small+1)), "")
	assert.ErrorIs(t, err, iprange.ErrTooLarge)
	_, err = iprange.ReadOwn(strings.NewReader(strings.Repeat("\n", small)), "")
	assert.NoError(t, err)
}

func TestReadReportsErrorsOfTheReader(t *testing.T) {
	broken := errors.New("broken")
	_, err := iprange.Read(iotest.ErrReader(broken), "x.json")
	assert.ErrorIs(t, err, broken)
	_, err = iprange.ReadOwn(iotest.ErrReader(broken), "")
	assert.ErrorIs(t, err, broken)
}

func TestReadTakesNameAndDateFromTheFileName(t *testing.T) {
	const endpoints, tags, space = `[{"id":1,"ips":["192.0.2.0/24"]}]`, `{"cloud":"Public","values":[{"name":"T"}]}`, "192.0.2.0/24\n"
	tests := []struct{ name, text, want string }{
		{"ServiceTags_Public_20260810.json", tags, "servicetags public 2026-08-10"},
		{"ServiceTags_Public_2026-06-26_rebuilt.min.json", tags, "servicetags public 2026-06-26"},
		{"worldwide_2026-08-02.json", endpoints, "worldwide 2026-08-02"},
		{"/2025-01-01/China_2026-08-02 (1).json", endpoints, "china 2026-08-02"},
		{`C:\2025-01-01\USGovGCCHigh.json`, endpoints, "usgovgcchigh"},
		{"usgovdod-2026080200.json", endpoints, "usgovdod 2026-08-02"},
		{"MSFT_PublicIPs_2026-07-30.csv", space, "public ip space 2026-07-30"},
		{"2025-01-01_to_2026-02-01.csv", space, "public ip space 2026-02-01"},
		{"", endpoints, "worldwide"},
		{"2026-13-40.json", endpoints, "worldwide"},
		{"120260802.json", endpoints, "worldwide"},
		{"20260802123456.json", endpoints, "worldwide"},
		{"19990101.json", endpoints, "worldwide"},
		{"2026-0802.json", endpoints, "worldwide"},
		{"-", space, "public ip space"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := iprange.Read(strings.NewReader(tt.text), tt.name)
			require.NoError(t, err)
			got := l.Info.Name
			for _, d := range l.Info.Dates {
				got += " " + d.Format(time.DateOnly)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestIntuneIsAListOfItsOwn(t *testing.T) {
	const mem, other = `{"id":163,"serviceArea":"MEM","ips":["192.0.2.0/24"]}`, `{"id":1,"serviceArea":"Exchange","ips":["198.51.100.0/24"]}`
	both, err := iprange.Read(strings.NewReader("["+mem+","+other+"]"), "worldwide_2026-01-01.json")
	require.NoError(t, err)
	s, err := new(iprange.Set).With(both)
	require.NoError(t, err)
	assert.Len(t, s.Lists(), 2)
	without, err := iprange.Read(strings.NewReader("["+other+"]"), "worldwide_2026-02-01.json")
	require.NoError(t, err)
	s, err = s.With(without)
	require.NoError(t, err)
	assert.Equal(t, "worldwide MEM 2026-01-01", s.Lookup(netip.MustParseAddr("192.0.2.1")).At(0).List, "stays")
	assert.Equal(t, "worldwide 2026-02-01", s.Lookup(netip.MustParseAddr("198.51.100.1")).At(0).List)
	alone, err := iprange.Read(strings.NewReader("["+mem+"]"), "")
	require.NoError(t, err)
	assert.Equal(t, "worldwide MEM", alone.Info.Name)
	assert.Zero(t, s.Without("worldwide MEM").Lookup(netip.MustParseAddr("192.0.2.1")).Len())
}
