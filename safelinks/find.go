package safelinks

import (
	"bytes"
	"cmp"
	"errors"
	"iter"
	"strings"
	"unicode/utf8"
)

// maxLink is the length of the longest link that [Find] and [Rewrite] look at. Longer
// runs without a blank pass through.
const maxLink = 64 << 10

// Found is a wrapped link in a text.
type Found struct {
	Start, End int // byte offsets in the text, or in the decoded part of a mail
	Chain      Chain
	Err        error // why the link could not be decoded, as from Unwrap
	Cut        bool  // a line break may run through the link; Rewrite keeps it
}

// match is a Found with what Rewrite needs to know.
type match struct {
	Found
	original string // of the sender's own attribute, if it agrees
	escaped  bool   // the link has &amp; for &
	html     bool   // the link stands in HTML
}

// target returns the URL to put in the place of the link.
func (m match) target() string { return cmp.Or(m.original, m.Chain.Original()) }

// Find yields the wrapped links in text, in order. Decode quoted-printable text
// first; see [FormatQuoted] and [Rewrite].
//
// It yields also the links that cannot be decoded. The text may be plain text,
// Markdown or HTML. Find does not search inside links.
func Find(text []byte) iter.Seq[Found] {
	return func(yield func(Found) bool) {
		html := sniff(text) == FormatHTML
		for at := 0; ; {
			m, next, ok := scan(text, at, true, html)
			if !ok || !yield(m.Found) {
				return
			}
			at = next
		}
	}
}

// lookAhead is how much of the text behind a link is looked at: for the next
// line when the link may be cut, and for the end of its tag.
const lookAhead = 2 << 10

// scan finds the first wrapped link at or behind from. next is where to go on;
// without a link it is how much of the text is done with: all of it when whole
// says that nothing follows the text, and what no link can begin in otherwise.
func scan(text []byte, from int, whole, html bool) (m match, next int, ok bool) {
	for at := from; ; {
		i := bytes.IndexByte(text[at:], ':')
		if i < 0 {
			return match{}, done(text, from, len(text), whole), false
		}
		colon := at + i
		if !whole && len(text)-colon < len("://]x") {
			return match{}, done(text, from, colon, whole), false
		}
		start, authority := schemeAround(text, colon)
		if start < from {
			at = colon + 1
			continue
		}
		end, complete := linkEnd(text, start, authority)
		if !whole {
			if !complete && end-start <= maxLink {
				return match{}, start, false
			}
			if complete && len(text)-end < lookAhead {
				// The caller's buffer holds more than a link and this.
				return match{}, start, false
			}
		}
		at = max(end, authority)
		if end-start > maxLink {
			continue
		}
		if m, ok := look(text, start, end, html); ok {
			return m, m.End, true
		}
	}
}

// done is how much of the text no later link can begin in.
func done(text []byte, from, to int, whole bool) int {
	if whole {
		return len(text)
	}
	return max(from, to-len("https["))
}

// schemeAround looks whether the colon belongs to "https://" or a defanged
// spelling of it, and returns where the link starts and its authority starts; a
// negative start when it does not.
func schemeAround(text []byte, colon int) (start, authority int) {
	rest := text[colon+1:]
	end := colon
	switch {
	case bytes.HasPrefix(rest, []byte("//")):
		authority = colon + 3
		if colon > 0 && text[colon-1] == '[' {
			end = colon - 1
			authority++
			if len(rest) < 3 || rest[2] != ']' {
				return -1, 0
			}
		}
	case bytes.HasPrefix(rest, []byte("]//")) && colon > 0 && text[colon-1] == '[':
		end, authority = colon-1, colon+4
	default:
		return -1, 0
	}
	for _, n := range [...]int{len("https"), len("http")} {
		if end >= n && schemeLen(string(text[end-n:end])) == n {
			return end - n, authority
		}
	}
	return -1, 0
}

// linkEnd finds where the run of a link's characters ends. complete says that
// something that is no part of it follows.
func linkEnd(text []byte, start, authority int) (end int, complete bool) {
	quote := byte(0)
	if start > 0 && text[start-1] == '\'' {
		quote = '\''
	}
	foreignAt := -1 // the first byte that is not ASCII
	i := authority
run:
	for ; i < len(text); i++ {
		c := text[i]
		if endsLink(c) {
			break
		}
		switch c {
		case '`':
			break run
		case '\'':
			if quote == c {
				break run
			}
		case '&':
			if stopEntity(text[i+1:]) {
				break run
			}
		case '(', '[', '|', ',', ';':
			if startsLink(text[i+1:]) {
				break run
			}
		case 'h', 'H':
			// Two links with nothing between them.
			if isDigit(text[i-1]) && bytes.HasSuffix(text[start:i-1], []byte("reserved=")) && startsLink(text[i:]) {
				break run
			}
		case ']', ')':
			if i+1 < len(text) && (text[i+1] == '(' || text[i+1] == '[') && i > authority {
				break run
			}
		default:
			if c >= utf8.RuneSelf {
				if foreignAt < 0 {
					foreignAt = i
				}
				if n := stopRune(text[i:]); n > 0 {
					break run
				}
			}
		}
		if i-start > maxLink {
			return i, false
		}
	}
	end, complete = i, i < len(text)
	if foreignAt >= 0 {
		tail := text[foreignAt:end]
		if !bytes.Contains(tail, []byte("data=")) && !bytes.Contains(tail, []byte("reserved=")) && !bytes.Contains(tail, []byte("__;")) && !bytes.Contains(tail, []byte("___.")) {
			end, complete = foreignAt, true
		}
	}
	return end, complete
}

// startsLink reports whether s begins with http.
func startsLink(s []byte) bool {
	if len(s) < len("https://") {
		return false
	}
	n := schemeLen(string(s[:len("https")]))
	return n >= 4 && (bytes.HasPrefix(s[n:], []byte("://")) || bytes.HasPrefix(s[n:], []byte("[")))
}

// stopEntity reports whether what follows an '&' makes it a character that ends
// a link in HTML.
func stopEntity(s []byte) bool {
	if len(s) < 3 || s[0] != '#' && s[0] != 'l' && s[0] != 'g' && s[0] != 'q' && s[0] != 'n' && s[0] != 'a' {
		return false
	}
	for _, e := range [...]string{"lt;", "gt;", "quot;", "nbsp;", "apos;", "#39;", "#34;", "#60;", "#62;", "#160;", "#xa0;", "#x27;", "#x22;", "#x3c;", "#x3e;"} {
		if len(s) >= len(e) && equalFold(string(s[:len(e)]), e) {
			return true
		}
	}
	return false
}

// stopRune reports the length of a space, quotation mark or CJK punctuation
// mark at the start of s, and 0 for other characters.
func stopRune(s []byte) int {
	r, n := utf8.DecodeRune(s)
	switch {
	case r == 0xa0, 0x2000 <= r && r <= 0x200f, 0x2018 <= r && r <= 0x201f, r == 0x2026, 0x2028 <= r && r <= 0x202f,
		r == 0xab, r == 0xbb, 0x3000 <= r && r <= 0x3011, r == 0xff08, r == 0xff09, r == 0xff0c, r == 0xff1b, r == 0xff5c, r == 0xfeff:
		return n
	}
	return 0
}

// look decodes the run of text[start:end] if it is a wrapped link, and finds its true
// end.
func look(text []byte, start, end int, html bool) (match, bool) {
	run := string(text[start:end])
	var p parts
	p.split(run)
	service, o := findService(&p)
	if o != decoded {
		return match{}, false
	}
	m := match{html: html || inAttribute(text, start)}
	run = trimRun(run, service.form != "")
	m.Start, m.End = start, start+len(run)
	m.escaped = strings.Contains(run, "&amp;") || strings.Contains(run, "&#38;")
	link := run
	if m.html {
		link = unescapeHTML(link)
	}
	m.Chain, m.Err = Unwrap(link)
	if m.Chain.Input == link {
		m.Chain.Input = run
	}
	if errors.Is(m.Err, ErrSpoofedHost) {
		return match{}, false
	}
	m.Cut = mayBeCut(m.Chain, run, text[m.End:])
	if m.html && m.Err == nil && len(m.Chain.Layers) == 1 {
		m.original = agreedOriginal(text, m.Start, m.End, m.Chain.Layers[0].URL)
	}
	return m, true
}

// trimRun takes off what stands behind a link: all behind the digits of Safe
// Links' last parameter, and else punctuation. A bracket stays when the link
// has its other half.
func trimRun(run string, mail bool) string {
	const last = "reserved="
	for i := 0; mail; {
		n := strings.Index(run[i:], last)
		if n < 0 {
			break
		}
		i += n
		j := i + len(last)
		if i == 0 || strings.IndexByte(`&;?\`, run[i-1]) < 0 {
			i = j
			continue
		}
		for j < len(run) && isDigit(run[j]) {
			j++
		}
		if j < len(run) && run[j] == '/' {
			j++
		}
		if j == len(run) || run[j] != '&' && run[j] != '#' {
			return run[:j]
		}
		i = j
	}
	var open [3]int // brackets without their other half
	for i, pair := range bracketPairs {
		open[i] = strings.Count(run, pair[:1]) - strings.Count(run, pair[1:])
	}
	for run != "" {
		c := run[len(run)-1]
		if strings.IndexByte(".,;:!?'|\\*\"", c) < 0 {
			i := strings.IndexByte(")]}", c)
			if i < 0 || open[i] >= 0 {
				return run
			}
			open[i]++
		}
		run = run[:len(run)-1]
	}
	return run
}

var bracketPairs = [...]string{"()", "[]", "{}"}

// mayBeCut decides whether a line break went through the link: the link lacks
// what its service writes last, its line ends with it, and the next line goes
// on like a link.
func mayBeCut(c Chain, run string, after []byte) bool {
	last := ""
	if len(c.Layers) > 0 {
		switch c.Layers[0].Kind {
		case KindSafeLinks:
			last = "reserved="
			if c.Layers[0].Link.Form == formOutlook {
				return false
			}
		case "proofpoint-v2":
			last = "e="
		case "proofpoint-v3":
			last = "$"
		default:
			return false
		}
		if strings.Contains(run, last) {
			return false
		}
	}
	_, _, ok := continuation(after)
	return ok
}

// continuation finds, behind a link that ends its line, the text that the next
// line begins with if it goes on like a link. Marks of quoted mail may stand in
// front of it.
func continuation(after []byte) (from, to int, ok bool) {
	after = after[:min(len(after), lookAhead)]
	skip := func(set string) {
		for from < len(after) && strings.IndexByte(set, after[from]) >= 0 {
			from++
		}
	}
	skip(" \t.,?&\r")
	if from == len(after) || after[from] != '\n' {
		return 0, 0, false
	}
	from++
	skip("> \t|")
	for to = from; to < len(after) && !endsLink(after[to]); to++ {
	}
	word := after[from:to]
	return from, to, bytes.ContainsAny(word, "%&=|") && !startsLink(word)
}

// inAttribute reports whether the text in front of start is an HTML attribute's.
func inAttribute(text []byte, start int) bool {
	if start < 2 {
		return false
	}
	quote := text[start-1]
	return (quote == '"' || quote == '\'') && text[start-2] == '='
}
