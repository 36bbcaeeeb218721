package clickclass_test

import (
	"context"
	"math"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
)

// TestNewRefuses holds that each wrong option is an error that names it.
func TestNewRefuses(t *testing.T) {
	type o = clickclass.Options
	thresholds := func(t clickclass.Thresholds) o { return o{Thresholds: t} }
	tests := map[string]struct {
		options o
		text    string
	}{
		"prior of one":                 {o{Prior: clickclass.Prior{Machine: 1}}, "prior {Machine:1 Other:0.01}"},
		"negative prior":               {o{Prior: clickclass.Prior{Machine: -0.1}}, "prior {Machine:-0.1"},
		"negative prior of others":     {o{Prior: clickclass.Prior{Other: -0.1}}, "Other:-0.1"},
		"prior of others of one":       {o{Prior: clickclass.Prior{Other: 1}}, "Other:1"},
		"prior not a number":           {o{Prior: clickclass.Prior{Machine: math.NaN()}}, "prior {Machine:NaN"},
		"priors that leave no room":    {o{Prior: clickclass.Prior{Machine: 0.6, Other: 0.4}}, "leave room for the owner"},
		"threshold above one":          {thresholds(clickclass.Thresholds{Automated: 1.5}), "threshold 1.5"},
		"threshold of one":             {thresholds(clickclass.Thresholds{LikelyAutomated: 1}), "threshold 1:"},
		"negative threshold":           {thresholds(clickclass.Thresholds{NotOwner: -1}), "threshold -1:"},
		"threshold not a number":       {thresholds(clickclass.Thresholds{Owner: math.NaN()}), "threshold NaN"},
		"owner's threshold of one":     {thresholds(clickclass.Thresholds{LikelyOwner: 1}), "threshold 1:"},
		"thresholds crossed":           {thresholds(clickclass.Thresholds{LikelyAutomated: 0.01}), "thresholds out of order"},
		"automated below likely":       {thresholds(clickclass.Thresholds{Automated: 0.7}), "thresholds out of order"},
		"owner below likely owner":     {thresholds(clickclass.Thresholds{Owner: 0.9}), "thresholds out of order"},
		"unknown rule":                 {o{Weights: map[string]clickclass.Odds{"ip.nobody": {Machine: 1}}}, `weights: no rule "ip.nobody"`},
		"empty rule":                   {o{Weights: map[string]clickclass.Odds{"": {}}}, `weights: no rule ""`},
		"weight not a number":          {o{Weights: map[string]clickclass.Odds{"ip.eop": {Machine: math.NaN()}}}, `weight NaN of rule "ip.eop"`},
		"weight of a million":          {o{Weights: map[string]clickclass.Odds{"ip.eop": {Machine: -1e6}}}, "not between -100 and 100"},
		"weight without end, of other": {o{Weights: map[string]clickclass.Odds{"ip.eop": {Other: math.Inf(1)}}}, `weight +Inf of rule "ip.eop"`},
		"negative window":              {o{Window: clickclass.Window{Span: -time.Second}}, "window span -1s"},
		"window of 31 days":            {o{Window: clickclass.Window{Span: 31 * 24 * time.Hour}}, "window span 744h0m0s"},
		"negative rows":                {o{Window: clickclass.Window{Rows: -1}}, "window rows -1"},
		"negative bytes":               {o{Window: clickclass.Window{Bytes: -1}}, "window bytes -1"},
		"negative workers":             {o{Workers: -1}, "workers -1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := clickclass.New(tt.options)
			assert.ErrorContains(t, err, tt.text)
			assert.ErrorContains(t, err, "clickclass: new: ")
			assert.Nil(t, c)
		})
	}
}

// TestNewTakes holds that values at the bounds are no errors.
func TestNewTakes(t *testing.T) {
	for name, o := range map[string]clickclass.Options{
		"zero":               {},
		"a window of a tick": {Window: clickclass.Window{Span: 1, Rows: 1, Bytes: 1}},
		"a window of a month, without other bounds": {Window: clickclass.Window{Span: 30 * 24 * time.Hour, Rows: math.MaxInt, Bytes: math.MaxInt64}},
		"weights at the bounds":                     {Weights: map[string]clickclass.Odds{"ip.eop": {Machine: 100, Other: -100}}},
		"silent rules":                              {Weights: map[string]clickclass.Odds{"ip.eop": {}, "a.through": {}}},
		"priors near their bounds":                  {Prior: clickclass.Prior{Machine: 0.5, Other: 0.499}},
		"equal thresholds":                          {Thresholds: clickclass.Thresholds{Automated: 0.9, LikelyAutomated: 0.9, LikelyOwner: 0.95, Owner: 0.95}},
		"lists without an entry":                    {Ranges: new(iprange.Set)},
		"a policy":                                  {Policies: []clickclass.Policy{{}}},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := clickclass.New(o)
			require.NoError(t, err)
			_, err = c.Classify(context.Background(), founding())
			assert.NoError(t, err)
		})
	}
}

// TestZeroOptions holds that the zero Options and the defaults in full are the same.
func TestZeroOptions(t *testing.T) {
	weights := map[string]clickclass.Odds{}
	full := clickclass.Options{
		Ranges: iprange.Default(), Source: nil, Policies: []clickclass.Policy{}, Prior: clickclass.Prior{Machine: 0.10, Other: 0.01},
		Thresholds: clickclass.Thresholds{Automated: 0.98, LikelyAutomated: 0.80, NotOwner: 0.90, LikelyOwner: 0.92, Owner: 0.98},
		Weights:    weights, Calibration: nil,
		Window: clickclass.Window{Span: 30 * 24 * time.Hour, Rows: 40_000, Bytes: 64 << 20}, Workers: runtime.GOMAXPROCS(0),
	}
	clicks := randomClicks(rand.New(rand.NewPCG(1, 50)), 500, time.Hour)
	requireSameOutcomes(t, outcomes(classifier(t, clickclass.Options{}), clicks, nil), outcomes(classifier(t, full), clicks, nil))
	for _, k := range clicks {
		want, got := clickclass.Score(k), classify(t, clickclass.Options{}, k)
		requireEqualVerdicts(t, &want, &got, "Score")
	}
}

// TestOptionsBelongToTheCaller holds that a Classifier does not change with what it was
// made from.
func TestOptionsBelongToTheCaller(t *testing.T) {
	o := clickclass.Options{Weights: map[string]clickclass.Odds{"ip.teams": {}}, Policies: []clickclass.Policy{{Email: true, ScanURLs: true}}}
	c := classifier(t, o)
	k := withDelay(founding(), 20*time.Second)
	want, err := c.Classify(context.Background(), k)
	require.NoError(t, err)
	o.Weights["ip.teams"] = clickclass.Odds{Machine: 9}
	o.Policies[0] = clickclass.Policy{}
	got, err := c.Classify(context.Background(), k)
	require.NoError(t, err)
	requireEqualVerdicts(t, &want, &got, "options were changed")
}

func TestWeights(t *testing.T) {
	v := classify(t, clickclass.Options{Weights: map[string]clickclass.Odds{"ip.teams": {}}}, founding())
	assert.Equal(t, clickclass.ClassUnknown, v.Class)
	assert.Equal(t, []string{"ip.teams"}, ruleIDs(&v, false), "a silenced rule is listed and does not count")
	v = classify(t, clickclass.Options{Weights: map[string]clickclass.Odds{"ip.teams": {Machine: 1.25}}}, founding())
	assert.Equal(t, 1.25, v.Reasons[0].Machine)
	assert.Equal(t, v.P.Low, v.P.High, "a weight of one's own has no range")
}

func TestThresholds(t *testing.T) {
	p := clickclass.Score(founding()).P.Machine
	v := classify(t, clickclass.Options{Thresholds: clickclass.Thresholds{LikelyAutomated: p + 0.001}}, founding())
	assert.Equal(t, clickclass.ClassUnknown, v.Class)
	v = classify(t, clickclass.Options{Thresholds: clickclass.Thresholds{LikelyAutomated: p - 0.001}}, founding())
	assert.Equal(t, clickclass.ClassLikelyAutomated, v.Class)
	through := stranger()
	through.IsClickedThrough = true
	v = classify(t, clickclass.Options{Thresholds: clickclass.Thresholds{LikelyOwner: 0.85}}, through)
	assert.LessOrEqual(t, v.P.Machine, 0.15, "one decisive fact keeps P there")
}

// TestPolicies holds that a policy that scans links is named among the causes, where it
// applies.
func TestPolicies(t *testing.T) {
	scan := func(k clickclass.Click, p clickclass.Policy) bool {
		v := classify(t, clickclass.Options{Policies: []clickclass.Policy{{Name: "other"}, p}}, k)
		return slices.Contains(v.Causes, clickclass.CausePolicyScan)
	}
	mail, teams, office := withDelay(founding(), 3*time.Second), founding(), founding()
	mail.IPAddress = netip.MustParseAddr("40.107.218.12")
	teams.Workload, office.Workload = "Teams", "Office"
	office.IPAddress = netip.MustParseAddr("13.107.6.171")
	for name, tt := range map[string]struct {
		click  clickclass.Click
		policy clickclass.Policy
		want   bool
	}{
		"mail":                      {mail, clickclass.Policy{Email: true, ScanURLs: true}, true},
		"mail held for the scan":    {mail, clickclass.Policy{Email: true, DeliverMessageAfterScan: true}, true},
		"mail, without a scan":      {mail, clickclass.Policy{Email: true}, false},
		"mail, policy for the rest": {mail, clickclass.Policy{Teams: true, Office: true, ScanURLs: true}, false},
		"Teams":                     {teams, clickclass.Policy{Teams: true, ScanURLs: true}, true},
		"Teams, policy for mail":    {teams, clickclass.Policy{Email: true, ScanURLs: true}, false},
		"Office":                    {office, clickclass.Policy{Office: true, ScanURLs: true}, true},
		"Office, policy for mail":   {office, clickclass.Policy{Email: true, ScanURLs: true}, false},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, scan(tt.click, tt.policy)) })
	}
}

// shift is a Calibration.
type shift float64

func (s shift) Calibrate(b clickclass.Basis, logOdds float64) float64 {
	if b == clickclass.BasisDevice {
		return math.NaN() // not fitted
	}
	return logOdds + float64(s)
}

func TestCalibration(t *testing.T) {
	for _, k := range []clickclass.Click{founding(), stranger(), {}} {
		plain := clickclass.Score(k)
		v := classify(t, clickclass.Options{Calibration: shift(-1)}, k)
		assert.InDelta(t, logit(plain.P.Machine)-1, logit(v.P.Machine), 1e-4)
		assert.Less(t, v.P.High, plain.P.High)
		source := knows(clickclass.Facts{Device: &clickclass.DeviceFacts{}}, nil)
		want, got := classify(t, clickclass.Options{Source: source}, k), classify(t, clickclass.Options{Source: source, Calibration: shift(-1)}, k)
		requireEqualVerdicts(t, &want, &got, "a Calibration that knows nothing of the basis")
	}
}

func TestWith(t *testing.T) {
	list, err := iprange.OwnList("", iprange.Own{Kind: iprange.KindOwnTool, Name: "sandbox", Prefixes: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}})
	require.NoError(t, err)
	newer, err := iprange.Default().With(list)
	require.NoError(t, err)
	c := classifier(t, clickclass.Options{Weights: map[string]clickclass.Odds{"ip.own_tool": {Machine: 2}}})
	before, err := c.Classify(context.Background(), stranger())
	require.NoError(t, err)

	v, err := c.With(newer).Classify(context.Background(), stranger())
	require.NoError(t, err)
	assert.Equal(t, "sandbox", v.Origin.Service)
	assert.Equal(t, newer.Version(), v.Lists)
	assert.Equal(t, 2.0, v.Reasons[slices.IndexFunc(v.Reasons, func(r clickclass.Reason) bool { return r.Rule == "ip.own_tool" })].Machine, "the other options stay")

	after, err := c.Classify(context.Background(), stranger())
	require.NoError(t, err)
	requireEqualVerdicts(t, &before, &after, "With leaves the Classifier alone")
	back, err := c.With(newer).With(nil).Classify(context.Background(), stranger())
	require.NoError(t, err)
	requireEqualVerdicts(t, &before, &back, "nil stands for the embedded lists")
	empty, err := c.With(new(iprange.Set)).Classify(context.Background(), founding())
	require.NoError(t, err)
	assert.Equal(t, clickclass.Origin{}, empty.Origin)
	assert.Equal(t, "empty", empty.Lists)
}

// TestConcurrentUse uses one Classifier from many goroutines; the race detector looks on.
func TestConcurrentUse(t *testing.T) {
	clicks := randomClicks(rand.New(rand.NewPCG(2, 50)), 300, time.Hour)
	c := classifier(t, clickclass.Options{Source: randomSource{}, Workers: 3})
	all := outcomes(c, clicks, nil)
	alone := make([]clickclass.Verdict, len(clicks))
	for i, k := range clicks {
		alone[i], _ = c.Classify(context.Background(), k)
	}
	var group sync.WaitGroup
	for i := range 6 {
		group.Go(func() {
			switch i % 3 {
			case 0:
				for i, k := range clicks {
					v, err := c.Classify(context.Background(), k)
					assert.NoError(t, err)
					assert.True(t, v.Equal(&alone[i]))
				}
			case 1:
				got := outcomes(c, clicks, nil)
				if assert.Len(t, got, len(all)) {
					for i := range got {
						assert.True(t, got[i].verdict.Equal(&all[i].verdict))
					}
				}
			case 2:
				s := c.NewStream()
				for _, k := range clicks {
					_, err := s.Add(context.Background(), k)
					assert.NoError(t, err)
					clickclass.Score(k)
				}
				results, err := s.Flush(context.Background())
				assert.NoError(t, err)
				assert.NotEmpty(t, results)
				c.With(nil).NewStream()
			}
		})
	}
	group.Wait()
}
