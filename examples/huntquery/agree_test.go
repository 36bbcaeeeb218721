package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/agree"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
	"github.com/whoclicked/whoclicked/iprange"
)

// To compare on exports, in folders DIR/NAME of files that triage reads:
//
//	go test ./examples/huntquery -run Agree -v -tenants DIR
//
// They are written anew in the tables of each schema. With -as-is sentinel, the query reads the
// files themselves, which must be TABLE.ndjson with the columns of Sentinel.
var (
	tenantsFlag = flag.String("tenants", "", "compare on the exports in the folders of this `DIR` (an absolute path)")
	asIsFlag    = flag.String("as-is", "", "their files have the tables of this `SCHEMA`: defender, sentinel or adx")
	moreFlag    = flag.Int("more", 0, "compare on this `NUMBER` of other made-up tenants of each variant, too, of up to 1,500 accounts")
)

// knownLimits are what the query does not do as the library does with the tenant's rows.
func knownLimits(tenant *tenantfiles.Tenant) []agree.Limit {
	return []agree.Limit{
		{Name: "which of two equal rows was read first", Explains: func(r *clickclass.Result, d agree.Difference) bool {
			return d.Subject == "flag" && d.Name == "duplicate" && r.Click.ReportId != ""
		}},
	}
}

// tableSets are the tables that a user may have.
var tableSets = map[string]func(tenantfiles.Schema) []string{
	"all tables": func(tenantfiles.Schema) []string { return nil },
	"clicks":     func(tenantfiles.Schema) []string { return []string{tenantfiles.UrlClickEvents} },
	"clicks and sign-ins": func(s tenantfiles.Schema) []string {
		return append([]string{tenantfiles.UrlClickEvents}, s.SignInTables()...)
	},
	"clicks and mail": func(tenantfiles.Schema) []string {
		return []string{tenantfiles.UrlClickEvents, tenantfiles.EmailEvents, tenantfiles.EmailUrlInfo, tenantfiles.EmailPostDeliveryEvents}
	},
}

// TestAgree compares the query's verdicts with the library's on made-up tenants. The other
// variants take -more.
func TestAgree(t *testing.T) {
	tests := []struct {
		variant synth.Variant
		number  int
		schema  tenantfiles.Schema
		tables  string
		own     bool // with ranges of the tenant's own
	}{
		{synth.Base, 0, tenantfiles.Defender, "all tables", false},
		{synth.Hard, 1, tenantfiles.Defender, "all tables", false},
		{synth.Hard, 2, tenantfiles.Defender, "all tables", true},
		{synth.ManyDuplicates, 0, tenantfiles.Defender, "all tables", false},
		{synth.SecondsOnly, 1, tenantfiles.Defender, "all tables", false},
		{synth.ManyAttackers, 1, tenantfiles.Sentinel, "all tables", false},
		{synth.ManyURLs, 0, tenantfiles.ADX, "all tables", false},
		{synth.Hard, 0, tenantfiles.Defender, "clicks", false},
		{synth.HalfAutomated, 1, tenantfiles.Sentinel, "clicks", true},
		{synth.Hard, 1, tenantfiles.Sentinel, "clicks and sign-ins", false},
		{synth.ManyURLs, 1, tenantfiles.Defender, "clicks and mail", false},
	}
	e := newEngine(t)
	t.Parallel()
	for _, tt := range tests {
		t.Run(string(tt.variant)+" "+string(tt.schema)+" "+tt.tables, func(t *testing.T) {
			t.Parallel()
			tenant := madeUp(tt.number, synth.Options{Seed: 1, Variant: tt.variant, Shifted: true, MaxAccounts: 60})
			var ranges *iprange.Set
			if tt.own {
				ranges = ownRanges(t, tenant)
			}
			e.compareRows(t, tenant, tt.schema, tableSets[tt.tables](tt.schema), ranges)
		})
	}
}

// TestAgreeMore compares on tenants of all variants and sizes.
func TestAgreeMore(t *testing.T) {
	if *moreFlag == 0 {
		t.Skip("needs -more NUMBER")
	}
	e := newEngine(t)
	for i, variant := range synth.Variants {
		for n := range *moreFlag {
			schema := tenantfiles.Schemas[(i+n)%len(tenantfiles.Schemas)]
			t.Run(string(variant)+" "+string(schema), func(t *testing.T) {
				tenant := madeUp(n, synth.Options{Seed: 2, Variant: variant, Shifted: n%2 == 0})
				e.compareRows(t, tenant, schema, nil, nil)
			})
		}
	}
}

// TestAgreeTenants compares on the exports that -tenants names.
func TestAgreeTenants(t *testing.T) {
	if *tenantsFlag == "" {
		t.Skip("needs -tenants DIR")
	}
	folders, err := os.ReadDir(*tenantsFlag)
	require.NoError(t, err)
	e := newEngine(t)
	for _, folder := range folders {
		dir := filepath.Join(*tenantsFlag, folder.Name())
		switch {
		case !folder.IsDir():
		case *asIsFlag != "":
			t.Run(folder.Name(), func(t *testing.T) {
				require.Contains(t, tenantfiles.Schemas, tenantfiles.Schema(*asIsFlag))
				e.compareFiles(t, dir, tenantfiles.Schema(*asIsFlag), nil, nil)
			})
		default:
			tenant, err := tenantfiles.Read(dir)
			require.NoError(t, err)
			for _, schema := range tenantfiles.Schemas {
				t.Run(folder.Name()+" "+string(schema), func(t *testing.T) { e.compareRows(t, tenant, schema, nil, nil) })
			}
		}
	}
}

// compareRows writes the tenant's rows in the tables of the schema, and compares. Tables are
// those that the user has, nil for all.
func (e *engine) compareRows(t *testing.T, tenant *tenantfiles.Tenant, s tenantfiles.Schema, tables []string, ranges *iprange.Set) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), tenant.Name)
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, tenant.Write(dir, s, tables...))
	e.compareFiles(t, dir, s, tables, ranges)
}

// compareFiles gives the same files to both.
func (e *engine) compareFiles(t *testing.T, dir string, s tenantfiles.Schema, tables []string, ranges *iprange.Set) {
	t.Helper()
	tenant, err := tenantfiles.Read(dir)
	require.NoError(t, err)
	require.NotEmpty(t, tenant.Clicks)
	results, err := agree.Judge(t.Context(), tenant, ranges)
	require.NoError(t, err)
	text, args := query(t, s, tables, ranges, dir)
	start := time.Now()
	answers := e.run(t, text, args, dir, s, tenant.Newest().Add(time.Hour))
	took := time.Since(start).Round(time.Millisecond)

	report := agree.Compare(results, answers, knownLimits(tenant))
	t.Logf("the query took %v\n%s", took, report)
	assert.Zero(t, report.Unexplained(), "unexplained differences")
	assert.GreaterOrEqual(t, report.ShareOfClasses(), 0.995, "share of equal classes")
	assert.Zero(t, report.AutomatedInKQLOnly, "automated in KQL only")
}

// madeUp returns a made-up tenant. Some of its messages in Teams are removed later, which the
// generator of tenants does not do.
func madeUp(n int, o synth.Options) *tenantfiles.Tenant {
	t := tenantfiles.Synthetic(synth.New(n, o))
	for i, row := range slices.Clone(t.Evidence) {
		if m, ok := row.(evidence.ChatMessage); ok && i%4 == 0 {
			t.Evidence = append(t.Evidence, evidence.ChatPostDelivery{
				Timestamp: m.Timestamp.Add(time.Hour), TeamsMessageId: m.TeamsMessageId, ActionType: "Phish ZAP", ActionResult: "Success", ThreatTypes: "Phish",
			})
		}
	}
	return t
}
