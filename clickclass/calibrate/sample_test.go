package calibrate_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
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
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

const account = "kim@contoso.example"

// row makes click n, ten minutes apart from the others.
func row(n int) clickclass.Click {
	at := time.Date(2026, 7, 14, 9, 10*n, 0, 0, time.UTC)
	return clickclass.Click{
		Timestamp: at, Url: fmt.Sprintf("https://site%d.example/", n), ActionType: clickclass.ClickAllowed, AccountUpn: account,
		Workload: "Email", IPAddress: netip.MustParseAddr("198.51.100.7"), ReportId: fmt.Sprintf("report-%d", n), File: "clicks.csv", Row: int64(n),
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

func launchOf(k clickclass.Click) evidence.BrowserLaunch {
	return evidence.BrowserLaunch{Timestamp: k.Timestamp.Add(time.Second), AccountUpn: k.AccountUpn, DeviceId: "pc", RemoteUrl: k.Url}
}

// TestSamplesLeaveTheLabelsEvidenceOut labels one and the same click from every source in
// turn, and compares with a classifier that never had the evidence.
func TestSamplesLeaveTheLabelsEvidenceOut(t *testing.T) {
	k := row(1)
	k.IsClickedThrough = true
	launch := launchOf(k)
	signIn := evidence.SignIn{Timestamp: k.Timestamp.Add(-time.Hour), AccountUpn: account, IPAddress: k.IPAddress, Success: true, Interactive: true}
	plain := k
	plain.IsClickedThrough = false

	tests := []struct {
		source   calibrate.Source
		click    clickclass.Click
		evidence []evidence.Row
		basis    clickclass.Basis
	}{
		{calibrate.Analyst, k, []evidence.Row{launch, signIn}, clickclass.BasisDevice},
		{calibrate.Canary, k, []evidence.Row{launch, signIn}, clickclass.BasisDevice},
		{calibrate.ClickThrough, plain, []evidence.Row{launch, signIn}, clickclass.BasisDevice},
		{calibrate.Endpoint, k, []evidence.Row{signIn}, clickclass.BasisSignIn},
		{calibrate.SignIn, k, []evidence.Row{launch}, clickclass.BasisDevice},
		{"endpoint+sign_in", k, nil, clickclass.BasisRows},
	}
	for _, tt := range tests {
		t.Run(string(tt.source), func(t *testing.T) {
			var store evidence.Store
			store.Add(launch, signIn)
			samples, err := calibrate.Samples(t.Context(), clickclass.Options{Source: &store}, rows(k),
				labelsOf(t, calibrate.Label{ReportID: k.ReportId, Who: "owner", Source: tt.source}))
			require.NoError(t, err)
			require.Len(t, samples, 1)

			var rest evidence.Store
			rest.Add(tt.evidence...)
			c, err := clickclass.New(clickclass.Options{Source: &rest})
			require.NoError(t, err)
			want := lastVerdict(t, c, tt.click)
			assert.InDelta(t, math.Log(want.P.Machine/(1-want.P.Machine)), samples[0].LogOdds, 1e-9)
			assert.Equal(t, want.Class, samples[0].Class)
			assert.Equal(t, tt.basis, samples[0].Basis)
			assert.Equal(t, calibrate.Who("owner"), samples[0].Who)
		})
	}
}

// lastVerdict returns the last verdict on a click that has no neighbours.
func lastVerdict(t *testing.T, c *clickclass.Classifier, k clickclass.Click) (v clickclass.Verdict) {
	t.Helper()
	for result, err := range c.All(t.Context(), rows(k)) {
		require.NoError(t, err)
		v = result.Verdict
	}
	return v
}

func TestSamplesCountARowOnce(t *testing.T) {
	blocked := row(1)
	blocked.ActionType = clickclass.ClickBlocked
	through := blocked
	through.IsClickedThrough, through.Row = true, 2
	through.Timestamp = through.Timestamp.Add(5 * time.Second)
	again := row(3)
	again.Row = 4
	labels := labelsOf(t, calibrate.Label{ReportID: "report-1", Who: "owner"}, calibrate.Label{ReportID: "report-3", Who: "machine"},
		calibrate.Label{ReportID: "report-9", Who: "other"})
	clicks := rows(blocked, through, row(2), row(3), again)
	samples, err := calibrate.Samples(t.Context(), clickclass.Options{}, clicks, labels)
	require.NoError(t, err)
	assert.Len(t, samples, 3, "both rows of the pair, and the repeated row once; row 2 has no label")

	t.Run("one without a place", func(t *testing.T) {
		first, second := row(3), row(3)
		first.File, first.Row, second.File, second.Row = "", 0, "", 0
		samples, err := calibrate.Samples(t.Context(), clickclass.Options{}, rows(first, second), labels)
		require.NoError(t, err)
		assert.Len(t, samples, 1)
	})
	t.Run("rows that cannot be read are left out", func(t *testing.T) {
		broken := func(yield func(clickclass.Click, error) bool) {
			if yield(clickclass.Click{}, errors.New("half a row")) {
				clicks(yield)
			}
		}
		samples, err := calibrate.Samples(t.Context(), clickclass.Options{}, broken, labels)
		require.NoError(t, err)
		assert.Len(t, samples, 3)
	})
}

func TestSamplesErrors(t *testing.T) {
	labels := labelsOf(t, calibrate.Label{ReportID: "report-1", Who: "owner"})
	t.Run("options", func(t *testing.T) {
		_, err := calibrate.Samples(t.Context(), clickclass.Options{Prior: clickclass.Prior{Machine: 2}}, rows(row(1)), labels)
		assert.ErrorContains(t, err, "prior")
	})
	t.Run("no labels", func(t *testing.T) {
		samples, err := calibrate.Samples(t.Context(), clickclass.Options{}, rows(row(1)), new(calibrate.Labels))
		require.NoError(t, err)
		assert.Empty(t, samples)
	})
	t.Run("evidence that fails", func(t *testing.T) {
		down := errors.New("down")
		_, err := calibrate.Samples(t.Context(), clickclass.Options{Source: failingSource{down}}, rows(row(1)), labels)
		assert.ErrorIs(t, err, down)
	})
	t.Run("a context that ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := calibrate.Samples(ctx, clickclass.Options{}, rows(row(1)), labels)
		assert.ErrorIs(t, err, context.Canceled)
	})
}

type failingSource struct{ err error }

func (s failingSource) Facts(context.Context, clickclass.Question) (clickclass.Facts, error) {
	return clickclass.Facts{}, s.err
}

func ExampleSamples() {
	var labels calibrate.Labels
	_ = labels.Add(calibrate.Label{ReportID: "report-1", Who: "owner", Source: calibrate.Endpoint})
	k := row(1)
	var store evidence.Store
	store.Add(launchOf(k))
	samples, err := calibrate.Samples(context.Background(), clickclass.Options{Source: &store}, rows(k), &labels)
	if err != nil {
		fmt.Println(err)
		return
	}
	// The launch that the label comes from does not count.
	fmt.Println(len(samples), samples[0].Who, samples[0].Basis)
	// Output: 1 owner rows
}

func TestSampleRoundTrip(t *testing.T) {
	for _, s := range []calibrate.Sample{
		{},
		{Basis: clickclass.BasisDevice, LogOdds: -3.25, Who: "other", Class: clickclass.ClassLikelyOwner},
	} {
		data, err := json.Marshal(s)
		require.NoError(t, err)
		var back calibrate.Sample
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, s, back)

		var stored bytes.Buffer
		require.NoError(t, gob.NewEncoder(&stored).Encode(s))
		back = calibrate.Sample{}
		require.NoError(t, gob.NewDecoder(&stored).Decode(&back))
		assert.Equal(t, s, back)
	}
}

// TestModelCalibratesVerdicts puts a model into a classifier.
func TestModelCalibratesVerdicts(t *testing.T) {
	var samples []calibrate.Sample
	for _, s := range draw(11, 400, 0.5, -1) {
		s.Basis = clickclass.BasisRow
		samples = append(samples, s)
	}
	model, err := calibrate.Fit(samples, calibrate.FitOptions{})
	require.NoError(t, err)
	c, err := clickclass.New(clickclass.Options{Calibration: model})
	require.NoError(t, err)
	k := row(1)
	plain := clickclass.Score(k)
	calibrated, err := c.Classify(t.Context(), k)
	require.NoError(t, err)
	want := model.Calibrate(plain.Basis, math.Log(plain.P.Machine/(1-plain.P.Machine)))
	assert.InDelta(t, logistic(want), calibrated.P.Machine, 1e-6, "P is rounded")
}
