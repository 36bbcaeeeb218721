package safelinks

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mail programs break long lines, and with them links, at any place. A link is put together
// again where every piece of it is there: from its scheme to what its service writes last,
// or to the bracket or quote that closes it. Everything else stays broken.

// maxPieces is the number of lines that one link may be broken into.
const maxPieces = 64

// lineBreak returns the length of the line break at the start of s, with the blanks in front
// of it and what stands behind it in front of the text: mark, and the marks of quoted mail.
func lineBreak(s []byte, mark lineMark) int {
	i := skipBlanks(s, 0)
	tag := brLen(s[i:])
	i = skipBlanks(s, i+tag)
	n := lineEndLen(s[i:])
	if n == 0 && tag == 0 {
		return 0
	}
	i += n
	if n > 0 && len(mark.text) > 0 && bytes.HasPrefix(s[i:], mark.text) {
		i += len(mark.text)
	}
	for i < len(s) {
		switch {
		case s[i] == '>' || s[i] == ' ' || s[i] == '\t' || mark.bars && s[i] == '|':
			i++
		case bytes.HasPrefix(s[i:], []byte("&gt;")):
			i += len("&gt;")
		default:
			return i
		}
	}
	return i
}

func skipBlanks(s []byte, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i
}

// lineEndLen returns the length of the line end at the start of s, which may be that of a
// string in JSON or in source code.
func lineEndLen(s []byte) int {
	i := 0
	for _, escape := range [...]string{`\r`, `\n`} {
		if bytes.HasPrefix(s[i:], []byte(escape)) {
			i += len(escape)
		}
	}
	if i > 0 {
		return i
	}
	for i < len(s) && s[i] == '\r' {
		i++
	}
	if i < len(s) && s[i] == '\n' {
		i++
	}
	return i
}

// brLen returns the length of the tag <br> or <wbr> at the start of s.
func brLen(s []byte) int {
	head := string(s[:min(len(s), len("<br />"))])
	for _, tag := range [...]string{"<br>", "<br/>", "<br />", "<wbr>", "<wbr/>"} {
		if hasPrefixFold(head, tag) {
			return len(tag)
		}
	}
	return 0
}

// lineMark is what stands in front of every line of a quotation or comment.
type lineMark struct {
	text []byte // up to the first letter or digit, or initials and '>'
	bars bool   // '|' marks quoted mail
}

// maxLineMark is the length of the longest line mark, in bytes.
const maxLineMark = 32

var initials = regexp.MustCompile(`^[A-Za-z]{1,4}> ?`)

// lineMarkOf returns the mark of the line on which text[at] stands.
func lineMarkOf(text []byte, at int) lineMark {
	line := text[max(0, at-maxPieces):at]
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	if found := initials.Find(line); found != nil {
		return lineMark{text: found}
	}
	n := 0
	for n < len(line) && n < maxLineMark && isMark(line[n]) {
		n++
	}
	mark := line[:n]
	return lineMark{text: mark, bars: bytes.HasPrefix(bytes.TrimLeft(mark, "> \t"), []byte("|"))}
}

// isMark reports whether a line mark may hold c: no letter or digit, and nothing that opens
// something.
func isMark(c byte) bool {
	return c < utf8.RuneSelf && (c == '-' || !isHostName(string(c))) && strings.IndexByte("<([{\"'`&", c) < 0
}

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
	piece := j.text[from:j.end]
	if len(piece) == 0 || startsLink(piece) && !endsBeforeTarget(j.link) {
		return false
	}
	j.link = append(j.link, piece...)
	return true
}

// isClosed reports whether the bracket or quote around the link is closed.
func (j *joiner) isClosed() bool {
	return j.closing != "" && bytes.HasPrefix(j.text[j.end:], []byte(j.closing))
}

// closingOf returns what closes the bracket or quote at the end of front, or "".
func closingOf(front []byte) string {
	for open, closing := range map[string]string{"<": ">", `"`: `"`, "'": "'", "&lt;": "&gt;", "&quot;": "&quot;"} {
		if bytes.HasSuffix(front, []byte(open)) {
			return closing
		}
	}
	return ""
}

// endsBeforeTarget reports whether a target that is not encoded may follow the front of a
// link.
func endsBeforeTarget(front []byte) bool {
	return bytes.HasSuffix(front, []byte("=")) || bytes.HasSuffix(front, []byte("__"))
}

var (
	// checkPointEnd is the end of the token of Check Point: a hash, text or HTML, and one
	// or two flags.
	checkPointEnd = regexp.MustCompile(`:[0-9a-f]{64}:[hp]:[TF](:[FN])?$`)
	// trendMicroEnd is the last parameter of Trend Micro.
	trendMicroEnd = regexp.MustCompile(`&auth=[0-9a-f]{40}-[0-9a-f]{40}$`)
)

// isWhole reports whether a link ends with what its service writes last.
func isWhole(link string) bool {
	link = unquoteLink(trimRun(link, false))
	var p parts
	p.split(link)
	s, o := findService(&p)
	if o != decoded {
		return false
	}
	switch s.kind {
	case KindSafeLinks:
		if s.form == formOutlook {
			id, _ := param(p.query, "corid")
			_, ok := parseGUID(id)
			return ok && strings.HasSuffix(link, id)
		}
		return lastDigit(link)
	case "proofpoint-v2":
		_, signed := param(p.query, "s")
		return signed && (strings.Contains(link, "&e=") || strings.Contains(link, ";e="))
	case "proofpoint-v3":
		target, _ := cutProofpointV3(p.tail)
		return target != "" && strings.IndexByte(p.tail[len("/v3/__")+len(target):], '$') >= 0
	case "checkpoint-avanan":
		text, ok := decodeBase64(p.tail[strings.LastIndexByte(p.tail, '.')+1:])
		return ok && checkPointEnd.MatchString(text)
	case "barracuda":
		typo, _ := param(p.query, "typo")
		return allDigits(typo)
	case "trendmicro":
		return trendMicroEnd.MatchString(link)
	}
	return false
}

// lastDigit reports whether a Safe Link ends with reserved= and a digit.
func lastDigit(link string) bool {
	end := lastParamEnd(link)
	if end > 0 && link[end-1] == '/' {
		end--
	}
	return end > 0 && isDigit(link[end-1])
}

// endsInHost reports whether the end of a link may cut the host of its target: the target
// has nothing behind its host, and goes on if the link does.
func endsInHost(link, target string) bool {
	n := schemeLen(target)
	_, rest, ok := strings.Cut(target[n:], "://")
	if !ok {
		rest = target
	}
	if authorityEnd(rest) < len(rest) {
		return false
	}
	c, _ := Unwrap(link + "x")
	return c.Original() != target
}

// endsInEscape reports whether the end of a link cuts a percent escape.
func endsInEscape(link string) bool {
	i := strings.LastIndexByte(link, '%')
	return i >= 0 && len(link)-i < len("%3D")
}
