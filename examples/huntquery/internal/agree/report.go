package agree

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Report says how far a query agrees with the library.
type Report struct {
	Rows               int // of the library
	Answers            int // of the query
	ClassesEqual       int
	AutomatedInKQLOnly int

	Differences map[Kind]*Tally            // that no limit explains
	Explained   map[string]map[Kind]*Tally // by the name of the limit
}

// Kind is a kind of difference.
type Kind struct{ Subject, Name, How string }

// Tally counts differences of a kind.
type Tally struct {
	Count    int
	Examples []Example // the first few
}

// Example is a difference and where it is.
type Example struct {
	Where   string // file, row, time and the first letters of the account
	Go, KQL string
}

const maxExamples = 3

func newReport(rows, answers int) *Report {
	return &Report{Rows: rows, Answers: answers, Differences: map[Kind]*Tally{}, Explained: map[string]map[Kind]*Tally{}}
}

// add adds the comparison of one row.
func (r *Report) add(p pair, limits []Limit) {
	const automated = "automated"
	list := p.differ
	class := ""
	switch {
	case p.answer == nil:
		list = []Difference{{"row", "click", GoOnly, p.result.Verdict.Class.String(), ""}}
	case p.result == nil:
		list = []Difference{{"row", "click", KQLOnly, "", p.answer.Class}}
	default:
		class = p.result.Verdict.Class.String()
		if class == p.answer.Class {
			r.ClassesEqual++
		}
	}
	if p.answer != nil && p.answer.Class == automated && class != automated {
		r.AutomatedInKQLOnly++
	}
	for _, d := range list {
		tallies := r.Differences
		if name := explanation(limits, p.result, d); name != "" {
			if r.Explained[name] == nil {
				r.Explained[name] = map[Kind]*Tally{}
			}
			tallies = r.Explained[name]
		}
		count(tallies, Kind{d.Subject, d.Name, d.How}, &Tally{1, []Example{{p.where(), d.Go, d.KQL}}})
	}
}

// explanation returns the name of the first limit that explains a difference, or "". Nothing
// explains a row that the library does not have.
func explanation(limits []Limit, r *clickclass.Result, d Difference) string {
	for _, l := range limits {
		if r != nil && l.Explains(r, d) {
			return l.Name
		}
	}
	return ""
}

func count(tallies map[Kind]*Tally, k Kind, more *Tally) {
	t := tallies[k]
	if t == nil {
		t = &Tally{}
		tallies[k] = t
	}
	t.Count += more.Count
	t.Examples = append(t.Examples, more.Examples[:min(len(more.Examples), maxExamples-len(t.Examples))]...)
}

// where names a row for people.
func (p pair) where() string {
	k := &clickclass.Click{}
	if p.result != nil {
		k = &p.result.Click
	} else {
		k = &p.answer.Click
	}
	account := k.AccountUpn
	if len(account) > 3 {
		account = strings.ToValidUTF8(account[:3], "") + "…"
	}
	place := "result"
	if k.File != "" {
		place = fmt.Sprintf("%s row %d", k.File, k.Row)
	}
	return fmt.Sprintf("%s, %s, %s", place, k.Timestamp.Format(time.RFC3339Nano), account)
}

// Merge adds what another report says.
func (r *Report) Merge(o *Report) {
	r.Rows += o.Rows
	r.Answers += o.Answers
	r.ClassesEqual += o.ClassesEqual
	r.AutomatedInKQLOnly += o.AutomatedInKQLOnly
	for k, t := range o.Differences {
		count(r.Differences, k, t)
	}
	for name, tallies := range o.Explained {
		if r.Explained[name] == nil {
			r.Explained[name] = map[Kind]*Tally{}
		}
		for k, t := range tallies {
			count(r.Explained[name], k, t)
		}
	}
}

// Unexplained returns the number of differences that no limit explains.
func (r *Report) Unexplained() int { return total(r.Differences) }

func total(tallies map[Kind]*Tally) int {
	n := 0
	for _, t := range tallies {
		n += t.Count
	}
	return n
}

// ShareOfClasses returns the share of the library's rows to which the query gives the same
// class, 1 if there are no rows.
func (r *Report) ShareOfClasses() float64 {
	if r.Rows == 0 {
		return 1
	}
	return float64(r.ClassesEqual) / float64(r.Rows)
}

// String returns the report as tables for people.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "rows: %d in Go, %d in KQL\n", r.Rows, r.Answers)
	fmt.Fprintf(&b, "classes equal: %d (%.2f %%)\n", r.ClassesEqual, 100*r.ShareOfClasses())
	fmt.Fprintf(&b, "automated in KQL only: %d\n", r.AutomatedInKQLOnly)
	fmt.Fprintf(&b, "unexplained differences: %d\n", r.Unexplained())
	writeTallies(&b, r.Differences)
	for _, name := range slices.Sorted(maps.Keys(r.Explained)) {
		fmt.Fprintf(&b, "known limit %q: %d differences\n", name, total(r.Explained[name]))
		writeTallies(&b, r.Explained[name])
	}
	return b.String()
}

// subjects is the order of Kind.Subject in a table.
var subjects = []string{"row", "class", "rule", "flag", "missing", "field"}

func writeTallies(b *strings.Builder, tallies map[Kind]*Tally) {
	kinds := slices.SortedFunc(maps.Keys(tallies), func(x, y Kind) int {
		return cmp.Or(
			slices.Index(subjects, x.Subject)-slices.Index(subjects, y.Subject),
			tallies[y].Count-tallies[x].Count,
			strings.Compare(x.Name, y.Name), strings.Compare(x.How, y.How),
		)
	})
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, k := range kinds {
		t := tallies[k]
		e := t.Examples[0]
		fmt.Fprintf(w, "  %s\t%s\t%s\t%d\t%s\n", k.Subject, k.Name, k.How, t.Count, e.Where)
		if e.Go+e.KQL != k.Name { // of a flag, the name says it all
			fmt.Fprintf(w, "  \t\t\t\tGo: %s; KQL: %s\n", cmp.Or(e.Go, "-"), cmp.Or(e.KQL, "-"))
		}
	}
	w.Flush()
}
