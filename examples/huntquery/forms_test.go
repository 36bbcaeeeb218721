package main

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/agree"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
	"github.com/whoclicked/whoclicked/iprange"
)

// addressClass is what a query sees of an address.
type addressClass struct{ kind, people, layer string }

// dedicated reports whether the address belongs to a service without people behind it.
func (c addressClass) dedicated() bool {
	return c.people == iprange.PeopleNone.String() && c.kind != ""
}

// formRanges are the ranges that a rendered query holds, those to be asked first in front.
type formRanges []struct {
	class    addressClass
	prefixes []netip.Prefix
}

// rangesLine is a line of the ranges of a query: full has a layer, short has none.
var rangesLine = regexp.MustCompile(`(?m)^ *\d+, ?"([a-z_]+)", ?"([a-z]+)", ?(?:"([a-z]*)", ?)?dynamic\(\[(.*)\]\),?$`)

// rangesOf reads the ranges from a rendered query.
func rangesOf(t *testing.T, text string) formRanges {
	t.Helper()
	var out formRanges
	for _, m := range rangesLine.FindAllStringSubmatch(text, -1) {
		one := struct {
			class    addressClass
			prefixes []netip.Prefix
		}{class: addressClass{m[1], m[2], m[3]}}
		for text := range strings.SplitSeq(m[4], ",") {
			p, err := netip.ParsePrefix(strings.Trim(text, `"`))
			require.NoError(t, err)
			one.prefixes = append(one.prefixes, p)
		}
		out = append(out, one)
	}
	require.Greater(t, len(out), 3, "the query holds ranges")
	return out
}

// classOf returns the class of an address in the query, the zero class if it is in no range.
func (f formRanges) classOf(a netip.Addr) addressClass {
	for i := range f {
		for _, p := range f[i].prefixes {
			if p.Contains(a) {
				return f[i].class
			}
		}
	}
	return addressClass{}
}

// libraryClass returns the class of an address at a time in the library. Layers that a
// verdict does not tell apart are one.
func libraryClass(ranges *iprange.Set, a netip.Addr, at time.Time) addressClass {
	best, ok := ranges.LookupAt(a, at).Best()
	if !ok {
		return addressClass{}
	}
	c := addressClass{kind: best.Kind.String(), people: best.People.String()}
	switch best.Layer {
	case iprange.LayerOwn, iprange.LayerKnown, iprange.LayerMicrosoft:
		c.layer = best.Layer.String()
	}
	return c
}

// touched tells which clicks a difference of ranges can reach. It can reach those at an
// address that has another class in the query than in the library, and those with a twin at
// one. What else depends on whether an address is a service's: an account's first danger, at
// home or not, and so its colleagues at the place.
type touched struct {
	tenant *tenantfiles.Tenant
	differ map[netip.Addr]bool // a class of its own in the query
	person map[netip.Addr]bool // a service in the one and not in the other
	places map[string]bool     // addresses of accounts whose dangers differ
	danger map[string]bool     // those accounts
}

func touchedOf(tenant *tenantfiles.Tenant, ranges *iprange.Set, form formRanges) *touched {
	out := &touched{tenant: tenant, differ: map[netip.Addr]bool{}, person: map[netip.Addr]bool{}, places: map[string]bool{}, danger: map[string]bool{}}
	for i := range tenant.Clicks {
		k := &tenant.Clicks[i]
		in, of := form.classOf(k.IPAddress), libraryClass(ranges, k.IPAddress, k.Timestamp)
		if in != of {
			out.differ[k.IPAddress] = true
			out.person[k.IPAddress] = in.dedicated() != of.dedicated()
		}
	}
	for i := range tenant.Clicks {
		if k := &tenant.Clicks[i]; out.person[k.IPAddress] {
			out.danger[strings.ToLower(k.AccountUpn)] = true
		}
	}
	for i := range tenant.Clicks {
		if k := &tenant.Clicks[i]; out.danger[strings.ToLower(k.AccountUpn)] {
			out.places[k.IPAddress.String()] = true
		}
	}
	return out
}

// direct reports whether the click's address, or its twin's, has another class in the query.
func (o *touched) direct(k *clickclass.Click) bool {
	if o.differ[k.IPAddress] {
		return true
	}
	for i := range o.tenant.Clicks {
		other := &o.tenant.Clicks[i]
		if o.differ[other.IPAddress] && strings.EqualFold(other.AccountUpn, k.AccountUpn) &&
			other.Timestamp.Sub(k.Timestamp).Abs() <= 2*time.Minute+time.Second && strings.EqualFold(linkOf(other), linkOf(k)) {
			return true
		}
	}
	return false
}

func linkOf(k *clickclass.Click) string {
	link, _, _ := strings.Cut(k.OriginalURL(), "#")
	_, rest, found := strings.Cut(link, "://")
	if !found {
		rest = link
	}
	return strings.TrimSuffix(rest, "/")
}

// indirect reports whether dangers of the account, or of a colleague at the address, are at
// an address that is a service's in the query or in the library alone.
func (o *touched) indirect(k *clickclass.Click) bool {
	return o.danger[strings.ToLower(k.AccountUpn)] || o.places[k.IPAddress.String()]
}

// limits are the limits of a query that holds its ranges.
func (o *touched) limits() []agree.Limit {
	return append([]agree.Limit{
		{Name: "another class of the address, or of its twin's", Explains: func(r *clickclass.Result, _ agree.Difference) bool { return o.direct(&r.Click) }},
		{Name: "a danger at an address that is a service's in one of the two", Explains: func(r *clickclass.Result, _ agree.Difference) bool {
			return o.indirect(&r.Click)
		}},
	}, knownLimits(o.tenant)...)
}

// TestAgreeFull compares the form full, which holds its ranges.
func TestAgreeFull(t *testing.T) {
	tests := []struct {
		variant synth.Variant
		number  int
		schema  tenantfiles.Schema
		own     bool
	}{
		{synth.Hard, 3, tenantfiles.Defender, false},
		{synth.AzurePeople, 1, tenantfiles.ADX, true},
	}
	e := newEngine(t)
	t.Parallel()
	for _, tt := range tests {
		t.Run(string(tt.variant)+" "+string(tt.schema), func(t *testing.T) {
			t.Parallel()
			tenant := madeUp(tt.number, synth.Options{Seed: 1, Variant: tt.variant, Shifted: true, MaxAccounts: 60})
			ranges := iprange.Default()
			if tt.own {
				ranges = ownRanges(t, tenant)
			}
			dir := t.TempDir()
			require.NoError(t, tenant.Write(dir, tt.schema))
			e.compareFull(t, dir, tt.schema, ranges)
		})
	}
}

// compareFull gives the same files to the form full and to the library.
func (e *engine) compareFull(t *testing.T, dir string, s tenantfiles.Schema, ranges *iprange.Set) {
	t.Helper()
	tenant, err := tenantfiles.Read(dir)
	require.NoError(t, err)
	results, err := agree.Judge(t.Context(), tenant, ranges)
	require.NoError(t, err)
	text, err := kql.Query(kql.Options{Schema: kql.Schema(s), Form: kql.Full, Since: 30 * 24 * time.Hour, Ranges: ranges})
	require.NoError(t, err)
	answers := e.run(t, text, nil, dir, s, tenant.Newest().Add(time.Hour))

	reach := touchedOf(tenant, ranges, rangesOf(t, text))
	report := agree.Compare(results, answers, reach.limits())
	assert.Zero(t, report.Unexplained(), "unexplained differences")
	assert.Zero(t, report.AutomatedInKQLOnly, "automated in KQL only")

	var others []clickclass.Result
	for i := range results {
		if !reach.direct(&results[i].Click) {
			others = append(others, results[i])
		}
	}
	var same []agree.Answer
	for i := range answers {
		if !reach.direct(&answers[i].Click) {
			same = append(same, answers[i])
		}
	}
	rest := agree.Compare(others, same, reach.limits())
	t.Logf("%s\n%d of %d rows that no range reaches: %.2f %% of classes equal", report, rest.Rows, report.Rows, 100*rest.ShareOfClasses())
	assert.GreaterOrEqual(t, rest.ShareOfClasses(), 0.995, "share of equal classes among rows that no range reaches")
	assert.Positive(t, rest.Rows)
}

// TestAgreeFormsMore compares the forms that hold their ranges on tenants of all variants.
func TestAgreeFormsMore(t *testing.T) {
	if *moreFlag == 0 {
		t.Skip("needs -more NUMBER")
	}
	e := newEngine(t)
	for i, variant := range synth.Variants {
		for n := range *moreFlag {
			schema := tenantfiles.Schemas[(i+n+1)%len(tenantfiles.Schemas)]
			dir := t.TempDir()
			tenant := madeUp(n, synth.Options{Seed: 3, Variant: variant, Shifted: n%2 == 0, MaxAccounts: 300})
			require.NoError(t, tenant.Write(dir, schema))
			t.Run("full "+string(variant)+" "+string(schema), func(t *testing.T) { e.compareFull(t, dir, schema, iprange.Default()) })
			t.Run("short "+string(variant)+" "+string(schema), func(t *testing.T) { e.compareShort(t, dir, schema, iprange.Default()) })
		}
	}
}
