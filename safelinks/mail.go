package safelinks

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"strings"
)

const (
	// maxHeader is how much of a part's header is read for its type.
	maxHeader = 256 << 10
	// maxParts is how deep parts may lie in one another.
	maxParts = 32
	// maxBase64 is the length of the longest base64 part that is rewritten;
	// longer ones pass through.
	maxBase64 = 32 << 20
	// quotedPiece is how much of a quoted-printable part is worked on at once,
	// give or take a line.
	quotedPiece = 256 << 10
	// longLine is the longest line that is read in one piece.
	longLine = 64 << 10
)

// mail rewrites the text parts of a message.
func (w *rewriter) mail(dst io.Writer, src io.Reader) error {
	m := newMailRewriter(w, dst, src)
	return m.flush(m.entity())
}

func newMailRewriter(w *rewriter, dst io.Writer, src io.Reader) *mailRewriter {
	return &mailRewriter{rewriter: w, dst: bufio.NewWriterSize(dst, longLine), src: bufio.NewReaderSize(src, longLine)}
}

// flush ends the work: what is written is written whatever went wrong.
func (m *mailRewriter) flush(err error) error {
	if ferr := m.dst.Flush(); err == nil {
		err = ferr
	}
	return err
}

// mailRewriter walks through a message line by line. It is the io.Reader of the
// part that it is in, which ends at the next boundary.
type mailRewriter struct {
	*rewriter
	dst        *bufio.Writer
	src        *bufio.Reader
	boundaries []string // of the parts around, the outermost first
	depth      int      // of the part, attached messages counted

	line    []byte // read and not taken yet
	begins  bool   // it begins a line
	midLine bool   // the next piece goes on with a long line
	at      int    // the index of the boundary that line is, and len(boundaries) for none
	last    bool   // the boundary ends its multipart
	eof     bool
}

// next reads a line, or a piece of a long one, if the last one was taken. It
// reports false at a boundary and at the end.
func (m *mailRewriter) next() (bool, error) {
	if m.line == nil && !m.eof {
		line, err := m.src.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull && err != io.EOF {
			return false, err
		}
		m.eof = err == io.EOF
		m.line = line
		m.at = len(m.boundaries)
		m.begins = !m.midLine
		if m.begins {
			m.at, m.last = m.boundary(line)
		}
		m.midLine = err == bufio.ErrBufferFull
		if len(line) == 0 {
			m.line = nil
		}
	}
	return m.line != nil && m.at == len(m.boundaries), nil
}

// boundary finds the multipart whose boundary the line is, the innermost first.
func (m *mailRewriter) boundary(line []byte) (at int, last bool) {
	if !bytes.HasPrefix(line, []byte("--")) {
		return len(m.boundaries), false
	}
	line = bytes.TrimRight(line[2:], " \t\r\n")
	for i := len(m.boundaries) - 1; i >= 0; i-- {
		if rest, ok := bytes.CutPrefix(line, []byte(m.boundaries[i])); ok && (len(rest) == 0 || string(rest) == "--") {
			return i, len(rest) > 0
		}
	}
	return len(m.boundaries), false
}

// Read reads the body of the current part.
func (m *mailRewriter) Read(p []byte) (int, error) {
	ok, err := m.next()
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, io.EOF
	}
	n := copy(p, m.line)
	if m.line = m.line[n:]; len(m.line) == 0 {
		m.line = nil
	}
	return n, nil
}

// header copies the header of a part and returns the two fields that tell how
// to read it.
func (m *mailRewriter) header() (contentType, encoding string, err error) {
	var head []byte
	for {
		ok, err := m.next()
		if err != nil {
			return "", "", err
		}
		if !ok {
			break
		}
		line := m.line
		m.line = nil
		if _, err := m.dst.Write(line); err != nil {
			return "", "", err
		}
		if m.begins && len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
		if len(head) < maxHeader {
			head = append(head, line...)
		}
	}
	return headerField(head, "content-type"), headerField(head, "content-transfer-encoding"), nil
}

// headerField returns the first field of a name, unfolded.
func headerField(head []byte, name string) string {
	var value strings.Builder
	found := false
	for line := range bytes.Lines(head) {
		folded := line[0] == ' ' || line[0] == '\t'
		if found {
			if !folded {
				break
			}
		} else {
			if folded || len(line) <= len(name) || line[len(name)] != ':' || !equalFold(string(line[:len(name)]), name) {
				continue
			}
			found = true
			line = line[len(name)+1:]
		}
		value.Write(bytes.TrimRight(line, "\r\n"))
	}
	return strings.TrimSpace(value.String())
}

// entity rewrites a message or part: its header, then its body by its type.
func (m *mailRewriter) entity() error {
	m.depth++
	defer func() { m.depth-- }()
	contentType, encoding, err := m.header()
	if err != nil {
		return err
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil && kind == "" {
		kind, _, _ = strings.Cut(strings.ToLower(contentType), ";")
		kind = strings.TrimSpace(kind)
	}
	if kind == "" {
		kind = "text/plain"
	}
	encoding, _, _ = strings.Cut(strings.ToLower(encoding), ";")
	encoding = strings.TrimSpace(encoding)
	style := textStyle{html: kind == "text/html" || kind == "application/xhtml+xml"}
	style.ascii = encoding == "" || encoding == "7bit" || !strings.EqualFold(params["charset"], "utf-8")
	switch {
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" && m.depth < maxParts:
		return m.multipart(params["boundary"])
	case kind == "message/rfc822" && encoding != "base64" && encoding != "quoted-printable" && m.depth < maxParts:
		return m.entity()
	case !strings.HasPrefix(kind, "text/") && !style.html:
		_, err := io.Copy(m.dst, onlyReader{m})
		return err
	case encoding == "base64":
		return m.base64(style)
	case encoding == "quoted-printable":
		return m.quoted(style)
	}
	_, err = m.text(m.dst, m, style)
	return err
}

// onlyReader hides that a reader is more than that.
type onlyReader struct{ io.Reader }

// multipart rewrites every part up to the end of the multipart.
func (m *mailRewriter) multipart(boundary string) error {
	depth := len(m.boundaries)
	m.boundaries = append(m.boundaries, boundary)
	for {
		// The preamble, or what is left of a part, up to a boundary.
		if _, err := io.Copy(m.dst, onlyReader{m}); err != nil {
			return err
		}
		if m.line == nil || m.at < depth {
			// The end of the message, or an outer boundary in its place.
			m.boundaries = m.boundaries[:depth]
			return nil
		}
		last := m.last
		_, err := m.dst.Write(m.line)
		m.line = nil
		if err != nil {
			return err
		}
		if last {
			m.boundaries = m.boundaries[:depth]
			_, err := io.Copy(m.dst, onlyReader{m}) // the epilogue
			return err
		}
		if err := m.entity(); err != nil {
			return err
		}
	}
}

// quoted rewrites a quoted-printable body in pieces that end with a line which
// nothing continues, or at a blank where such a line is too long.
func (m *mailRewriter) quoted(style textStyle) error {
	var piece []byte
	column := 0
	for {
		ok, err := m.next()
		if err != nil {
			return err
		}
		end := len(piece)
		if ok {
			piece = append(piece, m.line...)
			m.line = nil
			end = len(piece)
			if end < quotedPiece {
				continue
			}
			if m.midLine || softLine(piece) {
				if end < 2*quotedPiece {
					continue
				}
				if i := bytes.LastIndexAny(piece, " <>"); i > 0 {
					end = i
				}
			}
		}
		out := m.quotedText(piece[:end], column, style)
		column = quotedColumn(out, column)
		if _, err := m.dst.Write(out); err != nil {
			return err
		}
		piece = append(piece[:0], piece[end:]...)
		if !ok {
			return nil
		}
	}
}

// softLine reports whether a body's last line goes on in the next.
func softLine(body []byte) bool {
	return bytes.HasSuffix(bytes.TrimRight(body, " \t\r\n"), []byte("="))
}

// base64 rewrites a base64 body. It is encoded again only when a link changed.
func (m *mailRewriter) base64(style textStyle) error {
	body, err := io.ReadAll(io.LimitReader(m, maxBase64+1))
	if err != nil {
		return err
	}
	if len(body) <= maxBase64 {
		body = m.base64Text(body, style)
	}
	if _, err := m.dst.Write(body); err != nil {
		return err
	}
	_, err = io.Copy(m.dst, onlyReader{m})
	return err
}

func (m *mailRewriter) base64Text(body []byte, style textStyle) []byte {
	packed := make([]byte, 0, len(body))
	for _, c := range body {
		if !isBlank(c) {
			packed = append(packed, c)
		}
	}
	text := make([]byte, base64.StdEncoding.DecodedLen(len(packed)))
	n, err := base64.StdEncoding.Decode(text, packed)
	if err != nil {
		return body
	}
	var out bytes.Buffer
	replaced, err := m.text(&out, bytes.NewReader(text[:n]), style)
	if err != nil || replaced == 0 {
		return body
	}
	// The lines are as long and end as they did before.
	width := bytes.IndexAny(body, "\r\n")
	if width <= 0 {
		width = maxQuotedLine
		if len(packed) > width {
			width = len(packed) + out.Len()*2
		}
	}
	eol := []byte("\n")
	if bytes.Contains(body, []byte("\r\n")) {
		eol = []byte("\r\n")
	}
	packed = base64.StdEncoding.AppendEncode(packed[:0], out.Bytes())
	tail := body[len(bytes.TrimRight(body, " \t\r\n")):]
	fresh := make([]byte, 0, len(packed)+len(packed)/width*2+len(tail))
	for len(packed) > width {
		fresh = append(append(fresh, packed[:width]...), eol...)
		packed = packed[width:]
	}
	return append(append(fresh, packed...), tail...)
}
