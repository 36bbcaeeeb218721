package safelinks

import (
	"bytes"
	"encoding/base64"
	"slices"
	"unicode/utf8"
)

// What base64 encodes is redacted as any text.

const (
	// shortestBase64 is the number of digits for an address of nine letters.
	shortestBase64 = 12
	// maxBase64Depth bounds base64 in base64. What is deeper is removed.
	maxBase64Depth = 6
)

// findBase64 looks into base64: in the alphabet of URLs between slashes, and in the other.
func (r *redactor) findBase64(v *view) {
	r.base64WithSlashes(v)
	r.base64Runs(v, base64.RawURLEncoding, isURLBase64)
	if bytes.IndexByte(v.text, '+') >= 0 || bytes.IndexByte(v.text, '/') >= 0 {
		r.base64Runs(v, base64.RawStdEncoding, func(c byte) bool { return isLetterOrDigit(c) || c == '+' || c == '/' })
	}
}

func (r *redactor) base64Runs(v *view, encoding *base64.Encoding, isDigit func(byte) bool) {
	for i := 0; i < len(v.text); {
		end := i
		for end < len(v.text) && isDigit(v.text[end]) && !isDashedMark(v.text[end:]) {
			end++
		}
		if end == i && isDigit(byteAt(v.text, i)) {
			i += len("-5F")
			continue
		}
		// What encloses a target is of the same letters.
		from, to := i, end
		for from < to && !isLetterOrDigit(v.text[from]) {
			from++
		}
		for from < to && !isLetterOrDigit(v.text[to-1]) {
			to--
		}
		digits := v.text[from:to]
		if to == end && from < to {
			digits, to = joinBase64(v.text, from, to, isDigit)
		}
		if len(digits) >= shortestBase64 {
			r.base64Run(v, encoding, from, to, digits)
		}
		i = max(end, to) + 1
	}
}

// isDashedMark reports whether s begins with two underscores as Proofpoint writes them, which
// enclose a target.
func isDashedMark(s []byte) bool {
	return len(s) >= len("-5F-5F") && equalFold(string(s[:len("-5F-5F")]), "-5f-5f")
}

// base64WithSlashes looks into base64 that has slashes of its own, in a path or a parameter:
// it begins behind a slash or an equals sign, and all of it is text.
func (r *redactor) base64WithSlashes(v *view) {
	for i := bytes.IndexAny(v.text, "/="); i >= 0 && i < len(v.text); {
		from := i + 1
		end, last := from, -1
		for end+4 <= len(v.text) {
			group, err := base64.RawStdEncoding.AppendDecode(nil, v.text[end:end+4])
			if err != nil || !isText(group) {
				break
			}
			for n := range 4 {
				if v.text[end+n] == '/' {
					last = end + n
				}
			}
			end += 4
		}
		rest := end
		for rest < len(v.text) && rest < end+4 && (isLetterOrDigit(v.text[rest]) || v.text[rest] == '+') {
			rest++
		}
		if c := byteAt(v.text, rest); c != '/' && !isURLBase64(c) && rest-from >= shortestBase64 && last > 0 {
			last = rest // all of the text up to the end
		} else if c == '/' && last > 0 {
			last = rest
		}
		if last-from >= shortestBase64 && bytes.IndexByte(v.text[from:last], '/') >= 0 {
			r.base64Run(v, base64.RawStdEncoding, from, last, v.text[from:last])
			setAll(&r.whole, len(r.text), v.source(from, last))
		}
		next := bytes.IndexAny(v.text[max(from, end):], "/=")
		if next < 0 {
			return
		}
		i = max(from, end) + next
	}
}

// joinBase64 returns the digits of base64 that begins with text[from:to], and its end. Mail
// has it in lines of equal length.
func joinBase64(text []byte, from, to int, isDigit func(byte) bool) (digits []byte, end int) {
	const shortest = 60 // of lines that go on
	width := to - from
	if width < shortest {
		return text[from:to], to
	}
	digits = text[from:to:to]
	for {
		next := to
		for next < len(text) && (text[next] == '\r' || text[next] == '\n') && next-to < 2 {
			next++
		}
		line := next
		for line < len(text) && isDigit(text[line]) && line-next < width {
			line++
		}
		if next == to || line == next {
			return digits, to
		}
		digits = append(digits, text[next:line]...)
		to = line
		if line-next < width {
			return digits, to
		}
	}
}

// base64Run marks v.text[from:to], the base64 digits, if there is something to remove in
// what it encodes. Letters may stand in front of the base64.
func (r *redactor) base64Run(v *view, encoding *base64.Encoding, from, to int, digits []byte) {
	s := v.source(from, to)
	if r.tried[s] || encoding == base64.RawURLEncoding && r.whole != nil && r.whole[s.from] && r.whole[s.to-1] {
		return
	}
	if r.tried == nil {
		r.tried = make(map[span]bool)
	}
	r.tried[s] = true
	// Slashes are those of a path, if a piece between them was read as base64 and the whole
	// does not begin and end like text.
	path := r.read != nil && slices.Contains(r.read[s.from:s.to], true)
	for shift := range 4 {
		run := digits[min(shift, len(digits)):]
		if len(run)%4 == 1 {
			run = run[:len(run)-1]
		}
		if *r.budget -= len(run); *r.budget < 0 {
			r.mark(v, from, to, redacted)
			return
		}
		text, err := encoding.AppendDecode(nil, run)
		if err != nil || len(text) == 0 {
			continue
		}
		if path && !beginsAndEndsAsText(text) {
			continue
		}
		if isText(text) {
			r.base64Text(v, from, to, text, shift == 0)
			setAll(&r.read, len(r.text), s)
			return
		}
		if !r.cookie && holdsAddress(text) {
			r.mark(v, from, to, redacted)
			return
		}
	}
}

func beginsAndEndsAsText(text []byte) bool {
	const end = 12 // bytes
	return isText(text[:min(len(text), end)]) && isText(text[max(0, len(text)-end):])
}

// setAll sets the bytes of a part of a text of n bytes.
func setAll(set *[]bool, n int, s span) {
	if *set == nil {
		*set = make([]bool, n)
	}
	for i := s.from; i < s.to; i++ {
		(*set)[i] = true
	}
}

// base64Text marks base64 of a text. It is written again without what is removed, if the
// whole of it is text.
func (r *redactor) base64Text(v *view, from, to int, text []byte, whole bool) {
	inner := redactor{text: text, cookie: r.cookie, depth: r.depth + 1, budget: r.budget}
	if inner.depth > maxBase64Depth {
		r.mark(v, from, to, redacted)
		return
	}
	out, changed := inner.run()
	isLink := bytes.Contains(out, []byte("//")) || isBraced(string(text))
	switch {
	case changed && whole && isLink && !v.at[from].revealed && utf8.Valid(out) && bytes.IndexByte(out, 0) < 0:
		for n := 0; n < 2 && byteAt(v.text, to) == '='; n++ {
			to++ // the padding
		}
		r.mark(v, from, to, base64.RawURLEncoding.EncodeToString(out))
	case changed:
		r.mark(v, from, to, redacted)
	case !isLink:
		return
	}
	r.keep(v, from, to)
}

// keep makes v.text[from:to] no token.
func (r *redactor) keep(v *view, from, to int) {
	setAll(&r.plain, len(r.text), v.source(from, to))
}

// isText reports whether nearly all of a text is printable, also in UTF-16.
func isText(s []byte) bool {
	odd := 0
	for _, c := range s {
		if c != 0 && (c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f) {
			odd += 4
		} else if c >= utf8.RuneSelf {
			odd++
		}
	}
	return odd*10 <= len(s) || odd*2 <= len(s) && utf8.Valid(s)
}

// holdsAddress reports whether there is an address in what may be binary data: a name, an
// at sign, and a host with a top-level domain.
func holdsAddress(s []byte) bool {
	for i := 0; ; i++ {
		n := bytes.IndexByte(s[i:], '@')
		if n < 0 {
			return false
		}
		i += n
		from := i
		for from > 0 && i-from < maxLocalPart && (isLetterOrDigit(s[from-1]) || s[from-1] == '.') {
			from--
		}
		to := i + 1
		for to < len(s) && to-i < maxAuthority && (isLetterOrDigit(s[to]) || s[to] == '.' || s[to] == '-') {
			to++
		}
		if i-from >= 2 && isBareHost(string(bytes.TrimRight(s[i+1:to], ".-"))) {
			return true
		}
	}
}
