package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/whoclicked/whoclicked/examples/internal/synth"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// writeTenants writes the made-up tenants into a folder for each variant. Every second
// tenant is written as NDJSON, the others as CSV.
func writeTenants(ctx context.Context, o *options, stdout io.Writer) error {
	variants, err := parseVariants(o.Variant)
	if err != nil {
		return err
	}
	for _, v := range variants {
		dir := filepath.Join(o.Write, string(v))
		for n := range o.Tenants {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			t := o.newTenant(n, v)
			if err := t.WriteFiles(dir, [...]synth.Form{synth.CSV, synth.NDJSON}[n%2]); err != nil {
				return err
			}
			fmt.Fprintf(stdout, "%s: %d clicks of %d accounts\n", terminal.Clean(filepath.Join(dir, t.Name)), len(t.Rows), t.Accounts)
		}
	}
	return nil
}
