package keys

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOf(t *testing.T) {
	assert.Zero(t, Of(""))
	assert.Equal(t, Of("ann@one.example"), Of("ann@one.example"))
	seen := map[uint64]string{}
	for _, s := range []string{"a", "A", "a ", " a", "ab", "a\x00", "\x00", "\x00\x00", "\xff", "ä", "ann@one.example", "ann@one.example."} {
		key := Of(s)
		assert.NotZero(t, key, "%q", s)
		assert.NotContains(t, seen, key, "%q", s)
		seen[key] = s
	}
}

func TestOfAddr(t *testing.T) {
	parse := netip.MustParseAddr
	assert.Zero(t, OfAddr(netip.Addr{}))
	same := map[string][2]netip.Addr{
		"itself":            {parse("192.0.2.1"), parse("192.0.2.1")},
		"IPv4 inside IPv6":  {parse("192.0.2.1"), parse("::ffff:192.0.2.1")},
		"another notation":  {parse("2001:db8::1"), parse("2001:0DB8:0:0:0:0:0:1")},
		"with another zone": {parse("fe80::1%eth0"), parse("fe80::1")},
	}
	for name, pair := range same {
		t.Run(name, func(t *testing.T) {
			assert.NotZero(t, OfAddr(pair[0]))
			assert.Equal(t, OfAddr(pair[0]), OfAddr(pair[1]))
		})
	}
	seen := map[uint64]netip.Addr{}
	for _, s := range []string{"0.0.0.0", "::", "192.0.2.1", "1.2.0.192", "192.0.2.2", "::192.0.2.1", "2001:db8::1"} {
		key := OfAddr(parse(s))
		assert.NotZero(t, key, s)
		assert.NotContains(t, seen, key, s)
		seen[key] = parse(s)
	}
}

func TestOfBytes(t *testing.T) {
	assert.NotZero(t, OfBytes(nil))
	assert.Equal(t, OfBytes([]byte("abc")), OfBytes([]byte("abc")))
	assert.NotEqual(t, OfBytes([]byte("abc")), OfBytes([]byte("abd")))
	for _, s := range []string{"", "abc", "ann@one.example"} {
		assert.NotEqual(t, Of(s), OfBytes([]byte(s)), "%q", s)
	}
}

// TestJoin joins keys of texts, and numbers that differ in few bits, of which no two pairs
// may have the same key.
func TestJoin(t *testing.T) {
	assert.Zero(t, Join(0, 0))
	assert.Zero(t, Join(Of("a"), 0))
	assert.Zero(t, Join(0, Of("a")))
	assert.NotEqual(t, Join(Of("a"), Of("b")), Join(Of("b"), Of("a")), "in this order")
	assert.NotEqual(t, Join(Of("a"), Join(Of("b"), Of("c"))), Join(Join(Of("a"), Of("b")), Of("c")))

	rng := rand.New(rand.NewPCG(1, 1))
	random := make([]uint64, 300)
	for i := range random {
		random[i] = rng.Uint64()
		if i%3 > 0 { // beside the one before it
			random[i] = random[i-1] ^ 1<<rng.IntN(64)
		}
	}
	var texts, numbers []uint64
	for i := range 300 {
		texts = append(texts, Of(fmt.Sprintf("text %d", i)))
		numbers = append(numbers, uint64(i)+1)
	}
	for name, list := range map[string][]uint64{"random": random, "texts": texts, "numbers": numbers} {
		t.Run(name, func(t *testing.T) {
			seen := map[uint64][2]uint64{}
			for _, a := range list {
				for _, b := range list {
					key := Join(a, b)
					if before, ok := seen[key]; ok && before != [2]uint64{a, b} || key == 0 {
						require.Fail(t, "two pairs have one key", "%x and %x", before, [2]uint64{a, b})
					}
					seen[key] = [2]uint64{a, b}
				}
			}
		})
	}
}

func TestAllocations(t *testing.T) {
	addr, b := netip.MustParseAddr("192.0.2.1"), []byte("0123456789abcdef")
	sum := uint64(0)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		sum += Join(Of("ann@one.example"), OfAddr(addr)) + OfBytes(b)
	}))
	assert.NotZero(t, sum)
}

// FuzzOf asks whether texts have the same key exactly if they are equal, and no key is 0.
func FuzzOf(f *testing.F) {
	f.Add("", "")                               // nothing
	f.Add("ann@one.example", "Ann@one.example") // keys do not fold: their callers do
	f.Add("a", "a\x00")                         // a zero byte more
	f.Add("the same", "the same")               // equal
	f.Fuzz(func(t *testing.T, a, b string) {
		if (a == b) != (Of(a) == Of(b)) {
			t.Errorf("%q and %q: %x and %x", a, b, Of(a), Of(b))
		}
		if (a == "") != (Of(a) == 0) {
			t.Errorf("%q: %x", a, Of(a))
		}
		if (a == b) != (OfBytes([]byte(a)) == OfBytes([]byte(b))) {
			t.Errorf("bytes of %q and %q", a, b)
		}
		if a != "" && b != "" && (a == b) != (Join(Of(a), Of(b)) == Join(Of(b), Of(a))) {
			t.Errorf("%q and %q joined both ways", a, b)
		}
	})
}
