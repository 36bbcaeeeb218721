package safelinks

import (
	"bytes"
	"cmp"
	"errors"
	"iter"
	"strings"
)

// maxLink is the length of the longest link that [Find] and [Rewrite] look at, in bytes.
// Longer ones are reported with [ErrTooLong].
const maxLink = 64 << 10

// lookAhead is how much of the text behind the first line of a link is looked at, for the
// rest of a broken link and the end of its tag.
const lookAhead = 8 << 10

// Found is a wrapped link in a text.
type Found struct {
	Start, End int // byte offsets in the text, or in the decoded part of a mail
	Chain      Chain
	Err        error // why the link could not be decoded, as from Unwrap
	Cut        bool  // a line break runs through the link, and pieces are missing; Rewrite keeps it
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
// Links that cannot be decoded are yielded too, with their error. The text may be plain
// text, Markdown or HTML. A link that a mail program broke into lines is put together if
// every piece of it is there, up to what its service writes last; Start and End enclose
// the pieces. If one is missing, Cut is set, and a link that ends within the host of its
// target has none. Find does not search inside links. Of a link of more than 64 KiB, it
// yields the beginning, with [ErrTooLong] and nothing but the host as Chain.Input.
func Find(text []byte) iter.Seq[Found] {
	return func(yield func(Found) bool) {
		html := detectFormat(text) == FormatHTML
		for at := 0; ; {
			m, next, ok := findNext(text, at, true, html)
			if !ok || !yield(m.Found) {
				return
			}
			at = next
		}
	}
}

// findNext finds the first wrapped link that starts at from or later. If there is one,
// the search goes on at next. If there is none, no link starts before next. whole means
// that nothing follows the text; otherwise the caller reads on and calls again, with at
// least maxLink + lookAhead bytes behind next.
func findNext(text []byte, from int, whole, html bool) (m match, next int, ok bool) {
	for at := from; ; {
		i := bytes.IndexByte(text[at:], ':')
		if i < 0 {
			return match{}, searchedTo(from, len(text), whole, len(text)), false
		}
		colon := at + i
		if !whole && len(text)-colon < maxMark {
			return match{}, searchedTo(from, colon, whole, len(text)), false
		}
		start, authority := schemeAround(text, colon)
		if start < from {
			at = colon + 1
			continue
		}
		end, complete := runEnd(text, start, authority)
		short := end-start <= maxLink
		if !whole && (!complete && short || complete && len(text)-end < lookAhead) {
			return match{}, start, false
		}
		at = max(end, authority)
		if !short {
			if m, ok := tooLong(text, start, end); ok {
				return m, end, true
			}
			continue
		}
		if m, ok := decodeRun(text, start, end, html); ok {
			return m, m.End, true
		}
	}
}

// tooLong returns what is said of a wrapped link that is longer than text[start:end].
func tooLong(text []byte, start, end int) (m match, ok bool) {
	var p parts
	p.split(string(text[start:end]))
	if _, o := findService(&p); o != decoded {
		return match{}, false
	}
	return match{Found: Found{Start: start, End: end, Chain: Chain{Input: strings.ToLower(p.scheme) + "://" + p.host + "/"}, Err: ErrTooLong}}, true
}

// searchedTo returns the place before which no link starts, if none was found before to.
// A scheme may stand in front of it.
func searchedTo(from, to int, whole bool, size int) int {
	if whole {
		return size
	}
	return max(from, to-len("http[s]["))
}

// schemeAround returns the start of the link and of its authority, if the colon belongs
// to "https://" or another spelling of it. Otherwise the start is negative.
func schemeAround(text []byte, colon int) (start, authority int) {
	end := colon
	if end > 0 && strings.IndexByte(`[({\`, text[end-1]) >= 0 {
		end--
	}
	if end == 0 || strings.IndexByte("pPsSwW])", text[end-1]) < 0 {
		return -1, 0
	}
	length, m := cutMark(string(text[end:min(len(text), end+maxMark)]))
	if m == noMark {
		return -1, 0
	}
	for _, n := range [...]int{len("https"), len("http"), len("http[s]")} {
		if end >= n && schemeLen(string(text[end-n:end])) == n {
			return end - n, end + length
		}
	}
	return -1, 0
}

// decodeRun decodes text[start:end] if it begins with a wrapped link. It finds the true
// end of the link, which may be on a later line.
func decodeRun(text []byte, start, end int, html bool) (match, bool) {
	run := string(text[start:end])
	joined := false
	if !isWhole(run) {
		if link, newEnd, ok := joinLines(text, start, end); ok {
			run, end, joined = link, newEnd, true
		}
	}
	var p parts
	p.split(run)
	s, o := findService(&p)
	if o != decoded {
		return match{}, false
	}
	m := match{html: html || inAttribute(text, start)}
	trimmed := run
	if !fillsAttribute(text, start, end) {
		trimmed = trimRun(cutLabel(text, start, run), s.form != "")
	}
	m.Start, m.End = start, end-(len(run)-len(trimmed))
	run = trimmed
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
		return match{}, false // the entities hid it
	}
	if joined {
		m.Chain.Flags |= FlagMangled
	} else {
		m.findCut(link, text[m.End:])
	}
	if m.html && m.Err == nil && len(m.Chain.Layers) == 1 {
		m.original = agreedOriginal(text, m.Start, m.End, m.Chain.Layers[0].URL)
	}
	return m, true
}

// findCut decides whether a line break cuts the link. If it may cut the host of the target,
// there is no target: another host is worse than none.
func (m *match) findCut(link string, after []byte) {
	from, to, goesOn := continuation(after)
	if from == 0 {
		return // no line break
	}
	word := after[from:to]
	target := m.Chain.Original()
	inHost := m.Err == nil && endsInHost(target) &&
		(goesOn || looksLikeHost(word) || !strings.Contains(target, ".")) && endsWithTarget(link, target)
	m.Cut = inHost || goesOn && (endsInEscape(link) || lacksEnd(m.Chain, link) ||
		m.Err == nil && holdsEscape(word) && endsWithTarget(link, target))
	if inHost {
		m.Chain = Chain{Input: m.Chain.Input, Flags: FlagCut}
		m.Err = ErrNoTarget
	}
}

// looksLikeHost reports whether a word may be the rest of a host: it has a dot or a slash
// within.
func looksLikeHost(word []byte) bool {
	i := bytes.IndexAny(word, "./")
	return !startsAnother(word, 0) && i >= 0 && i < len(word)-1
}

// fillsAttribute reports whether text[start:end] is all of an HTML attribute in quotes.
func fillsAttribute(text []byte, start, end int) bool {
	return inAttribute(text, start) && end < len(text) && text[end] == text[start-1]
}

// inAttribute reports whether start is the beginning of an HTML attribute in quotes.
func inAttribute(text []byte, start int) bool {
	if start < 2 {
		return false
	}
	quote := text[start-1]
	return (quote == '"' || quote == '\'') && text[start-2] == '='
}
