package plain

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// prefixByByte is the slow, obvious twin of Prefix.
func prefixByByte(s string) int {
	n := 0
	for n < len(s) && Is(s[n]) {
		n++
	}
	return n
}

func TestPrefixStopsAtEveryByteThatIsNotPlain(t *testing.T) {
	for length := range 20 {
		for at := range length {
			for c := range 256 {
				for _, fill := range []string{"a", " ", "~", "!", "#", "[", "]"} {
					b := []byte(strings.Repeat(fill, length))
					b[at] = byte(c)
					if got, want := Prefix(string(b)), prefixByByte(string(b)); got != want {
						t.Fatalf("Prefix(%q) = %d, want %d", b, got, want)
					}
				}
			}
		}
	}
}

func TestPrefixOfRandomBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		b := make([]byte, r.IntN(40))
		for i := range b {
			b[i] = byte(r.IntN(256))
			if r.IntN(8) > 0 {
				b[i] = byte('a' + r.IntN(26))
			}
		}
		assert.Equal(t, prefixByByte(string(b)), Prefix(string(b)), "%q", b)
	}
}

// BenchmarkPrefix compares Prefix with its twin on a URL.
func BenchmarkPrefix(b *testing.B) {
	s := "https://login.fabrikam-secure.example/session/renew?id=58213&ref=abcdefgh"
	b.Run("eight", func(b *testing.B) {
		for b.Loop() {
			Prefix(s)
		}
	})
	b.Run("byte by byte", func(b *testing.B) {
		for b.Loop() {
			prefixByByte(s)
		}
	})
}
