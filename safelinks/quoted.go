package safelinks

import (
	"bytes"
	"strings"
)

// quotedPiece is how much of a quoted-printable body is rewritten at once, in bytes, give
// or take a line.
const quotedPiece = 256 << 10

// maxQuotedLine is the length of a quoted-printable line without its end.
const maxQuotedLine = 76

// quoted rewrites a quoted-printable body. It works on pieces that end with a line which
// nothing continues, or at a blank if there is no such line.
func (m *mailRewriter) quoted(style textStyle) error {
	if m.o.Redact {
		_, err := m.redactText(m.dst, m, style, true)
		return err
	}
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
			if m.midLine || endsSoft(piece) {
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

// endsSoft reports whether the last line of a body continues in the next one.
func endsSoft(body []byte) bool {
	return bytes.HasSuffix(bytes.TrimRight(body, " \t\r\n"), []byte("="))
}

// quotedText rewrites a piece of a quoted-printable body. No link runs through the end of
// the piece. Only the bytes of the links change. column is the length of what was written
// of the first line of the piece.
func (w *rewriter) quotedText(body []byte, column int, style textStyle) []byte {
	if !bytes.Contains(body, []byte(":")) && !bytes.Contains(body, []byte("=3A")) {
		return body
	}
	text, ends := unquote(body)
	eol := lineEnd(body)
	var out []byte
	done := 0
	for at := 0; ; {
		m, next, ok := findNext(text, at, true, style.html)
		if !ok {
			break
		}
		at = next
		link, end, ok := w.replace(m, text, style)
		w.report(m, 0)
		if !ok {
			continue
		}
		from := 0
		if m.Start > 0 {
			from = ends[m.Start-1]
		}
		out = append(out, body[done:from]...)
		done = ends[end-1]
		at = max(at, end)
		out, column = appendQuoted(out, link, quotedColumn(out, column), eol)
		// What is left of the line must fit behind the link.
		line := body[done:min(len(body), done+maxQuotedLine)]
		rest := bytes.IndexAny(line, "\r\n")
		if rest < 0 {
			rest = len(line)
		}
		if rest > 0 && column+rest > maxQuotedLine {
			out = append(append(out, '='), eol...)
		}
	}
	if done == 0 {
		return body
	}
	return append(out, body[done:]...)
}

// quotedColumn returns the length of the last line of out. column is the length of what
// stands in front of out on its first line.
func quotedColumn(out []byte, column int) int {
	tail := out[max(0, len(out)-maxQuotedLine):]
	if i := bytes.LastIndexByte(tail, '\n'); i >= 0 {
		return len(tail) - 1 - i
	}
	return column + len(tail)
}

// unquote decodes quoted-printable text. It never fails: an equals sign that encodes
// nothing is taken for a soft line break whose line end was lost, as in "url==3Dhttp",
// and removed. ends holds, for every byte of the text, where its encoding ends in body.
func unquote(body []byte) (text []byte, ends []int) {
	text = make([]byte, 0, len(body))
	ends = make([]int, 0, len(body))
	for i := 0; i < len(body); {
		c, n := body[i], 1
		if c == '=' {
			ok := false
			if len(body)-i > 2 {
				c, ok = hexByte(body[i+1], body[i+2])
			}
			if !ok {
				i += softBreakLen(body[i:])
				continue
			}
			n = len("=3D")
		}
		i += n
		text = append(text, c)
		ends = append(ends, i)
	}
	return text, ends
}

// unquoteLink decodes a link that was copied out of a quoted-printable text:
// "?url=3Dhttps%3A…&data=3D05". In links that hold their target in the path, the equals
// signs are those of the target.
func unquoteLink(link string) string {
	i := strings.IndexByte(link, '=')
	if i < 0 || !strings.HasPrefix(link[i:], "=3D") || strings.Contains(link, "/__") || strings.Contains(link, "___") ||
		strings.Count(link, "=") != strings.Count(link, "=3D") {
		return link
	}
	return strings.ReplaceAll(link, "=3D", "=")
}

// softBreakLen returns the length of the soft line break at the start of s, and 1 for a
// lone equals sign.
func softBreakLen(s []byte) int {
	i := 1
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	for i < len(s) && s[i] == '\r' {
		i++
	}
	if i < len(s) && s[i] == '\n' {
		return i + 1
	}
	return 1
}

// appendQuoted appends a link to a quoted-printable body whose last line has the length
// column. It breaks lines that would become too long.
func appendQuoted(dst []byte, link []byte, column int, eol string) (out []byte, newColumn int) {
	for i, c := range link {
		if c == '\r' || c == '\n' {
			dst = append(dst, c)
			column = 0
			continue
		}
		n := 1
		if c == '=' || c < ' ' || c > '~' {
			n = len("=3D")
		}
		room := maxQuotedLine - 1 // for the equals sign of a soft break
		if i == len(link)-1 {
			room = maxQuotedLine
		}
		if column+n > room {
			dst = append(append(dst, '='), eol...)
			column = 0
		}
		if n == 1 {
			dst = append(dst, c)
		} else {
			dst = append(dst, '=', upperHex[c>>4], upperHex[c&0xf])
		}
		column += n
	}
	return dst, column
}
