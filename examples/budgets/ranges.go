package main

import (
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gaissmai/bart"
	"github.com/yl2chen/cidranger"
	"go4.org/netipx"

	"github.com/whoclicked/whoclicked/iprange"
)

// The address budgets: iprange, which gives all matches with provenance, beside
// structures that give a yes or no, over the full public service tags and the
// same addresses.

// sample is the prefixes of one family and addresses to ask for: half of them
// random, half inside a random prefix.
type sample struct {
	prefixes []netip.Prefix
	addrs    []netip.Addr // a power of two
}

// publicTags returns the distinct prefixes of the embedded public service tags.
var publicTags = sync.OnceValue(func() []netip.Prefix {
	seen := map[netip.Prefix]bool{}
	var out []netip.Prefix
	for m := range iprange.Default().Entries() {
		if strings.HasPrefix(m.List, "servicetags public ") && !seen[m.Prefix] {
			seen[m.Prefix] = true
			out = append(out, m.Prefix)
		}
	}
	return out
})

func addresses(family int) sample {
	var s sample
	bits := 32
	if family == 6 {
		bits = 128
	}
	for _, p := range publicTags() {
		if p.Addr().BitLen() == bits {
			s.prefixes = append(s.prefixes, p)
		}
	}
	r := rand.New(rand.NewPCG(1, uint64(family)))
	s.addrs = make([]netip.Addr, 1<<14)
	for i := range s.addrs {
		keep := 0
		var b [16]byte
		if i%2 == 0 {
			p := s.prefixes[r.IntN(len(s.prefixes))]
			keep = p.Bits()
			copy(b[:], p.Addr().AsSlice())
		}
		for n := keep; n < bits; n++ {
			b[n/8] |= byte(r.IntN(2)) << (7 - n%8)
		}
		s.addrs[i], _ = netip.AddrFromSlice(b[:bits/8])
	}
	r.Shuffle(len(s.addrs), func(i, j int) { s.addrs[i], s.addrs[j] = s.addrs[j], s.addrs[i] })
	return s
}

// loop asks for every address in turn and counts the hits, so that no look-up
// can be left out.
func (s sample) loop(b *testing.B, hit func(netip.Addr) bool) {
	mask, hits := len(s.addrs)-1, 0
	i := 0
	for b.Loop() {
		if hit(s.addrs[i&mask]) {
			hits++
		}
		i++
	}
	keep(hits)
}

// keep makes the compiler believe that n is wanted.
func keep(n int) { runtime.KeepAlive(n) }

func benchLookup(b *testing.B, s sample) {
	set := iprange.Default()
	mask, i := len(s.addrs)-1, 0
	var m iprange.Matches
	for b.Loop() {
		m = set.Lookup(s.addrs[i&mask])
		i++
	}
	runtime.KeepAlive(m)
}

func benchBest(b *testing.B, s sample) {
	set := iprange.Default()
	s.loop(b, func(a netip.Addr) bool {
		_, found := set.Lookup(a).Best()
		return found
	})
}

func benchAllMatches(b *testing.B, s sample) {
	set := iprange.Default()
	mask, hits, i := len(s.addrs)-1, 0, 0
	for b.Loop() {
		m := set.Lookup(s.addrs[i&mask])
		for _, x := range m.All() {
			hits += int(x.Kind)
		}
		i++
	}
	keep(hits)
}

func benchBartFast(b *testing.B, s sample) {
	t := new(bart.Fast[struct{}])
	for _, p := range s.prefixes {
		t.Insert(p, struct{}{})
	}
	mask, hits, i := len(s.addrs)-1, 0, 0
	for b.Loop() {
		if t.Contains(s.addrs[i&mask]) {
			hits++
		}
		i++
	}
	keep(hits)
}

func benchNetipx(b *testing.B, s sample) {
	var t netipx.IPSetBuilder
	for _, p := range s.prefixes {
		t.AddPrefix(p)
	}
	set, err := t.IPSet()
	if err != nil {
		b.Fatal(err)
	}
	s.loop(b, set.Contains)
}

func benchCIDRanger(b *testing.B, s sample) {
	r := cidranger.NewPCTrieRanger()
	for _, p := range s.prefixes {
		if err := r.Insert(cidranger.NewBasicRangerEntry(*netipx.PrefixIPNet(p))); err != nil {
			b.Fatal(err)
		}
	}
	s.loop(b, func(a netip.Addr) bool {
		ok, _ := r.Contains(a.AsSlice())
		return ok
	})
}

func benchLinear(b *testing.B, s sample) {
	s.loop(b, func(a netip.Addr) bool {
		for _, p := range s.prefixes {
			if p.Contains(a) {
				return true
			}
		}
		return false
	})
}

func lookupAllocs(int) (float64, error) {
	set, at := iprange.Default(), time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	addrs := [...]netip.Addr{
		netip.MustParseAddr("52.112.103.113"), netip.MustParseAddr("2a01:111:f403:d91b::5"), netip.MustParseAddr("192.0.2.1"),
	}
	return testing.AllocsPerRun(1000, func() {
		for _, a := range addrs {
			m := set.Lookup(a)
			for i := range m.Len() {
				keep(int(m.At(i).Kind))
			}
			keep(set.LookupAt(a, at).Len())
		}
	}), nil
}
