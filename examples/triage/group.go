package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// maxShown is how many groups of clicks the text shows one by one.
const maxShown = 8

// groups writes the verdicts by their reasons, those that most deserve a look first.
func (t *text) groups(d *digest) {
	groups := d.sortedGroups()
	t.heading("The verdicts, and why")
	clicks := 0
	for i, g := range groups {
		if i == maxShown {
			break
		}
		clicks += g.n
		t.group(i+1, g)
	}
	if clicks < d.rows {
		t.WriteByte('\n')
		t.paragraph("  ", fmt.Sprintf("Not shown: %s in %s of other kinds. --format csv or --format ndjson lists every click, --html FILE makes a report to sort and filter.",
			plural(d.rows-clicks, "click"), plural(max(len(groups)-maxShown, 1), "group")))
	}
}

// indent is in front of the lines of a finding or a group.
const indent = "     "

// group writes clicks with the same verdict for the same reasons, by their best example.
func (t *text) group(number int, g *group) {
	t.WriteByte('\n')
	t.groupTitle(number, g)
	t.groupClick(g)
	t.groupReasons(&g.example.Verdict)
	t.groupEvidence(&g.example.Verdict)
}

func (t *text) groupTitle(number int, g *group) {
	k, v := &g.example.Click, &g.example.Verdict
	service := terminal.Clean(serviceOf(k, v))
	title := t.Paint(className(v.Class), classStyles[v.Class]) + "  " + t.Paint(service, terminal.Bold)
	if g.n > 1 {
		accounts := plural(len(g.accounts), "account")
		if len(g.accounts) == maxGroupAccounts {
			accounts = "at least " + accounts
		}
		title += "  " + plural(g.n, "click") + " of " + accounts
	}
	p := probabilities(&v.P)
	left := fmt.Sprintf("%3d. %s", number, title)
	if gap := t.Columns - terminal.Width(left) - len(p); gap >= 2 {
		t.WriteString(left + strings.Repeat(" ", gap) + p + "\n")
	} else {
		t.WriteString(left + "\n" + indent + p + "\n")
	}
}

func (t *text) groupClick(g *group) {
	k, v := &g.example.Click, &g.example.Verdict
	clean := terminal.Clean
	if g.n > 1 && !g.first.IsZero() {
		t.field("when", moment(g.first)+" to "+moment(g.last))
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
	t.field(label, strings.Join(parts, ", "))
	if k.Url != "" {
		t.field("link", clean(shorten(k.OriginalURL(), 2*t.Columns)))
	}
	if danger := threats(k, v); danger != "" {
		t.field("danger", clean(danger), terminal.Danger)
	}
	t.field("from", clean(where(k, v)))
}

func (t *text) groupReasons(v *clickclass.Verdict) {
	label := "because"
	for _, r := range v.Reasons {
		if !r.Counted {
			continue
		}
		sign := "+ " // against the owner
		if r.Machine+r.Other < 0 {
			sign = "- "
		}
		t.labelled(label, sign, terminal.Clean(r.Text()))
		label = ""
	}
	if label != "" {
		t.field(label, "nothing in the row counts for or against a person")
	}
	var causes []string
	for _, c := range v.Causes {
		causes = append(causes, textOf(string(c)))
	}
	if len(causes) > 0 {
		t.field("may be", strings.Join(causes, "; "))
	}
	for flag := range wordsIn(v.Flags) {
		t.field("note", textOf(flag))
	}
}

func (t *text) groupEvidence(v *clickclass.Verdict) {
	missing := evidenceIn(v.Missing)
	if v.Next != 0 && len(missing) > 1 {
		missing = append(missing, "of which the "+strings.Join(evidenceIn(v.Next), "")+" would tell most")
	}
	if len(missing) > 0 {
		t.field("missing", strings.Join(missing, ", "))
	}
	if v.Failed != 0 {
		t.field("failed", strings.Join(evidenceIn(v.Failed), ", "))
	}
}

// field writes a label and a wrapped value beside it.
func (t *text) field(label, value string, styles ...terminal.Style) {
	t.labelled(label, "", value, styles...)
}

// labelled is like field, with a sign in front of the value.
func (t *text) labelled(label, sign, value string, styles ...terminal.Style) {
	const width = 9 // of labels
	for i, line := range terminal.Wrap(value, t.Columns-len(indent)-width-len(sign)) {
		if i > 0 {
			label, sign = "", strings.Repeat(" ", len(sign))
		}
		t.WriteString(indent + fmt.Sprintf("%-*s", width, label) + sign + t.Paint(line, styles...) + "\n")
	}
}

// where returns what is known of the click's address, in words.
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
		parts = append(parts, fmt.Sprintf("AS%d %s", o.Network.ASN, o.Network.Organization))
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
