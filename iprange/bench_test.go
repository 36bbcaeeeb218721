package iprange

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The benchmarks compare each device for speed with the plain way, in the same
// run: "ratio" is the time with the device divided by the time without it.

// sampleAddrs returns addresses of one family: half of them are inside a random
// prefix of the embedded lists, the others are random.
func sampleAddrs(tb testing.TB, f family) []netip.Addr {
	var prefixes []netip.Prefix
	for c := range Default().Entries() {
		if c.Prefix.Addr().Is4() == (f == family4) && c.Prefix.IsValid() {
			prefixes = append(prefixes, c.Prefix)
		}
	}
	require.NotEmpty(tb, prefixes)
	r := rand.New(rand.NewPCG(1, uint64(f)))
	addrs := make([]netip.Addr, 1<<14)
	for i := range addrs {
		p := prefixes[r.IntN(len(prefixes))]
		b := p.Addr().AsSlice()
		fixed := p.Bits()
		if i%2 == 0 {
			fixed = 0
		}
		for n := fixed; n < 8*len(b); n++ {
			b[n/8] ^= byte(r.IntN(2)) << (7 - n%8)
		}
		addrs[i], _ = netip.AddrFromSlice(b)
	}
	return addrs
}

// compareTimes times one pass over the addresses with each of two functions, in
// turns. The fastest passes count: what else the machine does only adds to them.
func compareTimes(b *testing.B, addrs []netip.Addr, device, plain func(netip.Addr) uint32) {
	for _, a := range addrs {
		require.Equal(b, plain(a), device(a), a)
	}
	least := [2]time.Duration{1<<63 - 1, 1<<63 - 1}
	var sum uint32
	for b.Loop() {
		for i, f := range [...]func(netip.Addr) uint32{device, plain} {
			start := time.Now()
			for _, a := range addrs {
				sum += f(a)
			}
			least[i] = min(least[i], time.Since(start))
		}
	}
	runtime.KeepAlive(sum)
	for i, unit := range [...]string{"ns/lookup", "ns/plain-lookup"} {
		b.ReportMetric(float64(least[i].Nanoseconds())/float64(len(addrs)), unit)
	}
	b.ReportMetric(float64(least[0])/float64(least[1]), "ratio")
	b.ReportMetric(0, "ns/op")
}

// halves returns the two halves of an IPv6 address.
func halves(a netip.Addr) (upper, lower uint64) {
	b := a.AsSlice()
	return binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
}

func BenchmarkRootTable(b *testing.B) {
	d := decoder{data: embedded}
	d.table(new(table))
	var withoutTable trie
	builder := trieBuilder{trie: &withoutTable, keys: d.keys4, subject: 1}
	root := builder.node(0, 0, len(d.keys4), 0)
	t := &Default().table.trie
	compareTimes(b, sampleAddrs(b, family4), func(a netip.Addr) uint32 {
		bytes := a.As4()
		return t.lookup4(binary.BigEndian.Uint32(bytes[:]))
	}, func(a netip.Addr) uint32 {
		bytes := a.As4()
		ref := root
		for _, x := range bytes {
			if ref < isNode {
				break
			}
			ref = withoutTable.follow(&withoutTable.nodes4[ref-isNode], x)
		}
		return ref
	})
}

func BenchmarkBlockTable(b *testing.B) {
	t := &Default().table.trie
	withoutTable := *t
	withoutTable.blocks = blockTable{}
	b.Run("none", func(b *testing.B) {
		compareTimes(b, sampleAddrs(b, family6), func(a netip.Addr) uint32 { return t.lookup6(halves(a)) },
			func(a netip.Addr) uint32 { return withoutTable.lookup6(halves(a)) })
	})
	blocks := make(map[uint64]uint32)
	for _, x := range t.blocks.slots {
		if x.ref != 0 {
			blocks[x.bits] = x.ref
		}
	}
	b.Run("map", func(b *testing.B) {
		compareTimes(b, sampleAddrs(b, family6), func(a netip.Addr) uint32 { return t.lookup6(halves(a)) },
			func(a netip.Addr) uint32 {
				upper, lower := halves(a)
				ref, found := blocks[upper]
				if !found {
					ref = t.root6
				}
				for ref >= isNode {
					n := &t.nodes6[ref-isNode]
					half := upper
					if n.lower {
						half = lower
					}
					if (half^n.path)>>n.shift>>8 != 0 {
						return n.outside
					}
					ref = t.follow(&n.node, uint8(half>>n.shift))
				}
				return ref
			})
	})
}

func BenchmarkAsSlice(b *testing.B) {
	s := Default()
	compareTimes(b, sampleAddrs(b, family6), func(a netip.Addr) uint32 { return s.Lookup(a).subject },
		func(a netip.Addr) uint32 {
			bytes := a.As16()
			upper, lower := binary.BigEndian.Uint64(bytes[:8]), binary.BigEndian.Uint64(bytes[8:])
			return Matches{s, upper, lower, question{subject: s.table.trie.lookup6(upper, lower), family: family6}}.subject
		})
}

// wideMatches is Matches with the fields of question in place of it.
type wideMatches struct {
	set          *Set
	upper, lower uint64
	subject      uint32
	day          day
	family       family
}

//go:noinline
func (s *Set) lookupWide(addr netip.Addr) wideMatches {
	b := addr.As4()
	a := binary.BigEndian.Uint32(b[:])
	return wideMatches{set: s, upper: uint64(a) << 32, subject: s.table.trie.lookup4(a), family: family4}
}

func BenchmarkMatchesInRegisters(b *testing.B) {
	s := Default()
	compareTimes(b, sampleAddrs(b, family4), func(a netip.Addr) uint32 { return s.Lookup(a).subject },
		func(a netip.Addr) uint32 {
			m := s.lookupWide(a)
			return m.subject + uint32(m.lower) + uint32(m.day) // the last two are 0
		})
}
