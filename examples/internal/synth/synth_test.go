package synth_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// TestKeptApartFromTheRules: a generator that knew the rules would measure
// itself. It may use the types of rows, and nothing that judges.
func TestKeptApartFromTheRules(t *testing.T) {
	allowed := map[string]bool{"clickclass.Click": true, "clickclass.ClickAllowed": true, "clickclass.ClickBlocked": true,
		"clickclass.UrlErrorPage": true, "clickclass.Network": true, "evidence.Email": true, "evidence.EmailUrl": true,
		"evidence.PostDelivery": true, "evidence.ChatMessage": true, "evidence.ChatUrl": true, "evidence.SignIn": true, "evidence.BrowserLaunch": true, "evidence.Connection": true}
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	used := 0
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		require.NoError(t, err)
		for _, path := range tree.Imports {
			assert.NotContains(t, []string{`"github.com/whoclicked/whoclicked/iprange"`, `"github.com/whoclicked/whoclicked/safelinks"`},
				path.Path.Value, "%s: its numbers must be its own", file.Name())
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && (x.Name == "clickclass" || x.Name == "evidence") {
					used++
					name := x.Name + "." + s.Sel.Name
					assert.True(t, allowed[name], "%s uses %s", file.Name(), name)
				}
			}
			return true
		})
	}
	assert.NotZero(t, used)
}

func small(v synth.Variant) synth.Options {
	return synth.Options{Seed: 3, Variant: v, MaxAccounts: 100}
}

func TestSameSeedSameTenant(t *testing.T) {
	assert.Equal(t, synth.New(2, small(synth.Base)), synth.New(2, small(synth.Base)))
	assert.NotEqual(t, synth.New(2, small(synth.Base)).Rows, synth.New(3, small(synth.Base)).Rows)
	shifted := small(synth.Base)
	shifted.Shifted = true
	assert.NotEqual(t, synth.New(2, small(synth.Base)).Rows, synth.New(2, shifted).Rows)
}

func TestEveryKindAppears(t *testing.T) {
	kinds := map[synth.Kind]int{}
	from := map[synth.Egress]int{}
	for n := range 30 {
		for _, v := range []synth.Variant{synth.HalfAutomated, synth.Hard} {
			for _, r := range synth.New(n, small(v)).Rows {
				kinds[r.Truth.Kind]++
				from[r.Truth.From]++
			}
		}
	}
	for k := range synth.Kind(synth.NumKinds) {
		assert.NotZero(t, kinds[k], "no click of kind %s", k)
	}
	for e := synth.FromOffice; e <= synth.FromAgents; e++ {
		assert.NotZero(t, from[e], "no click from %s", e)
	}
}

// TestClocks checks that ids tell the time as Microsoft's do: a ReportId the
// click's, a NetworkMessageId a time some seconds before EmailEvents has the
// message.
func TestClocks(t *testing.T) {
	o := small(synth.Base)
	clicks, messages := 0, 0
	for n := range 6 {
		tenant := synth.New(n, o)
		for _, r := range tenant.Rows {
			if at, ok := safelinks.MessageTime(r.Click.ReportId); ok && at.Year() == synth.Start.Year() && r.Truth.Kind != synth.PersonThrough {
				assert.InDelta(t, 0.5, at.Sub(r.Click.Timestamp).Seconds(), 0.51)
				clicks++
			}
		}
		for _, e := range tenant.Emails {
			if at, ok := safelinks.MessageTime(e.NetworkMessageId); ok {
				d := e.Timestamp.Sub(at)
				assert.InDelta(t, 0, d.Seconds(), 140, "at most 12.3 s, and two minutes of skew")
				messages++
			}
		}
	}
	assert.NotZero(t, clicks)
	assert.NotZero(t, messages)
}

// TestAddresses: services sit in Microsoft's published ranges, hosted desktops
// in what Azure rents out, and everybody else in no list but that of an own proxy or
// hoster.
func TestAddresses(t *testing.T) {
	lists := iprange.Default()
	if lists.Version() == "" {
		t.Skip("no address lists are embedded")
	}
	kinds := map[synth.Egress][]iprange.Kind{
		synth.FromMail: {iprange.KindMailProtection}, synth.FromTeams: {iprange.KindTeams},
		synth.FromSharePoint: {iprange.KindSharePoint}, synth.FromGSA: {iprange.KindPersonEgress},
		synth.FromAzure: {iprange.KindCloud}, synth.FromCloudPC: {iprange.KindCloud},
	}
	// Not all of these vendors publish their ranges.
	vendors := map[synth.Egress]iprange.Kind{
		synth.FromVPN: iprange.KindProxy, synth.FromHosting: iprange.KindCloud,
	}
	for n := range 12 {
		for _, r := range synth.New(n, small(synth.HalfAutomated)).Rows {
			addr := r.Click.IPAddress
			require.True(t, addr.IsValid())
			matches := lists.Lookup(addr)
			want, microsoft := kinds[r.Truth.From]
			if !microsoft {
				best, found := matches.Best()
				if kind, isVendor := vendors[r.Truth.From]; found && isVendor {
					require.Equal(t, iprange.LayerKnown, best.Layer, addr)
					require.Equal(t, kind, best.Kind, addr)
					continue
				}
				require.False(t, found, "%s, %s", addr, r.Truth.From)
				continue
			}
			found := false
			for _, m := range matches.All() {
				for _, k := range want {
					found = found || m.Kind == k
				}
			}
			require.True(t, found, "%s is not %s", addr, r.Truth.From)
		}
	}
}

func TestVariantsBreakWhatTheySay(t *testing.T) {
	type counts struct {
		rows, machines, clocked, attackers, repeats, azure, fast, people, links, messages, fractions, residential, signIns, accounts int
	}
	measure := func(v synth.Variant) counts {
		var c counts
		for n := range 5 {
			tenant := synth.New(n, small(v))
			c.accounts += tenant.Accounts
			for _, s := range tenant.SignIns {
				if s.Interactive && s.Success {
					c.signIns++
				}
			}
			received := map[string]time.Time{}
			for _, e := range tenant.Emails {
				received[e.NetworkMessageId] = e.Timestamp
			}
			messages := map[string]bool{}
			for _, u := range tenant.EmailURLs {
				messages[u.NetworkMessageId] = true
			}
			c.links, c.messages = c.links+len(tenant.EmailURLs), c.messages+len(messages)
			for _, r := range tenant.Rows {
				c.rows++
				if r.Truth.Repeat {
					c.repeats++
				}
				if _, ok := safelinks.MessageTime(r.Click.ReportId); ok {
					c.clocked++
				}
				if r.Click.Timestamp.Nanosecond() != 0 {
					c.fractions++
				}
				switch k := r.Truth.Kind; {
				case k == synth.Attacker:
					c.attackers++
				case k.Automated():
					c.machines++
					if r.Truth.From == synth.FromHome {
						c.residential++
					}
				default:
					c.people++
					if r.Truth.From == synth.FromCloudPC {
						c.azure++
					}
					at, ok := received[r.Click.NetworkMessageId]
					if ok && r.Click.Timestamp.Sub(at) < time.Minute {
						c.fast++
					}
				}
			}
		}
		return c
	}
	share := func(n, of int) float64 { return float64(n) / float64(max(1, of)) }
	base := measure(synth.Base)
	tests := map[synth.Variant]func(t *testing.T, c counts){
		synth.FastHumans: func(t *testing.T, c counts) {
			assert.Greater(t, share(c.fast, c.people), 2*share(base.fast, base.people))
		},
		synth.ResidentialScanners: func(t *testing.T, c counts) { assert.Greater(t, c.residential, base.residential) },
		synth.AzurePeople:         func(t *testing.T, c counts) { assert.Greater(t, share(c.azure, c.people), 0.6) },
		synth.RandomIDs:           func(t *testing.T, c counts) { assert.Less(t, share(c.clocked, c.rows), 0.01) },
		synth.ManyURLs:            func(t *testing.T, c counts) { assert.Greater(t, share(c.links, c.messages), 10.0) },
		synth.NoDuplicates:        func(t *testing.T, c counts) { assert.Zero(t, c.repeats) },
		synth.ManyDuplicates:      func(t *testing.T, c counts) { assert.Greater(t, share(c.repeats, c.rows), 0.3) },
		synth.SecondsOnly:         func(t *testing.T, c counts) { assert.Zero(t, c.fractions) },
		synth.NoSignIns:           func(t *testing.T, c counts) { assert.Less(t, c.signIns, base.signIns/3) },
		synth.HalfAutomated:       func(t *testing.T, c counts) { assert.InDelta(t, 0.5, share(c.machines, c.rows), 0.15) },
		synth.NoAutomation:        func(t *testing.T, c counts) { assert.Zero(t, c.machines) },
		synth.ManyAttackers:       func(t *testing.T, c counts) { assert.Greater(t, c.attackers, 2*base.attackers) },
		synth.Base:                func(t *testing.T, c counts) { assert.InDelta(t, 0.1, share(c.machines, c.rows), 0.1) },
	}
	for v, check := range tests {
		t.Run(string(v), func(t *testing.T) { check(t, measure(v)) })
	}
}

func TestParseVariant(t *testing.T) {
	for _, v := range synth.Variants {
		got, err := synth.ParseVariant(string(v))
		require.NoError(t, err)
		assert.Equal(t, v, got)
	}
	_, err := synth.ParseVariant("none")
	assert.EqualError(t, err, `synth: unknown variant "none"`)
}

// networks is a Source of a tenant's networks.
type networks struct{ synth.Networks }

func (n networks) Facts(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
	if network, ok := n.Network(q.Addr); ok {
		return clickclass.Facts{Network: &network}, nil
	}
	return clickclass.Facts{}, nil
}

// TestNetworks: the names of networks are such that clickclass knows the vendors of mail
// security by them.
func TestNetworks(t *testing.T) {
	known, vendors := 0, 0
	for n := range 6 {
		tenant := synth.New(n, small(synth.HalfAutomated))
		c, err := clickclass.New(clickclass.Options{Source: networks{tenant.Networks}})
		require.NoError(t, err)
		for _, r := range tenant.Rows {
			if _, ok := tenant.Networks.Network(r.Click.IPAddress); !ok {
				continue
			}
			known++
			if r.Truth.From != synth.FromVendor {
				continue
			}
			vendors++
			v, err := c.Classify(t.Context(), r.Click)
			require.NoError(t, err)
			assert.True(t, slices.ContainsFunc(v.Reasons, func(r clickclass.Reason) bool { return r.Rule == "ip.mailsec" }))
		}
	}
	assert.NotZero(t, known)
	assert.NotZero(t, vendors)
}
