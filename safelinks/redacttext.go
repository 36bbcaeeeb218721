package safelinks

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

const (
	// redactPiece is how much of a text is redacted at once, in bytes, give or take a
	// line.
	redactPiece = 256 << 10
	// maxRedactText bounds text without a place to cut it, in bytes. A longer one is
	// removed.
	maxRedactText = 1 << 20
)

// redactLong is Redact for a long text.
func redactLong(text string) string {
	var b strings.Builder
	w := rewriter{o: RewriteOptions{Redact: true}}
	_, _ = w.redactText(&b, strings.NewReader(text), textStyle{}, false) // neither fails
	return b.String()
}

// redactText redacts a text piece by piece, and returns how many pieces changed. What was
// read before an error is redacted and written.
func (w *rewriter) redactText(dst io.Writer, src io.Reader, style textStyle, quoted bool) (changed int, err error) {
	src, dst = redactUTF16(src, dst)
	p := pieces{src: src, quoted: quoted}
	for offset := 0; p.next(); offset += len(p.piece) {
		out := []byte(redacted)
		redone := true
		if !p.tooLong {
			out, redone = redactBytes(p.piece, quoted)
			w.reportFound(p.piece, offset, style, quoted)
		}
		if redone {
			changed++
		}
		if _, err := dst.Write(out); err != nil {
			return changed, errors.Join(p.err, err)
		}
	}
	return changed, p.err
}

// reportFound reports the wrapped links of a piece of a text.
func (w *rewriter) reportFound(piece []byte, offset int, style textStyle, quoted bool) {
	if w.o.Report == nil {
		return
	}
	if quoted {
		piece, _ = unquote(piece)
	}
	for at := 0; ; {
		m, next, ok := findNext(piece, at, true, style.html)
		if !ok {
			return
		}
		at = next
		w.report(m, offset)
	}
}

// pieces cuts a text where nothing that has to be removed is cut in two.
type pieces struct {
	src    io.Reader
	quoted bool

	piece   []byte
	tooLong bool // the piece has no place to cut it
	err     error

	buf   []byte
	whole bool // buf holds the end of the text
}

// next reads the next piece. It reports false at the end.
func (p *pieces) next() bool {
	p.buf = append(p.buf[:0], p.buf[len(p.piece):]...)
	p.piece, p.tooLong = nil, false
	p.read(redactPiece)
	end := p.cut()
	for ; end == 0 && len(p.buf) < maxRedactText && !p.whole; end = p.cut() {
		p.read(len(p.buf) + redactPiece)
	}
	if end == 0 && len(p.buf) > 0 {
		p.tooLong = true
		p.skip()
		return true
	}
	p.piece = p.buf[:end]
	return end > 0
}

// read fills the buffer up to n bytes.
func (p *pieces) read(n int) {
	for len(p.buf) < n && !p.whole {
		if len(p.buf) == cap(p.buf) {
			p.buf = append(p.buf, make([]byte, redactPiece)...)[:len(p.buf)]
		}
		m, err := p.src.Read(p.buf[len(p.buf):cap(p.buf)])
		p.buf = p.buf[:len(p.buf)+m]
		if err != nil {
			p.whole = true
			if err != io.EOF {
				p.err = err
			}
		}
	}
}

// skip drops text up to the next place to cut it.
func (p *pieces) skip() {
	for {
		p.buf = p.buf[:0]
		p.read(redactPiece)
		if i := bytes.IndexAny(p.buf, " \t\n<"); i >= 0 || p.whole {
			if i < 0 {
				i = len(p.buf)
			}
			p.buf = append(p.buf[:0], p.buf[i:]...)
			return
		}
	}
}

// cut returns where to cut the buffer: at the end of a paragraph, of a line, or at a blank.
// It returns 0 if there is no place.
func (p *pieces) cut() int {
	if p.whole && len(p.buf) <= redactPiece {
		return len(p.buf)
	}
	half := p.buf[:min(len(p.buf), 2*redactPiece)]
	for _, paragraph := range [...]string{"\n\n", "\n\r\n"} {
		if i := bytes.LastIndex(half, []byte(paragraph)); i > len(half)/2 {
			return i + 1
		}
	}
	const lines = 64 // that are tried
	line := half[:max(0, len(half)-lookAhead)]
	for range lines {
		i := bytes.LastIndexByte(line, '\n')
		if i < 0 {
			break
		}
		line = line[:i]
		run := line[bytes.LastIndexAny(line[max(0, i-lookAhead):], " \t\n")+1+max(0, i-lookAhead):]
		if !endsSoft(line) && joinLen(run, half[i:]) == 0 {
			return i + 1
		}
	}
	for _, mark := range [...]string{" ", "\t", "\n", "<", ",\""} {
		if i := bytes.LastIndex(p.buf, []byte(mark)); i > 0 {
			return i + len(mark) - 1
		}
	}
	if p.whole && len(p.buf) <= maxRedactText {
		return len(p.buf)
	}
	return 0
}
