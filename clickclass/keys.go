package clickclass

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"strings"
	"sync"

	"github.com/whoclicked/whoclicked/safelinks"
)

// Keys stand for accounts, URLs and ids wherever rows are compared, so that
// the text of a row need not be kept. They are 64 bits of a hash with a seed
// of this process, which nobody outside can aim collisions at; they never
// reach the output.

// keyring is what keys are made with, chosen at random.
type keyring struct {
	seed          maphash.Seed
	first, second uint64 // for what has sixteen bytes
}

var keys = sync.OnceValue(func() *keyring {
	seed := maphash.MakeSeed()
	return &keyring{seed, maphash.String(seed, "first"), maphash.String(seed, "second")}
})

// text is the key of s.
func (r *keyring) text(s string) uint64 { return maphash.String(r.seed, s) }

// sixteen is the key of sixteen bytes. Both halves meet a secret, since mix
// hides neither by the other.
func (r *keyring) sixteen(b *[16]byte) uint64 {
	return mix(binary.LittleEndian.Uint64(b[:8])^r.first, binary.LittleEndian.Uint64(b[8:])^r.second)
}

// fold is the key of s without regard to ASCII case. Most of what comes here
// is in small letters.
func (r *keyring) fold(s string) uint64 {
	if !hasCapital(s) {
		return r.text(s)
	}
	var room [128]byte
	return maphash.Bytes(r.seed, appendLower(room[:0], s))
}

func foldKey(s string) uint64 { return keys().fold(s) }

// account returns the keys of an account and of its domain, which is 0 when
// there is none.
func (r *keyring) account(s string) (account, domain uint64) {
	local, host := cutDomain(s)
	if host == "" {
		return r.fold(local), 0
	}
	domain = r.fold(host)
	return mix(r.fold(local), domain), domain
}

// domainKey is the key of an account's domain, and 0 when there is none.
func domainKey(account string) uint64 {
	_, domain := cutDomain(account)
	if domain == "" {
		return 0
	}
	return foldKey(domain)
}

// cutDomain cuts an account behind its first @, when something follows.
func cutDomain(account string) (local, domain string) {
	i := strings.IndexByte(account, '@') + 1
	if i == 0 {
		i = len(account)
	}
	return account[:i], account[i:]
}

// hasCapital says whether there is an ASCII capital in s.
func hasCapital(s string) bool {
	var found uint64
	i := 0
	for ; i+8 <= len(s); i += 8 {
		found |= capitals(load8(s, i))
	}
	if i > 0 && i < len(s) {
		found |= capitals(load8(s, len(s)-8)) // some bytes for the second time
		i = len(s)
	}
	for ; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return true
		}
	}
	return found != 0
}

// capitals has the top bit of each of eight bytes set that is an ASCII capital.
func capitals(x uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	low := x &^ highs
	fromA := low + (0x80-'A')*ones   // the top bit: at least 'A'
	pastZ := low + (0x80-'Z'-1)*ones // the top bit: more than 'Z'
	return (fromA &^ pastZ) &^ x & highs
}

// ordinary returns how many bytes s begins with that are small letters, digits,
// dots and hyphens, as most hosts consist of. Of the last seven bytes of s it may
// leave some out.
func ordinary(s string) int {
	for i := 0; ; i += 8 {
		if i+8 > len(s) {
			return i
		}
		if other := unordinary(load8(s, i)); other != 0 {
			return i + bits.TrailingZeros64(other)/8
		}
	}
}

// unordinary has the top bit of each of eight bytes set that is none of those.
func unordinary(x uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	low := x &^ highs
	letter := (low + (0x80-'a')*ones) &^ (low + (0x80-'z'-1)*ones)
	mark := (low + (0x80-'-')*ones) &^ (low + (0x80-'9'-1)*ones) // or a digit, or a slash
	other := (low ^ '/'*ones) + 0x7f*ones                        // than a slash
	return ((letter|mark&other)&^x)&highs ^ highs
}

func appendLower(dst []byte, s string) []byte {
	for i := range len(s) {
		dst = append(dst, lowerByte(s[i]))
	}
	return dst
}

// idKey is the key of a GUID, with or without dashes and braces, any case.
func idKey(s string) uint64 {
	g, ok := safelinks.ParseGUID(s)
	return keys().id(&g, ok, s)
}

// id is idKey for an id that has been read: g, when it is one.
func (r *keyring) id(g *safelinks.GUID, ok bool, s string) uint64 {
	if ok {
		return r.sixteen((*[16]byte)(g))
	}
	var buf [64]byte
	n := 0
	for i := range len(s) {
		switch c := s[i]; c {
		case '-', '{', '}':
		default:
			if n == len(buf) {
				return r.fold(s)
			}
			buf[n] = lowerByte(c)
			n++
		}
	}
	return maphash.Bytes(r.seed, buf[:n])
}

// urlKey is the key of what a URL points at, inside a Safe Link if it is one.
func urlKey(raw string) uint64 {
	if safelinks.MayBeWrapped(raw) {
		return keys().wrapped(raw)
	}
	return keys().url(raw)
}

// wrapped is url for what may be a Safe Link.
func (r *keyring) wrapped(raw string) uint64 {
	if link, err := safelinks.Decode(raw); err == nil {
		raw = link.Original
	}
	return r.url(raw)
}

// url is the key of a URL that nobody wrapped: without scheme, case of the host,
// default port, fragment, and the slash of an empty path.
func (r *keyring) url(raw string) uint64 {
	s, port := raw, ""
	if rest, ok := cutSchemeFold(s, "https://"); ok {
		s, port = rest, ":443"
	} else if rest, ok := cutSchemeFold(s, "http://"); ok {
		s, port = rest, ":80"
	}
	end, colon, capital := ordinary(s), false, false
host:
	for ; end < len(s); end++ {
		switch c := s[end]; {
		case c == '/' || c == '?' || c == '#':
			break host
		case c == ':':
			colon = true
		case 'A' <= c && c <= 'Z':
			capital = true
		}
	}
	if fragment := strings.IndexByte(s[end:], '#'); fragment >= 0 {
		s = s[:end+fragment]
	}
	if s[end:] == "/" {
		s = s[:end]
	}
	if !capital && !(colon && port != "" && strings.HasSuffix(s[:end], port)) {
		return r.text(s) // as it stands
	}
	var room [256]byte
	b := appendLower(room[:0], strings.TrimSuffix(s[:end], port))
	return maphash.Bytes(r.seed, append(b, s[end:]...))
}

func cutSchemeFold(s, scheme string) (string, bool) {
	if rest, ok := strings.CutPrefix(s, scheme); ok { // most of them
		return rest, true
	}
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

// mix is the key of two keys in this order.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, bits.RotateLeft64(b, 32)^0xd6e8feb86659fd93)
	return hi ^ lo ^ bits.RotateLeft64(a, 17)
}
