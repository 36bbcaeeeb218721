// Package ownranges reads the file of a user's own address ranges, the --ranges of programs.
package ownranges

import (
	"errors"
	"fmt"
	"os"

	"github.com/whoclicked/whoclicked/iprange"
)

// Open returns the published lists together with the user's own ranges, which outrank them.
// The error names the file and the line.
func Open(path string) (*iprange.Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	own, err := iprange.ReadOwn(f, "")
	if row, ok := errors.AsType[*iprange.RowError](err); ok {
		return nil, fmt.Errorf("%s: line %d: %w", path, row.Row, row.Err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	set, err := iprange.Default().With(own)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return set, nil
}
