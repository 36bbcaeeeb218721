package tables

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// MaxRecord bounds a row as it stands in the file, in bytes. A longer one
	// is a damaged row: [ErrTooLong].
	MaxRecord = 1 << 20
	// readSize is how much is read at once, and so about how large a chunk is.
	readSize = 256 << 10
)

// source is a window on the input: what has been read and not yet been cut.
// What has been read is not written over while a chunk uses it, so that chunks
// share its memory.
type source struct {
	r     io.Reader
	buf   []byte // the window; its capacity is the room to read into
	block *block // that the window lies in; nil: somebody else's memory
	err   error  // what ended the input, io.EOF in good order
}

// more reads on. It reports false when there is nothing more, and then err says
// why. It grows the window, whose bytes may move.
func (s *source) more() bool {
	if s.err != nil {
		return false
	}
	n := len(s.buf)
	if n == cap(s.buf) {
		next := newBlock(max(readSize, 2*n))
		s.buf = append(next.memory, s.buf...)
		s.block.release()
		s.block = next
	}
	for range 100 {
		read, err := s.r.Read(s.buf[n:cap(s.buf)])
		s.buf = s.buf[:n+read]
		s.err = err
		if read > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// grow reads on until another look at the window pays: much has come, or it
// ends as a row may end. It reports false when there is nothing more.
func (s *source) grow() bool {
	for had := len(s.buf); s.more(); {
		n := len(s.buf)
		if last := s.buf[n-1]; n-had > had/4 || last == '\n' || last == '}' || last == ']' {
			return true
		}
	}
	return false
}

// discard drops the first n bytes of the window.
func (s *source) discard(n int) { s.buf = s.buf[n:] }

// text returns the first n bytes of the window, to be kept as long as the lease
// lasts. Few are copied, so that they do not keep a whole block.
func (s *source) text(n int) (string, *lease) {
	if n < readSize/4 || s.block == nil {
		return string(s.buf[:n]), nil
	}
	return view(s.buf[:n]), &lease{block: s.block.hold()}
}

// failed returns what broke the input off, nil at its end.
func (s *source) failed() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}

// byteOrderMark is U+FEFF in UTF-8.
const byteOrderMark = "\ufeff"

// utf8Reader takes a byte order mark off and turns UTF-16, which Windows
// PowerShell writes, into UTF-8.
func utf8Reader(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 4096)
	head, err := b.Peek(3)
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
	case len(head) >= 2 && head[0] != 0 && head[1] == 0: // UTF-16 without a mark
		return &utf16Reader{r: b, order: binary.LittleEndian}, nil
	case len(head) >= 2 && head[0] == 0 && head[1] != 0:
		return &utf16Reader{r: b, order: binary.BigEndian}, nil
	case bytes.HasPrefix(head, []byte(byteOrderMark)):
		b.Discard(3)
	}
	return b, nil
}

// utf16Reader reads UTF-16 as UTF-8; what is no pair of surrogates, and half a
// unit at the end, turn into U+FFFD.
type utf16Reader struct {
	r     *bufio.Reader
	order binary.ByteOrder
	out   []byte // decoded, not yet handed out
	high  rune   // a first half that waits for its second, or 0
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

func (u *utf16Reader) fill() {
	u.out = u.out[:0]
	// Wait for one unit, then take all that is there.
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
		u.out = utf8.AppendRune(u.out, c) // a lone second half gives U+FFFD
	}
	u.r.Discard(len(units))
}
