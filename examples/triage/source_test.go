package main

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go4.org/netipx"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// writeNetworks writes a database in MaxMind's format with one record for 198.51.100.0/24.
func writeNetworks(t *testing.T, kind string, record mmdbtype.Map) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, Description: map[string]string{"en": "made up"}, IncludeReservedNetworks: true})
	require.NoError(t, err)
	require.NoError(t, tree.Insert(netipx.PrefixIPNet(netip.MustParsePrefix("198.51.100.0/24")), record))
	path := filepath.Join(t.TempDir(), "networks.mmdb")
	f, err := os.Create(path)
	require.NoError(t, err)
	_, err = tree.WriteTo(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	return path
}

func TestASN(t *testing.T) {
	tests := map[string]struct {
		kind   string
		record mmdbtype.Map
	}{
		"GeoLite2": {"GeoLite2-ASN", mmdbtype.Map{
			"autonomous_system_number": mmdbtype.Uint32(64496), "autonomous_system_organization": mmdbtype.String("Example Telecom")}},
		"IPinfo": {"ipinfo standard_asn.mmdb", mmdbtype.Map{"asn": mmdbtype.String("AS64496"), "name": mmdbtype.String("Example Telecom")}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := writeNetworks(t, tt.kind, tt.record)
			got := runTriage(t, header+outside+teams, "--format", "ndjson", "--asn", path, "-")
			assert.Equal(t, exitOK, got.status, got.stderr)
			found := lines(t, got.stdout)
			require.Len(t, found, 2)
			require.NotNil(t, found[0].Origin.ASN)
			assert.Equal(t, uint32(64496), *found[0].Origin.ASN)
			assert.Equal(t, "Example Telecom", *found[0].Origin.Organization)
			assert.Nil(t, found[1].Origin.ASN)
			text := runTriage(t, header+outside, "--asn", path, "-").stdout
			assert.Contains(t, text, "AS64496 Example Telecom")
		})
	}
	t.Run("a database of something else", func(t *testing.T) {
		path := writeNetworks(t, "GeoLite2-City", mmdbtype.Map{"name": mmdbtype.String("x")})
		got := runTriage(t, header+outside, "--asn", path, "-")
		assert.Equal(t, exitUsage, got.status)
		assert.Contains(t, got.stderr, "without autonomous systems")
	})
}

// failing is a Source that does not know what sign-ins there are.
type failing struct{}

func (failing) Facts(context.Context, clickclass.Question) (clickclass.Facts, error) {
	return clickclass.Facts{}, errors.New("no connection")
}

func TestFailedLookUps(t *testing.T) {
	c, err := clickclass.New(clickclass.Options{Source: failing{}, Workers: 1})
	require.NoError(t, err)
	judge := func(format string) (result, *triage) {
		var stdout, stderr bytes.Buffer
		x := &triage{options: options{Format: format, Workers: 1}, ctx: t.Context(), stdout: &stdout, stderr: &stderr}
		x.exports = &exports{workers: 1}
		x.survey([]inputs.Source{inputs.Bytes("clicks.csv", []byte(header+teams+outside))})
		require.NoError(t, x.judge(c))
		return result{stdout: stdout.String(), stderr: stderr.String()}, x
	}
	t.Run("ndjson", func(t *testing.T) {
		got, x := judge("ndjson")
		found := lines(t, got.stdout)
		require.Len(t, found, 2)
		for _, l := range found {
			assert.Nil(t, l.Error)
			assert.Contains(t, l.Failed, "signin")
			assert.NotContains(t, l.Class, "automated")
		}
		assert.Contains(t, got.stderr, "no connection")
		assert.True(t, x.incomplete())
	})
	t.Run("csv", func(t *testing.T) {
		got, _ := judge("csv")
		assert.Equal(t, 3, strings.Count(got.stdout, "\r\n"))
		assert.Contains(t, got.stdout, "signin device")
	})
	t.Run("text", func(t *testing.T) {
		got, _ := judge("text")
		assert.Contains(t, got.stdout, "sign-ins, devices")
		assert.Contains(t, got.stdout, "the look-up failed for 2 of 2 clicks; judge them again.")
	})
}

func TestEvidenceAmongClicksOnStandardInput(t *testing.T) {
	stream := `{"category":"AdvancedHunting-UrlClickEvents","properties":{"Timestamp":"2026-08-03T09:20:00Z","Url":"https://b.example/y","ActionType":"ClickAllowed","AccountUpn":"kim@contoso.example","Workload":"Email","IPAddress":"198.51.100.7"}}` + "\n" +
		`{"category":"AdvancedHunting-DeviceEvents","properties":{"Timestamp":"2026-08-03T09:19:58Z","DeviceId":"d1","ActionType":"BrowserLaunchedToOpenUrl","RemoteUrl":"https://b.example/y","InitiatingProcessFileName":"outlook.exe","InitiatingProcessAccountUpn":"kim@contoso.example"}}` + "\n"
	got := runTriage(t, stream, "--format", "ndjson", "-")
	assert.Equal(t, exitOK, got.status)
	found := lines(t, got.stdout)
	require.Len(t, found, 1)
	assert.Equal(t, "owner", found[0].Class, "the launch stands after the click")
}

// TestNotOwner holds that clicks that are not the owner's come before the owner's.
func TestNotOwner(t *testing.T) {
	d := newDigest(true)
	for _, class := range []clickclass.Class{clickclass.ClassNotOwner, clickclass.ClassOwner} {
		d.add(&clickclass.Result{Click: clickclass.Click{AccountUpn: "a@contoso.example"}, Verdict: clickclass.Verdict{Class: class}})
	}
	assert.Len(t, d.shown(), 6)
	assert.Contains(t, answer(d), "1 a machine or somebody else")
	assert.Equal(t, clickclass.ClassNotOwner, d.sortedGroups()[0].example.Verdict.Class)
	page := newReportPage(d, aboutRun{})
	assert.Len(t, page.Counts, 2)
	assert.Equal(t, "not owner", page.Counts[0].Name)
}
