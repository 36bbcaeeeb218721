package safelinks

import (
	"bytes"
	"encoding/base64"
	"io"
)

// maxBase64 is the length of the longest base64 part that is rewritten, in bytes. Longer
// parts pass through.
const maxBase64 = 32 << 20

// base64 rewrites a base64 body.
func (m *mailRewriter) base64(style textStyle) error {
	body, err := io.ReadAll(io.LimitReader(m, maxBase64+1))
	if err != nil {
		return err
	}
	switch {
	case len(body) <= maxBase64:
		body = m.base64Text(body, style)
	case m.o.Redact:
		return m.dropBase64()
	}
	if _, err := m.dst.Write(body); err != nil {
		return err
	}
	return m.copyBody()
}

// base64Text returns the rewritten body. It is encoded again only if a link changed.
func (m *mailRewriter) base64Text(body []byte, style textStyle) []byte {
	digits := make([]byte, 0, len(body))
	for _, c := range body {
		if !isBlank(c) {
			digits = append(digits, c)
		}
	}
	text, damage := base64.StdEncoding.AppendDecode(nil, digits)
	if damage != nil && !m.o.Redact {
		return body
	}
	var out bytes.Buffer
	replaced, err := m.text(&out, bytes.NewReader(text), style)
	if err != nil || replaced == 0 && damage == nil {
		return body
	}
	return encodeLike(body, out.Bytes(), len(digits))
}

// encodeLike encodes text in base64, in lines that are as long and end as those of the
// body, which has a number of digits.
func encodeLike(body, text []byte, digits int) []byte {
	encoded := base64.StdEncoding.AppendEncode(nil, text)
	width := bytes.IndexAny(body, "\r\n")
	switch {
	case width > 0:
	case digits > maxQuotedLine:
		width = max(1, len(encoded)) // one long line before, and now
	default:
		width = maxQuotedLine
	}
	eol := lineEnd(body)
	tail := body[len(bytes.TrimRight(body, " \t\r\n")):]
	lines := make([]byte, 0, len(encoded)+len(encoded)/width*2+len(tail))
	for len(encoded) > width {
		lines = append(append(lines, encoded[:width]...), eol...)
		encoded = encoded[width:]
	}
	return append(append(lines, encoded...), tail...)
}

// lineEnd returns the line end of a text.
func lineEnd(text []byte) string {
	if bytes.Contains(text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}
