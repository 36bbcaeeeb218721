// Package terminal detects what a program writes to, and lays out text for it.
package terminal

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
)

// Output describes where text for people goes. The zero Output is no terminal, without
// colour.
type Output struct {
	Terminal bool
	Colour   bool
	Columns  int
}

// The widths of text. Longer lines are hard to read, shorter ones cannot hold an address
// and its reason.
const (
	defaultColumns = 100
	minColumns     = 40
	maxColumns     = 160
)

// Colour says when text has colour. The zero Colour is ColourAuto.
type Colour string

// The values of --color.
const (
	ColourAuto   Colour = "auto"
	ColourAlways Colour = "always"
	ColourNever  Colour = "never"
)

// wanted reports whether text has colour. By itself that is so on terminals, unless NO_COLOR
// (no-color.org) is set or TERM is "dumb"; CLICOLOR_FORCE (bixense.com/clicolors) stands for
// a terminal.
func (c Colour) wanted(terminal bool) bool {
	force := os.Getenv("CLICOLOR_FORCE")
	switch {
	case c == ColourAlways || c == ColourNever:
		return c == ColourAlways
	case os.Getenv("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	}
	return terminal && os.Getenv("TERM") != "dumb"
}

// Of describes w. COLUMNS overrides the width.
func Of(w io.Writer, colour Colour) Output {
	o := Output{Columns: defaultColumns}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		o.Terminal = true
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
			o.Columns = columns
		}
	}
	o.Colour = colour.wanted(o.Terminal)
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && columns > 0 {
		o.Columns = columns
	}
	o.Columns = min(max(o.Columns, minColumns), maxColumns)
	return o
}

// Style is a set of SGR parameters.
type Style string

// The styles in use. Text is in the terminal's own colours, which only its user can choose
// well. What has to stand out has a background of its own, and both its colours are of the
// part of the 256 that themes leave alone: so it is as readable in every theme. The sixteen
// named colours are not used; yellow and cyan can hardly be read on white.
const (
	Bold    Style = "1"
	Danger  Style = "1;38;5;231;48;5;160" // white on red
	Alert   Style = "38;5;16;48;5;214"    // black on orange
	Notice  Style = "38;5;16;48;5;252"    // black on grey
	Machine Style = "38;5;231;48;5;24"    // white on blue
	Person  Style = "38;5;231;48;5;60"    // white on violet
)

// Styles are all styles.
var Styles = []Style{Bold, Danger, Alert, Notice, Machine, Person}

// Paint returns s in the given styles, or s itself without colour.
func (o Output) Paint(s string, styles ...Style) string {
	if !o.Colour || s == "" || len(styles) == 0 {
		return s
	}
	parameters := make([]string, len(styles))
	for i, style := range styles {
		parameters[i] = string(style)
	}
	return "\x1b[" + strings.Join(parameters, ";") + "m" + s + "\x1b[0m"
}

// Width returns the number of columns of s, without what Paint adds.
func Width(s string) int {
	width := 0
	for s != "" {
		esc := strings.Index(s, "\x1b[")
		if esc < 0 {
			return width + runewidth.StringWidth(s)
		}
		width += runewidth.StringWidth(s[:esc])
		_, after, ok := strings.Cut(s[esc:], "m")
		if !ok {
			return width
		}
		s = after
	}
	return width
}

// Clean replaces control characters in s, which could move the cursor or change colours,
// and the marks that change the direction of writing, which make a URL look like another.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ', r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029:
			return '\ufffd'
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x61c:
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// Complain writes what went wrong to standard error, see [Lines].
func Complain(stderr io.Writer, program string, err error) {
	for _, line := range Lines(err) {
		fmt.Fprintln(stderr, program+":", line)
	}
}

// Lines returns the texts of the errors that errors.Join put together, without control
// characters: an error quotes what the user gave.
func Lines(err error) []string {
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		var lines []string
		for _, err := range list.Unwrap() {
			lines = append(lines, Lines(err)...)
		}
		return lines
	}
	return []string{Clean(err.Error())}
}

// Cut shortens s to the width. An ellipsis replaces the rest.
func Cut(s string, width int) string { return runewidth.Truncate(s, max(width, 1), "…") }

// Wrap breaks s at spaces into lines of at most the width. A longer word is cut into
// pieces on lines of their own.
func Wrap(s string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		for {
			head, rest := split(word, width)
			if rest == "" || head == "" {
				break
			}
			if line != "" {
				lines = append(lines, line)
				line = ""
			}
			lines = append(lines, head)
			word = rest
		}
		switch {
		case line == "":
			line = word
		case Width(line)+1+Width(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// split cuts a word after the width. It looks at a short beginning only, so that cutting
// piece after piece takes a time that is linear in the length.
func split(word string, width int) (head, rest string) {
	const most = 16 // bytes of a column, with accents
	n := min(len(word), most*width)
	for n < len(word) && !utf8.RuneStart(word[n]) {
		n--
	}
	head = word[:n]
	if Width(head) > width {
		head = runewidth.Truncate(head, width, "")
	}
	return head, word[len(head):]
}

// CleanWriter returns w, or if w is a terminal a writer to it that cleans lines.
func CleanWriter(w io.Writer) io.Writer {
	if !Of(w, ColourNever).Terminal {
		return w
	}
	return cleanWriter{w}
}

type cleanWriter struct{ w io.Writer }

// Write takes whole lines or parts of them. A character that is cut between two calls
// becomes two marks of damage, which a terminal shows as well.
func (c cleanWriter) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		text, ended := strings.CutSuffix(line, "\n")
		text = Clean(strings.TrimSuffix(text, "\r"))
		if ended {
			text += "\n"
		}
		if _, err := io.WriteString(c.w, text); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}
