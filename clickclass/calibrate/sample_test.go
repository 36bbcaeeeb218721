package calibrate_test

import (
	"fmt"
	"iter"
	"math"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

const account = "kim@contoso.example"

// row makes click n, ten minutes apart from the others.
func row(n int) clickclass.Click {
	at := time.Date(2026, 7, 14, 9, 10*n, 0, 0, time.UTC)
	return clickclass.Click{
		Timestamp: at, Url: fmt.Sprintf("https://site%d.example/", n), ActionType: clickclass.ClickAllowed, AccountUpn: account,
		Workload: "Email", IPAddress: netip.MustParseAddr("198.51.100.7"), ReportId: fmt.Sprintf("report-%d", n), File: "clicks.csv", Row: n,
	}
}

func rows(list ...clickclass.Click) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for _, k := range list {
			if !yield(k, nil) {
				return
			}
		}
	}
}

func labelsOf(t *testing.T, list ...calibrate.Label) *calibrate.Labels {
	t.Helper()
	labels := new(calibrate.Labels)
	for _, l := range list {
		require.NoError(t, labels.Add(l))
	}
	return labels
}

func launchOf(k clickclass.Click) clickclass.BrowserLaunch {
	return clickclass.BrowserLaunch{Timestamp: k.Timestamp.Add(time.Second), AccountUpn: k.AccountUpn, DeviceId: "pc", RemoteUrl: k.Url}
}

// TestSamplesLeaveTheLabelsEvidenceOut labels one and the same click from
// every source in turn.
func TestSamplesLeaveTheLabelsEvidenceOut(t *testing.T) {
	k := row(1)
	k.IsClickedThrough = true
	store := clickclass.NewStore()
	store.AddBrowserLaunch(launchOf(k))
	store.AddSignIn(clickclass.SignIn{Timestamp: k.Timestamp.Add(-time.Hour), AccountUpn: account, IPAddress: k.IPAddress, Success: true, Interactive: true})
	evidence := store.Evidence()

	without := func(ids ...string) clickclass.Options {
		o := clickclass.Options{Weights: map[string]float64{}}
		for _, id := range ids {
			o.Weights[id] = 0
		}
		return o
	}
	tests := []struct {
		source calibrate.Source
		change func(o *clickclass.Options, k *clickclass.Click)
		regime clickclass.Regime
	}{
		{calibrate.Analyst, func(*clickclass.Options, *clickclass.Click) {}, clickclass.RegimeEndpoint},
		{calibrate.ClickThrough, func(o *clickclass.Options, k *clickclass.Click) { k.IsClickedThrough = false }, clickclass.RegimeEndpoint},
		{calibrate.Endpoint, func(o *clickclass.Options, k *clickclass.Click) { o.Evidence.Endpoints = nil }, clickclass.RegimeSignIn},
		{calibrate.SignIn, func(o *clickclass.Options, k *clickclass.Click) { o.Evidence.SignIns = nil }, clickclass.RegimeEndpoint},
		{calibrate.Endpoint | calibrate.SignIn, func(o *clickclass.Options, k *clickclass.Click) {
			o.Evidence.SignIns, o.Evidence.Endpoints = nil, nil
		}, clickclass.RegimeRows},
	}
	for _, tt := range tests {
		t.Run(tt.source.String(), func(t *testing.T) {
			samples, err := calibrate.Samples(clickclass.Options{Evidence: evidence}, rows(k), labelsOf(t, calibrate.Label{ReportId: k.ReportId, Source: tt.source}))
			require.NoError(t, err)
			require.Len(t, samples, 1)

			o, changed := without(), k
			o.Evidence = evidence
			tt.change(&o, &changed)
			c, err := clickclass.New(o)
			require.NoError(t, err)
			var want clickclass.Verdict
			alone := clickclass.NewNear(&changed, clickclass.Neighbours{Seen: true})
			c.ClassifyNear(&alone, &want)
			assert.InDelta(t, math.Log(want.P/(1-want.P)), samples[0].LogOdds, 1e-9)
			assert.Equal(t, want.Class, samples[0].Class)
			assert.Equal(t, tt.regime, samples[0].Regime)
			assert.False(t, samples[0].Automated)
		})
	}
}

func TestSamplesCountARowOnce(t *testing.T) {
	blocked := row(1)
	blocked.ActionType = clickclass.ClickBlocked
	through := blocked
	through.IsClickedThrough, through.Row = true, 2
	through.Timestamp = through.Timestamp.Add(5 * time.Second)
	again := row(3)
	again.Row = 4
	labels := labelsOf(t, calibrate.Label{ReportId: "report-1"}, calibrate.Label{ReportId: "report-3", Automated: true}, calibrate.Label{ReportId: "report-9"})
	samples, err := calibrate.Samples(clickclass.Options{}, rows(blocked, through, row(2), row(3), again), labels)
	require.NoError(t, err)
	assert.Len(t, samples, 3, "both rows of the pair, and the repeated row once; row 2 has no label")
}

func TestSamplesBadOptions(t *testing.T) {
	_, err := calibrate.Samples(clickclass.Options{Prior: 2}, rows(row(1)), labelsOf(t, calibrate.Label{ReportId: "report-1"}))
	assert.ErrorContains(t, err, "prior")
	samples, err := calibrate.Samples(clickclass.Options{}, rows(row(1)), new(calibrate.Labels))
	require.NoError(t, err)
	assert.Empty(t, samples)
}

// TestModelCalibratesVerdicts puts a model into a classifier.
func TestModelCalibratesVerdicts(t *testing.T) {
	var samples []calibrate.Sample
	for _, s := range draw(11, 400, 0.5, -1) {
		s.Regime = clickclass.RegimeRow
		samples = append(samples, s)
	}
	model, err := calibrate.Fit(samples, calibrate.FitOptions{})
	require.NoError(t, err)
	c, err := clickclass.New(clickclass.Options{Calibration: model})
	require.NoError(t, err)
	k := row(1)
	plain, calibrated := clickclass.Score(k), c.Classify(k)
	want := model.Calibrate(plain.Regime, math.Log(plain.P/(1-plain.P)))
	assert.InDelta(t, logistic(want), calibrated.P, 1e-12)
}
