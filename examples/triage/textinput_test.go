package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFirstScreen holds that thirty lines name the people, the account and the addresses, and
// say what the answer rests on, however wide they are.
func TestFirstScreen(t *testing.T) {
	for _, columns := range []string{"60", "80", "100", "140"} {
		t.Run(columns, func(t *testing.T) {
			t.Setenv("COLUMNS", columns)
			var stdout, stderr bytes.Buffer
			require.Equal(t, exitOK, run(t.Context(), nil, strings.NewReader(""), &stdout, &stderr))
			lines := strings.Split(stdout.String(), "\n")
			screen := strings.Join(strings.Fields(strings.Join(lines[:30], " ")), " ")
			for _, want := range []string{"alex@contoso.example and dana@contoso.example", "192.0.2.77 and 192.0.2.130", "looks taken over: 5 clicks", "Read 4 files", "of 22 July to 5 August 2026, UTC"} {
				assert.Contains(t, screen, want)
			}
		})
	}
}

// TestInputLines holds what the text says of the input: what was read, what was not, and what
// was missing.
func TestInputLines(t *testing.T) {
	clicks := header + teams
	for name, tt := range map[string]struct {
		files map[string]string
		want  []string // lines that begin so, in this order
		not   []string
	}{
		"clicks alone": {map[string]string{"a.csv": clicks},
			[]string{"Read      1 file, rows: UrlClickEvents 1; clicks of ", "Missing   devices, sign-ins, mail"}, []string{"Not read"}},
		"left out": {map[string]string{"a.csv": clicks, "b.pdf": "%PDF-1.7\n", "c.csv": "Timestamp,DeviceId,ProcessCommandLine,ProcessId\r\n2026-08-03T09:19:58Z,a,b,1\r\n"},
			[]string{"Read      1 file", "Not read  2 files: ", "Missing "}, nil},
		"a damaged row": {map[string]string{"a.csv": clicks + "nonsense,https://a.example/\r\n"},
			[]string{"Read      1 file", "Not read  1 damaged row", "Missing "}, nil},
		"a damaged row of evidence": {map[string]string{"a.csv": clicks, "s.csv": "Timestamp,AccountUpn,IPAddress,ErrorCode,LogonType\r\nnonsense,kim@contoso.example,192.0.2.1,0,Interactive\r\n"},
			[]string{"Read      2 files", "Not read  1 damaged row"}, nil},
		"no rows": {map[string]string{"a.csv": header}, []string{"No clicks.", "Read      1 file"}, []string{"Missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for name, content := range tt.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
			}
			got := runTriage(t, "", dir).stdout
			at := 0
			for _, want := range tt.want {
				i := strings.Index("\n"+got[at:], "\n"+want)
				if assert.GreaterOrEqual(t, i, 0, "%q in\n%s", want, got) {
					at += i
				}
			}
			for _, not := range tt.not {
				assert.NotContains(t, got, "\n"+not)
			}
		})
	}
}

// TestMissingColumns holds that one line a file tells of columns that rules need, and no other.
func TestMissingColumns(t *testing.T) {
	const base = "Timestamp,Url,ActionType,AccountUpn,Workload,NetworkMessageId,ThreatTypes,IPAddress,IsClickedThrough,ReportId"
	for name, tt := range map[string]struct{ file, header, want string }{
		"all that rules need": {"a.csv", base, ""},
		"two":                 {"a.csv", strings.ReplaceAll(strings.ReplaceAll(base, ",IPAddress", ""), ",ReportId", ""), ": no IPAddress, ReportId\n"},
		"many":                {"a.csv", "Timestamp,Url,AccountUpn", ": no ActionType, Workload, NetworkMessageId, ThreatTypes, IPAddress and 2 more columns\n"},
		"a table by its name": {"MessageEvents.csv", "Timestamp,TeamsMessageId,SenderEmailAddress,RecipientDetails", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, tt.file)
			require.NoError(t, os.WriteFile(path, []byte(tt.header+"\r\n"), 0o600))
			clicks := writeFile(t, "clicks.csv", header+teams)
			want := ""
			if tt.want != "" {
				want = "triage: " + path + tt.want
			}
			assert.Equal(t, want, runTriage(t, "", path, clicks).stderr)
		})
	}
}
