package calibrate_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

func ExampleLabels() {
	var labels calibrate.Labels
	_ = labels.Add(calibrate.Label{ReportID: "9eadd5af-2bc2-4186-e84b-08dc910607d2", Who: "owner", Source: calibrate.SignIn})
	_ = labels.Add(calibrate.Label{ReportID: "9eadd5af-2bc2-4186-e84b-08dc910607d2", Who: "owner", Source: calibrate.Endpoint})
	fmt.Println(labels.Add(calibrate.Label{ReportID: "9eadd5af-2bc2-4186-e84b-08dc910607d2", Who: "machine"}))

	label, ok := labels.Find(&clickclass.Click{ReportId: "9EADD5AF-2BC2-4186-E84B-08DC910607D2"})
	fmt.Println(label.Who, label.Source, ok)
	// Output:
	// calibrate: labels contradict each other
	// owner endpoint+sign_in true
}

func ExampleLabels_All() {
	var labels calibrate.Labels
	_ = labels.Add(calibrate.Label{File: "clicks.csv", Row: 7, Who: "other", Source: calibrate.Analyst})
	for label := range labels.All() {
		line, _ := json.Marshal(label)
		fmt.Println(string(line)) // a line that ReadLabels reads
	}
	// Output: {"file":"clicks.csv","row":7,"label":"other","source":"analyst"}
}

func TestLabels(t *testing.T) {
	var labels calibrate.Labels
	require.NoError(t, labels.Add(calibrate.Label{ReportID: "AA", Who: "owner", Source: calibrate.Analyst}))
	require.NoError(t, labels.Add(calibrate.Label{ReportID: "aa", Who: "human", Source: calibrate.Endpoint}))
	require.NoError(t, labels.Add(calibrate.Label{File: "f", Row: 3, Who: "machine", Source: calibrate.Canary}))
	require.ErrorIs(t, labels.Add(calibrate.Label{ReportID: "aA", Who: "machine", Source: calibrate.Canary}), calibrate.ErrConflict)
	require.ErrorIs(t, labels.Add(calibrate.Label{ReportID: "aA", Who: "other"}), calibrate.ErrConflict)

	label, ok := labels.Find(&clickclass.Click{ReportId: "aa"})
	assert.True(t, ok)
	assert.Equal(t, calibrate.Who("owner"), label.Who, "the first of two contradicting labels stays")
	assert.Equal(t, calibrate.Source("analyst+endpoint"), label.Source)
	label, ok = labels.Find(&clickclass.Click{ReportId: "different", File: "f", Row: 3})
	assert.True(t, ok)
	assert.Equal(t, calibrate.Who("machine"), label.Who)
	_, ok = labels.Find(&clickclass.Click{})
	assert.False(t, ok)
	_, ok = new(calibrate.Labels).Find(&clickclass.Click{ReportId: "aa"})
	assert.False(t, ok)

	assert.Equal(t, []calibrate.Label{
		{ReportID: "AA", Who: "owner", Source: "analyst+endpoint"},
		{File: "f", Row: 3, Who: "machine", Source: "canary"},
	}, slices.Collect(labels.All()))
	assert.Empty(t, slices.Collect(new(calibrate.Labels).All()))
}

func TestLabelsBraces(t *testing.T) {
	var labels calibrate.Labels
	require.NoError(t, labels.Add(calibrate.Label{ReportID: "{9EADD5AF-2BC2-4186-E84B-08DC910607D2}", Who: "owner"}))
	_, ok := labels.Find(&clickclass.Click{ReportId: "9eadd5af-2bc2-4186-e84b-08dc910607d2"})
	assert.True(t, ok)
}

func TestLabelsAddRefuses(t *testing.T) {
	tests := []struct {
		name  string
		label calibrate.Label
		want  string
	}{
		{"nobody", calibrate.Label{ReportID: "a"}, `calibrate: add label: "" is not machine, owner or other`},
		{"somebody unknown", calibrate.Label{ReportID: "a", Who: "robot"}, `calibrate: add label: "robot" is not machine, owner or other`},
		{"a mail address", calibrate.Label{ReportID: "a", Who: "kim@contoso.example"}, `calibrate: add label: a text of 19 bytes is not machine, owner or other`},
		{"an unknown source", calibrate.Label{ReportID: "a", Who: "owner", Source: "oracle"}, `calibrate: add label: "oracle" is not a source of labels`},
		{"no click", calibrate.Label{Who: "owner"}, "calibrate: add label: neither report_id nor file and row"},
		{"a file without row", calibrate.Label{File: "f", Who: "owner"}, "calibrate: add label: neither report_id nor file and row"},
		{"a row below 1", calibrate.Label{File: "f", Row: -1, Who: "owner"}, "calibrate: add label: row below 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var labels calibrate.Labels
			assert.EqualError(t, labels.Add(tt.label), tt.want)
			assert.Empty(t, slices.Collect(labels.All()))
		})
	}
}

func TestLabelRoundTrip(t *testing.T) {
	for _, label := range []calibrate.Label{
		{},
		{ReportID: "a", Who: "owner", Source: calibrate.ClickThrough},
		{File: "clicks.csv", Row: 1 << 40, Who: "machine", Source: calibrate.Canary},
		{ReportID: "b", File: "f", Row: 2, Who: "other", Source: "endpoint+sign_in"},
	} {
		data, err := json.Marshal(label)
		require.NoError(t, err)
		var back calibrate.Label
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, label, back)

		var stored bytes.Buffer
		require.NoError(t, gob.NewEncoder(&stored).Encode(label))
		back = calibrate.Label{}
		require.NoError(t, gob.NewDecoder(&stored).Decode(&back))
		assert.Equal(t, label, back)
	}
}
