package main

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// texts holds one copy of each text that rows share. A text goes with the last row that has it.
// The zero texts is ready for use; text 0 is "".
type texts struct {
	ids   map[string]uint32
	list  []sharedText
	free  []uint32 // numbers of list that are not in use
	bytes int
}

type sharedText struct {
	s    string
	uses int
}

// add returns the number of s, cut to a length and made visible.
func (t *texts) add(s string, most int) uint32 {
	if s == "" {
		return 0
	}
	s = visible(shorten(s, most))
	if id, ok := t.ids[s]; ok {
		t.list[id].uses++
		return id
	}
	if t.ids == nil {
		t.ids, t.list = map[string]uint32{}, []sharedText{{}}
	}
	id := uint32(len(t.list))
	if n := len(t.free); n > 0 {
		id, t.free = t.free[n-1], t.free[:n-1]
	} else {
		t.list = append(t.list, sharedText{})
	}
	s = strings.Clone(s)
	t.list[id] = sharedText{s, 1}
	t.ids[s] = id
	t.bytes += len(s)
	return id
}

// drop says that one row less has a text.
func (t *texts) drop(id uint32) {
	if id == 0 {
		return
	}
	e := &t.list[id]
	if e.uses--; e.uses > 0 {
		return
	}
	delete(t.ids, e.s)
	t.bytes -= len(e.s)
	*e = sharedText{}
	t.free = append(t.free, id)
}

// of returns the text of a number.
func (t *texts) of(id uint32) string {
	if id == 0 {
		return ""
	}
	return t.list[id].s
}

// visible returns s with a name such as [U+202E] in place of every character that cannot be
// seen, and of those that turn the direction of writing: in a link, they make one host look
// like another.
func visible(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\ufffd") {
		if unicode.In(r, unseen...) {
			fmt.Fprintf(&b, "[U+%04X]", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// wireName returns the name under which a host that is not of ASCII letters is asked for, such
// as xn--80ak6aa92e.example, and "" for every other.
func wireName(host string) string {
	if isPlain(host) {
		return ""
	}
	name, err := idna.Punycode.ToASCII(strings.ToLower(host))
	if err != nil {
		return "no valid name"
	}
	return name
}

// browserHost returns the host of a link, as browsers read it, "" if it has none.
func browserHost(link string) string {
	_, rest, ok := strings.Cut(link, ":")
	start := strings.IndexFunc(rest, func(r rune) bool { return r != '/' && r != '\\' })
	if !ok || start < 2 {
		return ""
	}
	host := rest[start:]
	if end := strings.IndexAny(host, `/\?#`); end >= 0 {
		host = host[:end]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	if name, port, ok := strings.Cut(host, ":"); ok && !strings.Contains(port, ":") {
		return name
	}
	return host
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// unseen are the characters that visible names: controls, formats, line separators, private
// ones, fillers without a form, and the blocks that are written from right to left.
var unseen = []*unicode.RangeTable{unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, {
	R16: []unicode.Range16{{0x034f, 0x034f, 1}, {0x0590, 0x08ff, 1}, {0x115f, 0x1160, 1}, {0x3164, 0x3164, 1}, {0xfb1d, 0xfdff, 1}, {0xfe70, 0xfeff, 1}, {0xffa0, 0xffa0, 1}},
	R32: []unicode.Range32{{0x10800, 0x10fff, 1}, {0x1e800, 0x1efff, 1}},
}}
