// Package keys makes 64-bit keys of texts, so that rows can be compared without keeping
// their texts. The keys are hashes with a seed of the process: nobody outside can aim
// collisions at them, and they must not be stored.
package keys

import (
	"hash/maphash"
	"math/bits"
	"net/netip"
)

var seed = maphash.MakeSeed()

// Of returns the key of a text in the form of package normal, and 0 for "".
func Of(text string) uint64 {
	if text == "" {
		return 0
	}
	return nonzero(maphash.String(seed, text))
}

// OfAddr returns the key of an address, and 0 for the zero Addr.
func OfAddr(addr netip.Addr) uint64 {
	if !addr.IsValid() {
		return 0
	}
	b := addr.As16()
	return nonzero(maphash.Bytes(seed, b[:]))
}

// Join returns the key of two keys in this order, and 0 if one of them is 0.
func Join(a, b uint64) uint64 {
	if a == 0 || b == 0 {
		return 0
	}
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, bits.RotateLeft64(b, 32)^0xd6e8feb86659fd93)
	return nonzero(hi ^ lo ^ bits.RotateLeft64(a, 17))
}

func nonzero(key uint64) uint64 { return max(key, 1) }

// OfBytes returns the key of bytes. It differs from the key of a text with the same bytes.
func OfBytes(b []byte) uint64 { return nonzero(^maphash.Bytes(seed, b)) }
