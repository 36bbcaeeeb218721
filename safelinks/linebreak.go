package safelinks

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Line breaks within a link, and what stands in front of the lines: the marks of quoted mail
// and of comments.

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

const (
	// maxLineMark is the length of the longest line mark, in bytes.
	maxLineMark = 32
	// maxLineFront is how far the beginning of a line is looked for, in bytes.
	maxLineFront = 256
)

var initials = regexp.MustCompile(`^[A-Za-z]{1,4}> ?`)

// lineMarkOf returns the mark of the line on which text[at] stands.
func lineMarkOf(text []byte, at int) lineMark {
	line := text[max(0, at-maxLineFront):at]
	newline := bytes.LastIndexByte(line, '\n')
	if newline < 0 && len(line) == maxLineFront {
		return lineMark{}
	}
	line = line[newline+1:]
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

// maxWord is longer than the words at the beginning of most lines, in bytes.
const maxWord = 40

// continuation returns the first word of the next line, after[from:to], and whether it goes
// on like a link. after begins behind the link; from is 0 if no line break follows it.
// Marks of quoted mail may stand in front of the word.
func continuation(after []byte) (from, to int, ok bool) {
	after = after[:min(len(after), lookAhead)]
	rest := bytes.TrimLeft(after, " \t.,?&=|")
	n := lineBreak(rest, lineMark{bars: true})
	if n == 0 {
		return 0, 0, false
	}
	rest = rest[n:]
	word := rest
	if end := bytes.IndexFunc(rest, func(r rune) bool { return r < utf8.RuneSelf && endsLink(byte(r)) }); end >= 0 {
		word = rest[:end]
	}
	from = len(after) - len(rest)
	return from, from + len(word), (len(word) > maxWord || bytes.ContainsAny(word, "%&=|")) && !startsAnother(word, 0)
}
