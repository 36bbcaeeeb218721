package iprange

import (
	"bytes"
	"strings"
)

// form is the form of a host pattern.
type form uint8

const (
	formExact  form = iota // a host name
	formSuffix             // "*." and the end of a host name
	formOdd                // any other
)

// formOf returns the form of a pattern in lower case. Rest is the pattern without
// the "*." of formSuffix.
func formOf(pattern string) (f form, rest string) {
	if !strings.ContainsAny(pattern, "*<") {
		return formExact, pattern
	}
	if rest, ok := strings.CutPrefix(pattern, "*."); ok && rest != "" && !strings.ContainsAny(rest, "*<") {
		return formSuffix, rest
	}
	return formOdd, pattern
}

// glob matches the hosts of a pattern of formOdd.
type glob struct {
	labels []string // between the dots; "*" stands for one or more bytes
	open   bool     // the first label may be the end of a longer text with dots
}

func newGlob(pattern string) glob {
	// "<tenant>" is a "*" that stays in its label.
	var b strings.Builder
	for rest := pattern; rest != ""; {
		before, after, found := strings.Cut(rest, "<")
		b.WriteString(before)
		if !found {
			break
		}
		b.WriteByte('*')
		_, rest, _ = strings.Cut(after, ">")
	}
	g := glob{labels: strings.Split(b.String(), "."), open: strings.HasPrefix(pattern, "*")}
	if g.open && len(g.labels[0]) > 1 {
		g.labels[0] = g.labels[0][1:]
	}
	return g
}

// match reports whether a host name in lower case matches. It compares the labels
// from the last to the first.
func (g *glob) match(name []byte) bool {
	for i := len(g.labels) - 1; i > 0; i-- {
		dot := bytes.LastIndexByte(name, '.')
		if dot < 0 || !matchLabel(g.labels[i], name[dot+1:]) {
			return false
		}
		name = name[:dot]
	}
	dot := bytes.LastIndexByte(name, '.')
	if g.open {
		return matchEnd(g.labels[0], name[dot+1:])
	}
	return dot < 0 && matchLabel(g.labels[0], name)
}

// matchEnd reports whether an end of a label matches.
func matchEnd(pattern string, label []byte) bool {
	for i := range label {
		if matchLabel(pattern, label[i:]) {
			return true
		}
	}
	return false
}

// matchLabel reports whether one label matches. On a mismatch it lets the last "*"
// take one byte more, so it needs at most len(pattern) * len(label) steps.
func matchLabel(pattern string, label []byte) bool {
	p, l := 0, 0
	star, taken := -1, 0 // index of the last "*", and of the first byte after what it took
	for l < len(label) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, taken = p, l+1
			p, l = p+1, l+1
		case p < len(pattern) && pattern[p] == label[l]:
			p, l = p+1, l+1
		case star >= 0:
			taken++
			p, l = star+1, taken
		default:
			return false
		}
	}
	return p == len(pattern)
}
