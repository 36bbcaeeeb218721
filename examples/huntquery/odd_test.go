package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/agree"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
	"github.com/whoclicked/whoclicked/iprange"
)

// TestAgreeOdd compares on odd rows.
func TestAgreeOdd(t *testing.T) {
	e := newEngine(t)
	t.Parallel()
	forms := []kql.Form{kql.Lists, kql.Full, kql.Short}
	for seed := range uint64(len(forms) + *moreFlag) {
		form, schema := forms[seed%3], tenantfiles.Schemas[(seed+seed/3)%3]
		t.Run(fmt.Sprint(form, " ", schema, " ", seed), func(t *testing.T) {
			t.Parallel()
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

// TestOddRows holds that every rule that a query can say applies to some odd rows.
func TestOddRows(t *testing.T) {
	applied := map[string]int{}
	for seed := range uint64(3) {
		dir := t.TempDir()
		require.NoError(t, newOdd(seed, 400).write(dir, tenantfiles.Defender))
		tenant, err := tenantfiles.Read(dir)
		require.NoError(t, err)
		results, err := agree.Judge(t.Context(), tenant, nil)
		require.NoError(t, err)
		for i := range results {
			for _, r := range results[i].Verdict.Reasons {
				applied[r.Rule]++
			}
		}
	}
	for _, r := range clickclass.Rules() {
		switch {
		case strings.HasPrefix(r.ID, "ip.own_") && r.Group == "origin": // no ranges are declared
		case r.ID == "ip.mailsec" || r.ID == "ip.dc" || r.ID == "ip.access": // no table has networks
		default:
			assert.Positive(t, applied[r.ID], r.ID)
		}
	}
}
