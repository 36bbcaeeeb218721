package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
	"github.com/whoclicked/whoclicked/iprange"
)

// TestAgreeOdd compares on odd rows.
func TestAgreeOdd(t *testing.T) {
	e := newEngine(t)
	forms := []kql.Form{kql.Lists, kql.Full, kql.Short}
	for seed := range uint64(len(forms) + *moreFlag) {
		form, schema := forms[seed%3], tenantfiles.Schemas[(seed+seed/3)%3]
		t.Run(fmt.Sprint(form, " ", schema, " ", seed), func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, newOdd(seed, 400).write(dir, schema))
			switch form {
			case kql.Full:
				e.compareFull(t, dir, schema, iprange.Default())
			case kql.Short:
				e.compareShort(t, dir, schema, iprange.Default())
			default:
				e.compareFiles(t, dir, schema, nil, nil)
			}
		})
	}
}
