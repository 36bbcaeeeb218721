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

// utf16Reader reads UTF-16 as UTF-8.
type utf16Reader struct {
	in    *bufio.Reader
	order byteOrder
	rest  []byte // decoded and not read yet
	err   error
}

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

// fill decodes one letter. Halves of one, and the last byte of a text of odd length, become
// U+FFFD.
func (r *utf16Reader) fill() {
	unit, ok := r.unit()
	if !ok {
		return
	}
	letter := rune(unit)
	if utf16.IsSurrogate(letter) {
		next, _ := r.in.Peek(2)
		if len(next) == 2 {
			if letter = utf16.DecodeRune(letter, rune(r.order.Uint16(next))); letter != utf8.RuneError {
				_, _ = r.in.Discard(2) // it was peeked at
			}
		}
	}
	r.rest = utf8.AppendRune(r.rest, letter)
}

func (r *utf16Reader) unit() (uint16, bool) {
	var b [2]byte
	n, err := io.ReadFull(r.in, b[:])
	switch {
	case err == io.ErrUnexpectedEOF && n == 1:
		r.rest = utf8.AppendRune(r.rest, utf8.RuneError)
		r.err = io.EOF
	case err != nil:
		r.err = err
	}
	return r.order.Uint16(b[:]), err == nil
}

// utf16Writer writes UTF-8, in whole letters, as UTF-16.
type utf16Writer struct {
	out   io.Writer
	order byteOrder
}

func (w *utf16Writer) Write(p []byte) (int, error) {
	var units []uint16
	for _, letter := range string(p) {
		units = utf16.AppendRune(units, letter)
	}
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		b = w.order.AppendUint16(b, u)
	}
	if _, err := w.out.Write(b); err != nil {
		return 0, err
	}
	return len(p), nil
}
