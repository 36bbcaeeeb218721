package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// How much of a list the first lines show.
const (
	maxShownTables  = 9
	maxShownLeftOut = 3
	maxShownReason  = 60 // bytes
)

// input writes what was read, what was not, and what was not at hand, in few lines: who reads
// the answer must know what it rests on.
func (t *text) input(d *digest) {
	t.labelledLine("Read", readText(d, &t.about))
	t.labelledLine("Not read", t.notReadText(d))
	t.labelledLine("Missing", missingText(d))
	if t.about.shown < t.about.clicks {
		t.labelledLine("Shown", fmt.Sprintf("%s of %s that were judged", thousands(t.about.shown), plural(t.about.clicks, "click")))
	}
}

// labelledLine writes a line, wrapped, behind a label. Nothing is written of nothing.
func (t *text) labelledLine(label, value string) {
	const width = 10 // of labels
	for _, line := range terminal.Wrap(terminal.Clean(value), t.Columns-width) {
		t.WriteString(fmt.Sprintf("%-*s", width, label) + line + "\n")
		label = ""
	}
}

// readText says which rows were read, those of the clicks first.
func readText(d *digest, about *aboutRun) string {
	counts := map[string]int64{}
	for _, f := range about.read {
		for table, n := range f.tables {
			counts[table] += n
		}
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		ofClicks := slices.Contains(clickTables, a)
		switch {
		case ofClicks == slices.Contains(clickTables, b):
			return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
		case ofClicks:
			return -1
		}
		return 1
	})
	var parts []string
	for _, table := range names {
		parts = append(parts, table+" "+thousands(int(counts[table])))
	}
	text := plural(len(about.read), "file")
	if len(parts) > 0 {
		text += ", rows: " + listed(parts, maxShownTables, "table")
	}
	if s := span(d.first, d.last); s != "" {
		text += "; clicks of " + s + ", UTC"
	}
	if n := d.report().Summary.Duplicates; n > 0 {
		text += "; " + plural(n, "click") + " came twice and counted once"
	}
	return text
}

// notReadText says what was left out, "" if nothing.
func (t *text) notReadText(d *digest) string {
	var parts []string
	if n := len(t.about.leftOut); n > 0 {
		var files []string
		for _, text := range t.about.leftOut {
			files = append(files, briefly(text))
		}
		parts = append(parts, plural(n, "file")+": "+listed(files, maxShownLeftOut, "file"))
	}
	if n := t.about.damaged; n > 0 {
		parts = append(parts, plural(n, "damaged row"))
	}
	if t.about.interrupted {
		parts = append(parts, "what came after the interruption")
	}
	return strings.Join(parts, "; ")
}

// briefly shortens "FILE: REASON, MORE: REMEDY" to "FILE (REASON)".
func briefly(text string) string {
	file, reason, ok := strings.Cut(text, ": ")
	if !ok {
		return shorten(text, maxShownReason)
	}
	reason, _, _ = strings.Cut(reason, ": ")
	reason, _, _ = strings.Cut(reason, ", ")
	return file + " (" + shorten(reason, maxShownReason) + ")"
}

// missingText says which evidence was not at hand for any click, "" if none.
func missingText(d *digest) string {
	var missing []string
	for _, e := range evidenceKinds {
		if d.missing[e] == d.rows && d.rows > 0 {
			missing = append(missing, evidenceIn(e)...)
		}
	}
	return strings.Join(missing, ", ")
}

// listed joins the first of a list, and says how many more there are.
func listed(list []string, most int, noun string) string {
	if len(list) <= most+1 { // to say that there is one more takes as much room
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:most], ", ") + " and " + plural(len(list)-most, "more "+noun)
}
