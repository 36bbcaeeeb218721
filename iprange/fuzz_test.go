package iprange_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

// FuzzLookup asks whether a Set answers as the slow twin does, for any lists.
func FuzzLookup(f *testing.F) {
	f.Add([]byte{4, 24, 192, 0, 2, 0, 4, 25, 192, 0, 2, 128})                                 // nested
	f.Add([]byte{4, 0, 0, 0, 0, 0, 4, 32, 255, 255, 255, 255})                                // everything, and the last address
	f.Add([]byte{6, 0, 0, 0, 0, 0, 6, 128, 0x20, 1, 0xd, 0xb8, 6, 48, 0x20, 1, 0xd, 0xb8})    // IPv6 of all lengths
	f.Add(bytes.Repeat([]byte{4, 31, 10, 0, 0, 2, 4, 30, 10, 0, 0, 4, 6, 65, 1, 2, 3, 4}, 9)) // many, repeated
	f.Fuzz(func(t *testing.T, data []byte) {
		tags := &iprange.ServiceTags{Cloud: "Public"}
		want := slow{}
		for n := 0; len(data) >= 6 && n < 300; n++ {
			var b [16]byte
			width := 32
			copy(b[:], data[2:6])
			if data[0]&2 != 0 {
				width = 128
				// Spread the four bytes, so that prefixes differ in all parts.
				copy(b[6:], data[2:6])
				copy(b[12:], data[2:6])
			}
			a, _ := netip.AddrFromSlice(b[:width/8])
			if a.Is4In6() {
				a = a.Unmap()
				width = 32
			}
			p := netip.PrefixFrom(a, int(data[1])%(width+1)).Masked()
			if p.Addr().Is4In6() {
				data = data[6:]
				continue
			}
			name := fmt.Sprintf("T%d", data[0]%5)
			tags.Tags = append(tags.Tags, iprange.ServiceTag{Name: name, Prefixes: []netip.Prefix{p}})
			want.add(p, "tag "+name+"  ")
			data = data[6:]
		}
		if len(tags.Tags) == 0 {
			return
		}
		var b iprange.Builder
		b.Add(tags)
		s, err := b.Set()
		require.NoError(t, err)
		for _, a := range want.borders() {
			require.Equal(t, want.lookup(a), said(s.Lookup(a)), a)
			require.True(t, ordered(s.Lookup(a)))
		}
	})
}

// slowHost is the obvious reference for host patterns: strings taken apart
// into labels, every pattern tried.
func slowHost(pattern, host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if rest, ok := strings.CutPrefix(pattern, "*."); ok {
		return strings.HasSuffix(host, "."+rest) && len(host) > len(rest)+1
	}
	if rest, ok := strings.CutPrefix(pattern, "*"); ok {
		return strings.HasSuffix(host, rest)
	}
	if strings.Contains(pattern, "*") {
		p, h := strings.Split(pattern, "."), strings.Split(host, ".")
		if len(p) != len(h) {
			return false
		}
		for i := range p {
			if p[i] != "*" && p[i] != h[i] {
				return false
			}
		}
		return true
	}
	return pattern == host
}

// FuzzLookupHost asks whether hosts match the patterns that the twin says.
func FuzzLookupHost(f *testing.F) {
	patterns := []string{"a.example.com", "*.example.com", "*.b.example.com", "*cdn.example.net", "autodiscover.*.example.org", "*.example.org"}
	list := &iprange.Endpoints{Instance: "worldwide", Sets: []iprange.EndpointSet{{ID: 1, URLs: patterns}}}
	var b iprange.Builder
	b.Add(list)
	s, err := b.Set()
	require.NoError(f, err)
	f.Add("a.example.com")              // exact and suffix
	f.Add("x.B.example.com.")           // two suffixes, case, trailing dot
	f.Add("site-cdn.example.net")       // no dot after the star
	f.Add("autodiscover.x.example.org") // star inside
	f.Add("ünicode。example.com:443")    // what toASCII handles
	f.Fuzz(func(t *testing.T, host string) {
		m := s.LookupHost(host)
		var got []string
		for _, x := range m.All() {
			got = append(got, x.Pattern)
		}
		slices.Sort(got)
		if strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" ||
			strings.Contains(strings.TrimSuffix(host, "."), "..") || strings.HasPrefix(host, ".") || strings.HasSuffix(host, "..") || len(host) > 253 {
			return // no plain host name: only that it does not panic
		}
		for _, l := range strings.Split(host, ".") {
			if len(l) > 63 {
				return
			}
		}
		var want []string
		for _, p := range patterns {
			if slowHost(p, host) {
				want = append(want, p)
			}
		}
		slices.Sort(want)
		require.Equal(t, want, got)
	})
}

// FuzzReaders asks whether any reader panics, and whether what one reads can
// be built and found again.
func FuzzReaders(f *testing.F) {
	f.Add([]byte("[\r\n{\"id\":1,\"serviceArea\":\"Skype\",\"ips\":[\"192.0.2.0/24\",\"x\"],\"urls\":[\"*.example.com\"],\"tcpPorts\":\"143, 587\",\"udpPorts\":\"\"}]")) // endpoints
	f.Add([]byte(`{"changeNumber":1,"cloud":"Public","values":[{"name":"T","properties":{"addressPrefixes":["2001:db8::/48"],"networkFeatures":null}}]}`))                // service tags
	f.Add([]byte("Prefix,Type\n192.0.2.0/24, MSFT\n\n"))                                                                                                                  // public space
	f.Add([]byte(`{"instance":"Worldwide","latest":"2026080100"}`))                                                                                                       // version, one object
	f.Add([]byte(`[{"id":1,"endpointSetId":"x","add":{"effectiveDate":20260801}}]`))                                                                                      // changes, of other types
	f.Add([]byte("egress: 192.0.2.1 = x\n"))                                                                                                                              // own ranges
	f.Add([]byte("2022-12-01 1 +192.0.2.0/24\nbegins 2022-01-01"))                                                                                                        // history
	f.Add([]byte("iprange\x01\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00"))                                                                                              // compact form
	oldest := &iprange.Endpoints{Sets: []iprange.EndpointSet{{ID: 1, IPs: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}}}
	f.Fuzz(func(t *testing.T, data []byte) {
		var b iprange.Builder
		var all []netip.Prefix
		if l, err := iprange.ReadEndpoints(bytes.NewReader(data), "worldwide"); err == nil {
			b.Add(l)
			for _, s := range l.Sets {
				all = append(all, s.IPs...)
			}
		}
		if l, err := iprange.ReadServiceTags(bytes.NewReader(data)); err == nil {
			b.Add(l)
			for _, s := range l.Tags {
				all = append(all, s.Prefixes...)
			}
		}
		if l, err := iprange.ReadPublicSpace(bytes.NewReader(data)); err == nil {
			b.Add(l)
			all = append(all, l.Prefixes...)
		}
		if l, err := iprange.ReadOwn(bytes.NewReader(data), "own"); err == nil {
			b.Add(l)
		}
		if s, err := b.Set(); err == nil {
			for _, p := range all {
				require.NotZero(t, s.Lookup(p.Addr()).Len(), p)
			}
		}
		iprange.ReadVersions(bytes.NewReader(data))
		iprange.ReadChanges(bytes.NewReader(data))
		iprange.ReadHistory(bytes.NewReader(data), oldest)
		if s, err := iprange.Load(data); err == nil {
			s.Lookup(netip.AddrFrom4([4]byte{byte(binary.Size(data))})).Len()
			s.LookupHost("a.example.com").Len()
		}
	})
}
