package safelinks

import "bytes"

// unquote decodes quoted-printable text. It never fails: an equals sign that encodes
// nothing is taken for a soft line break whose line end was lost, as in "url==3Dhttp",
// and removed. ends holds, for every byte of the text, where its encoding ends in body.
func unquote(body []byte) (text []byte, ends []int32) {
	text = make([]byte, 0, len(body))
	ends = make([]int32, 0, len(body))
	for i := 0; i < len(body); {
		c := body[i]
		n := 1
		if c == '=' {
			v, ok := byte(0), false
			if len(body)-i > 2 {
				v, ok = hexByte(body[i+1], body[i+2])
			}
			if !ok {
				i += softBreak(body[i:])
				continue
			}
			c, n = v, 3
		}
		i += n
		text = append(text, c)
		ends = append(ends, int32(i))
	}
	return text, ends
}

// softBreak is the length of the soft line break at the start of s, and 1 for a
// lone equals sign.
func softBreak(s []byte) int {
	i := 1
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	if i < len(s) && s[i] == '\r' {
		i++
	}
	if i < len(s) && s[i] == '\n' {
		return i + 1
	}
	return 1
}

// maxQuotedLine is the length of a quoted-printable line without its end.
const maxQuotedLine = 76

// appendQuoted appends link to a quoted-printable body whose current line is
// column long, with soft line breaks where the line would become too long.
func appendQuoted(dst []byte, link []byte, column int, eol string) (out []byte, newColumn int) {
	for i, c := range link {
		if c == '\r' || c == '\n' {
			dst = append(dst, c)
			column = 0
			continue
		}
		n := 1
		if c == '=' || c < ' ' || c > '~' {
			n = 3
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

// quotedText rewrites one piece of a quoted-printable body, which no link
// straddles the end of. Only the bytes of the links change. column is how much
// of the piece's first line was written before it.
func (w *rewriter) quotedText(body []byte, column int, style textStyle) []byte {
	if !bytes.Contains(body, []byte(":")) && !bytes.Contains(body, []byte("=3A")) {
		return body
	}
	text, ends := unquote(body)
	eol := "\n"
	if bytes.Contains(body, []byte("\r\n")) {
		eol = "\r\n"
	}
	var out []byte
	done := 0
	for at := 0; ; {
		f, next, ok := scan(text, at, true, style.html)
		if !ok {
			break
		}
		at = next
		new, end, ok := w.edit(f, text, style)
		w.report(f, 0)
		if !ok {
			continue
		}
		from := 0
		if f.Start > 0 {
			from = int(ends[f.Start-1])
		}
		out = append(out, body[done:from]...)
		done = int(ends[end-1])
		at = max(at, end)
		out, column = appendQuoted(out, new, quotedColumn(out, column), eol)
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

// quotedColumn is the length of the last line of out, which began with column
// bytes in front of out.
func quotedColumn(out []byte, column int) int {
	tail := out[max(0, len(out)-maxQuotedLine):]
	if i := bytes.LastIndexByte(tail, '\n'); i >= 0 {
		return len(tail) - 1 - i
	}
	return column + len(tail)
}
