package safelinks

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"strings"
)

// utf16Sign is how much of a text UTF-16 is recognised by, in bytes.
const utf16Sign = 64

// utf16Text rewrites a text in UTF-16.
func (w *rewriter) utf16Text(dst io.Writer, src io.Reader, style textStyle) (replaced int, err error) {
	src = &utf16Reader{in: bufio.NewReader(src), order: style.order}
	return w.text(&utf16Writer{out: dst, order: style.order}, src, textStyle{html: style.html})
}

// charsetOrder returns the order of bytes that charset= of a part names, if it names one.
func charsetOrder(charset string) byteOrder {
	switch strings.ToLower(charset) {
	case "utf-16le":
		return binary.LittleEndian
	case "utf-16be":
		return binary.BigEndian
	}
	return nil
}

// quotedUTF16 rewrites a quoted-printable body in UTF-16. It is encoded again only if a link
// changed.
func (m *mailRewriter) quotedUTF16(style textStyle) error {
	body, err := io.ReadAll(io.LimitReader(m, maxBase64))
	if err != nil {
		return err
	}
	text, _ := unquote(bytes.TrimRight(body, "\r\n"))
	var out bytes.Buffer
	if replaced, err := m.text(&out, bytes.NewReader(text), style); err == nil && replaced > 0 {
		body = append(quoteBytes(out.Bytes(), lineEnd(body)), lineEnd(body)...)
	}
	if _, err := m.dst.Write(body); err != nil {
		return err
	}
	return m.copyBody()
}

// quoteBytes encodes bytes as quoted-printable, line ends too.
func quoteBytes(text []byte, eol string) []byte {
	var b bytes.Buffer
	for column := 0; len(text) > 0; text = text[1:] {
		code := string(text[:1])
		if c := text[0]; c <= ' ' || c > '~' || c == '=' {
			code = strings.Replace(string(appendEscape(nil, c)), "%", "=", 1)
		}
		if column += len(code); column >= maxQuotedLine {
			b.WriteString("=" + eol)
			column = len(code)
		}
		b.WriteString(code)
	}
	return b.Bytes()
}
