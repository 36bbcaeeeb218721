package safelinks

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// byteOrder reads and writes the units of UTF-16.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// redactUTF16 returns a reader and a writer of UTF-8 if src is UTF-16, by its byte order
// mark or by its zeros, and otherwise the same text.
func redactUTF16(src io.Reader, dst io.Writer) (io.Reader, io.Writer) {
	in := bufio.NewReaderSize(src, 64<<10)
	head, _ := in.Peek(64)
	order := utf16Order(head)
	if order == nil {
		return in, dst
	}
	return &utf16Reader{in: in, order: order}, &utf16Writer{out: dst, order: order}
}

// utf16Order returns the order of bytes of a text in UTF-16, and nil for other text.
func utf16Order(head []byte) byteOrder {
	if len(head) < 2 {
		return nil
	}
	var zeros [2]int // at even and odd places
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case head[0] == 0xff && head[1] == 0xfe, zeros[1]*4 > half*3 && zeros[0] == 0:
		return binary.LittleEndian
	case head[0] == 0xfe && head[1] == 0xff, zeros[0]*4 > half*3 && zeros[1] == 0:
		return binary.BigEndian
	}
	return nil
}

// utf16Reader reads UTF-16 as UTF-8. What no letter of UTF-8 stands for is passed on so that
// a utf16Writer writes it again: half a letter in three bytes, as if it were one, and the
// last byte of a text of odd length behind oddByte.
type utf16Reader struct {
	in    *bufio.Reader
	order byteOrder
	rest  []byte // decoded and not read yet
	err   error
}

// oddByte stands in front of a byte that is no part of a unit. UTF-8 does not have it.
const oddByte = 0xff

func (r *utf16Reader) Read(p []byte) (int, error) {
	for len(r.rest) < len(p) && r.err == nil {
		r.fill()
	}
	n := copy(p, r.rest)
	r.rest = r.rest[:copy(r.rest, r.rest[n:])]
	if n == 0 && len(p) > 0 {
		return 0, r.err
	}
	return n, nil
}

// fill decodes one letter.
func (r *utf16Reader) fill() {
	var b [2]byte
	n, err := io.ReadFull(r.in, b[:])
	if err != nil {
		r.err = err
		if n == 1 {
			r.rest = append(r.rest, oddByte, b[0])
			r.err = io.EOF
		}
		return
	}
	letter := rune(r.order.Uint16(b[:]))
	if !utf16.IsSurrogate(letter) {
		r.rest = utf8.AppendRune(r.rest, letter)
		return
	}
	next, _ := r.in.Peek(2)
	if len(next) == 2 {
		if pair := utf16.DecodeRune(letter, rune(r.order.Uint16(next))); pair != utf8.RuneError {
			_, _ = r.in.Discard(2) // it was peeked at
			r.rest = utf8.AppendRune(r.rest, pair)
			return
		}
	}
	r.rest = append(r.rest, 0xe0|byte(letter>>12), 0x80|byte(letter>>6)&0xbf, 0x80|byte(letter)&0xbf)
}

// utf16Writer writes UTF-8 as UTF-16.
type utf16Writer struct {
	out   io.Writer
	order byteOrder
	rest  []byte // the beginning of a letter
}

func (w *utf16Writer) Write(p []byte) (int, error) {
	text := append(w.rest, p...)
	b := make([]byte, 0, 2*len(text))
	for len(text) > 0 {
		n := 0
		if b, n = w.appendLetter(b, text); n == 0 {
			break
		}
		text = text[n:]
	}
	w.rest = append([]byte(nil), text...)
	if _, err := w.out.Write(b); err != nil {
		return 0, err
	}
	return len(p), nil
}

// appendLetter appends the first letter of a text, or what utf16Reader passes on. n is its
// length in the text, and 0 if the text ends within it.
func (w *utf16Writer) appendLetter(b, text []byte) (out []byte, n int) {
	half := text[0] == 0xed && len(text) > 1 && text[1] >= 0xa0
	switch {
	case text[0] == oddByte && len(text) > 1:
		return append(b, text[1]), 2
	case half && len(text) > 2:
		return w.order.AppendUint16(b, 0xd000|uint16(text[1]&0x3f)<<6|uint16(text[2]&0x3f)), 3
	case text[0] == oddByte, half, !utf8.FullRune(text):
		return b, 0
	}
	letter, n := utf8.DecodeRune(text)
	for _, u := range utf16.AppendRune(nil, letter) {
		b = w.order.AppendUint16(b, u)
	}
	return b, n
}
