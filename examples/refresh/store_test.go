package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refresh runs the program with a list on standard input.
func refresh(in string, args ...string) (status int, out, errs string) {
	var o, e bytes.Buffer
	status = run(context.Background(), args, strings.NewReader(in), &o, &e)
	return status, o.String(), e.String()
}

func writeFile(t *testing.T, text string, path ...string) string {
	t.Helper()
	name := filepath.Join(path...)
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	return name
}

func readFile(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(data)
}

func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, "half a list", dir, ".new-123456")
	writeFile(t, "mine", dir, "new-mine")
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".new-7"), 0o700))
	status, _, errs := refresh(answer(20, true), "--dir", dir, "--date", "2026-08-02", "--force", "-")
	require.Zero(t, status, errs)
	assert.Equal(t, []string{".new-7", "new-mine", "worldwide.json", "worldwide.state.json"}, namesIn(t, dir))
}

func TestDamagedState(t *testing.T) {
	const id = "01234567-89ab-4cde-8f01-23456789abcd"
	for name, text := range map[string]string{
		"empty": "", "cut": `{"client_id": "0123`, "another file": `{}`, "wrong type": `{"version": 7}`, "an array": `[]`,
		"no version":                `{"client_id":"` + id + `","version":"latest"}`,
		"a version that never ends": `{"client_id":"` + id + `","version":"9999123100"}`,
		"a date that never ends":    `{"sums":["x"],"date":"9999-01-01T00:00:00Z"}`,
		"no client id":              `{"client_id":"x&y"}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			state := writeFile(t, text, dir, "worldwide.state.json")
			status, _, errs := refresh(answer(20, true), "--dir", dir, "--date", "2026-08-02", "--force", "-")
			assert.Zero(t, status)
			assert.Contains(t, errs, "refresh: "+state+" is damaged (")
			assert.Contains(t, errs, "; it is now "+state+".aside-1, which you may delete\n")
			assert.Equal(t, text, readFile(t, state+".aside-1"), "nothing is lost")
			assert.Equal(t, answer(20, true), readFile(t, dir, "worldwide.json"))

			status, _, errs = refresh(answer(21, true), "--dir", dir, "--date", "2026-08-03", "-")
			assert.Zero(t, status)
			assert.Empty(t, errs, "later runs know nothing of it")
		})
	}
}

func TestDamagedStateOfFetch(t *testing.T) {
	dir := t.TempDir()
	s := &service{version: text(version("2026080100")), list: text(answer(20, true)), ids: map[string]bool{}}
	server := httptest.NewServer(s)
	defer server.Close()
	var remarks bytes.Buffer
	fetch := func() error {
		remarks.Reset()
		u := updater{
			force: true, store: store{dir: dir, ext: ".json", remark: func(s string) { remarks.WriteString(s) }}, out: &bytes.Buffer{}, remarks: &remarks,
			service: server.URL, client: server.Client(), now: func() time.Time { return time.Date(2026, 8, 2, 0, 0, 0, 0, time.UTC) },
		}
		return u.fetch(context.Background())
	}
	state := writeFile(t, "{", dir, "worldwide.state.json")
	require.NoError(t, fetch())
	assert.Contains(t, remarks.String(), state+" is damaged (unexpected end of JSON input)")
	assert.Len(t, s.asked, 2)

	for _, tt := range []struct {
		name, until string
		asks        bool
	}{{"in an hour", "2026-08-02T01:00:00Z", false}, {"in a day", "2026-08-03T00:00:00Z", false}, {"later than the service can ask", "9999-12-31T00:00:00Z", true}} {
		t.Run(tt.name, func(t *testing.T) {
			s.asked = nil
			var st map[string]any
			require.NoError(t, json.Unmarshal([]byte(readFile(t, state)), &st))
			st["not_until"], st["asked"] = tt.until, "0001-01-01T00:00:00Z"
			data, err := json.Marshal(st)
			require.NoError(t, err)
			writeFile(t, string(data), state)
			err = fetch()
			if tt.asks {
				require.NoError(t, err)
				assert.Contains(t, remarks.String(), state+" says to wait until 9999-12-31T00:00:00Z")
				assert.NotContains(t, readFile(t, state), "9999")
			} else {
				assert.ErrorContains(t, err, "asked to wait until "+tt.until)
			}
			assert.Equal(t, tt.asks, len(s.asked) > 0)
		})
	}
}

func TestFilesOfOthersStay(t *testing.T) {
	dir := t.TempDir()
	list := writeFile(t, answer(19, true), dir, "worldwide.json")
	writeFile(t, "an older one", list+".aside-1")
	status, _, errs := refresh(answer(20, true), "--dir", dir, "--date", "2026-08-02", "--force", "-")
	require.Zero(t, status)
	assert.Equal(t, "refresh: "+list+" was not written by this program, or has been changed since; it is now "+list+".aside-2, which you may delete\n", errs)
	assert.Equal(t, answer(19, true), readFile(t, list+".aside-2"))
	assert.Equal(t, answer(20, true), readFile(t, list))

	status, _, errs = refresh(answer(21, true), "--dir", dir, "--date", "2026-08-03", "-")
	require.Zero(t, status)
	assert.Empty(t, errs, "its own list is replaced")
	assert.Equal(t, answer(21, true), readFile(t, list))

	// A list that is in the folder already is taken as it is.
	other := t.TempDir()
	list = writeFile(t, answer(20, true), other, "worldwide.json")
	status, _, errs = refresh("", "--dir", other, "--date", "2026-08-02", "--force", list)
	require.Zero(t, status)
	assert.Empty(t, errs)
	assert.Equal(t, []string{"worldwide.json", "worldwide.state.json"}, namesIn(t, other))
}

// TestInterrupted has the folder as it is when the program ends between two writes.
func TestInterrupted(t *testing.T) {
	for name, n := range map[string]int{"before the list is written": 20, "before the state is written": 21} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := store{dir: dir, name: "worldwide", ext: ".json", remark: func(s string) { t.Error(s) }}
			require.NoError(t, s.keep([]byte(answer(20, true)), state{Date: time.Date(2026, 8, 2, 0, 0, 0, 0, time.UTC)}))
			before := readFile(t, s.state())
			require.NoError(t, s.keep([]byte(answer(21, true)), state{Date: time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC)}))
			var old, new state
			require.NoError(t, json.Unmarshal([]byte(before), &old))
			require.NoError(t, json.Unmarshal([]byte(readFile(t, s.state())), &new))
			old.Sums = append(old.Sums, new.Sums...)
			require.NoError(t, s.save(old))
			writeFile(t, answer(n, true), s.list())

			status, _, errs := refresh(answer(22, true), "--dir", dir, "--date", "2026-08-04", "-")
			assert.Zero(t, status)
			assert.Empty(t, errs)
			assert.Equal(t, answer(22, true), readFile(t, s.list()))
		})
	}
}

func TestDamagedListAtHand(t *testing.T) {
	dir := t.TempDir()
	list := writeFile(t, answer(20, true)[:100], dir, "worldwide.json")
	status, _, errs := refresh(answer(20, true), "--dir", dir, "--date", "2026-09-02", "-")
	assert.Equal(t, 1, status, "far less than the embedded list")
	assert.Contains(t, errs, "refresh: "+list+" cannot be read (")
	assert.Contains(t, errs, "delete it if this is said again")
	status, _, _ = refresh(answer(20, true), "--dir", dir, "--date", "2026-09-02", "--force", "-")
	assert.Zero(t, status)
	status, _, errs = refresh(answer(21, true), "--dir", dir, "--date", "2026-09-03", "-")
	assert.Zero(t, status)
	assert.Empty(t, errs)
}

func TestDates(t *testing.T) {
	tests := []struct {
		name, file string
		args       []string
		status     int
		out        string
		date       string // in the state afterwards
	}{
		{"of the file name", "worldwide_2026-09-02.json", nil, 0, "worldwide, 2026-09-01 to 2026-09-02: 1 entry changed", "2026-09-02T00:00:00Z"},
		{"older, of the file name", "worldwide_2026-08-02.json", nil, 1, "worldwide: refused: of 2026-08-02, older than the list at hand of 2026-09-01", "2026-09-01T00:00:00Z"},
		{"given", "worldwide_2026-08-02.json", []string{"--date", "2026-09-03"}, 0, "worldwide, 2026-09-01 to 2026-09-03: 1 entry changed", "2026-09-03T00:00:00Z"},
		{"none", "worldwide.json", nil, 1, "worldwide: refused: undated, so it may be older than the list at hand of 2026-09-01; say --date", "2026-09-01T00:00:00Z"},
		{"none, forced", "worldwide.json", []string{"--force"}, 0, "worldwide, 2026-09-01: 1 entry changed", "0001-01-01T00:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			status, _, errs := refresh(answer(20, true), "--dir", dir, "--date", "2026-09-01", "--force", "-")
			require.Zero(t, status, errs)
			file := writeFile(t, answer(21, true), t.TempDir(), tt.file)
			status, out, _ := refresh("", append([]string{"--dir", dir, file}, tt.args...)...)
			assert.Equal(t, tt.status, status)
			assert.Contains(t, out, tt.out+"\n")
			var st struct{ Date string }
			require.NoError(t, json.Unmarshal([]byte(readFile(t, dir, "worldwide.state.json")), &st))
			assert.Equal(t, tt.date, st.Date)
		})
	}
	for _, date := range []string{"soon", "9999-01-01", "2026-13-01"} {
		status, _, errs := refresh("", "--date", date, "-")
		assert.Equal(t, 2, status)
		assert.Equal(t, "refresh: --date: want a day such as 2026-08-02: \""+date+"\"\n", errs)
	}
}

func TestInstances(t *testing.T) {
	tests := []struct {
		name, file string
		args       []string
		status     int
		errs, kept string
	}{
		{"of the file name", "usgovdod_2026-08-02.json", nil, 0, "", "usgovdod.json"},
		{"given", "list_2026-08-02.json", []string{"--instance", "usgovdod"}, 0, "", "usgovdod.json"},
		{"neither", "list_2026-08-02.json", nil, 0, "", "worldwide.json"},
		{"contradiction", "usgovdod_2026-08-02.json", []string{"--instance", "China"}, 1,
			"refresh: the file name says that the list is that of usgovdod, and --instance china; if the name is wrong, give the list on standard input\n", ""},
		{"unknown", "list_2026-08-02.json", []string{"--instance", "dod"}, 2, "refresh: --instance: want Worldwide, China, USGovDoD or USGovGCCHigh: \"dod\"\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			file := writeFile(t, answer(20, true), t.TempDir(), tt.file)
			status, _, errs := refresh("", append([]string{"--dir", dir, "--force", file}, tt.args...)...)
			assert.Equal(t, tt.status, status)
			assert.Equal(t, tt.errs, errs)
			if tt.kept != "" {
				assert.FileExists(t, filepath.Join(dir, tt.kept))
			} else {
				assert.Empty(t, namesIn(t, dir))
			}
		})
	}
	status, _, errs := refresh(answer(20, true), "--date", "2026-09-01", "-")
	assert.Equal(t, 1, status)
	assert.Equal(t, "refresh: the new list is refused, the last good one stays; if it is that of another instance than worldwide, say --instance with Worldwide, China, USGovDoD or USGovGCCHigh\n", errs)
}

func TestNothingReachesTheTerminal(t *testing.T) {
	const esc = "\x1b]0;title\x07\u009b31m"
	inJSON := `\u001b]0;title\u0007`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`[{"instance":"Worldwide","latest":"` + inJSON + `"}]`))
	}))
	defer server.Close()
	dir := t.TempDir()
	named := writeFile(t, answer(20, true), dir, "a\x1b[31m_2026-08-02.json")
	for name, tt := range map[string]struct {
		in   string
		args []string
	}{
		"tag":          {`{"cloud":"Public","values":[{"name":"` + inJSON + `","properties":{"addressPrefixes":["192.0.2.0/24"]}},{"name":"T","properties":{"addressPrefixes":["192.0.2.0/24"]}}]}`, []string{"-"}},
		"cloud":        {`{"cloud":"` + inJSON + `","values":[{"name":"T","properties":{"addressPrefixes":["192.0.2.0/24"]}}]}`, []string{"-"}},
		"area":         {`[{"id":1,"serviceArea":"` + inJSON + `","serviceAreaDisplayName":"` + inJSON + `","ips":["192.0.2.0/24"]},{"id":2,"ips":["192.0.2.0/24"]}]`, []string{"-"}},
		"crawler":      {`{"services":{"` + inJSON + `":{"ipv4":["192.0.2.0/24"]}}}`, []string{"-"}},
		"no list":      {esc, []string{"-"}},
		"file name":    {"", []string{named}},
		"no such file": {"", []string{"missing" + esc}},
		"folder":       {answer(20, true), []string{"--dir", filepath.Join(named, esc), "-"}},
		"flag":         {"", []string{"--x" + esc}},
		"date":         {"", []string{"--date", esc, "-"}},
		"instance":     {"", []string{"--instance", esc, "-"}},
		"service":      {"", []string{"--dir", t.TempDir(), "--fetch", "--url", server.URL}},
		"address":      {"", []string{"--dir", t.TempDir(), "--fetch", "--url", "http://" + esc}},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, errs := refresh(tt.in, tt.args...)
			assert.NotZero(t, status)
			assert.NotEmpty(t, errs)
			assert.False(t, strings.ContainsAny(out+errs, "\x1b\x07\u009b"), "%q", out+errs)
		})
	}
}
