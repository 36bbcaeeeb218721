// Package agree compares the verdicts that a query gives in KQL with those of the library.
package agree

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Answer is the verdict on a click as a query returns it: a row with these columns and those
// of the click.
type Answer struct {
	Click clickclass.Click `json:"-"`

	Class        string
	PAutomated   float64
	POwner       float64
	POther       float64
	PLow, PHigh  float64
	Causes       []string // best first
	Reasons      []Reason
	Flags        []string
	DelaySeconds *float64 // nil: not known
	DelaySource  string
	Basis        string
	Missing      []string
	Next         string
	Priority     int
}

// Reason is a rule that applied to a click.
type Reason struct {
	Rule    string  `json:"rule"`
	Group   string  `json:"group"`
	Machine float64 `json:"machine"`
	Other   float64 `json:"other"`
	Counted bool    `json:"counted"`
}

// required are the columns that no row may lack, and that are never null.
var required = []string{"Timestamp", "AccountUpn", "IPAddress", "Url", "ActionType", "NetworkMessageId", "ReportId",
	"Class", "PAutomated", "POwner", "POther", "PLow", "PHigh", "Causes", "Reasons", "Flags", "DelaySource", "Basis",
	"Missing", "Next", "Priority"}

// ReadAnswers reads the rows of a query's result, one JSON object a line.
func ReadAnswers(r io.Reader) ([]Answer, error) {
	var list []Answer
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		a, err := readAnswer(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("agree: read answers: line %d: %w", n, err)
		}
		list = append(list, a)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("agree: read answers: %w", err)
	}
	return list, nil
}

func readAnswer(line []byte) (Answer, error) {
	var columns map[string]json.RawMessage
	if err := json.Unmarshal(line, &columns); err != nil {
		return Answer{}, errors.New("no JSON object")
	}
	for _, name := range required {
		if cell := columns[name]; cell == nil || string(cell) == "null" {
			return Answer{}, fmt.Errorf("column %s: missing or null", name)
		}
	}
	if _, ok := columns["DelaySeconds"]; !ok {
		return Answer{}, errors.New("column DelaySeconds: missing")
	}
	var a Answer
	if err := json.Unmarshal(line, &a); err != nil {
		return Answer{}, err
	}
	return a, json.Unmarshal(line, &a.Click)
}

// AnswerOf returns the verdict of the library in the form of a query.
func AnswerOf(r *clickclass.Result) Answer {
	v := &r.Verdict
	a := Answer{
		Click: r.Click, Class: v.Class.String(),
		PAutomated: v.P.Machine, POwner: v.P.Owner, POther: v.P.Other, PLow: v.P.Low, PHigh: v.P.High,
		Causes: []string{}, Reasons: []Reason{}, Flags: words(v.Flags.String()), DelaySource: string(v.Clock), Basis: v.Basis.String(),
		Missing: words(v.Missing.String()), Next: v.Next.String(), Priority: r.Priority(),
	}
	for _, c := range v.Causes {
		a.Causes = append(a.Causes, string(c))
	}
	for _, reason := range v.Reasons {
		a.Reasons = append(a.Reasons, Reason{reason.Rule, groupOf()[reason.Rule], reason.Machine, reason.Other, reason.Counted})
	}
	if v.Clock != clickclass.ClockNone {
		seconds := v.Delay.Seconds()
		a.DelaySeconds = &seconds
	}
	return a
}

// words splits a list of stable words.
func words(text string) []string {
	if text == "" {
		return []string{}
	}
	return strings.Split(text, ",")
}

// groupOf has the group of every rule.
var groupOf = sync.OnceValue(func() map[string]string {
	groups := map[string]string{}
	for _, r := range clickclass.Rules() {
		groups[r.ID] = r.Group
	}
	return groups
})
