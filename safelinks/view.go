package safelinks

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// view is a text with its escapes decoded, however often they were applied. Every byte
// knows where it stands in the text, so that what is found in the view can be taken out of
// the text.
type view struct {
	text []byte
	at   []place
}

// place is where a byte of a view comes from.
type place struct {
	from, to int32
	// level is the number of times that the byte was percent-encoded. An '&' ends a
	// parameter only if it was encoded no more often than the '=' of the parameter.
	level uint8
	// revealed: the byte was written in the escapes of a gateway, which look like
	// ordinary text to everybody else.
	revealed bool
}

func (v *view) level(i int) uint8 { return v.at[i].level }

// source returns the bytes of the text that v.text[from:to] stands for.
func (v *view) source(from, to int) span {
	return span{int(v.at[from].from), int(v.at[to-1].to)}
}

// span is a part of a text.
type span struct{ from, to int }

// push adds a byte and decodes the escapes that it completes. Each decoding makes the view
// shorter, so that the time is linear whatever the text holds.
func (v *view) push(c byte, p place) {
	if c == 0 {
		return // half a letter of UTF-16
	}
	v.text = append(v.text, c)
	v.at = append(v.at, p)
	for len(v.text) > 0 && v.reduce() {
	}
}

// reduce decodes the escape at the end of the view, if there is one.
func (v *view) reduce() bool {
	n := len(v.text)
	c := v.text[n-1]
	switch c {
	case ';':
		return v.reduceEntity()
	case ']', ')', '}':
		if v.reduceDefanged() {
			return true
		}
	}
	if _, ok := unhex(c); ok && n >= 3 {
		return v.reduceHex()
	}
	if c >= utf8.RuneSelf {
		return v.reduceLetter()
	}
	// The back-slashes of Markdown and JSON stand in front of punctuation.
	if n >= 2 && v.text[n-2] == '\\' && c > ' ' && c < 0x7f && !isLetterOrDigit(c) {
		v.replace(2, string(c), 0)
		return true
	}
	return false
}

// reduceLetter removes letters that nobody sees, and makes the wide at sign a plain one.
func (v *view) reduceLetter() bool {
	r, n := utf8.DecodeLastRune(v.text[max(0, len(v.text)-utf8.UTFMax):])
	switch {
	case r == '\uff20' || r == '\ufe6b':
		v.replace(n, "@", 0)
		return true
	case r == '\u00ad' || '\u200b' <= r && r <= '\u200d' || r == '\u2060' || r == '\ufeff':
		v.text, v.at = v.text[:len(v.text)-n], v.at[:len(v.at)-n]
	}
	return false
}

// reduceHex decodes %41, \x41, \u0041 and %u0041.
func (v *view) reduceHex() bool {
	n := len(v.text)
	c, ok := hexByte(v.text[n-2], v.text[n-1])
	switch {
	case !ok:
		return false
	case v.text[n-3] == '%':
		v.replace(3, string([]byte{c}), 1)
		return c != 0
	case n >= 4 && v.text[n-4] == '\\' && v.text[n-3] == 'x':
		v.replace(4, string([]byte{c}), 0)
		return c != 0
	case n >= 6 && c != 0 && c < utf8.RuneSelf && (v.text[n-6] == '\\' || v.text[n-6] == '%') && v.text[n-5] == 'u' && v.text[n-4] == '0' && v.text[n-3] == '0':
		v.replace(6, string(c), 0)
		return true
	}
	return false
}

// reduceEntity decodes an entity of HTML.
func (v *view) reduceEntity() bool {
	tail := v.text[max(0, len(v.text)-maxEntity):]
	i := bytes.LastIndexByte(tail, '&')
	if i < 0 {
		return false
	}
	name := string(tail[i:])
	r, n := entity(name)
	switch {
	case equalFold(name, "&commat;"):
		r, n = '@', len(name)
	case equalFold(name, "&period;"):
		r, n = '.', len(name)
	}
	if n != len(name) || r > utf8.MaxRune {
		return false
	}
	v.replace(n, string(r), 0)
	return true
}

// defanged are the marks with which people break addresses and hosts.
var defanged = [...][2]string{
	{"[.]", "."}, {"(.)", "."}, {"{.}", "."}, {"[dot]", "."}, {"(dot)", "."}, {"{dot}", "."},
	{"[@]", "@"}, {"(@)", "@"}, {"[at]", "@"}, {"(at)", "@"}, {"{at}", "@"},
	{"[:]", ":"}, {"[/]", "/"}, {"[//]", "//"}, {"[://]", "://"},
}

func (v *view) reduceDefanged() bool {
	tail := string(v.text[max(0, len(v.text)-len("[://]")):])
	for _, d := range defanged {
		if hasSuffixFold(tail, d[0]) {
			v.replace(len(d[0]), d[1], 0)
			return true
		}
	}
	return false
}

// replace writes s in the place of the last n bytes, which were decoded once more.
func (v *view) replace(n int, s string, decoded uint8) {
	i := len(v.text) - n
	p := v.at[i]
	for _, q := range v.at[i:] {
		p.to = q.to
		p.level = max(p.level, q.level)
		p.revealed = p.revealed || q.revealed
	}
	if p.level < 255 {
		p.level += decoded
	}
	v.text, v.at = v.text[:i], v.at[:i]
	if s == "\x00" {
		return
	}
	v.text = append(v.text, s...)
	for range len(s) {
		v.at = append(v.at, p)
	}
}

// newView decodes a text. quoted means that it is quoted-printable.
func newView(text []byte, quoted bool) *view {
	v := &view{text: make([]byte, 0, len(text)), at: make([]place, 0, len(text))}
	run := 0 // where the text without blanks in front of i begins
	for i := 0; i < len(text); {
		c, n := text[i], 1
		if quoted && c == '=' {
			if n = softBreakLen(text[i:]); n > 1 {
				i += n
				continue
			}
			if d, ok := hexByte(byteAt(text, i+1), byteAt(text, i+2)); ok && (d >= ' ' || d == '\t' || d == '\r' || d == '\n') {
				c, n = d, len("=3D")
			}
		}
		if c == '\r' || c == '\n' {
			if n := joinLen(text[run:i], text[i:]); n > 0 {
				i += n
				continue
			}
		}
		if isBlank(text[i]) {
			run = i + 1
		}
		v.push(c, place{from: int32(i), to: int32(i + n)})
		i += n
	}
	return v
}

// byteAt returns text[i], or 0 behind the end.
func byteAt(text []byte, i int) byte {
	if i < len(text) {
		return text[i]
	}
	return 0
}

// joinLen returns the length of the line break, and of the marks of quoted mail behind it,
// through which a link runs, or 0. run is the end of the line without a blank.
func joinLen(run, rest []byte) int {
	const shortest = 40 // mail programs break longer lines than this
	if len(run) < shortest || !bytes.Contains(run[:shortest], []byte("//")) {
		return 0
	}
	line := bytes.TrimPrefix(rest[:min(len(rest), lookAhead)], []byte("\r"))
	if !bytes.HasPrefix(line, []byte("\n")) {
		return 0
	}
	next := bytes.TrimLeft(line[1:], "> \t|")
	n := min(len(rest), lookAhead) - len(next)
	for i, c := range next {
		if isBlank(c) {
			next = next[:i]
			break
		}
	}
	if !bytes.ContainsAny(next, "%&=|@") {
		return 0
	}
	return n
}

// reveal decodes the escapes of gateways once: mark and two hexadecimal digits, and with
// the mark of Proofpoint, '-', also '_' for '/'. It reports false if there is nothing to
// decode.
func (v *view) reveal(mark byte) (*view, bool) {
	if !hasEscape(v.text, mark) {
		return nil, false
	}
	out := &view{text: make([]byte, 0, len(v.text)), at: make([]place, 0, len(v.text))}
	for i := 0; i < len(v.text); i++ {
		c, p := v.text[i], v.at[i]
		switch {
		case c == mark && isEscape(v.text[i:]):
			c, _ = hexByte(v.text[i+1], v.text[i+2])
			p.to = v.at[i+2].to
			p.level++
			p.revealed = true
			i += 2
		case c == '_' && mark == '-':
			c = '/'
			p.level++
			p.revealed = true
		}
		out.push(c, p)
	}
	return out, true
}

func hasEscape(text []byte, mark byte) bool {
	for i := 0; ; i++ {
		n := bytes.IndexByte(text[i:], mark)
		if n < 0 {
			return false
		}
		i += n
		if isEscape(text[i:]) {
			return true
		}
	}
}

// isEscape reports whether two hexadecimal digits of a printable byte follow the mark at
// the start of s.
func isEscape(s []byte) bool {
	if len(s) < 3 {
		return false
	}
	c, ok := hexByte(s[1], s[2])
	return ok && c > ' ' && c != 0x7f
}

// isQuotedText reports whether a text has the marks of quoted-printable text.
func isQuotedText(text []byte) bool {
	for _, sign := range [...]string{"=3D", "=3d", "=40", "=\n", "=\r\n"} {
		if bytes.Contains(text, []byte(sign)) {
			return true
		}
	}
	return false
}

func isLetterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c)
}

// lowerName returns a name of a parameter in lower case.
func lowerName(b []byte) string { return strings.ToLower(string(b)) }
