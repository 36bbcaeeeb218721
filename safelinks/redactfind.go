package safelinks

import (
	"bytes"
	"encoding/base64"
	"slices"
	"unicode/utf8"
)

// What is personal or secret by its looks, wherever it stands.

// maxLocalPart is longer than the part of a mail address in front of the at sign, which has
// 64 bytes by RFC 5321.
const maxLocalPart = 128

// findAddresses marks mail addresses. userinfo are at signs that are none.
func (r *redactor) findAddresses(v *view, userinfo []int) {
	done := 0
	for i := 0; ; i++ {
		n := bytes.IndexByte(v.text[i:], '@')
		if n < 0 {
			return
		}
		i += n
		if _, skip := slices.BinarySearch(userinfo, i); skip {
			done = i + 1
			continue
		}
		from := localPart(v.text, done, i)
		to := addressEnd(v.text, i+1)
		if from == i && bytes.IndexByte(v.text[i:to], '.') < 0 {
			continue // "@media", or a blank on both sides
		}
		r.mark(v, from, to, redacted)
		done = to
		i = to - 1
	}
}

// localPart returns where the local part of an address begins whose at sign is text[at]. It
// begins no earlier than first.
func localPart(text []byte, first, at int) int {
	first = max(first, at-maxLocalPart)
	if at > first && text[at-1] == '"' {
		if i := bytes.LastIndexByte(text[first:at-1], '"'); i >= 0 {
			return first + i
		}
	}
	from := at
	for from > first && isLocalPart(text[from-1]) {
		from--
	}
	// The sender of a mailing list names the recipient: "list+alex=contoso.example@…".
	if from-1 > first && text[from-1] == '=' && bytes.IndexByte(text[from:at], '.') >= 0 {
		name := from - 1
		for name > first && isLocalPart(text[name-1]) && text[name-1] != '#' {
			name--
		}
		if name == 0 || bytes.IndexByte([]byte("?&;#"), text[name-1]) < 0 {
			return name
		}
	}
	return from
}

// addressEnd returns the end of the host of an address that begins at i.
func addressEnd(text []byte, i int) int {
	end := i
	for ; end < len(text); end++ {
		c := text[end]
		if c == '_' && end > i && end+1 < len(text) && isLetterOrDigit(text[end-1]) && isLetterOrDigit(text[end+1]) {
			continue
		}
		if !isLetterOrDigit(c) && c != '-' && c != '.' && c != '@' && c < utf8.RuneSelf {
			break
		}
	}
	for end > i && (text[end-1] == '.' || text[end-1] == '-') {
		end--
	}
	return end
}

func isLocalPart(c byte) bool {
	return isLetterOrDigit(c) || c >= utf8.RuneSelf || bytes.IndexByte([]byte(".!#$%*+-^_`{|}~'"), c) >= 0
}

const (
	guidLen = 36
	// idDigits is the number of hexadecimal digits of a GUID without dashes. No shorter
	// number is an id of a tenant or a message.
	idDigits = 32
)

// findIDs marks GUIDs and other long hexadecimal numbers.
func (r *redactor) findIDs(v *view) {
	run := 0 // hexadecimal digits in front of i
	for i := 0; i <= len(v.text); i++ {
		if i < len(v.text) {
			if _, ok := unhex(v.text[i]); ok {
				run++
				continue
			}
		}
		switch {
		case run >= idDigits:
			r.mark(v, i-run, i, redacted)
		case run >= 8 && i < len(v.text) && v.text[i] == '-' && i-8+guidLen <= len(v.text):
			if _, ok := parseGUID(string(v.text[i-8 : i-8+guidLen])); ok {
				r.mark(v, i-8, i-8+guidLen, redacted)
			}
		}
		run = 0
	}
}

// findTenants marks the names of tenants: what stands in front of ".onmicrosoft.".
func (r *redactor) findTenants(v *view) {
	domain := []byte(".onmicrosoft.")
	for i := 0; ; {
		n := bytes.Index(v.text[i:], domain)
		if n < 0 {
			return
		}
		end := i + n
		from := end
		for from > i && (isLetterOrDigit(v.text[from-1]) || v.text[from-1] == '-') {
			from--
		}
		r.mark(v, from, end, redacted)
		i = end + len(domain)
	}
}

// How long text of letters and digits is that is taken for a token: without a hyphen or
// underscore, and with them.
const (
	shortestToken     = 20
	shortestLongToken = 24
)

// findTokens marks what looks like a token. Hosts may look like one.
func (r *redactor) findTokens(v *view, hosts []span) {
	for i := 0; i < len(v.text); {
		if !isTokenByte(v.text[i]) {
			i++
			continue
		}
		end := i
		for end < len(v.text) && isTokenByte(v.text[end]) && !isDashed(v.text[end:]) {
			end++
		}
		if end == i {
			i += len("-3D")
			continue
		}
		if i > 0 && (v.text[i-1] == '*' || v.text[i-1] == '=') && isEscape(v.text[i-1:]) {
			i += len("3D")
		}
		if end-i >= shortestToken {
			for len(hosts) > 0 && hosts[0].to <= i {
				hosts = hosts[1:]
			}
			inHost := len(hosts) > 0 && hosts[0].from < end
			if to := jwtEnd(v.text, end); to > end && isJWT(v.text[i:end]) {
				end = to
				r.mark(v, i, end, redacted)
			} else if !inHost {
				r.findToken(v, i, end)
			}
		}
		i = end
	}
}

// findToken marks v.text[from:to], or the parts of it between hyphens, if it is a token.
func (r *redactor) findToken(v *view, from, to int) {
	if to-from >= shortestLongToken && isRandom(v.text[from:to]) {
		r.markToken(v, from, to)
		return
	}
	for i := from; i < to; {
		end := i
		for end < to && isLetterOrDigit(v.text[end]) {
			end++
		}
		if end-i >= shortestToken && hasLettersAndDigits(v.text[i:end]) {
			r.markToken(v, i, end)
		}
		i = end + 1
	}
}

// markToken marks a token, unless it is base64 of a text that is redacted for itself.
func (r *redactor) markToken(v *view, from, to int) {
	for from < to && !isLetterOrDigit(v.text[from]) {
		from++
	}
	for from < to && !isLetterOrDigit(v.text[to-1]) {
		to--
	}
	s := v.source(from, to)
	if r.plain == nil || !r.plain[s.from] && !r.plain[s.to-1] {
		r.mark(v, from, to, redacted)
	}
}

func isTokenByte(c byte) bool { return isLetterOrDigit(c) || c == '-' || c == '_' || c == '+' }

func isURLBase64(c byte) bool { return isLetterOrDigit(c) || c == '-' || c == '_' }

// isDashed reports whether s begins with an escape of Proofpoint for punctuation.
func isDashed(s []byte) bool {
	if s[0] != '-' || !isEscape(s) {
		return false
	}
	c, _ := hexByte(s[1], s[2])
	return c < utf8.RuneSelf && !isTokenByte(c)
}

func hasLettersAndDigits(s []byte) bool {
	digits := 0
	for _, c := range s {
		if isDigit(c) {
			digits++
		}
	}
	return digits >= 2 && len(s)-digits >= 2
}

// isRandom reports whether the kinds of letters change as often as they do in base64: at
// least at every sixth letter. In words and numbers with hyphens between them they do not.
func isRandom(s []byte) bool {
	changes := 0
	for i := 1; i < len(s); i++ {
		a, b := letterKind(s[i-1]), letterKind(s[i])
		if a != b && a != 0 && b != 0 && !(a == 'A' && b == 'a') {
			changes++
		}
	}
	return changes >= 4 && changes*6 >= len(s)
}

// letterKind returns 'A', 'a' or '0' for letters and digits of that kind, and otherwise 0.
func letterKind(c byte) byte {
	switch {
	case 'a' <= c && c <= 'z':
		return 'a'
	case 'A' <= c && c <= 'Z':
		return 'A'
	case isDigit(c):
		return '0'
	}
	return 0
}

// isJWT reports whether base64 begins as a JSON object does, as that of a signed token.
func isJWT(s []byte) bool { return bytes.HasPrefix(s, []byte("eyJ")) }

// jwtEnd returns the end of the parts of a token that follow the dots behind end. It
// returns end if there are none.
func jwtEnd(text []byte, end int) int {
	for range 4 {
		next := end + 1
		for next < len(text) && isTokenByte(text[next]) {
			next++
		}
		if end >= len(text) || text[end] != '.' || next == end+1 {
			break
		}
		end = next
	}
	return end
}

// findTails marks the tokens that Proofpoint and Check Point write behind a target in the
// path: ";…!!token$" and "___.token".
func (r *redactor) findTails(v *view) {
	for i := 0; i < len(v.text); i++ {
		from, ends := 0, ""
		switch {
		case v.text[i] == '_' && bytes.HasPrefix(v.text[i:], []byte("___.")):
			from, ends = i+len("___."), "?#&/$"
		case v.text[i] == ';':
			from, ends = r.tableEnd(v, i+1), "$"
		}
		if from > 0 {
			end := tailEnd(v.text, from, ends)
			r.mark(v, from, end, redacted)
			i = end - 1
		}
	}
}

// tableEnd returns where the token of Proofpoint begins, if base64 of a table begins at i and
// exclamation marks follow, and otherwise 0. The table is needed to read the target.
func (r *redactor) tableEnd(v *view, i int) int {
	end := i
	for end < len(v.text) && end-i < maxTable && isBase64(v.text[end]) {
		end++
	}
	token := end
	for token < len(v.text) && v.text[token] == '!' {
		token++
	}
	near := v.text[:min(len(v.text), token+maxTail)]
	if token == end || token == end+1 && byteAt(near, tailEnd(near, token, "$")) != '$' {
		return 0
	}
	if end > i {
		r.keep(v, i, end)
	}
	return token
}

const (
	// maxTable is longer than the tables of unusual bytes in links of Proofpoint.
	maxTable = 4096
	// maxTail is longer than what follows the table.
	maxTail = 512
)

func tailEnd(text []byte, i int, ends string) int {
	for i < len(text) && !endsLink(text[i]) && bytes.IndexByte([]byte(ends), text[i]) < 0 {
		i++
	}
	return i
}

const (
	// shortestBase64 is the number of digits for an address of nine letters.
	shortestBase64 = 12
	// maxBase64Depth bounds base64 in base64. What is deeper is removed.
	maxBase64Depth = 6
)

// findBase64 looks into base64: in the alphabet of URLs between slashes, and in the other.
func (r *redactor) findBase64(v *view) {
	r.base64Runs(v, base64.RawURLEncoding, isURLBase64)
	if bytes.IndexByte(v.text, '+') >= 0 || bytes.IndexByte(v.text, '/') >= 0 {
		r.base64Runs(v, base64.RawStdEncoding, func(c byte) bool { return isLetterOrDigit(c) || c == '+' || c == '/' })
	}
}

func (r *redactor) base64Runs(v *view, encoding *base64.Encoding, isDigit func(byte) bool) {
	for i := 0; i < len(v.text); {
		end := i
		for end < len(v.text) && isDigit(v.text[end]) {
			end++
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
	if r.tried[s] {
		return
	}
	if r.tried == nil {
		r.tried = make(map[span]bool)
	}
	r.tried[s] = true
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
		if isText(text) && !(encoding == base64.RawStdEncoding && r.isPath(s, text)) {
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

// isPath reports whether slashes in base64 are those of a path: a piece between them was read
// as base64, and the whole does not begin and end like text.
func (r *redactor) isPath(s span, text []byte) bool {
	const end = 12 // bytes
	return r.read != nil && slices.Contains(r.read[s.from:s.to], true) &&
		!(isText(text[:min(len(text), end)]) && isText(text[max(0, len(text)-end):]))
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
