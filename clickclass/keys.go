package clickclass

import (
	"encoding/binary"
	"hash/maphash"
	"strings"
	"sync"

	"github.com/whoclicked/whoclicked/safelinks"
)

// Keys stand for accounts, URLs and ids wherever rows are compared, so that
// the text of a row need not be kept. They are 64 bits of a hash with a seed
// of this process, which nobody outside can aim collisions at; they never
// reach the output.

var keySeed = sync.OnceValue(maphash.MakeSeed)

// foldKey is the key of s without regard to ASCII case.
func foldKey(s string) uint64 {
	var buf [128]byte
	if len(s) > len(buf) {
		return maphash.String(keySeed(), lowerASCII(s))
	}
	copy(buf[:], s)
	for i := 0; i < len(s); i += 8 {
		eight := buf[i : i+8]
		binary.LittleEndian.PutUint64(eight, lowerEight(binary.LittleEndian.Uint64(eight)))
	}
	return maphash.Bytes(keySeed(), buf[:len(s)])
}

// lowerEight turns the ASCII capitals among eight bytes into small letters.
func lowerEight(x uint64) uint64 {
	const ones = 0x0101010101010101
	low := x &^ (0x80 * ones)
	fromA := low + (0x80-'A')*ones   // the top bit: at least 'A'
	pastZ := low + (0x80-'Z'-1)*ones // the top bit: more than 'Z'
	capital := (fromA &^ pastZ) &^ x & (0x80 * ones)
	return x | capital>>2
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lowerByte(c)
	}
	return string(b)
}

// idKey is the key of a GUID, with or without dashes and braces, any case.
func idKey(s string) uint64 {
	g, ok := safelinks.ParseGUID(s)
	return guidKey(g, ok, s)
}

// guidKey is idKey for an id that has been read: g, when it is one.
func guidKey(g safelinks.GUID, ok bool, s string) uint64 {
	if ok {
		return maphash.Bytes(keySeed(), g[:])
	}
	var buf [64]byte
	n := 0
	for i := range len(s) {
		switch c := s[i]; c {
		case '-', '{', '}':
		default:
			if n == len(buf) {
				return foldKey(s)
			}
			buf[n] = lowerByte(c)
			n++
		}
	}
	return maphash.Bytes(keySeed(), buf[:n])
}

// urlKey is the key of what a URL points at: without wrapper, scheme, case of
// the host, default port, fragment, and the slash of an empty path.
func urlKey(raw string) uint64 {
	if strings.IndexByte(raw, '?') >= 0 && safelinks.IsSafeLink(raw) {
		if link, err := safelinks.Decode(raw); err == nil {
			raw = link.Original
		}
	}
	raw, _, _ = strings.Cut(raw, "#")
	port := ""
	if rest, ok := cutSchemeFold(raw, "https://"); ok {
		raw, port = rest, ":443"
	} else if rest, ok := cutSchemeFold(raw, "http://"); ok {
		raw, port = rest, ":80"
	}
	end := strings.IndexAny(raw, "/?")
	if end < 0 {
		end = len(raw)
	}
	host, rest := strings.TrimSuffix(raw[:end], port), raw[end:]
	if rest == "/" {
		rest = ""
	}
	if rest == "" {
		return foldKey(host)
	}
	return foldKey(host)*31 + maphash.String(keySeed(), rest)
}

func cutSchemeFold(s, scheme string) (string, bool) {
	if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
		return s, false
	}
	return s[len(scheme):], true
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
