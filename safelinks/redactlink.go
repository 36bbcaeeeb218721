package safelinks

import (
	"bytes"
	"strings"
)

// secretNames are the parameters of any site whose values are removed, beside those whose
// name has one of secretWords in it.
var secretNames = makeSet(
	"auth", "authkey", "authorization", "key", "code", "state", "sig", "sas", "passwd", "pwd", "pass", "sid", "ssid", "jwt", "otp", "nonce",
	"samlrequest", "samlresponse", "mail", "user", "username", "userid", "user_id", "login_hint", "upn", "rcpt", "tid", "csrf", "xsrf",
	"hmac", "assertion", "client_assertion", "code_verifier", "msgid", "messageid", "message_id", "umid",
	// of Safe Links, of the page of Teams and of Defender for Cloud Apps, also where the rest of the link is lost
	"sdata", "pc", "wau", "mcasctx", "mcastsid", "mcascsrf",
)

var secretWords = [...]string{"token", "secret", "password", "signature", "session", "cookie", "ticket", "email", "apikey", "api_key", "api-key", "recipient", "mailbox", "tenant", "credential"}

// isSecretName reports whether a parameter with the name, in lower case, holds a secret or
// names a person.
func isSecretName(name string) bool {
	if secretNames[name] {
		return true
	}
	for _, w := range secretWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// secretFields are fields of HTTP that hold secrets.
var secretFields = makeSet("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "dkim-signature")

func makeSet(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// frame is a link that the walker is in. Links inside its parameters were encoded more
// often.
type frame struct {
	service *service // nil if the site is not in the table
	outer   *service // of a link around this one that was encoded as often
	level   uint8
	inQuery bool
	inPath  bool // the link stands in the path of a service
}

// walker goes through the links and parameters of a view.
type walker struct {
	r         *redactor
	v         *view
	structure bool // false: only links that this view reveals are taken apart
	guessed   bool // the text is read as quoted-printable and may be none

	frames   []frame
	userinfo []int  // at signs that are no mail addresses
	hosts    []span // in the view
	teams    bool   // a page of Teams was seen
}

// maxFrames bounds the links in one another that are known at once. Links that are deeper
// are read as any text.
const maxFrames = 64

func (w *walker) walk() {
	for i := 0; i < len(w.v.text); {
		i = w.step(i)
	}
}

// step looks at the byte i and returns where to go on.
func (w *walker) step(i int) int {
	text, level := w.v.text, w.v.level(i)
	if w.startsToken(i) {
		if next, ok := w.openBare(i); ok {
			return next
		}
	}
	switch c := text[i]; c {
	case 'h', 'H', 'f', 'F':
		if n := w.schemeAt(i); n > 0 {
			return w.open(i, n)
		}
	case '?', '#', '&':
		w.close(level)
		if f := w.top(); f != nil && f.level == level {
			f.inQuery = f.inQuery || c != '&'
			return w.param(i+1, f)
		}
	case '/':
		w.close(level)
		if f := w.top(); f != nil && f.level == level && !f.inQuery {
			return w.segment(i+1, f)
		}
	case '=':
		w.loosen(level)
		return w.named(i)
	case ':':
		if i > 0 && text[i-1] == '"' {
			return w.member(i)
		}
		return w.field(i)
	default:
		if level == 0 && endsLink(c) {
			w.frames = w.frames[:0]
		}
	}
	return i + 1
}

// close leaves the links that were encoded more often than level.
func (w *walker) close(level uint8) {
	for len(w.frames) > 0 && w.frames[len(w.frames)-1].level > level {
		w.frames = w.frames[:len(w.frames)-1]
	}
}

func (w *walker) top() *frame {
	if len(w.frames) == 0 {
		return nil
	}
	return &w.frames[len(w.frames)-1]
}

// loosen takes the parameters of a link to be separated as they are written: often no more
// of a target is encoded than its slashes and its question mark.
func (w *walker) loosen(level uint8) {
	f := w.top()
	if f == nil || !f.inQuery || f.level <= level {
		return
	}
	inner := *f
	w.frames = w.frames[:len(w.frames)-1]
	w.push(inner, level)
}

// push makes f the innermost link, at a level.
func (w *walker) push(f frame, level uint8) {
	w.close(level)
	f.level = level
	t := w.top()
	f.inPath = t != nil && !t.inQuery && t.service != nil
	if t != nil && t.level == level {
		f.outer = t.outer
		if t.inQuery && t.service != nil {
			f.outer = t.service
		}
		w.frames = w.frames[:len(w.frames)-1]
	}
	if len(w.frames) < maxFrames {
		w.frames = append(w.frames, f)
	}
}

// schemeAt returns the length of a scheme that begins at i, if slashes follow it.
func (w *walker) schemeAt(i int) int {
	text := w.v.text
	n := schemeLen(string(text[i:min(len(text), i+len("https"))]))
	if n == 0 || i+n+1 >= len(text) || text[i+n] != ':' || !isSlash(text[i+n+1]) {
		return 0
	}
	return n
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }

// open enters the link whose scheme of n bytes begins at i, and returns the end of its
// authority.
func (w *walker) open(i, n int) int {
	host := i + n + 1
	level := w.v.level(host) // that of the colon may be another
	for ; host < len(w.v.text) && host < i+n+len("://") && isSlash(w.v.text[host]); host++ {
		level = max(level, w.v.level(host))
	}
	end := w.authorityEnd(host)
	for at := end - 1; at >= host; at-- {
		if w.v.text[at] == '@' {
			if !w.r.cookie {
				w.r.mark(w.v, host, at+1, "")
			}
			w.userinfo = append(w.userinfo, at)
			host = at + 1
			break
		}
	}
	w.enter(host, end, level, w.v.at[i+n].revealed || w.v.at[i+n+1].revealed)
	return end
}

// startsToken reports whether a link without a scheme may begin at i.
func (w *walker) startsToken(i int) bool {
	if !isLetterOrDigit(w.v.text[i]) {
		return false
	}
	if i == 0 {
		return true
	}
	c := w.v.text[i-1]
	return c == '=' || endsLink(c) || c == '(' || c == '\''
}

// openBare enters a link without a scheme, if it is one of a service.
func (w *walker) openBare(i int) (end int, ok bool) {
	end = w.authorityEnd(i)
	if end == len(w.v.text) || end == i || w.v.text[end] != '/' && w.v.text[end] != '?' || !isBareHost(string(w.v.text[i:end])) {
		return i, false
	}
	level := w.v.level(end)
	if w.service(i, end, level) == nil {
		return i, false
	}
	w.enter(i, end, level, w.v.at[end].revealed)
	return end, true
}

// maxAuthority is longer than host names can be.
const maxAuthority = 512

func (w *walker) authorityEnd(i int) int {
	text := w.v.text
	end := i
	for end < len(text) && end-i < maxAuthority && !endsLink(text[end]) {
		switch text[end] {
		case '/', '?', '#', '&', '\\', '\'', '`', '(', ')', ',', ';', '|', '=':
			return end
		}
		end++
	}
	return end
}

// enter makes a link with the host text[from:to] the innermost one.
func (w *walker) enter(from, to int, level uint8, revealed bool) {
	w.hosts = append(w.hosts, span{from, to})
	s := w.service(from, to, level)
	if s != nil && s.form == formTeams {
		w.teams = true
	}
	if !w.structure && !revealed || s != nil && s.site {
		s = nil
	}
	w.push(frame{service: s}, level)
}

// How much of a path and a query is looked at to find the service, in bytes.
const (
	maxServicePath  = 256
	maxServiceQuery = 1024
)

// service returns the service that answers at a link with the host text[from:to], or nil.
func (w *walker) service(from, to int, level uint8) *service {
	text := w.v.text
	host := string(text[from:to])
	for i := range len(host) {
		if host[i] == ':' {
			host = host[:i]
			break
		}
	}
	if !isHostName(host) {
		return nil
	}
	end := to
	for end < len(text) && end-to < maxServicePath && !(w.v.level(end) <= level && (text[end] == '?' || text[end] == '#')) && !endsLink(text[end]) {
		end++
	}
	p := parts{scheme: "https", host: host, domain: lastTwoLabels(host), path: string(text[to:end])}
	if end < len(text) && text[end] == '?' {
		p.query = string(text[end+1 : min(len(text), end+1+maxServiceQuery)])
	}
	p.tail = string(text[to:min(len(text), to+maxServicePath)])
	return lookUp(&p)
}

// param looks at the parameter of f that begins at i, and returns where to go on.
func (w *walker) param(i int, f *frame) int {
	text := w.v.text
	for i < len(text) && text[i] == ';' {
		i++
	}
	is := i
	for is < len(text) && is-i < maxName && isNameByte(text[is]) {
		is++
	}
	named := is < len(text) && text[is] == '='
	name := lowerName(text[i:is])
	if named {
		w.loosen(w.v.level(is))
		f = w.top()
	}
	if w.r.cookie || f.service == nil && f.outer == nil {
		return i
	}
	s := f.service
	if f.outer != nil && text[i-1] != '?' {
		s = f.outer // it may belong to either link
	}
	switch {
	case s == nil:
		return i
	case !named && (w.guessed || isOneOf(name, s.words)):
		return i
	case !named:
		end := w.valueEnd(i, f.level)
		w.r.mark(w.v, i, end, redacted)
		return end
	case isOneOf(name, s.keep) || isOneOf(name, s.params) || s.form != "" && name == "url":
		return is + 1
	}
	from := w.valueStart(is)
	end := w.valueEnd(from, w.v.level(is))
	if value := text[from:end]; len(value) > 3 || !allDigits(string(value)) {
		w.r.mark(w.v, from, end, redacted)
	}
	return end
}

// maxName is longer than the names of parameters that are looked at.
const maxName = 64

func isNameByte(c byte) bool {
	return isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == '@'
}

// valueStart returns where the value begins behind the '=' text[is]. In quoted-printable text
// that is not known for it, the '=' is written as "=3D".
func (w *walker) valueStart(is int) int {
	rest := w.v.text[is+1:]
	if len(rest) > 2 && rest[0] == '3' && rest[1]|0x20 == 'd' {
		return is + len("=3D")
	}
	return is + 1
}

// valueEnd returns the end of the value that begins at i, of a parameter whose '=' was
// encoded level times.
func (w *walker) valueEnd(i int, level uint8) int {
	f := w.top()
	inPath := f != nil && f.inPath
	text := w.v.text
	end := i
scan:
	for ; end < len(text); end++ {
		c := text[end]
		switch {
		case w.v.level(end) > level:
		case c == '&' || c == '#' || endsLink(c) || c == '`':
			break scan
		case c == '_' && inPath && end+2 < len(text) && text[end+1] == '_' && (text[end+2] == ';' || text[end+2] == '_' && end+3 < len(text) && text[end+3] == '.'):
			break scan // the end of a target of Proofpoint or Check Point
		}
	}
	return w.trimEnd(i, end)
}

// trimEnd returns the end of text[i:end] without the punctuation of the text around a link.
func (w *walker) trimEnd(i, end int) int {
	text := w.v.text
	for end > i && w.v.level(end-1) == 0 && isPunctuation(text[end-1]) {
		end--
	}
	return end
}

func isPunctuation(c byte) bool {
	switch c {
	case '.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '|', '*':
		return true
	}
	return false
}

// segment looks at the segment of a path that begins at i, and returns where to go on. Of
// the path of a service, its words and the target stay.
func (w *walker) segment(i int, f *frame) int {
	s := f.service
	if w.r.cookie || s == nil || s.form == formMail {
		return w.personal(i)
	}
	text := w.v.text
	end, link := i, -1
	for ; end < len(text) && !endsLink(text[end]); end++ {
		if c := text[end]; w.v.level(end) <= f.level && (c == '/' || c == '?' || c == '#') {
			break
		}
		if w.schemeAt(end) > 0 || end == i && w.bareTarget(i, f.level) {
			link = end
			break
		}
	}
	if link >= 0 {
		front := link
		for front > i && text[front-1] == '_' {
			front--
		}
		w.r.mark(w.v, i, front, redacted)
		return link
	}
	end = w.trimEnd(i, end)
	segment := string(text[i:end])
	if isOneOf(segment, s.words) || s.form != "" && isPagePart(segment) || holdsLink(segment) {
		return end
	}
	w.r.mark(w.v, i, end, redacted)
	return end
}

// holdsLink reports whether a segment is base64 of a link or of JSON, which is redacted for
// itself.
func holdsLink(segment string) bool {
	text, ok := decodeBase64(segment)
	return ok && isText([]byte(text)) && (strings.Contains(text, "//") || isBraced(text))
}

// bareTarget reports whether a host begins at i whose path is encoded once more.
func (w *walker) bareTarget(i int, level uint8) bool {
	end := w.authorityEnd(i)
	return end < len(w.v.text) && w.v.text[end] == '/' && w.v.level(end) > level && isBareHost(string(w.v.text[i:end]))
}

// isPagePart reports whether a segment can be of the path to a page of Microsoft: a word,
// a number or the token of an Office app.
func isPagePart(s string) bool {
	if len(s) == len("w-59584e83") && s[1] == '-' {
		for i := range s[2:] {
			if _, ok := unhex(s[2+i]); !ok {
				return false
			}
		}
		return isLetterOrDigit(s[0])
	}
	return len(s) <= 2 || isOneOf(s, []string{"mail", "safelink.html", "atp-safelinks.html", "evergreen-assets", "safelinks"})
}

// personal removes the name of a person's site of SharePoint, the segment behind /personal/.
func (w *walker) personal(i int) int {
	const word = "/personal/"
	text := w.v.text
	if w.r.cookie || i < len(word) || !equalFold(string(text[i-len(word):i]), word) {
		return i
	}
	end := i
	for end < len(text) && (isNameByte(text[end]) || text[end] == '~') {
		end++
	}
	w.r.mark(w.v, i, end, redacted)
	return end
}

// named looks at the parameter whose '=' stands at i, by its name alone.
func (w *walker) named(i int) int {
	text := w.v.text
	from := i
	for from > 0 && i-from < maxName && isNameByte(text[from-1]) {
		from--
	}
	name := lowerName(text[from:i])
	if w.r.cookie {
		if !w.teams || name != "pc" {
			return i + 1
		}
	} else if !isSecretName(name) && !(name == "data" && w.isFields(i+1)) {
		return i + 1
	}
	from = w.valueStart(i)
	if c := byteAt(text, from); c == '"' || c == '\'' {
		return w.quoted(from)
	}
	end := w.valueEnd(from, w.v.level(i))
	if name == "data" {
		end = w.fieldsEnd(end)
	}
	w.r.mark(w.v, from, end, redacted)
	return end
}

// fieldsEnd returns the end of data= of a Safe Link whose value ends at i. Programs that
// break lines put blanks into it.
func (w *walker) fieldsEnd(i int) int {
	text := w.v.text
	for i < len(text) && text[i] == ' ' {
		end := i + 1
		for end < len(text) && !isBlank(text[end]) && text[end] != '&' {
			end++
		}
		if bytes.IndexAny(text[i:end], "|%") < 0 {
			break
		}
		i = end
	}
	return i
}

// isFields reports whether data= of a Safe Link begins at i: a version and a pipe.
func (w *walker) isFields(i int) bool {
	for n := 0; i < len(w.v.text) && n < 4; i, n = i+1, n+1 {
		if w.v.text[i] == '|' {
			return true
		}
	}
	return false
}

// member looks at the member of a JSON object whose ':' stands at i, by its name alone.
func (w *walker) member(i int) int {
	text := w.v.text
	from := i - 1
	for from > 0 && i-from < maxName && isNameByte(text[from-1]) {
		from--
	}
	if from == 0 || text[from-1] != '"' || !isSecretName(lowerName(text[from:i-1])) || w.r.cookie {
		return i + 1
	}
	for i++; i < len(text) && text[i] == ' '; i++ {
	}
	if i < len(text) && text[i] == '"' {
		return w.quoted(i)
	}
	return i
}

// field looks at the field of HTTP whose ':' stands at i, by its name alone. Its value is the
// rest of the line.
func (w *walker) field(i int) int {
	text := w.v.text
	if byteAt(text, i+1) != ' ' || w.r.cookie {
		return i + 1
	}
	from := i
	for from > 0 && i-from < maxName && isNameByte(text[from-1]) {
		from--
	}
	if !secretFields[lowerName(text[from:i])] {
		return i + 1
	}
	end := i + 2
	for end < len(text) && text[end] != '\r' && text[end] != '\n' {
		end++
	}
	w.r.mark(w.v, i+2, end, redacted)
	return end
}

// quoted removes what stands in the quotes that begin at i.
func (w *walker) quoted(i int) int {
	quote := w.v.text[i]
	end := i + 1
	for end < len(w.v.text) && w.v.text[end] != quote && w.v.text[end] != '\n' {
		end++
	}
	w.r.mark(w.v, i+1, end, redacted)
	return end
}
