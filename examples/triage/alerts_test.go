package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// alertOn returns an alert of Graph about kim's click on b.example.
func alertOn(title, more string) string {
	return `{"value":[{"id":"1","category":"InitialAccess","title":"` + title + `","createdDateTime":"2026-08-03T09:40:00Z","firstActivityDateTime":"2026-08-03T09:20:00Z","evidence":[` +
		`{"@odata.type":"#microsoft.graph.security.urlEvidence","url":"https://b.example/y"},` +
		`{"@odata.type":"#microsoft.graph.security.userEvidence","userAccount":{"userPrincipalName":"kim@contoso.example"}}` + more + `]}]}`
}

// TestAlerts holds that the clicks of alerts are judged, alone and beside the click log, to
// which they are evidence.
func TestAlerts(t *testing.T) {
	through := alertOn("A user clicked through to a potentially malicious URL", "")
	for _, stdin := range []bool{false, true} {
		args, in := []string{"--format", "ndjson", writeFile(t, "clicks", strings.Replace(launchedClick, "00Z", "00.512Z", 1)), writeFile(t, "alerts", through)}, ""
		if stdin {
			args[3], in = "-", through
		}
		got := runTriage(t, in, args...)
		require.Equal(t, exitOK, got.status, got.stderr)
		found := map[string]string{} // class by address
		for _, l := range lines(t, got.stdout) {
			assert.Equal(t, "https://b.example/y", l.URL)
			found[l.IP] = l.Class
		}
		assert.Equal(t, "likely_owner", found[""], "the user went on from the warning page")
		assert.Len(t, found, 2)
		text := runTriage(t, in, args[2:]...).stdout
		assert.Equal(t, 2, strings.Count(text, "Continue anyway was pressed"), "known of the row of the log, too")
		assert.NotContains(t, text, "opened something dangerous", "the alert is about the same click")
	}

	several := alertOn("A potentially malicious URL click was detected", `,{"@odata.type":"#microsoft.graph.security.urlEvidence","url":"https://c.example/z"}`)
	got := runTriage(t, "", writeFile(t, "alerts", several))
	require.Equal(t, exitOK, got.status, got.stderr)
	assert.Contains(t, got.stdout, "2 clicks of 1 account")
	assert.NotContains(t, got.stdout, "0001", "no time is known")
	assert.Contains(t, got.stderr, "time and address are left out")

	got = runTriage(t, "", writeFile(t, "alerts", alertOn("Anomalous Token", "")))
	require.Equal(t, exitOK, got.status, got.stderr)
	assert.Contains(t, got.stderr, "tell of no click")
}
