package safelinks

import (
	"strings"
)

// frame is a link that the walker is in. Links inside its parameters were encoded more
// often.
type frame struct {
	service *service // nil if the site is not in the table
	outer   *service // of a link around this one that was encoded as often
	level   uint8
	inQuery bool
	around  *service // the service in whose path the link stands, or nil
	loose   uint8    // how often the '&' of its parameters may be encoded, if more than level
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
		if f := w.top(); f != nil && (f.level == level || level <= f.loose) {
			f.inQuery = f.inQuery || c != '&'
			return w.param(i+1, f)
		}
	case '/':
		w.close(level)
		if f := w.top(); f != nil && f.level == level {
			if f.inQuery && f.around != nil && f.loose > level {
				*f = frame{service: f.around, level: level} // its path goes on
			}
			if !f.inQuery {
				return w.segment(i+1, f)
			}
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
	inner.loose = max(f.loose, f.level)
	w.frames = w.frames[:len(w.frames)-1]
	w.push(inner, level)
}

// push makes f the innermost link, at a level.
func (w *walker) push(f frame, level uint8) {
	w.close(level)
	f.level = level
	t := w.top()
	if f.around = nil; t != nil && !t.inQuery {
		f.around = t.service
	}
	if t != nil && t.level == level {
		f.outer = t.outer
		if t.inQuery && t.service != nil {
			f.outer = t.service
			if f.service != nil {
				f.loose = max(f.loose, level+1) // some encode no more of a target than its '&'
			}
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
