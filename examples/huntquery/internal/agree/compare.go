package agree

import (
	"net/netip"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Limit is a known limit of the query. Explains reports whether it is the reason of a
// difference in the verdicts on a click, the library's being r.
type Limit struct {
	Name     string
	Explains func(r *clickclass.Result, d Difference) bool
}

// Compare compares the library's verdicts with a query's. Rows belong together that have the
// same time, account, address, link, action and ids. Of rows that have all of these in common,
// those are compared with each other that differ least.
func Compare(results []clickclass.Result, answers []Answer, limits []Limit) *Report {
	report := newReport(len(results), len(answers))
	byKey := map[rowKey][]*Answer{}
	for i := range answers {
		k := keyOf(&answers[i].Click)
		byKey[k] = append(byKey[k], &answers[i])
	}
	groups := map[rowKey][]*clickclass.Result{}
	var keys []rowKey
	for i := range results {
		k := keyOf(&results[i].Click)
		if groups[k] == nil {
			keys = append(keys, k)
		}
		groups[k] = append(groups[k], &results[i])
	}
	for _, k := range keys {
		for _, p := range pairRows(groups[k], byKey[k]) {
			report.add(p, limits)
		}
		delete(byKey, k)
	}
	for i := range answers { // in the order of the query's result
		k := keyOf(&answers[i].Click)
		for _, a := range byKey[k] {
			report.add(pair{answer: a}, limits)
		}
		delete(byKey, k)
	}
	return report
}

// rowKey is what tells rows apart.
type rowKey struct {
	at                                    int64
	account, url, action, message, report string
	address                               netip.Addr
}

func keyOf(k *clickclass.Click) rowKey {
	return rowKey{
		k.Timestamp.UnixNano(), strings.ToLower(k.AccountUpn), k.Url, string(k.ActionType),
		idOf(k.NetworkMessageId), idOf(k.ReportId), k.IPAddress.Unmap().WithZone(""),
	}
}

// idOf returns an id in lower case. Tables take the GUID of zeros for an empty cell.
func idOf(id string) string {
	if id = strings.ToLower(id); id == "00000000-0000-0000-0000-000000000000" {
		return ""
	}
	return id
}

// pair is the two verdicts on a row, of which one may be nil.
type pair struct {
	result *clickclass.Result
	answer *Answer
	differ []Difference
}

// pairRows pairs the verdicts on rows that have the same key.
func pairRows(results []*clickclass.Result, answers []*Answer) []pair {
	pairs := make([]pair, len(results))
	of := make([]Answer, len(results))
	for i, r := range results {
		pairs[i].result, of[i] = r, AnswerOf(r)
	}
	free := append([]*Answer(nil), answers...)
	// Equal ones first, so that they are not taken by others.
	for _, equalOnly := range []bool{true, false} {
		for i := range pairs {
			p := &pairs[i]
			if p.answer != nil || len(free) == 0 {
				continue
			}
			best, least := -1, []Difference(nil)
			for j, a := range free {
				if d := differences(&of[i], a); best < 0 || len(d) < len(least) {
					best, least = j, d
				}
			}
			if len(least) > 0 && equalOnly {
				continue
			}
			p.answer, p.differ = free[best], least
			free = append(free[:best], free[best+1:]...)
		}
	}
	for _, a := range free {
		pairs = append(pairs, pair{answer: a})
	}
	return pairs
}
