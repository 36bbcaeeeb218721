package main

import (
	"bytes"
	"context"
	"fmt"
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

// answer makes an endpoints answer of n made-up sets with CRLF line ends.
func answer(n int, v6 bool) string {
	var rows []string
	for i := range n {
		ips := fmt.Sprintf(`"198.51.100.%d/32"`, i)
		if v6 {
			ips += fmt.Sprintf(`,"2001:db8:%d::/48"`, i)
		}
		rows = append(rows, fmt.Sprintf(`{"id":%d,"serviceArea":"Exchange","serviceAreaDisplayName":"Exchange Online","urls":["h%d.example.com"],"ips":[%s],"tcpPorts":"143, 587","udpPorts":"","expressRoute":true,"category":"Allow","required":true,"future":{}}`, i+1, i, ips))
	}
	return "[\r\n" + strings.Join(rows, ",\r\n") + "\r\n]"
}

// service is a web service whose answers a test sets.
type service struct {
	version, list func(http.ResponseWriter)
	ids           map[string]bool
	asked         []string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.ids[r.URL.Query().Get("ClientRequestId")] = true
	s.asked = append(s.asked, r.URL.Path)
	if strings.HasPrefix(r.URL.Path, "/version/") {
		s.version(w)
	} else {
		s.list(w)
	}
}

func text(s string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { fmt.Fprint(w, s) }
}

func status(code int, header ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		if header != nil {
			w.Header().Set(header[0], header[1])
		}
		w.WriteHeader(code)
	}
}

func version(v string) string { return `{"instance":"Worldwide","latest":"` + v + `"}` }

func TestFetch(t *testing.T) {
	good := answer(20, true)
	tests := []struct {
		name          string
		version, list func(http.ResponseWriter)
		wantErr       string // "" is success
		wantKept      string // the list on disk after
	}{
		{"newer list", text(version("2026090100")), text(answer(21, true)), "", answer(21, true)},
		{"version as an array", text("[" + version("2026090100") + "]"), text(answer(21, true)), "", answer(21, true)},
		{"same version", text(version("2026080100")), status(500), "", good},
		{"older version", text(version("2026070100")), text(answer(21, true)), "older than 2026080100", good},
		{"too many requests", status(429, "Retry-After", "600"), nil, "too many requests", good},
		{"too many requests for the list", text(version("2026090100")), status(429), "too many requests", good},
		{"server error", status(503), nil, "503", good},
		{"wrong JSON", text(version("2026090100")), text("<html>"), "not a supported list", good},
		{"cut list", text(version("2026090100")), text(good[:len(good)/2]), "not a supported list", good},
		{"cut body", text(version("2026090100")), func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "99999")
			fmt.Fprint(w, good)
		}, "unexpected EOF", good},
		{"shrunken list", text(version("2026090100")), text(answer(10, true)), "refused", good},
		{"no IPv6 any more", text(version("2026090100")), text(answer(20, false)), "refused", good},
		{"broken row", text(version("2026090100")), text(strings.Replace(good, "198.51.100.3/32", "198.51.100.3/99", 1)), "broken rows", good},
		{"slow answer", func(w http.ResponseWriter) { time.Sleep(400 * time.Millisecond) }, nil, "Timeout", good},
		{"other instance", text(`[{"instance":"China","latest":"2026090100"}]`), nil, "no version of Worldwide", good},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			s := &service{version: text(version("2026080100")), list: text(good), ids: map[string]bool{}}
			server := httptest.NewServer(s)
			defer server.Close()
			now := time.Date(2026, 8, 2, 0, 0, 0, 0, time.UTC)
			force := true // the first made-up list is no successor of the embedded one
			fetch := func() error {
				u := updater{force: force, store: store{dir: dir, ext: ".json"}, instance: "Worldwide", out: &bytes.Buffer{},
					service: server.URL, client: &http.Client{Timeout: 200 * time.Millisecond}, now: func() time.Time { return now }}
				return u.fetch(context.Background())
			}
			require.NoError(t, fetch())
			force = false

			// Within the hour nothing is asked.
			asked := len(s.asked)
			now = now.Add(59 * time.Minute)
			require.NoError(t, fetch())
			require.Len(t, s.asked, asked)

			now = now.Add(time.Hour)
			s.version, s.list = tt.version, tt.list
			err := fetch()
			if tt.wantErr == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, tt.wantErr)
			}
			server.Close() // waits for the answers that nobody waited for
			kept, err := os.ReadFile(filepath.Join(dir, "worldwide.json"))
			require.NoError(t, err)
			assert.Equal(t, tt.wantKept, string(kept))
			assert.Len(t, s.ids, 1, "one client id for all requests")
			left, err := filepath.Glob(filepath.Join(dir, ".new-*"))
			require.NoError(t, err)
			assert.Empty(t, left)
		})
	}
}

func TestTooManyRequestsIsRemembered(t *testing.T) {
	s := &service{version: status(429, "Retry-After", "7200"), ids: map[string]bool{}}
	server := httptest.NewServer(s)
	defer server.Close()
	now := time.Date(2026, 8, 2, 0, 0, 0, 0, time.UTC)
	u := updater{store: store{dir: t.TempDir(), ext: ".json"}, instance: "Worldwide", out: &bytes.Buffer{},
		service: server.URL, client: server.Client(), now: func() time.Time { return now }}
	require.ErrorContains(t, u.fetch(context.Background()), "too many requests")
	now = now.Add(119 * time.Minute)
	require.ErrorContains(t, u.fetch(context.Background()), "asked to wait until 2026-08-02T02:00:00Z")
	assert.Len(t, s.asked, 1)
}

func TestRunWithFile(t *testing.T) {
	dir := t.TempDir()
	var out, errs bytes.Buffer
	run1 := func(in string, args ...string) int {
		out.Reset()
		errs.Reset()
		return run(context.Background(), append([]string{"--dir", dir}, args...), strings.NewReader(in), &out, &errs)
	}
	assert.Equal(t, 1, run1(answer(20, true), "--date", "2026-09-02", "-"), "far less than the embedded list")
	assert.Contains(t, out.String(), "worldwide: refused: 20 IPv4 prefixes, had 34\n")
	assert.NoFileExists(t, filepath.Join(dir, "worldwide.json"))
	assert.Equal(t, 0, run1(answer(20, true), "--date", "2026-08-02", "--force", "-"), errs.String())
	assert.FileExists(t, filepath.Join(dir, "worldwide.json"))
	assert.Equal(t, 1, run1(answer(20, false), "--date", "2026-09-01", "-"))
	assert.Contains(t, out.String(), "worldwide: refused: no IPv6 prefixes any more, had 20\n")
	assert.Equal(t, 0, run1(answer(20, false), "--date", "2026-09-01", "--force", "-"))
	assert.Equal(t, 1, run1("", "missing.json"))
	assert.Equal(t, 2, run1(""))
	assert.Equal(t, 2, run1("", "--fetch", "-"))
	assert.Equal(t, 2, run1("", "--instance", "../x", "-"))
}

func TestFilesOfOtherLists(t *testing.T) {
	tags := func(prefixes string) string {
		return `{"changeNumber":1,"cloud":"Test","values":[{"name":"ActionGroup","id":"ActionGroup","properties":{"changeNumber":1,"region":"","regionId":0,"platform":"Azure","systemService":"ActionGroup","addressPrefixes":[` + prefixes + `],"networkFeatures":null}}]}`
	}
	tests := []struct {
		name, first, second string
		kept                string
		wantStatus          int
		wantOut             string
	}{
		{"service tags", tags(`"192.0.2.0/24"`), tags(`"192.0.2.0/24","198.51.100.0/24"`), "servicetags-test.json", 0, "198.51.100.0/24"},
		{"shrunken service tags", tags(`"192.0.2.0/24","2001:db8::/32"`), tags(`"192.0.2.0/24"`), "servicetags-test.json", 1, "servicetags test: refused: no IPv6 prefixes any more, had 1"},
		{"public space", "Prefix,Type,Note\r\n192.0.2.0/24,,\r\n", "192.0.2.0/24\n198.51.100.0/24\n", "publicspace.csv", 0, "198.51.100.0/24"},
		{"shrunken public space", "192.0.2.0/24\n198.51.100.0/24\n", "192.0.2.0/24\n", "publicspace.csv", 1, "public ip space: refused: 1 IPv4 prefixes, had 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			var out, errs bytes.Buffer
			take := func(in, day string, args ...string) int {
				out.Reset()
				return run(context.Background(), append([]string{"--dir", dir, "--date", day, "-"}, args...), strings.NewReader(in), &out, &errs)
			}
			require.Equal(t, 0, take(tt.first, "2026-09-01", "--force"), errs.String())
			assert.Equal(t, tt.wantStatus, take(tt.second, "2026-09-08"), errs.String())
			assert.Contains(t, out.String(), tt.wantOut)
			want := tt.second
			if tt.wantStatus != 0 {
				want = tt.first
			}
			kept, err := os.ReadFile(filepath.Join(dir, tt.kept))
			require.NoError(t, err)
			assert.Equal(t, want, string(kept))
		})
	}
}

// TestFilesOfNamedRanges takes plain lists, which the file name names.
func TestFilesOfNamedRanges(t *testing.T) {
	crawlers := func(prefixes string) string {
		return `{"services":{"NewBot":{"source_url":"https://bot.example/ips","ipv4":[` + prefixes + `],"ipv6":[]}}}`
	}
	tests := []struct {
		name, file, first, second string
		kept                      string
		wantStatus                int
		wantOut                   string
	}{
		{"a cloud", "amazon_ipv4_2026-09-01.txt", "3.0.0.0/15\n", "3.0.0.0/15\n3.4.0.0/14\n", "amazon-web-services-ipv4.txt", 0, "1 prefix added (3.4.0.0/14)"},
		{"other family", "amazon_ipv4.txt", "3.0.0.0/15\n", "3.0.0.0/15\n2600:1f00::/24\n", "amazon-web-services-ipv4.txt", 1, ""},
		{"private relay", "icloud-private-relay-v6.txt", "2a02:26f7:1::/64\n", "2a02:26f7:1::/64\n2a02:26f7:2::/64\n", "icloud-private-relay-ipv6.txt", 0, "1 prefix added (2a02:26f7:2::/48)"},
		{"crawlers", "bots.json", crawlers(`"192.0.2.0/24"`), crawlers(`"192.0.2.0/24","198.51.100.0/24"`), "crawlers.json", 0, "1 prefix added (198.51.100.0/24)"},
		{"shrunken crawlers", "bots.json", crawlers(`"192.0.2.0/24","198.51.100.0/24"`), crawlers(`"192.0.2.0/24"`), "crawlers.json", 1, "crawlers: refused: 1 IPv4 prefixes, had 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(t.TempDir(), tt.file)
			var out, errs bytes.Buffer
			take := func(in, day string, args ...string) int {
				out.Reset()
				require.NoError(t, os.WriteFile(file, []byte(in), 0o600))
				return run(context.Background(), append([]string{"--dir", dir, "--date", day, file}, args...), nil, &out, &errs)
			}
			require.Equal(t, 0, take(tt.first, "2026-12-01", "--force"), errs.String())
			assert.Equal(t, tt.wantStatus, take(tt.second, "2026-12-08"), errs.String())
			assert.Contains(t, out.String(), tt.wantOut)
			want := tt.second
			if tt.wantStatus != 0 {
				want = tt.first
			}
			kept, err := os.ReadFile(filepath.Join(dir, tt.kept))
			require.NoError(t, err)
			assert.Equal(t, want, string(kept))
		})
	}
}

func TestReadVersions(t *testing.T) {
	for _, text := range []string{`{"instance":"Worldwide","latest":"2026080100"}`, ` [{"instance":"Worldwide","latest":"2026080100","versions":["2026080100"]}]`} {
		v, err := readVersions([]byte(text))
		require.NoError(t, err)
		require.Len(t, v, 1)
		assert.Equal(t, "2026080100", v[0].Latest)
		day, err := v[0].date()
		require.NoError(t, err)
		assert.Equal(t, "2026-08-01", day.Format(time.DateOnly))
	}
	for _, text := range []string{`{"latest":"20260801"}`, `{}`, `[7]`, `<html>`, ``, `{"latest":"20260801ab"}`} {
		_, err := readVersions([]byte(text))
		assert.Error(t, err, text)
	}
}

func TestOutputOfChanges(t *testing.T) {
	dir := t.TempDir()
	var out, errs bytes.Buffer
	take := func(in, day string) string {
		out.Reset()
		require.Zero(t, run(context.Background(), []string{"--dir", dir, "--date", day, "--force", "-"}, strings.NewReader(in), &out, &errs), errs.String())
		return out.String()
	}
	const one, two = `{"id":1,"serviceAreaDisplayName":"One","ips":["192.0.2.0/24"]}`, `{"id":2,"serviceAreaDisplayName":"Two","ips":["198.51.100.0/24"]}`
	take("["+one+"]", "2026-09-01")
	assert.Equal(t, "no change\n", take("["+one+"]", "2026-09-02"))
	assert.Equal(t, `worldwide, 2026-09-02 to 2026-09-03: 2 entries changed
  set 1 "Won": name "Won", was "One"
  set 2 "Two": new; 1 prefix added (198.51.100.0/24)
`, take("["+strings.Replace(one, "One", "Won", 1)+","+two+"]", "2026-09-03"))
	tags := `{"cloud":"Test","values":[{"name":"ActionGroup","properties":{"addressPrefixes":["192.0.2.0/24"]}}]}`
	assert.Equal(t, "servicetags test: new list of 2026-09-04, 1 entry\n", take(tags, "2026-09-04"))
}
