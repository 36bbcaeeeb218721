package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/rowgen"
)

// reportContent returns the text of a report and the data within, as they are
// before compression.
func reportContent(t testing.TB, path string) string {
	t.Helper()
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(file), `<script type="application/gzip" id="data">`)
	require.True(t, ok)
	data, _, ok := strings.Cut(rest, "</script>")
	require.True(t, ok)
	zipper, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(data)))
	require.NoError(t, err)
	text, err := io.ReadAll(zipper)
	require.NoError(t, err)
	var values struct{ Strings []string }
	require.NoError(t, json.Unmarshal(text, &values))
	body := before[strings.Index(before, "<body>"):]
	var b bytes.Buffer
	fmt.Fprintln(&b, html.UnescapeString(body), strings.Join(values.Strings, "\n"))
	return b.String()
}

// browser is a page in a headless browser, and what it did that it should not.
type browser struct {
	ctx context.Context

	mu       sync.Mutex
	problems []string
}

// openReport opens a page in a browser that is on PATH, and waits until its
// scripts are done. The test is skipped when there is none.
func openReport(t *testing.T, path string) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		t.Skip("no Chromium on PATH")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 1000),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{ctx: ctx}
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			b.note("console: %v", e.Args)
		case *runtime.EventExceptionThrown:
			b.note("exception: %v", e.ExceptionDetails)
		case *log.EventEntryAdded:
			b.note("log: %s", e.Entry.Text)
		case *page.EventJavascriptDialogOpening:
			b.note("dialog: %s", e.Message)
		case *network.EventRequestWillBeSent:
			if to := e.Request.URL; !strings.HasPrefix(to, "file://") && !strings.HasPrefix(to, "blob:") && !strings.HasPrefix(to, "data:") {
				b.note("request: %s", to)
			}
		}
	}))
	_, err := chromedp.Call(ctx, log.Enable, cdp.Empty{})
	require.NoError(t, err)
	_, err = chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	b.run(t, chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String()), chromedp.WaitReady(chromedp.CSS(`html[data-ready="true"]`)))
	return b
}

func (b *browser) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

func (b *browser) run(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	require.NoError(t, chromedp.Do(ctx, steps...))
}

// eval returns the value of an expression.
func eval[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	require.NoError(t, err)
	return value
}

// until waits for an expression to become true.
func until(t *testing.T, b *browser, expression string) {
	t.Helper()
	require.Eventually(t, func() bool { return eval[bool](t, b, expression) }, time.Minute, 20*time.Millisecond)
}

// css makes a step that works on the element of a selector readable.
func css(selector string) chromedp.CSS { return chromedp.CSS(selector) }

func (b *browser) clean(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	assert.Empty(t, b.problems)
}

func TestReportInABrowser(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	require.Equal(t, exitOK, runTriage(t, "", "--html", path).status)
	b := openReport(t, path)

	rows := func() int { return eval[int](t, b, `document.querySelectorAll("#body tr.row").length`) }
	text := func(selector string) string {
		return eval[string](t, b, fmt.Sprintf(`document.querySelector(%q).innerText`, selector))
	}
	assert.Equal(t, 15, rows())
	assert.Contains(t, text(".answer"), "15 clicks of 7 accounts")
	assert.Equal(t, "15 clicks", text("#shown"))
	assert.Equal(t, 2, eval[int](t, b, `Object.keys(Chart.instances).length`))

	// Filter by a word, and open the row with the keyboard.
	b.run(t, chromedp.SendKeys(css("#find"), "52.112.103.113"))
	until(t, b, `document.getElementById("shown").textContent === "1 of 15 clicks"`)
	assert.Equal(t, 1, rows())
	assert.Contains(t, text("#body tr.row"), "likely automated")
	b.run(t, chromedp.Focus(css("#body .open")), chromedp.KeyEvent("\r"), chromedp.WaitVisible(css("#body .detail")))
	detail := text("#body .detail")
	assert.Contains(t, detail, "Microsoft publishes the address as a Teams server; that no person leaves from it is an inference (52.112.0.0/14)")
	assert.Contains(t, detail, "nothing shows that the account's owner clicked")
	assert.Contains(t, detail, "the account's devices (DeviceEvents, DeviceNetworkEvents)")
	assert.Contains(t, detail, `InitiatingProcessAccountUpn =~ "alex@contoso.example"`)
	assert.Equal(t, "true", eval[string](t, b, `document.querySelector("#body .open").getAttribute("aria-expanded")`))
	b.run(t, chromedp.KeyEvent("\r"))
	until(t, b, `document.querySelector("#body .detail") === null`)

	// Filter by verdict and by origin, sort, and go back.
	b.run(t, chromedp.Click(css("#clear")))
	assert.Equal(t, 15, rows())
	b.run(t, chromedp.Click(css("#verdict-automated")))
	assert.Equal(t, 12, rows())
	b.run(t, chromedp.Click(css("#danger")))
	assert.Equal(t, 3, rows())
	b.run(t, chromedp.Click(css("#clear")), chromedp.Click(css("th.c-p button")))
	p := eval[[]string](t, b, `[...document.querySelectorAll("#body tr.row td.n:nth-child(3)")].map((e) => e.innerText)`)
	assert.Equal(t, "0.996", p[0])
	assert.Equal(t, "<0.001", p[len(p)-1])
	b.run(t, chromedp.Click(css("th.c-p button")))
	assert.Equal(t, "ascending", eval[string](t, b, `document.querySelector("th.c-p").getAttribute("aria-sort")`))
	assert.Contains(t, text("#body tr.row"), "<0.001")

	// A burst leads to its clicks.
	b.run(t, chromedp.Click(css("button.find")))
	assert.Equal(t, 3, rows())

	// Dark and light.
	theme := eval[string](t, b, `document.documentElement.dataset.theme`)
	b.run(t, chromedp.Click(css("#theme")))
	assert.NotEqual(t, theme, eval[string](t, b, `document.documentElement.dataset.theme`))
	b.clean(t)
}

// TestReportQuery says that the queries which the page fills in are those that
// the library writes, whatever the account is called.
func TestReportQuery(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	account := `a"b\c@contoso.example`
	row, err := json.Marshal(map[string]any{"Timestamp": "2026-08-03T09:20:00.125Z", "Url": "https://b.example/y", "ActionType": "ClickAllowed",
		"AccountUpn": account, "Workload": "Email", "IPAddress": "198.51.100.7"})
	require.NoError(t, err)
	require.Equal(t, exitOK, runTriage(t, string(row), "--html", path, "-").status)
	b := openReport(t, path)
	b.run(t, chromedp.Click(css("#body .open")), chromedp.WaitVisible(css("#body .detail pre")))
	k := clickclass.Click{Timestamp: time.Date(2026, 8, 3, 9, 20, 0, 125e6, time.UTC), AccountUpn: account}
	assert.Equal(t, clickclass.EvidenceDevice.KQL(&k), eval[string](t, b, `document.querySelector("#body .detail pre").textContent`))
	b.clean(t)
}

// TestHostileReport says that nothing in a row gets to run.
func TestHostileReport(t *testing.T) {
	attacks := []string{
		`<script>window.pwned=1</script>`,
		`</script><script>window.pwned=1</script>`,
		`"><img src=x onerror=window.pwned=1>`,
		`'-window.pwned=1-'`,
		`<svg/onload=window.pwned=1>`,
		`javascript:window.pwned=1`,
		`{{.Answer}}<!--`,
		"\u2028window.pwned=1//",
		`<link rel=stylesheet href=https://evil.example/x.css>`,
	}
	var b strings.Builder
	for i, attack := range attacks {
		row, err := json.Marshal(map[string]any{
			"Timestamp": "2026-08-03T09:20:00Z", "Url": "https://evil.example/" + attack, "ActionType": "ClickBlocked" + attack,
			"AccountUpn": attack, "Workload": attack, "ThreatTypes": attack, "NetworkMessageId": attack,
			"IPAddress": fmt.Sprintf("198.51.100.%d", i), "ReportId": attack,
		})
		require.NoError(t, err)
		b.Write(row)
		b.WriteByte('\n')
	}
	b.WriteString(`{"Timestamp":"` + "<script>window.pwned=1</script>" + `","Url":"x","ActionType":"ClickAllowed","AccountUpn":"a"}` + "\n")
	folder := t.TempDir()
	input := filepath.Join(folder, "<img src=x onerror=window.pwned=1>.ndjson")
	require.NoError(t, os.WriteFile(input, []byte(b.String()), 0o600))
	path := filepath.Join(folder, "report.html")
	require.Equal(t, exitIncomplete, runTriage(t, "", "--html", path, input).status)

	w := openReport(t, path)
	for i := range attacks {
		eval[bool](t, w, fmt.Sprintf(`document.querySelectorAll("#body .open")[%d].click() ?? true`, i))
	}
	assert.Equal(t, len(attacks), eval[int](t, w, `document.querySelectorAll("#body .detail").length`))
	assert.False(t, eval[bool](t, w, `"pwned" in window`))
	assert.Zero(t, eval[int](t, w, `document.querySelectorAll("main img, main svg, main link, main script").length`))
	assert.Contains(t, eval[string](t, w, `document.getElementById("body").innerText`), attacks[2])
	w.clean(t)

	// The policy holds by itself: what a script puts into the page does not run.
	eval[bool](t, w, `(() => {
		const s = document.createElement("script"); s.textContent = "window.pwned = 1"; document.body.append(s);
		const i = document.createElement("div"); i.innerHTML = "<img src=x onerror='window.pwned=1'>"; document.body.append(i);
		return true;
	})()`)
	w.run(t, chromedp.Sleep(200*time.Millisecond))
	assert.False(t, eval[bool](t, w, `"pwned" in window`))
}

// TestLargeReport says that a page with as many rows as it can hold can still
// be worked with.
func TestLargeReport(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	const n = maxReportRows
	input := filepath.Join(t.TempDir(), "rows.ndjson")
	f, err := os.Create(input)
	require.NoError(t, err)
	_, err = io.Copy(f, rowgen.NewReader(n+500))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	path := filepath.Join(t.TempDir(), "report.html")
	require.Equal(t, exitOK, runTriage(t, "", "--html", path, input).status)
	b := openReport(t, path)
	assert.Equal(t, "100,000 clicks", eval[string](t, b, `document.getElementById("shown").textContent`))
	assert.Equal(t, 50, eval[int](t, b, `document.querySelectorAll("#body tr.row").length`))
	b.run(t, chromedp.SendKeys(css("#find"), "exchange"))
	until(t, b, `/^[\d,]+ of 100,000 clicks$/.test(document.getElementById("shown").textContent)`)
	b.run(t, chromedp.Click(css("th.c-account button")), chromedp.Click(css("#last")))
	assert.True(t, eval[bool](t, b, `document.getElementById("next").disabled`))
	b.clean(t)
}
