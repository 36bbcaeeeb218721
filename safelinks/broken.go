package safelinks

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Mail programs break long lines, and with them links, at any place. A link is put together
// again where every piece of it is there: from its scheme to what its service writes last,
// or to the bracket or quote that closes it. Everything else stays broken.

// maxPieces is the number of lines that one link may be broken into.
const maxPieces = 64

// joinLines puts the link together that starts at start and whose first piece is
// text[start:end]. newEnd is the end of its last piece.
func joinLines(text []byte, start, end int) (link string, newEnd int, ok bool) {
	if end == len(text) || !isBlank(text[end]) && text[end] != '<' && text[end] != '\\' {
		return "", 0, false // nearly all
	}
	j := joiner{text: text[:min(len(text), end+lookAhead)], end: end, mark: lineMarkOf(text, start), closing: closingOf(text[:start])}
	for range maxPieces {
		from := j.nextPiece()
		if from < 0 {
			break
		}
		if j.link == nil {
			j.link = bytes.Clone(text[start:end])
		}
		if !j.add(from) {
			break
		}
		if link := string(j.link); j.isClosed() && isWrapped(link) || isWhole(link) {
			return link, j.end, true
		}
	}
	return "", 0, false
}

// joiner puts one link together.
type joiner struct {
	text    []byte
	end     int // of the last piece
	mark    lineMark
	closing string // what closes the bracket or quote around the link
	link    []byte // the pieces so far; nil for the first one
}

// nextPiece returns where the next piece begins, or -1. Lines may have an empty one between
// them. Blanks part the pieces of a link that was copied from a web page.
func (j *joiner) nextPiece() int {
	rest := j.text[j.end:]
	if n := lineBreak(rest, j.mark); n > 0 {
		n += lineBreak(rest[n:], j.mark)
		return j.end + n
	}
	n := skipBlanks(rest, 0)
	word := rest[n:]
	if end := bytes.IndexFunc(word, unicode.IsSpace); end >= 0 {
		word = word[:end]
	}
	if n == 0 || !bytes.ContainsAny(word, "%=") {
		return -1
	}
	return j.end + n
}

// add adds the piece that begins at from. It reports false if there is none.
func (j *joiner) add(from int) bool {
	j.end = from
	for j.end < len(j.text) && j.text[j.end] < utf8.RuneSelf && !endsRun(j.text, from, from, j.end, j.closing == "'") {
		j.end++
	}
	if j.end == from {
		return false
	}
	if n := len(j.link) - 1; j.link[n] == '=' && bytes.Contains(j.link, []byte("=3D")) && !bytes.HasPrefix(j.text[from:], []byte("3D")) {
		j.link = j.link[:n] // a soft line break of quoted-printable
	}
	front := len(j.link)
	j.link = append(j.link, j.text[from:j.end]...)
	return !startsAnother(j.link, front)
}

// startsAnother reports whether another link starts in link[from:]. That of a target which is
// not encoded is none.
func startsAnother(link []byte, from int) bool {
	for i := from; ; i++ {
		n := bytes.IndexByte(link[i:], ':')
		if n < 0 {
			return false
		}
		i += n
		if start, _ := schemeAround(link, i); start >= from && !endsBeforeTarget(link[:start]) {
			return true
		}
	}
}

// isClosed reports whether the bracket or quote around the link is closed.
func (j *joiner) isClosed() bool {
	return j.closing != "" && bytes.HasPrefix(j.text[j.end:], []byte(j.closing))
}

// closings are brackets and quotes, and what closes them.
var closings = [...][2]string{{"<", ">"}, {`"`, `"`}, {"'", "'"}, {"&lt;", "&gt;"}, {"&quot;", "&quot;"}}

// closingOf returns what closes the bracket or quote at the end of front, or "".
func closingOf(front []byte) string {
	for _, pair := range closings {
		if bytes.HasSuffix(front, []byte(pair[0])) {
			return pair[1]
		}
	}
	return ""
}

// endsBeforeTarget reports whether a target that is not encoded may follow the front of a
// link.
func endsBeforeTarget(front []byte) bool {
	for _, end := range [...]string{"url=", "?u=", "&u=", "?a=", "__"} {
		if bytes.HasSuffix(front, []byte(end)) {
			return true
		}
	}
	return false
}
