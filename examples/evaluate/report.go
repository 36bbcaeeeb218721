package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"text/tabwriter"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

// printer writes what was measured, as text or as NDJSON.
type printer interface {
	note(text string)
	heading(variant, text string)
	matrix(basis string, rows []matrixRow)
	worse(sentences []string)
	summaries(table string, rows []namedSummary)
	worst(basis string, rows []worst)
	kinds(basis string, rows []kindRow)
	fits(rows []fitRow)
	close() error
}

type namedSummary struct {
	Name string
	summary
}

// classes are the columns of tables, from a machine to the owner.
var classes = [...]clickclass.Class{clickclass.ClassAutomated, clickclass.ClassLikelyAutomated, clickclass.ClassNotOwner,
	clickclass.ClassUnknown, clickclass.ClassLikelyOwner, clickclass.ClassOwner}

// report prints one variant.
func report(out printer, v synth.Variant, o *options, r *results) {
	out.heading(string(v), fmt.Sprintf("Generator %s: %d tenants from seed %d, %d clicks",
		v, o.Tenants, o.Seed, len(r.byBasis[0])))
	last := len(bases) - 1
	for _, i := range []int{0, last} {
		out.matrix(bases[i].String(), matrixOf(r.byBasis[i], r.tenants, o.Rounds, o.Seed))
	}
	var rows []namedSummary
	for i, basis := range bases {
		rows = append(rows, namedSummary{basis.String(), summarise(r.byBasis[i], r.tenants, o.Rounds, o.Seed)})
	}
	out.worse(sentencesOf(rows))
	out.summaries("basis", rows)
	for _, i := range []int{0, last} {
		out.worst(bases[i].String(), worstTenants(r.byBasis[i], r.tenants))
		out.kinds(bases[i].String(), byKind(r.byBasis[i], r.reasons[i]))
	}
	rows = []namedSummary{{"nothing", rows[last].summary}}
	for i, g := range groups {
		rows = append(rows, namedSummary{g, summarise(r.without[i], r.tenants, 0, o.Seed)})
	}
	out.summaries("without", rows)
}

// sentencesOf returns a sentence for every summary whose P is worse than a constant.
func sentencesOf(rows []namedSummary) (list []string) {
	for i := range rows {
		if text := worseThanConstant(rows[i].Name, &rows[i].summary); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// textPrinter writes tables for people.
type textPrinter struct {
	w   io.Writer
	err error
}

func (t *textPrinter) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}

func (t *textPrinter) close() error { return t.err }

func (t *textPrinter) note(text string) { t.printf("%s\n", wrap(text, 78)) }

func (t *textPrinter) heading(_, text string) { t.printf("\n%s\n", text) }

// table writes rows of cells, columns aligned.
func (t *textPrinter) table(rows [][]string) {
	w := tabwriter.NewWriter(writerFunc(func(p []byte) (int, error) {
		t.printf("%s", p)
		return len(p), nil
	}), 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(w, "\t")
			}
			fmt.Fprint(w, cell)
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush() // printf keeps the error
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func (t *textPrinter) matrix(basis string, list []matrixRow) {
	what := map[string]string{bases[0].String(): "rows alone", bases[len(bases)-1].String(): "all tables"}[basis]
	if what == "" {
		what = basis
	}
	t.printf("\nWhat the classes hold (%s): share of clicks, and in brackets at most\n", what)
	header := []string{"clicks of", "rows", "units", "tenants"}
	for _, c := range classes {
		header = append(header, c.String())
	}
	rows := [][]string{header}
	for _, r := range list {
		row := []string{string(r.Side), itoa(r.Rows), itoa(r.Units), itoa(r.Tenants)}
		for _, c := range classes {
			k := r.Classes[c]
			row = append(row, fmt.Sprintf("%s (%s)", percent(k.Share, 2), percent(k.AtMost, 1)))
		}
		rows = append(rows, row)
	}
	t.table(rows)
	if basis != bases[0].String() {
		t.note("At most: the larger of the upper ends of two 95 % intervals: a bootstrap over tenants, and the exact interval " +
			"(Clopper-Pearson) that counts each unit once. A unit is an owner's account, an intruder with all his mailboxes, or a machine " +
			"with all the accounts that it serves: their rows are alike, and a bound over rows would be too good.")
	}
}

func (t *textPrinter) worse(sentences []string) {
	for _, s := range sentences {
		t.printf("\n")
		t.note(s)
	}
}

func (t *textPrinter) summaries(table string, list []namedSummary) {
	title, first := "Evidence", "evidence"
	if table == "without" {
		title, first = "All tables, one group of rules left out", "without"
	}
	t.printf("\n%s\n", title)
	rows := [][]string{{first, "people automated", "at most", "likely+", "machines likely+", "automated", "precision",
		"intruders", "Brier", "ECE", "unknown"}}
	for _, s := range list {
		ece := number(s.ECE, 3)
		if !math.IsNaN(s.ECELow) {
			ece += fmt.Sprintf(" [%s, %s]", number(s.ECELow, 3), number(s.ECEHigh, 3))
		}
		rows = append(rows, []string{s.Name,
			fmt.Sprintf("%d of %d", s.PeopleAutomated.Count, s.PeopleAutomated.Of), percent(s.PeopleAutomated.High, 3),
			s.PeopleLikely.text(2), s.RecallLikely.text(1), s.RecallAutomated.text(1),
			s.Precision.text(2), fmt.Sprintf("%d of %d", s.Attackers.Count, s.Attackers.Of),
			fmt.Sprintf("%s (%s)", number(s.Brier, 4), number(s.BrierBase, 4)), ece, s.Unknown.text(1)})
	}
	t.table(rows)
	if table == "basis" {
		t.note("At most: upper end of the exact 95 % interval (Clopper-Pearson) of the share of people's clicks called automated. " +
			"Likely+: likely_automated or automated. Brier in brackets: of always saying the base rate. " +
			"ECE: expected calibration error of P(machine), 15 bins of equal mass, with a 95 % bootstrap interval over tenants.")
	}
}

func (t *textPrinter) worst(basis string, list []worst) {
	for _, w := range list {
		t.printf("\nWorst tenant (%s), %s: tenant %d, %s, %d of %d", basis, w.What, w.Tenant, percent(w.Share.Share, 2), w.Share.Count, w.Share.Of)
	}
	if len(list) > 0 {
		t.printf("\n")
	}
}

func (t *textPrinter) kinds(basis string, list []kindRow) {
	t.printf("\nBy mechanism (%s)\n", basis)
	header := []string{"mechanism", "from", "rows", "mean P"}
	for _, c := range classes {
		header = append(header, c.String())
	}
	rows := [][]string{append(header, "reasons of the wrong ones, all origins")}
	for _, k := range list {
		row := []string{k.Kind, k.From, itoa(k.Rows), number(k.MeanP, 3)}
		for _, c := range classes {
			row = append(row, itoa(k.Classes[c]))
		}
		rows = append(rows, append(row, k.Reasons))
	}
	t.table(rows)
}

func (t *textPrinter) fits(list []fitRow) {
	t.printf("\nFitted to the labels\n")
	rows := [][]string{{"evidence", "method", "machine", "owner", "other", "Brier", "log loss", "ECE"}}
	arrow := func(before, after float64) string { return number(before, 4) + " -> " + number(after, 4) }
	for _, f := range list {
		rows = append(rows, []string{f.Basis.String(), f.Method, itoa(f.Machine), itoa(f.Owner), itoa(f.Other),
			arrow(f.Before.Brier, f.After.Brier), arrow(f.Before.LogLoss, f.After.LogLoss), arrow(f.Before.ECE, f.After.ECE)})
	}
	t.table(rows)
	t.note("Shipped rules -> fit, five-fold cross-validation. Evidence that is not listed has too few labels and stays as shipped.")
}

// jsonPrinter writes one JSON object a line.
type jsonPrinter struct {
	enc     *json.Encoder
	variant string
	err     error
}

func newJSONPrinter(w io.Writer) *jsonPrinter { return &jsonPrinter{enc: json.NewEncoder(w)} }

func (j *jsonPrinter) close() error { return j.err }

func (j *jsonPrinter) write(v any) {
	if j.err == nil {
		j.err = j.enc.Encode(v)
	}
}

func (j *jsonPrinter) note(text string) {
	j.write(struct {
		Table string `json:"table"`
		Text  string `json:"text"`
	}{"note", text})
}

func (j *jsonPrinter) heading(variant, _ string) { j.variant = variant }

func (j *jsonPrinter) matrix(basis string, rows []matrixRow) {
	for _, r := range rows {
		j.write(struct {
			Table   string `json:"table"`
			Variant string `json:"variant,omitempty"`
			Basis   string `json:"basis"`
			matrixRow
		}{"matrix", j.variant, basis, r})
	}
}

func (j *jsonPrinter) worse(sentences []string) {
	for _, s := range sentences {
		j.write(struct {
			Table   string `json:"table"`
			Variant string `json:"variant,omitempty"`
			Text    string `json:"text"`
		}{"worse_than_constant", j.variant, s})
	}
}

func (j *jsonPrinter) summaries(table string, rows []namedSummary) {
	for _, r := range rows {
		// JSON has no NaN: what was not measured is null.
		type numbers struct {
			summary
			Brier   *float64 `json:"brier"`
			Base    *float64 `json:"base_rate"`
			BrierB  *float64 `json:"brier_of_base_rate"`
			LogLoss *float64 `json:"log_loss"`
			LossM   *float64 `json:"log_loss_machine"`
			ECE     *float64 `json:"ece"`
			ECELow  *float64 `json:"ece_low"`
			ECEHigh *float64 `json:"ece_high"`
		}
		j.write(struct {
			Table   string `json:"table"`
			Variant string `json:"variant,omitempty"`
			Name    string `json:"name"`
			numbers
		}{table, j.variant, r.Name, numbers{r.summary, orNull(r.summary.Brier), orNull(r.BaseRate), orNull(r.BrierBase),
			orNull(r.summary.LogLoss), orNull(r.MachineLogLoss), orNull(r.summary.ECE), orNull(r.summary.ECELow), orNull(r.summary.ECEHigh)}})
	}
}

func orNull(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}

func (j *jsonPrinter) worst(basis string, rows []worst) {
	for _, r := range rows {
		j.write(struct {
			Table   string `json:"table"`
			Variant string `json:"variant,omitempty"`
			Basis   string `json:"basis"`
			worst
		}{"worst_tenant", j.variant, basis, r})
	}
}

func (j *jsonPrinter) kinds(basis string, rows []kindRow) {
	for _, r := range rows {
		j.write(struct {
			Table   string `json:"table"`
			Variant string `json:"variant,omitempty"`
			Basis   string `json:"basis"`
			kindRow
		}{"mechanism", j.variant, basis, r})
	}
}

func (j *jsonPrinter) fits(rows []fitRow) {
	for _, r := range rows {
		j.write(struct {
			Table string `json:"table"`
			fitRow
		}{"fit", r})
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

func number(x float64, digits int) string {
	if math.IsNaN(x) {
		return "-"
	}
	return strconv.FormatFloat(x, 'f', digits, 64)
}

func percent(x float64, digits int) string {
	if math.IsNaN(x) {
		return "-"
	}
	return number(100*x, digits) + " %"
}

// wrap breaks text at spaces into lines of at most width letters.
func wrap(text string, width int) string {
	var out []byte
	column := 0
	for len(text) > 0 {
		end := 0
		for end < len(text) && text[end] != ' ' {
			end++
		}
		word := text[:end]
		for end < len(text) && text[end] == ' ' {
			end++
		}
		text = text[end:]
		switch {
		case column == 0:
		case column+1+len(word) > width:
			out = append(out, '\n')
			column = 0
		default:
			out = append(out, ' ')
			column++
		}
		out = append(out, word...)
		column += len(word)
	}
	return string(out)
}
