package tables

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// readSize is how much is read at once, in bytes. A text that a caller keeps can keep the
// texts of about as many bytes around it in memory.
const readSize = 32 << 10

// source reads an input as text. Its window is the text that was read and is not yet used.
// The text is valid UTF-8: every byte that is not is replaced by U+FFFD.
type source struct {
	r       io.Reader
	window  string
	pending []byte // read, and not yet part of the window
	err     error  // what ended the input, io.EOF in good order
	cr      bool   // lines end with a carriage return alone, see lineEnds
	short   bool   // the last Read did not fill the space it had: the next one may wait
}

func newSource(r io.Reader) (*source, error) {
	r, err := newUTF8Reader(r)
	if err != nil {
		return nil, err
	}
	return &source{r: r}, nil
}

// more extends the window until another look at it pays: much has come, or what has come
// ends like a row. It reports false if nothing came before the input ended.
func (s *source) more() bool {
	had := len(s.window)
	for s.err == nil {
		s.read()
		n := len(s.pending)
		enough := n > had/4 || had < readSize && n > 0 && isRowEnd(s.pending[n-1])
		if enough || s.err != nil {
			s.extend()
		}
		if len(s.window) > had {
			return true
		}
	}
	return false
}

// lineEnds looks at the first line end. If it is a carriage return alone, as programs of old
// Macs write it and Excel still does for "CSV (Macintosh)", so are the others, and line feeds
// take their place. It reports false if the window has no line end yet.
func (s *source) lineEnds() bool {
	for i, quoted := 0, false; i < len(s.window); i++ {
		switch c := s.window[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			return true
		case c == '\r' && i+1 < len(s.window):
			if s.cr = s.window[i+1] != '\n'; s.cr {
				s.window = strings.ReplaceAll(s.window, "\r", "\n")
			}
			return true
		}
	}
	return false
}

func isRowEnd(c byte) bool { return c == '\n' || c == '\r' || c == '}' || c == ']' }

// maxEmptyReads is how often a Reader may return neither bytes nor an error.
const maxEmptyReads = 100

// read appends the result of one Read to pending.
func (s *source) read() {
	s.pending = slices.Grow(s.pending, readSize)
	had := len(s.pending)
	for range maxEmptyReads {
		n, err := s.r.Read(s.pending[had : had+readSize])
		s.pending, s.err, s.short = s.pending[:had+n], err, n < readSize
		if n > 0 || err != nil {
			return
		}
	}
	s.err = io.ErrNoProgress
}

// extend moves pending to the window, except for the beginning of a character at its end.
func (s *source) extend() {
	n := len(s.pending)
	if s.err == nil {
		n -= incompleteTail(s.pending)
	}
	var window strings.Builder
	window.Grow(len(s.window) + n)
	window.WriteString(s.window)
	if text := s.pending[:n]; utf8.Valid(text) {
		window.Write(text)
	} else {
		for _, r := range string(text) { // like encoding/json
			window.WriteRune(r)
		}
	}
	s.window = window.String()
	if s.cr {
		s.window = strings.ReplaceAll(s.window, "\r", "\n")
	}
	s.pending = append(s.pending[:0], s.pending[n:]...)
}

// incompleteTail returns how many bytes at the end of b are the beginning of a character.
func incompleteTail(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// discard drops the first n bytes of the window.
func (s *source) discard(n int) { s.window = s.window[n:] }

// ended reports whether the window is all that is left.
func (s *source) ended() bool { return s.err != nil }

// failure returns the error that ended the input, nil for its end in good order.
func (s *source) failure() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}
