package tables

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// byteOrderMark is U+FEFF in UTF-8.
const byteOrderMark = "\ufeff"

// newUTF8Reader returns a Reader of r without its byte order mark. It decodes UTF-16, which
// Windows PowerShell writes.
func newUTF8Reader(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(len(byteOrderMark))
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case len(head) >= 2 && head[0] == 0xff && head[1] == 0xfe:
		b.Discard(2)
		return &utf16Reader{r: b, order: binary.LittleEndian}, nil
	case len(head) >= 2 && head[0] == 0xfe && head[1] == 0xff:
		b.Discard(2)
		return &utf16Reader{r: b, order: binary.BigEndian}, nil
	case len(head) >= 2 && head[0] != 0 && head[1] == 0: // without a mark
		return &utf16Reader{r: b, order: binary.LittleEndian}, nil
	case len(head) >= 2 && head[0] == 0 && head[1] != 0:
		return &utf16Reader{r: b, order: binary.BigEndian}, nil
	}
	for bytes.HasPrefix(head, []byte(byteOrderMark)) { // more than one where a program added its own
		b.Discard(len(byteOrderMark))
		if head, err = b.Peek(len(byteOrderMark)); err != nil && err != io.EOF {
			break // Read will return it
		}
	}
	return b, nil
}

// utf16Reader decodes UTF-16. A surrogate without its partner and half a unit at the end
// turn into U+FFFD.
type utf16Reader struct {
	r     *bufio.Reader
	order binary.ByteOrder
	out   []byte // decoded and not yet returned
	high  rune   // the first half of a pair whose second half is still to come, or 0
	err   error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.fill()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// fill decodes what can be had without waiting, one unit at least.
func (u *utf16Reader) fill() {
	u.out = u.out[:0]
	if _, err := u.r.Peek(2); err != nil {
		half, _ := u.r.Peek(1)
		if u.high != 0 || len(half) > 0 {
			u.out = utf8.AppendRune(u.out, utf8.RuneError)
		}
		u.high, u.err = 0, err
		return
	}
	units, _ := u.r.Peek(u.r.Buffered() &^ 1)
	for i := 0; i < len(units); i += 2 {
		c := rune(u.order.Uint16(units[i:]))
		if u.high != 0 {
			r := utf16.DecodeRune(u.high, c)
			u.high = 0
			u.out = utf8.AppendRune(u.out, r)
			if r != utf8.RuneError {
				continue
			}
		}
		if 0xd800 <= c && c < 0xdc00 {
			u.high = c
			continue
		}
		u.out = utf8.AppendRune(u.out, c) // U+FFFD for a second half alone
	}
	u.r.Discard(len(units))
}
