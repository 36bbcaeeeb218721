package iprange_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
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
		var doc tagsDocument
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
			doc.add(name, p)
			want.add(p, "tag "+name+"  ")
			data = data[6:]
		}
		if len(doc.Values) == 0 {
			return
		}
		s, err := new(iprange.Set).With(doc.list(t))
		require.NoError(t, err)
		var entries []string
		for m := range s.Entries() {
			entries = append(entries, m.Prefix.String()+" tag "+m.Tag+"  ")
		}
		require.ElementsMatch(t, want.all(), entries)
		for _, a := range want.borders() {
			require.Equal(t, want.lookup(a), said(s.Lookup(a)), a)
			require.True(t, ordered(s.Lookup(a)))
		}
	})
}

// tagsDocument is a service tags document.
type tagsDocument struct {
	Values []tagElement `json:"values"`
}

type tagElement struct {
	Name       string `json:"name"`
	Properties struct {
		AddressPrefixes []string `json:"addressPrefixes"`
	} `json:"properties"`
}

func (d *tagsDocument) add(name string, p netip.Prefix) {
	e := tagElement{Name: name}
	e.Properties.AddressPrefixes = []string{p.String()}
	d.Values = append(d.Values, e)
}

func (d *tagsDocument) list(t testing.TB) *iprange.List {
	t.Helper()
	data, err := json.Marshal(d)
	require.NoError(t, err)
	l, err := iprange.Read(bytes.NewReader(data), "")
	require.NoError(t, err)
	require.Empty(t, l.Skipped)
	return l
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
	list, err := iprange.Read(strings.NewReader(`[{"id":1,"urls":["`+strings.Join(patterns, `","`)+`"]}]`), "")
	require.NoError(f, err)
	require.Empty(f, list.Skipped)
	s, err := new(iprange.Set).With(list)
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

// FuzzRead asks whether a reader panics, and whether the lists that it returns
// can be added to a Set.
func FuzzRead(f *testing.F) {
	f.Add([]byte("[\r\n{\"id\":1,\"serviceArea\":\"Skype\",\"ips\":[\"192.0.2.0/24\",\"x\"],\"urls\":[\"*.example.com\"],\"tcpPorts\":\"143, 587\",\"udpPorts\":\"\"}]"), "worldwide_2026-08-02.json") // endpoints
	f.Add([]byte(`{"changeNumber":1,"cloud":"Public","values":[{"name":"T","properties":{"addressPrefixes":["2001:db8::/48"],"networkFeatures":null}}]}`), "ServiceTags_20260802.json")                // service tags
	f.Add([]byte("Prefix,Type\n192.0.2.0/24, MSFT\n\n"), "")                                                                                                                                           // public space
	f.Add([]byte(`[{"id":163,"serviceArea":"MEM","ips":["192.0.2.0/24"]}]`), "2026080200")                                                                                                             // Intune alone
	f.Add([]byte("egress: 192.0.2.1 = x\n"), "own")                                                                                                                                                    // own ranges
	f.Add([]byte("3.0.0.0/15\n# x\nwest 3.4.0.0/14\n2600:1f00::/24\n"), "amazon_ipv4_2026-08-22.txt")                                                                                                  // plain list
	f.Add([]byte(`{"services":{"Bot":{"source_url":"https://bot.example","ipv4":["192.0.2.0/24"],"ipv6":[7]}}}`), "crawlers.json")                                                                     // crawlers
	f.Add([]byte(`{"zscaler.net":{"continent : A":{"city : B":[{"range":"192.0.2.0/24"}]}},"svpnIPs":["::1"]}`), "cenr.json")                                                                          // Zscaler
	f.Add([]byte(`{"name":"Defender for Cloud Apps","list":[".mcas.ms",".."]}`), "hosts.json")                                                                                                         // hosts
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		for _, read := range []func(io.Reader, string) (*iprange.List, error){iprange.Read, iprange.ReadOwn} {
			l, err := read(bytes.NewReader(data), name)
			if err != nil {
				require.Nil(t, l)
				continue
			}
			if s, err := new(iprange.Set).With(l); err == nil {
				for m := range s.Entries() {
					if m.Prefix.IsValid() {
						require.NotZero(t, s.Lookup(m.Prefix.Addr()).Len(), m)
					}
				}
			}
		}
	})
}
