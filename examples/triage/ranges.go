package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/whoclicked/whoclicked/iprange"
)

// ownRanges returns the published lists together with the user's own ranges, which
// outrank them.
func ownRanges(path string) (*iprange.Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usagef("--ranges: %w", err)
	}
	defer f.Close()
	own, err := iprange.ReadOwn(f, "")
	if err != nil {
		var row *iprange.RowError
		if errors.As(err, &row) {
			return nil, usagef("--ranges: %s: line %d: %w", path, row.Row, row.Err)
		}
		return nil, usagef("--ranges: %s: %w", path, err)
	}
	set, err := iprange.Default().With(own)
	if err != nil {
		return nil, fmt.Errorf("--ranges: %s: %w", path, err)
	}
	return set, nil
}
