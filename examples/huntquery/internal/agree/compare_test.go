package agree_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/agree"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

// judged returns the verdicts on a made-up tenant, some of whose rows are exported twice.
func judged(t *testing.T) []clickclass.Result {
	t.Helper()
	made := synth.New(0, synth.Options{Seed: 3, Variant: synth.ManyDuplicates, MaxAccounts: 40})
	results, err := agree.Judge(t.Context(), tenantfiles.Synthetic(made), nil)
	require.NoError(t, err)
	require.Greater(t, len(results), 50)
	return results
}

// rowOf returns the row that a query without faults has for a click.
func rowOf(t *testing.T, r *clickclass.Result) map[string]any {
	t.Helper()
	row := map[string]any{}
	for _, part := range []any{r.Click, agree.AnswerOf(r)} {
		text, err := json.Marshal(part)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &row))
	}
	delete(row, "File")
	delete(row, "Row")
	row["Service"] = "" // columns that are not compared
	return row
}

func readRows(t *testing.T, rows []map[string]any) []agree.Answer {
	t.Helper()
	var text strings.Builder
	for _, row := range rows {
		line, err := json.Marshal(row)
		require.NoError(t, err)
		text.Write(append(line, '\n'))
	}
	answers, err := agree.ReadAnswers(strings.NewReader(text.String()))
	require.NoError(t, err)
	return answers
}

func TestEqual(t *testing.T) {
	results := judged(t)
	var rows []map[string]any
	for i := range results {
		rows = append(rows, rowOf(t, &results[i]))
	}
	slices.Reverse(rows) // a query has an order of its own
	report := agree.Compare(results, readRows(t, rows), nil)
	assert.Zero(t, report.Unexplained(), report)
	assert.Equal(t, len(results), report.Rows)
	assert.Equal(t, len(results), report.Answers)
	assert.Equal(t, len(results), report.ClassesEqual)
	assert.Zero(t, report.AutomatedInKQLOnly)
}

// TestRepeatedRows shows that of rows with the same cells, each is compared with its like: one
// of them has the flag duplicate.
func TestRepeatedRows(t *testing.T) {
	results := judged(t)
	duplicates := 0
	for i := range results {
		if results[i].Verdict.Flags.Has(clickclass.FlagDuplicate) {
			duplicates++
		}
	}
	require.Positive(t, duplicates)
	var rows []map[string]any
	for i := range results {
		row := rowOf(t, &results[i])
		row["Flags"] = without(row["Flags"], "duplicate")
		rows = append(rows, row)
	}
	report := agree.Compare(results, readRows(t, rows), nil)
	assert.Equal(t, duplicates, report.Unexplained(), report)
	assert.Equal(t, duplicates, report.Differences[agree.Kind{Subject: "flag", Name: "duplicate", How: agree.GoOnly}].Count)
}

func without(list any, word string) []any {
	return slices.DeleteFunc(slices.Clone(list.([]any)), func(w any) bool { return w == word })
}

// TestDifferences changes one cell of a row and looks for what is found.
func TestDifferences(t *testing.T) {
	results := judged(t)
	i := slices.IndexFunc(results, func(r clickclass.Result) bool {
		v := &r.Verdict
		return v.Class == clickclass.ClassLikelyOwner && len(v.Reasons) > 2 && v.Clock != clickclass.ClockNone && len(v.Causes) > 0 && v.Flags != 0 && v.Missing != 0
	})
	require.GreaterOrEqual(t, i, 0)
	r := results[i]
	firstWord := func(words string) string {
		word, _, _ := strings.Cut(words, ",")
		return word
	}
	rule, flag, missing := r.Verdict.Reasons[0].Rule, firstWord(r.Verdict.Flags.String()), firstWord(r.Verdict.Missing.String())
	reason := func(row map[string]any, key string, change func(any) any) {
		first := row["Reasons"].([]any)[0].(map[string]any)
		first[key] = change(first[key])
	}
	plus := func(n float64) func(any) any { return func(v any) any { return v.(float64) + n } }
	tests := []struct {
		name   string
		change func(row map[string]any)
		want   []agree.Kind
	}{
		{"nothing", func(map[string]any) {}, nil},
		{"class", func(row map[string]any) { row["Class"] = "owner" }, []agree.Kind{{"class", "likely_owner → owner", agree.OtherValue}}},
		{"p_automated", func(row map[string]any) { row["PAutomated"] = plus(0.001)(row["PAutomated"]) }, []agree.Kind{{"field", "p_automated", agree.OtherValue}}},
		{"p_owner", func(row map[string]any) { row["POwner"] = plus(-0.001)(row["POwner"]) }, []agree.Kind{{"field", "p_owner", agree.OtherValue}}},
		{"p_other", func(row map[string]any) { row["POther"] = plus(0.001)(row["POther"]) }, []agree.Kind{{"field", "p_other", agree.OtherValue}}},
		{"p_low", func(row map[string]any) { row["PLow"] = plus(0.001)(row["PLow"]) }, []agree.Kind{{"field", "p_low", agree.OtherValue}}},
		{"p_high", func(row map[string]any) { row["PHigh"] = plus(0.001)(row["PHigh"]) }, []agree.Kind{{"field", "p_high", agree.OtherValue}}},
		{"a probability within the tolerance", func(row map[string]any) { row["POwner"] = plus(0.0001)(row["POwner"]) }, nil},
		{"a weight for a machine", func(row map[string]any) { reason(row, "machine", plus(0.01)) }, []agree.Kind{{"rule", rule, agree.OtherValue}}},
		{"a weight for somebody else", func(row map[string]any) { reason(row, "other", plus(-0.01)) }, []agree.Kind{{"rule", rule, agree.OtherValue}}},
		{"a weight within the tolerance", func(row map[string]any) { reason(row, "machine", plus(0.00001)) }, nil},
		{"counted", func(row map[string]any) { reason(row, "counted", func(v any) any { return !v.(bool) }) }, []agree.Kind{{"rule", rule, agree.OtherValue}}},
		{"group", func(row map[string]any) { reason(row, "group", func(any) any { return "origins" }) }, []agree.Kind{{"rule", rule, agree.OtherValue}}},
		{"no rule", func(row map[string]any) { row["Reasons"] = row["Reasons"].([]any)[1:] }, []agree.Kind{{"rule", rule, agree.GoOnly}}},
		{"another rule", func(row map[string]any) {
			row["Reasons"] = append(row["Reasons"].([]any), map[string]any{"rule": "b.more"})
		}, []agree.Kind{{"rule", "b.more", agree.KQLOnly}}},
		{"a rule twice", func(row map[string]any) {
			row["Reasons"] = append(row["Reasons"].([]any), row["Reasons"].([]any)[0])
		}, []agree.Kind{{"rule", rule, agree.KQLOnly}}},
		{"no flag", func(row map[string]any) { row["Flags"] = without(row["Flags"], flag) }, []agree.Kind{{"flag", flag, agree.GoOnly}}},
		{"another flag", func(row map[string]any) { row["Flags"] = append(row["Flags"].([]any), "shared_mailbox") }, []agree.Kind{{"flag", "shared_mailbox", agree.KQLOnly}}},
		{"no causes", func(row map[string]any) { row["Causes"] = []any{} }, []agree.Kind{{"field", "causes", agree.OtherValue}}},
		{"causes in another order", func(row map[string]any) { row["Causes"] = append([]any{"own_tool"}, row["Causes"].([]any)...) }, []agree.Kind{{"field", "causes", agree.OtherValue}}},
		{"delay", func(row map[string]any) { row["DelaySeconds"] = plus(0.01)(row["DelaySeconds"]) }, []agree.Kind{{"field", "delay_seconds", agree.OtherValue}}},
		{"a delay in milliseconds", func(row map[string]any) { row["DelaySeconds"] = plus(0.0004)(row["DelaySeconds"]) }, nil},
		{"no delay", func(row map[string]any) { row["DelaySeconds"] = nil }, []agree.Kind{{"field", "delay_seconds", agree.OtherValue}}},
		{"delay source", func(row map[string]any) { row["DelaySource"] = "" }, []agree.Kind{{"field", "delay_source", agree.OtherValue}}},
		{"basis", func(row map[string]any) { row["Basis"] = "row" }, []agree.Kind{{"field", "basis", agree.OtherValue}}},
		{"missing", func(row map[string]any) { row["Missing"] = without(row["Missing"], missing) }, []agree.Kind{{"missing", missing, agree.GoOnly}}},
		{"missing too", func(row map[string]any) { row["Missing"] = append(row["Missing"].([]any), "clouds") }, []agree.Kind{{"missing", "clouds", agree.KQLOnly}}},
		{"next", func(row map[string]any) { row["Next"] = "clouds" }, []agree.Kind{{"field", "next", agree.OtherValue}}},
		{"priority", func(row map[string]any) { row["Priority"] = 9 }, []agree.Kind{{"field", "priority", agree.OtherValue}}},
		{"the case of the account", func(row map[string]any) { row["AccountUpn"] = strings.ToUpper(row["AccountUpn"].(string)) }, nil},
		{"another account", func(row map[string]any) { row["AccountUpn"] = "eve@contoso.example" }, []agree.Kind{{"row", "click", agree.GoOnly}, {"row", "click", agree.KQLOnly}}},
		{"another time", func(row map[string]any) { row["Timestamp"] = "2026-09-01T00:00:00Z" }, []agree.Kind{{"row", "click", agree.GoOnly}, {"row", "click", agree.KQLOnly}}},
		{"another address", func(row map[string]any) { row["IPAddress"] = "192.0.2.1" }, []agree.Kind{{"row", "click", agree.GoOnly}, {"row", "click", agree.KQLOnly}}},
		{"another link", func(row map[string]any) { row["Url"] = "https://other.example/" }, []agree.Kind{{"row", "click", agree.GoOnly}, {"row", "click", agree.KQLOnly}}},
		{"another ReportId", func(row map[string]any) { row["ReportId"] = "r" }, []agree.Kind{{"row", "click", agree.GoOnly}, {"row", "click", agree.KQLOnly}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			row := rowOf(t, &r)
			tt.change(row)
			report := agree.Compare([]clickclass.Result{r}, readRows(t, []map[string]any{row}), nil)
			assert.ElementsMatch(t, tt.want, slices.Collect(maps.Keys(report.Differences)), report)
			assert.Equal(t, len(tt.want), report.Unexplained())
			for _, k := range tt.want {
				assert.Contains(t, report.String(), k.Name)
			}
		})
	}
}

func TestRows(t *testing.T) {
	results := judged(t)[:2]
	row := func(i int) map[string]any { return rowOf(t, &results[i]) }
	goOnly, kqlOnly := agree.Kind{"row", "click", agree.GoOnly}, agree.Kind{"row", "click", agree.KQLOnly}
	tests := []struct {
		name       string
		rows       []map[string]any
		want       []agree.Kind
		wantShare  float64
		unexpected int // automated
	}{
		{"both", []map[string]any{row(1), row(0)}, nil, 1, 0},
		{"one is missing", []map[string]any{row(1)}, []agree.Kind{goOnly}, 0.5, 0},
		{"one twice", []map[string]any{row(0), row(1), row(1)}, []agree.Kind{kqlOnly}, 1, 0},
		{"none", nil, []agree.Kind{goOnly}, 0, 0},
		{"one more is automated", []map[string]any{row(0), row(1), changed(row(1), "Class", "automated")}, []agree.Kind{kqlOnly}, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			report := agree.Compare(results, readRows(t, tt.rows), nil)
			assert.ElementsMatch(t, tt.want, slices.Collect(maps.Keys(report.Differences)), report)
			assert.Equal(t, tt.wantShare, report.ShareOfClasses())
			assert.Equal(t, tt.unexpected, report.AutomatedInKQLOnly)
		})
	}
}

func changed(row map[string]any, column string, value any) map[string]any {
	row[column] = value
	return row
}

func TestLimits(t *testing.T) {
	results := judged(t)
	i := slices.IndexFunc(results, func(r clickclass.Result) bool { return r.Verdict.Class != clickclass.ClassAutomated })
	r := results[i]
	limits := []agree.Limit{{"no causes", func(r *clickclass.Result, d agree.Difference) bool {
		return d.Name == "causes" || d.Subject == "class"
	}}}
	row := rowOf(t, &r)
	row["Causes"], row["Class"], row["Priority"] = []any{"own_tool"}, "automated", 9
	report := agree.Compare([]clickclass.Result{r}, readRows(t, []map[string]any{row}), limits)
	assert.Equal(t, 1, report.Unexplained(), "the priority")
	assert.Len(t, report.Explained["no causes"], 2)
	assert.Equal(t, 1, report.AutomatedInKQLOnly, "a limit explains a difference and allows none")
	assert.Zero(t, report.ShareOfClasses())
	assert.Contains(t, report.String(), `known limit "no causes": 2 differences`)
}

func TestMerge(t *testing.T) {
	results := judged(t)[:6]
	all := agree.Compare(nil, nil, nil)
	for i := range results {
		row := changed(rowOf(t, &results[i]), "Priority", 9)
		all.Merge(agree.Compare(results[i:i+1], readRows(t, []map[string]any{row}), nil))
	}
	tally := all.Differences[agree.Kind{"field", "priority", agree.OtherValue}]
	assert.Equal(t, 6, tally.Count)
	assert.Len(t, tally.Examples, 3, "the first few")
	assert.Equal(t, 6, all.Rows)
	assert.Equal(t, 1.0, all.ShareOfClasses())
}

// TestReport reads the report as people do.
func TestReport(t *testing.T) {
	r := judged(t)[0]
	row := changed(rowOf(t, &r), "Priority", 9)
	row["Flags"] = append(row["Flags"].([]any), "shared_mailbox")
	text := agree.Compare([]clickclass.Result{r}, readRows(t, []map[string]any{row}), nil).String()
	lines := strings.Split(text, "\n")
	assert.Equal(t, "rows: 1 in Go, 1 in KQL", lines[0])
	assert.Equal(t, "classes equal: 1 (100.00 %)", lines[1])
	assert.Equal(t, "automated in KQL only: 0", lines[2])
	assert.Equal(t, "unexplained differences: 2", lines[3])
	assert.Regexp(t, `^  flag +shared_mailbox +KQL only +1 +tenant1 row 1, `+r.Click.Timestamp.Format("2006-01-02")+`T.*, `+r.Click.AccountUpn[:3]+`…$`, lines[4])
	assert.Regexp(t, `^  field +priority +other value +1 +tenant1 row 1, `, lines[5])
	assert.Regexp(t, `^ +Go: \d; KQL: 9$`, lines[6])
	assert.NotContains(t, text, r.Click.AccountUpn)
}

func TestReadAnswers(t *testing.T) {
	r := judged(t)[0]
	tests := []struct {
		name   string
		change func(row map[string]any)
		want   string
	}{
		{"no column", func(row map[string]any) { delete(row, "PLow") }, "agree: read answers: line 1: column PLow: missing or null"},
		{"null", func(row map[string]any) { row["PAutomated"] = nil }, "agree: read answers: line 1: column PAutomated: missing or null"},
		{"no delay", func(row map[string]any) { delete(row, "DelaySeconds") }, "agree: read answers: line 1: column DelaySeconds: missing"},
		{"a text of words", func(row map[string]any) { row["Flags"] = "duplicate" }, "Answer.Flags"},
		{"a bad time", func(row map[string]any) { row["Timestamp"] = "soon" }, "Timestamp"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			row := rowOf(t, &r)
			tt.change(row)
			line, err := json.Marshal(row)
			require.NoError(t, err)
			_, err = agree.ReadAnswers(strings.NewReader(string(line)))
			assert.ErrorContains(t, err, tt.want)
		})
	}
	t.Run("no object", func(t *testing.T) {
		_, err := agree.ReadAnswers(strings.NewReader("KS142: unknown name"))
		assert.EqualError(t, err, "agree: read answers: line 1: no JSON object")
	})
}
