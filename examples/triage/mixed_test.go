package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A click that a launch on the owner's device explains: owner with it, unknown without.
const (
	launchedClick = `{"Timestamp":"2026-08-03T09:20:00Z","Url":"https://b.example/y","ActionType":"ClickAllowed","AccountUpn":"kim@contoso.example","Workload":"Email","IPAddress":"198.51.100.7"}` + "\n"
	otherClick    = `{"Timestamp":"2026-08-05T11:20:00Z","Url":"https://c.example/z","ActionType":"ClickAllowed","AccountUpn":"lee@contoso.example","Workload":"Email","IPAddress":"203.0.113.9"}` + "\n"
	theLaunch     = `{"Timestamp":"2026-08-03T09:19:58Z","DeviceId":"d1","ActionType":"BrowserLaunchedToOpenUrl","RemoteUrl":"https://b.example/y","InitiatingProcessFileName":"outlook.exe","InitiatingProcessAccountUpn":"kim@contoso.example"}` + "\n"
	launchCSV     = "Timestamp,DeviceId,ActionType,RemoteUrl,InitiatingProcessFileName,InitiatingProcessAccountUpn\n2026-08-03T09:19:58Z,d1,BrowserLaunchedToOpenUrl,https://b.example/y,outlook.exe,kim@contoso.example\n"
	unread        = `{"Timestamp":"2026-08-03T09:00:00Z","DeviceId":"d1","ActionType":"ProcessCreated","FileName":"a.exe","ProcessCommandLine":"a.exe /x /y /z"}` + "\n"
)

// TestMixedExports holds that clicks and evidence count wherever they stand.
func TestMixedExports(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	manyUnread := strings.Repeat(unread, 12_000) // more than 1 MiB
	write("folder/1.json", manyUnread+theLaunch)
	write("folder/2.json", theLaunch+manyUnread+otherClick+launchedClick)
	tests := map[string]struct {
		stdin string
		args  []string
	}{
		"evidence first":                 {args: []string{write("a", theLaunch+otherClick+launchedClick)}},
		"evidence last":                  {args: []string{write("b", otherClick+launchedClick+theLaunch)}},
		"an unread table first":          {args: []string{write("c", manyUnread+theLaunch+otherClick+launchedClick)}},
		"an unread table between":        {args: []string{write("d", otherClick+launchedClick+manyUnread+theLaunch)}},
		"evidence in a file of clicks":   {args: []string{write("e", launchedClick), write("f", otherClick+theLaunch)}},
		"clicks in a file of evidence":   {args: []string{write("g", otherClick), write("h", theLaunch+launchedClick)}},
		"a folder":                       {args: []string{filepath.Join(folder, "folder")}},
		"an archive":                     {args: []string{write("a.zip", zipped(t, "x", manyUnread+otherClick, "y", launchedClick+theLaunch))}},
		"standard input":                 {args: []string{"-"}, stdin: otherClick + launchedClick + manyUnread + theLaunch},
		"standard input, CSV behind":     {args: []string{"-"}, stdin: otherClick + launchedClick + launchCSV},
		"evidence on standard input":     {args: []string{write("i", otherClick+launchedClick), "-"}, stdin: manyUnread + theLaunch},
		"clicks on standard input":       {args: []string{write("j", theLaunch), "-"}, stdin: manyUnread + otherClick + launchedClick},
		"standard input and a file both": {args: []string{"-", write("k", launchedClick)}, stdin: otherClick + theLaunch},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, tt.stdin, append([]string{"--format", "ndjson"}, tt.args...)...)
			assert.Equal(t, exitOK, got.status, got.stderr)
			classes := map[string]string{}
			for _, l := range lines(t, got.stdout) {
				classes[l.URL] = l.Class
			}
			assert.Equal(t, map[string]string{"https://b.example/y": "owner", "https://c.example/z": "unknown"}, classes)
		})
	}
}

// TestManyClicksOnStandardInput holds what happens when not all clicks of a pipe can be held
// until the evidence behind them is known.
func TestManyClicksOnStandardInput(t *testing.T) {
	var stdin strings.Builder
	for i := range maxHeldRows + 10 {
		fmt.Fprintf(&stdin, `{"Timestamp":"2026-08-01T09:20:00Z","Url":"https://d.example/%d","ActionType":"ClickAllowed","AccountUpn":"u%d@contoso.example","IPAddress":"198.51.100.7"}`+"\n", i, i)
	}
	stdin.WriteString("not JSON\n" + theLaunch + launchedClick)
	got := runTriage(t, stdin.String(), "--format", "ndjson", "--workers", "1", "-")
	assert.Equal(t, exitIncomplete, got.status)
	found := lines(t, got.stdout)
	require.Len(t, found, maxHeldRows+12)
	for i, l := range found {
		require.Equal(t, i+1, l.Row-boolToInt(i > maxHeldRows+10), "in order")
	}
	assert.Contains(t, got.stderr, "-: 1 row of other tables, behind the first 20,000 clicks, could not count")
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestUnreadable holds that damage is told once, whichever pass meets it.
func TestUnreadable(t *testing.T) {
	for name, tt := range map[string]struct {
		text   string
		clicks int
	}{
		"among clicks":   {otherClick + "{\n", 2},
		"among evidence": {theLaunch + "{\n", 0},
	} {
		for _, stdin := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, %t", name, stdin), func(t *testing.T) {
				args, in := []string{writeFile(t, "a", launchedClick), writeFile(t, "b", tt.text)}, ""
				if stdin {
					args[1], in = "-", tt.text
				}
				got := runTriage(t, in, append([]string{"--format", "ndjson"}, args...)...)
				assert.Equal(t, exitIncomplete, got.status)
				told := strings.Count(got.stderr, "row 2:") + strings.Count(got.stdout, `"error":{`)
				assert.Equal(t, 1, told, got.stdout+got.stderr)
			})
		}
	}
}
