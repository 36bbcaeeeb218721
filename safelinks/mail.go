package safelinks

import (
	"bufio"
	"bytes"
	"io"
	"mime"
	"strings"
)

const (
	// maxHeader is how much of a part's header is read for its type, in bytes.
	maxHeader = 256 << 10
	// maxPartDepth is how deep parts may lie in one another.
	maxPartDepth = 32
	// maxLine is the longest line that is read in one piece, in bytes.
	maxLine = 64 << 10
)

// mailRewriter walks through a message line by line. As an io.Reader it reads the body of
// the part that it is in, up to the next boundary.
type mailRewriter struct {
	*rewriter
	dst        *bufio.Writer
	src        *bufio.Reader
	boundaries []string // of the parts around, the outermost first
	depth      int      // of the part; attached messages count
	parts      int      // multiparts whose boundary was renamed, to redact

	line    []byte // read and not taken yet, nil if it was taken
	begins  bool   // line is the beginning of a line
	midLine bool   // the next piece continues a long line
	at      int    // the index of the boundary that line is; len(boundaries) if it is not one
	last    bool   // the boundary ends its multipart
	eof     bool
}

func newMailRewriter(w *rewriter, dst io.Writer, src io.Reader) *mailRewriter {
	return &mailRewriter{rewriter: w, dst: bufio.NewWriterSize(dst, maxLine), src: bufio.NewReaderSize(src, maxLine)}
}

// flush writes what is left, whatever went wrong before, and returns the first error.
func (m *mailRewriter) flush(err error) error {
	if ferr := m.dst.Flush(); err == nil {
		err = ferr
	}
	return err
}

// next reads a line, or a piece of a long line, if the last one was taken. It reports
// false at a boundary and at the end.
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
			m.at, m.last = m.findBoundary(line)
		}
		m.midLine = err == bufio.ErrBufferFull
		if len(line) == 0 {
			m.line = nil
		}
	}
	return m.line != nil && m.at == len(m.boundaries), nil
}

// findBoundary returns the index of the boundary that a line is, the innermost first, or
// len(m.boundaries). last means that it ends its multipart.
func (m *mailRewriter) findBoundary(line []byte) (at int, last bool) {
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

// copyBody copies the rest of the body.
func (m *mailRewriter) copyBody() error {
	if m.o.Redact {
		return m.redactBody("")
	}
	_, err := io.Copy(m.dst, onlyReader{m})
	return err
}

// onlyReader hides the other methods of a reader from io.Copy.
type onlyReader struct{ io.Reader }

// header copies the header of a part and returns the two fields that say how to read the
// body.
func (m *mailRewriter) header() (contentType, encoding string, err error) {
	var head []byte
	defer func() { m.reportHeader(head) }()
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
		ends := m.begins && len(bytes.TrimRight(line, "\r\n")) == 0
		if ends && m.o.Redact {
			line = append(m.redactHeader(head), line...)
		}
		if ends || !m.o.Redact {
			if _, err := m.dst.Write(line); err != nil {
				return "", "", err
			}
		}
		if ends {
			return headerField(head, "content-type"), headerField(head, "content-transfer-encoding"), nil
		}
		if len(head) < maxHeader {
			head = append(head, line...)
		}
	}
	if m.o.Redact {
		_, err = m.dst.Write(m.redactHeader(head))
	}
	return headerField(head, "content-type"), headerField(head, "content-transfer-encoding"), err
}

// reportHeader reports the links in the header of a part.
func (m *mailRewriter) reportHeader(head []byte) {
	for at := 0; m.o.Report != nil; {
		found, next, ok := findNext(head, at, true, false)
		if !ok {
			return
		}
		m.report(found, 0)
		at = next
	}
}

// headerField returns the value of the first field with a name, unfolded.
func headerField(head []byte, name string) string {
	var value strings.Builder
	found := false
	for line := range bytes.Lines(head) {
		folded := line[0] == ' ' || line[0] == '\t'
		switch {
		case found && !folded:
			return strings.TrimSpace(value.String())
		case found:
		case folded || len(line) <= len(name) || line[len(name)] != ':' || !equalFold(string(line[:len(name)]), name):
			continue
		default:
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
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil && mediaType == "" {
		mediaType = beforeSemicolon(contentType)
	}
	if mediaType == "" {
		mediaType = "text/plain"
	}
	encoding = beforeSemicolon(encoding)
	style := textStyle{html: mediaType == "text/html" || mediaType == "application/xhtml+xml"}
	style.ascii = encoding == "" || encoding == "7bit" || !strings.EqualFold(params["charset"], "utf-8")
	style.order = charsetOrder(params["charset"])
	switch {
	case strings.HasPrefix(mediaType, "multipart/") && params["boundary"] != "" && m.depth < maxPartDepth:
		return m.multipart(params["boundary"])
	case mediaType == "message/rfc822" && encoding != "base64" && encoding != "quoted-printable" && m.depth < maxPartDepth:
		return m.entity()
	case !strings.HasPrefix(mediaType, "text/") && !style.html:
		if m.o.Redact {
			return m.redactBody(encoding)
		}
		return m.copyBody()
	case encoding == "base64":
		return m.base64(style)
	case encoding == "quoted-printable" && hasPrefixFold(params["charset"], "utf-16"):
		return m.quotedUTF16(style)
	case encoding == "quoted-printable":
		return m.quoted(style)
	}
	_, err = m.text(m.dst, m, style)
	return err
}

// beforeSemicolon returns the value of a header field without its parameters, in lower
// case.
func beforeSemicolon(value string) string {
	value, _, _ = strings.Cut(value, ";")
	return strings.ToLower(strings.TrimSpace(value))
}

// multipart rewrites every part up to the end of the multipart.
func (m *mailRewriter) multipart(boundary string) error {
	depth := len(m.boundaries)
	m.boundaries = append(m.boundaries, boundary)
	name := ""
	if m.o.Redact {
		name = m.boundaryName()
	}
	for {
		// The preamble, or what is left of a part.
		if err := m.copyBody(); err != nil {
			return err
		}
		if m.line == nil || m.at < depth {
			// The end of the message, or a boundary of a part around this one.
			m.boundaries = m.boundaries[:depth]
			return nil
		}
		last := m.last
		_, err := m.dst.Write(m.delimiter(name))
		m.line = nil
		if err != nil {
			return err
		}
		if last {
			m.boundaries = m.boundaries[:depth]
			return m.copyBody() // the epilogue
		}
		if err := m.entity(); err != nil {
			return err
		}
	}
}
