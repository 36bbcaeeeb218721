package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/examples/internal/findings"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// shownOf is how many findings of a kind the text shows one by one.
var shownOf = map[findings.Kind]int{
	findings.TakenOver: 10, findings.Overrode: 5, findings.Opened: 10, findings.NotOwner: 5, findings.SharedAddress: 3, findings.Stopped: 3,
}

// maxSteps is how many steps of a story the text shows.
const maxSteps = 5

var kindStyles = map[findings.Kind][]terminal.Style{
	findings.TakenOver:     {terminal.Bold, terminal.Red},
	findings.Overrode:      {terminal.Bold, terminal.Red},
	findings.Opened:        {terminal.Bold, terminal.Red},
	findings.NotOwner:      {terminal.Bold},
	findings.SharedAddress: {terminal.Bold},
	findings.Stopped:       {terminal.Bold},
}

// findings writes what happened, what deserves a look first in front, and machines in one
// place.
func (t *text) findings(d *digest) {
	list := d.report().Findings
	seen := map[findings.Kind]int{}
	number, heading := 0, ""
	for i := range list {
		f := &list[i]
		if f.Kind == findings.Machines {
			continue
		}
		if seen[f.Kind]++; seen[f.Kind] > shownOf[f.Kind] {
			continue
		}
		if h := headingOf(f.Kind); h != heading {
			heading = h
			t.heading(h)
		}
		number++
		t.finding(number, f)
	}
	var more []string
	for _, kind := range []findings.Kind{findings.TakenOver, findings.Overrode, findings.Opened, findings.NotOwner, findings.SharedAddress, findings.Stopped} {
		if n := seen[kind] - shownOf[kind]; n > 0 {
			more = append(more, fmt.Sprintf("%s of %s", thousands(n), kindWords[kind]))
		}
	}
	if len(more) > 0 {
		t.WriteByte('\n')
		t.paragraph("  ", "Not shown: "+strings.Join(more, ", ")+". --format ndjson --findings lists them all, and so does --html FILE.", terminal.Faint)
	}
	t.machines(list)
}

func headingOf(kind findings.Kind) string {
	switch kind {
	case findings.NotOwner, findings.SharedAddress:
		return "Less certain: clicks that may not be the owners'"
	case findings.Stopped:
		return "Stopped"
	}
	return "What happened"
}

// kindWords name kinds of findings, behind "3 of".
var kindWords = map[findings.Kind]string{
	findings.TakenOver: "accounts that look taken over", findings.Overrode: "warnings that were passed", findings.Opened: "dangerous pages that were opened",
	findings.NotOwner: "clicks that may not be the owners'", findings.SharedAddress: "addresses in several mailboxes", findings.Stopped: "what Safe Links stopped",
}

func (t *text) finding(number int, f *findings.Finding) {
	t.WriteByte('\n')
	for i, line := range terminal.Wrap(terminal.Clean(f.Title), t.Columns-len(indent)) {
		lead := fmt.Sprintf("%3d. ", number)
		if i > 0 {
			lead = indent
		}
		t.WriteString(lead + t.Paint(line, kindStyles[f.Kind]...) + "\n")
	}
	if f.Kind == findings.SharedAddress || f.Kind == findings.Stopped {
		t.field("who", terminal.Clean(namesOf(f.Accounts, f.AccountCount)))
	} else {
		t.steps(f.Story)
	}
	if f.Detail != "" {
		t.field("why", terminal.Clean(f.Detail))
	}
	if f.Advice != "" && f.Priority == 1 {
		t.field("do", terminal.Clean(f.Advice))
	}
}

// steps writes a story, the middle of a long one left out.
func (t *text) steps(story []findings.Event) {
	for i, e := range story {
		if len(story) > maxSteps && i == maxSteps-1 && i < len(story)-1 {
			t.field("", fmt.Sprintf("… %s", plural(len(story)-maxSteps, "more step")), terminal.Faint)
		}
		if i >= maxSteps-1 && i < len(story)-1 {
			continue
		}
		when := "no time"
		if !e.Time.IsZero() {
			when = e.Time.UTC().Format("2 Jan 15:04:05")
		}
		t.WriteString(indent + t.Paint(fmt.Sprintf("%-16s", when), terminal.Faint) + terminal.Cut(terminal.Clean(e.What), t.Columns-len(indent)-16) + "\n")
	}
}

// namesOf lists the first names of a list of n.
func namesOf(names []string, n int) string {
	const most = 6
	shown := names[:min(len(names), most)]
	text := strings.Join(shown, ", ")
	if rest := n - len(shown); rest > 0 {
		text += " and " + thousands(rest) + " more"
	}
	return text
}

// machines writes the services whose machines clicked, in one paragraph.
func (t *text) machines(list []findings.Finding) {
	var parts []string
	rest, restClicks := 0, 0
	for i := range list {
		f := &list[i]
		switch {
		case f.Kind != findings.Machines:
		case len(parts) < 6:
			parts = append(parts, terminal.Clean(f.Title))
		default:
			rest++
			restClicks += f.Clicks
		}
	}
	if len(parts) == 0 {
		return
	}
	text := strings.Join(parts, "; ")
	if rest > 0 {
		text += fmt.Sprintf("; %s of %s", plural(restClicks, "click"), plural(rest, "other"))
	}
	t.heading("Machines")
	t.paragraph("  ", text+".")
}

// read writes what was read, and what was not at hand.
func (t *text) read(d *digest) {
	t.paragraph("", terminal.Clean(readText(d, &t.about)), terminal.Faint)
}

// readText says what was read, and what was not at hand.
func readText(d *digest, about *aboutRun) string {
	counts := map[string]int64{}
	for _, f := range about.read {
		for table, n := range f.tables {
			counts[table] += n
		}
	}
	var parts []string
	for _, table := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, table+" "+thousands(int(counts[table])))
	}
	text := "Read " + plural(len(about.read), "file") + ", without rows."
	if len(parts) > 0 {
		text = fmt.Sprintf("Read %s: %s rows.", plural(len(about.read), "file"), strings.Join(parts, ", "))
	}
	if s := span(d.first, d.last); s != "" {
		text += " Clicks of " + s + ", UTC."
	}
	var missing []string
	for _, e := range evidenceKinds {
		if d.missing[e] == d.rows && d.rows > 0 {
			missing = append(missing, evidenceIn(e)...)
		}
	}
	if len(missing) > 0 {
		text += " Not at hand: " + strings.Join(missing, ", ") + "."
	}
	if about.shown < about.clicks {
		text += fmt.Sprintf(" Shown are %s of %s that were judged.", thousands(about.shown), plural(about.clicks, "click"))
	}
	if n := d.report().Summary.Duplicates; n > 0 {
		text += " " + sentence(plural(n, "click")) + " came twice and counted once."
	}
	return text
}
