package agree

import (
	"context"
	"fmt"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
	"github.com/whoclicked/whoclicked/iprange"
)

// Judge returns the library's verdicts on the clicks of a tenant, in their order. All clicks
// are neighbours, as they are in a query, and the last verdict on each counts. Ranges may be
// nil.
func Judge(ctx context.Context, t *tenantfiles.Tenant, ranges *iprange.Set) ([]clickclass.Result, error) {
	var store evidence.Store
	store.Add(t.Evidence...)
	c, err := clickclass.New(clickclass.Options{
		Ranges: ranges, Source: &store, Workers: 1,
		Window: clickclass.Window{Rows: len(t.Clicks) + 1, Bytes: 1 << 40},
	})
	if err != nil {
		return nil, err
	}
	type place struct {
		file string
		row  int64
	}
	index := map[place]int{}
	var results []clickclass.Result
	for r, err := range c.All(ctx, rows(t.Clicks)) {
		if err != nil {
			return nil, fmt.Errorf("agree: judge: %w", err)
		}
		at := place{r.Click.File, r.Click.Row}
		if i, ok := index[at]; ok {
			results[i] = r
			continue
		}
		index[at] = len(results)
		results = append(results, r)
	}
	if len(results) != len(t.Clicks) {
		return nil, fmt.Errorf("agree: judge: %d verdicts on %d clicks", len(results), len(t.Clicks))
	}
	return results, nil
}

// rows yields clicks as a table does.
func rows(clicks []clickclass.Click) func(func(clickclass.Click, error) bool) {
	return func(yield func(clickclass.Click, error) bool) {
		for k := range slices.Values(clicks) {
			if !yield(k, nil) {
				return
			}
		}
	}
}
