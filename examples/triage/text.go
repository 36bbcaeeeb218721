package main

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// maxShown is how many findings the text tells one by one.
const maxShown = 16

// classStyles are readable on dark and light backgrounds.
var classStyles = map[clickclass.Class][]terminal.Style{
	clickclass.ClassAutomated:       {terminal.Bold, terminal.Cyan},
	clickclass.ClassLikelyAutomated: {terminal.Cyan},
	clickclass.ClassUnknown:         {terminal.Yellow},
	clickclass.ClassLikelyHuman:     {terminal.Magenta},
	clickclass.ClassHuman:           {terminal.Bold, terminal.Magenta},
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
		t.paragraph("", "The built-in sample, made-up clicks: name your own exports to judge them.", terminal.Faint)
		t.WriteByte('\n')
	}
	t.paragraph("", answer(d), terminal.Bold)
	if d.rows == 0 {
		t.errors(d)
		return
	}
	t.WriteByte('\n')
	t.classTable(d)
	t.findings(d)
	t.settle(d)
	t.errors(d)
	t.foot(d)
}

// answer says who clicked, in a sentence or three.
func answer(d *digest) string {
	if d.rows == 0 {
		return "No clicks."
	}
	if d.rows == 1 {
		for _, g := range d.groups {
			return answerOne(&g.example)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s", plural(d.rows, "click"), plural(len(d.accounts), "account"))
	if s := span(d.first, d.last); s != "" {
		b.WriteString(", " + s)
	}
	b.WriteString(": ")
	automated := d.classes.of(clickclass.ClassAutomated) + d.classes.of(clickclass.ClassLikelyAutomated)
	human := d.classes.of(clickclass.ClassHuman) + d.classes.of(clickclass.ClassLikelyHuman)
	unknown := d.classes.of(clickclass.ClassUnknown)
	fmt.Fprintf(&b, "%s made by automated services or likely so, %s by people or likely so, and %s cannot be told from the data given.",
		count(automated, "was", "were"), count(human, "", ""), count(unknown, "", ""))
	if services := topServices(d, 3, clickclass.ClassAutomated, clickclass.ClassLikelyAutomated); automated > 0 && services != "" {
		fmt.Fprintf(&b, " The services: %s.", services)
	}
	person := d.dangerous.of(clickclass.ClassHuman) + d.dangerous.of(clickclass.ClassLikelyHuman)
	if person > 0 {
		fmt.Fprintf(&b, " %s by people on links known to be dangerous: look there first.", count(person, "click", "clicks"))
	}
	return b.String()
}

func count(n int, one, many string) string {
	number := thousands(n)
	if n == 0 {
		number = "none"
	}
	noun := many
	if n == 1 {
		noun = one
	}
	return strings.TrimSpace(number + " " + noun)
}

func answerOne(f *finding) string {
	k, v := &f.Click, &f.Verdict
	who := map[clickclass.Class]string{
		clickclass.ClassAutomated:       "automated: %s made it",
		clickclass.ClassLikelyAutomated: "likely automated: probably %s made it",
		clickclass.ClassUnknown:         "of unknown making: the data given do not tell a person from %s",
		clickclass.ClassLikelyHuman:     "likely human: a person probably made it",
		clickclass.ClassHuman:           "human: a person made it",
	}[v.Class]
	if strings.Contains(who, "%s") {
		service := "a service"
		if v.Origin.Service != "" && k.IPAddress.IsValid() {
			service = v.Origin.Service
		}
		who = fmt.Sprintf(who, service)
	}
	return fmt.Sprintf("The click of %s is %s, P(automated) %s.", cmp.Or(terminal.Clean(k.AccountUpn), "no account"), who, probability(v.P))
}

// topServices lists the services with the most clicks of some classes.
func topServices(d *digest, most int, classes ...clickclass.Class) string {
	type entry struct {
		name string
		n    int
	}
	var list []entry
	for name, c := range d.services {
		n := 0
		for _, class := range classes {
			n += c.of(class)
		}
		if n > 0 {
			list = append(list, entry{name, n})
		}
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Or(cmp.Compare(b.n, a.n), strings.Compare(a.name, b.name)) })
	var parts []string
	for i, e := range list {
		if i == most {
			rest := 0
			for _, e := range list[most:] {
				rest += e.n
			}
			parts = append(parts, "others "+thousands(rest))
			break
		}
		parts = append(parts, terminal.Clean(e.name)+" "+thousands(e.n))
	}
	return strings.Join(parts, ", ")
}

// paragraph writes text wrapped to the width, with every line after the indent.
func (t *text) paragraph(indent, s string, styles ...terminal.Style) {
	for _, line := range terminal.Wrap(s, t.Columns-terminal.Width(indent)) {
		t.WriteString(indent + t.Paint(line, styles...) + "\n")
	}
}

// field writes a label and a wrapped value beside it.
func (t *text) field(indent, label, value string, styles ...terminal.Style) {
	const width = 9
	lines := terminal.Wrap(value, t.Columns-len(indent)-width)
	for i, line := range lines {
		if i > 0 {
			label = ""
		}
		t.WriteString(indent + t.Paint(fmt.Sprintf("%-*s", width, label), terminal.Faint) + t.Paint(line, styles...) + "\n")
	}
}

func (t *text) classTable(d *digest) {
	const bar = 20
	wide := t.Columns >= 80
	for i, class := range clickclass.Classes {
		n := d.classes[i]
		name := t.Paint(fmt.Sprintf("%-16s", className(class)), classStyles[class]...)
		line := fmt.Sprintf("  %s %9s %5s", name, thousands(n), percent(n, d.rows))
		if wide {
			filled := (n*bar + d.rows - 1) / d.rows
			line += "  " + t.Paint(strings.Repeat("█", filled), classStyles[class]...) + strings.Repeat(" ", bar-filled)
		}
		if services := topServices(d, 3, class); services != "" {
			line += "  " + terminal.Cut(services, t.Columns-terminal.Width(line)-2)
		}
		t.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

func (t *text) heading(s string) { t.WriteString("\n" + t.Paint(s, terminal.Bold) + "\n") }

func (t *text) findings(d *digest) {
	groups := d.sorted()
	t.heading("Look at these first")
	clicks := 0
	for i, g := range groups {
		if i == maxShown {
			break
		}
		clicks += g.n
		t.finding(i+1, g)
	}
	if clicks < d.rows {
		t.WriteByte('\n')
		t.paragraph("  ", fmt.Sprintf("Not shown: %s in %s of other kinds. --format csv or --format ndjson lists every click, --html FILE makes a report to sort and filter.",
			plural(d.rows-clicks, "click"), plural(max(len(groups)-maxShown, 1), "group")), terminal.Faint)
	}
}

// finding writes a group of clicks with the same verdict for the same reasons,
// by its best example.
func (t *text) finding(number int, g *group) {
	k, v := &g.example.Click, &g.example.Verdict
	clean := terminal.Clean
	const indent = "     "
	t.WriteByte('\n')

	service := clean(serviceOf(k, v))
	title := t.Paint(className(v.Class), classStyles[v.Class]...) + "  " + t.Paint(service, terminal.Bold)
	if g.n > 1 {
		accounts := plural(len(g.accounts), "account")
		if len(g.accounts) == maxGroupAccounts {
			accounts = "at least " + accounts
		}
		title += "  " + plural(g.n, "click") + " of " + accounts
	}
	p := "P(automated) " + probability(v.P)
	left := fmt.Sprintf("%3d. %s", number, title)
	if gap := t.Columns - terminal.Width(left) - len(p); gap >= 2 {
		t.WriteString(left + strings.Repeat(" ", gap) + t.Paint(p, terminal.Faint) + "\n")
	} else {
		t.WriteString(left + "\n" + indent + t.Paint(p, terminal.Faint) + "\n")
	}

	if g.n > 1 {
		t.field(indent, "when", moment(g.first)+" to "+moment(g.last))
	}
	what := k.Workload
	if k.ActionType != "" {
		what = strings.TrimPrefix(what+", "+string(k.ActionType), ", ")
	}
	label := "click"
	if g.n > 1 {
		label = "such as"
	}
	var parts []string
	if !k.Timestamp.IsZero() {
		parts = append(parts, moment(k.Timestamp))
	}
	for _, s := range []string{cmp.Or(k.AccountUpn, "no account"), what} {
		if s != "" {
			parts = append(parts, clean(s))
		}
	}
	t.field(indent, label, strings.Join(parts, ", "))
	if k.Url != "" {
		t.field(indent, "link", clean(shorten(k.OriginalURL(), 2*t.Columns)))
	}
	if danger := threats(k, v); danger != "" {
		t.field(indent, "danger", clean(danger), terminal.Red)
	}
	t.field(indent, "from", clean(where(k, v)))
	label = "because"
	signals := v.Signals()
	for i := range signals {
		if s := &signals[i]; s.Counted {
			sign := "+ "
			if s.Weight < 0 {
				sign = "- "
			}
			t.bullet(indent, label, sign, clean(reason(s)))
			label = ""
		}
	}
	if label != "" {
		t.field(indent, label, "nothing in the row counts for or against a person")
	}
	var causes []string
	for _, c := range v.Causes() {
		causes = append(causes, words(causeWords, c.String()))
	}
	if len(causes) > 0 {
		t.field(indent, "may be", strings.Join(causes, "; "))
	}
	for f := range v.Flags.All() {
		t.field(indent, "note", words(flagWords, f))
	}
	var missing []string
	for m := range v.Missing.All() {
		missing = append(missing, words(missingShort, m))
	}
	if next, ok := v.Next(); ok && len(missing) > 1 {
		missing = append(missing, "of which the "+words(missingShort, missingName(next))+" would tell most")
	}
	if len(missing) > 0 {
		t.field(indent, "missing", strings.Join(missing, ", "))
	}
}

func (t *text) bullet(indent, label, sign, value string) {
	const width = 9
	for i, line := range terminal.Wrap(value, t.Columns-len(indent)-width-len(sign)) {
		if i > 0 {
			label, sign = "", "  "
		}
		t.WriteString(indent + t.Paint(fmt.Sprintf("%-*s", width, label), terminal.Faint) + sign + line + "\n")
	}
}

// where says what is known of the click's address.
func where(k *clickclass.Click, v *clickclass.Verdict) string {
	if !k.IPAddress.IsValid() {
		return "no address in the row"
	}
	parts := []string{k.IPAddress.String()}
	o := &v.Origin
	if o.Service != "" {
		parts = append(parts, o.Service)
	}
	if o.Region != "" {
		parts = append(parts, o.Region)
	}
	if o.Network != (clickclass.Network{}) {
		parts = append(parts, fmt.Sprintf("AS%d %s", o.Network.Number, o.Network.Organization))
	}
	switch {
	case o.Prefix.IsValid() && o.List != "":
		parts = append(parts, o.Prefix.String()+" in "+o.List)
	case o.Prefix.IsValid():
		parts = append(parts, o.Prefix.String())
	case o.Service == "":
		parts = append(parts, "on none of Microsoft's lists")
	}
	return strings.Join(parts, ", ")
}

func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// settle writes which evidence is missing, and the query that fetches it for
// the click that it matters most to.
func (t *text) settle(d *digest) {
	if len(d.missing) == 0 {
		return
	}
	t.heading("What would settle it")
	for _, m := range missingKinds {
		name := missingName(m)
		n := d.missing[name]
		if n == 0 {
			continue
		}
		line := fmt.Sprintf("%s: not at hand for %s of %s.", words(missingWords, name), thousands(n), plural(d.rows, "click"))
		f := d.wanted[m]
		query := ""
		if f != nil {
			query = m.Query(&f.Click)
		}
		if query != "" {
			line += fmt.Sprintf(" For the click of %s, run this in advanced hunting and add the export:", cmp.Or(f.Click.AccountUpn, "no account"))
		}
		t.WriteByte('\n')
		t.paragraph("  ", strings.ToUpper(line[:1])+terminal.Clean(line[1:]))
		for line := range strings.Lines(query) {
			t.WriteString("      " + t.Paint(terminal.Clean(strings.TrimRight(line, "\n")), terminal.Faint) + "\n")
		}
	}
}

func missingName(m clickclass.Missing) string {
	for name := range m.All() {
		return name
	}
	return ""
}

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
		t.paragraph("  ", "and "+thousands(rest)+" more: --format ndjson lists them all", terminal.Faint)
	}
}

func (t *text) foot(d *digest) {
	t.WriteByte('\n')
	for _, v := range d.versions() {
		t.paragraph("", v, terminal.Faint)
	}
}

// versions names the rules and the lists that the verdicts rest on.
func (d *digest) versions() []string {
	for _, g := range d.groups {
		v := &g.example.Verdict
		return []string{"Rules " + v.Rules + "; address lists " + v.Ranges}
	}
	return nil
}
