package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

var classStyles = map[clickclass.Class]terminal.Style{
	clickclass.ClassAutomated:       terminal.Machine,
	clickclass.ClassLikelyAutomated: terminal.Machine,
	clickclass.ClassNotOwner:        terminal.Alert,
	clickclass.ClassUnknown:         terminal.Notice,
	clickclass.ClassLikelyOwner:     terminal.Person,
	clickclass.ClassOwner:           terminal.Person,
}

// text writes for people.
type text struct {
	*bufio.Writer
	terminal.Output
	about aboutRun
}

// writeText writes the answer, the summary, what to look at first, and what
// would settle what is open.
func writeText(w *bufio.Writer, o terminal.Output, d *digest, about aboutRun) {
	t := &text{w, o, about}
	if about.sample {
		t.paragraph("", "The built-in sample, made-up clicks: name your own exports to judge them.")
		t.WriteByte('\n')
	}
	t.paragraph("", answer(d), terminal.Bold)
	t.WriteByte('\n')
	t.input(d)
	if d.rows == 0 {
		t.errors(d)
		return
	}
	if d.rows > 1 {
		t.findings(d)
		t.heading("Who clicked")
		t.classTable(d)
	}
	t.groups(d)
	t.settle(d)
	t.errors(d)
	t.foot(d)
}

// paragraph writes s wrapped to the width, each line indented.
func (t *text) paragraph(indent, s string, styles ...terminal.Style) {
	for _, line := range terminal.Wrap(s, t.Columns-terminal.Width(indent)) {
		t.WriteString(indent + t.Paint(line, styles...) + "\n")
	}
}

func (t *text) classTable(d *digest) {
	const bar = 20
	wide := t.Columns >= 80
	for _, class := range d.shown() {
		n := d.classes[class]
		name := t.Paint(className(class), classStyles[class]) + strings.Repeat(" ", 16-len(className(class)))
		line := fmt.Sprintf("  %s %9s %5s", name, thousands(n), percent(n, d.rows))
		if wide {
			filled := (n*bar + d.rows - 1) / d.rows
			line += "  " + strings.Repeat("█", filled) + strings.Repeat(" ", bar-filled)
		}
		if services := topServices(d, 3, class); services != "" {
			line += "  " + terminal.Cut(services, t.Columns-terminal.Width(line)-2)
		}
		t.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

func (t *text) heading(s string) { t.WriteString("\n" + t.Paint(s, terminal.Bold) + "\n") }

// settle writes which evidence is missing, and the query that fetches it for the clicks that
// it matters most to.
func (t *text) settle(d *digest) {
	if len(d.missing) == 0 && len(d.failed) == 0 {
		return
	}
	t.heading("What would settle it")
	t.WriteByte('\n')
	for _, e := range evidenceKinds {
		if n := d.failed[e]; n > 0 {
			t.paragraph("  ", sentence(fmt.Sprintf("%s: the look-up failed for %s of %s; judge them again.",
				textOf(e.String()), thousands(n), plural(d.rows, "click"))))
		}
		if n := d.missing[e]; n > 0 {
			t.paragraph("  ", sentence(fmt.Sprintf("%s: not at hand for %s of %s.", textOf(e.String()), thousands(n), plural(d.rows, "click"))))
		}
	}
	query, clicks := d.report().Query()
	if t.about.redacted || clicks == 0 {
		return
	}
	t.WriteByte('\n')
	t.paragraph("  ", fmt.Sprintf("Run this in advanced hunting, or send it to Graph's runHuntingQuery, save the result as CSV or JSON, and name it beside the clicks. It is about the %s that it matters most for:", plural(clicks, "click")))
	for line := range strings.Lines(query) {
		t.WriteString("      " + terminal.Clean(strings.TrimRight(line, "\n")) + "\n")
	}
}

// sentence returns s with a capital letter.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (t *text) errors(d *digest) {
	if d.errors == 0 {
		return
	}
	t.heading(plural(d.errors, "row") + " could not be read")
	for _, e := range d.firstErrors {
		place := fmt.Sprintf("%s, row %d", e.file, e.row)
		if e.column != "" {
			place += ", column " + e.column
		}
		t.paragraph("  ", terminal.Clean(place+": "+e.message))
	}
	if rest := d.errors - len(d.firstErrors); rest > 0 {
		t.paragraph("  ", "and "+thousands(rest)+" more: --format ndjson lists them all")
	}
}

func (t *text) foot(d *digest) {
	t.WriteByte('\n')
	for _, v := range d.versions() {
		t.paragraph("", v)
	}
}

// versions names the rules and the address lists that the verdicts rest on.
func (d *digest) versions() []string {
	for _, g := range d.groups {
		v := &g.example.Verdict
		return []string{"Rules " + v.Rules + "; address lists " + v.Lists}
	}
	return nil
}
