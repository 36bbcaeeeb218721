package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

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
	_, text, _ = bytes.Cut(text, []byte("\n"))
	column, _, _ := bytes.Cut(text, []byte("\n"))
	var texts [2]any
	require.NoError(t, json.Unmarshal(column, &texts))
	require.Equal(t, "strings", texts[0])
	body := before[strings.Index(before, "<body>"):]
	var b bytes.Buffer
	fmt.Fprintln(&b, html.UnescapeString(body))
	for _, s := range texts[1].([]any) {
		fmt.Fprintln(&b, s)
	}
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

// writeRows makes a report of rows, each an object of columns, and opens it.
func writeRows(t *testing.T, rows []map[string]any, flags ...string) *browser {
	t.Helper()
	var b strings.Builder
	for _, row := range rows {
		line, err := json.Marshal(row)
		require.NoError(t, err)
		b.Write(append(line, '\n'))
	}
	folder := t.TempDir()
	input, path := filepath.Join(folder, "clicks.ndjson"), filepath.Join(folder, "report.html")
	require.NoError(t, os.WriteFile(input, []byte(b.String()), 0o600))
	require.Equal(t, exitOK, runTriage(t, "", append(flags, "--html", path, input)...).status)
	return openReport(t, path)
}

// find puts a text into the search box, and returns what the page then says of the clicks.
func (b *browser) find(t *testing.T, text string) string {
	t.Helper()
	return eval[string](t, b, fmt.Sprintf(`(() => {
		const box = document.getElementById("find");
		box.value = %q;
		box.dispatchEvent(new Event("input", { bubbles: true }));
		return document.getElementById("problem").textContent || document.getElementById("shown").textContent;
	})()`, text))
}

// text returns what an element says.
func (b *browser) text(t *testing.T, selector string) string {
	t.Helper()
	return eval[string](t, b, fmt.Sprintf(`document.querySelector(%q).innerText`, selector))
}

// count returns how many elements there are.
func (b *browser) count(t *testing.T, selector string) int {
	t.Helper()
	return eval[int](t, b, fmt.Sprintf(`document.querySelectorAll(%q).length`, selector))
}

// TestReportInABrowser goes through the report of the sample: an account was taken over.
func TestReportInABrowser(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	require.Equal(t, exitOK, runTriage(t, "", "--html", path).status)
	b := openReport(t, path)

	assert.Equal(t, "Who clicked? alex@contoso.example looks taken over", eval[string](t, b, `document.title`))
	answer := b.text(t, ".answer")
	for _, part := range []string{"alex@contoso.example and dana@contoso.example", "192.0.2.77", "Safe Links stopped 4 people"} {
		assert.Contains(t, answer, part)
	}
	first := b.text(t, ".finding")
	for _, part := range []string{"alex@contoso.example looks taken over", "3 Aug 09:41:37", "click on adatum.example from 192.0.2.77", "revoke the sessions"} {
		assert.Contains(t, first, part)
	}
	assert.Equal(t, "46 clicks", b.text(t, "#shown"))
	assert.Equal(t, 46, b.count(t, "#body tr.row"))

	// A finding leads to its clicks, and the address bar names them.
	b.run(t, chromedp.Click(css(".taken_over a.filter")))
	until(t, b, `document.getElementById("shown").textContent === "5 of 46 clicks"`)
	assert.Contains(t, eval[string](t, b, `location.hash`), "alex%40contoso.example")
	assert.Equal(t, "account:alex@contoso.example ip:192.0.2.77,192.0.2.130", eval[string](t, b, `document.getElementById("find").value`))
	b.run(t, chromedp.Click(css(".opened_dangerous a.filter")))
	until(t, b, `document.getElementById("shown").textContent === "2 of 46 clicks"`)
	b.run(t, chromedp.Click(css(".counts a.unknown")))
	until(t, b, `document.getElementById("shown").textContent === "5 of 46 clicks"`)

	// Every finding leads to as many clicks as it tells of.
	for _, link := range eval[[][]string](t, b, `[...document.querySelectorAll("details.finding")].map((d) => [d.querySelector("summary").textContent, d.querySelector("a.filter").hash])`) {
		if _, clicks, ok := strings.Cut(link[0], ": "); ok {
			n, _, _ := strings.Cut(clicks, " click")
			eval[bool](t, b, fmt.Sprintf(`(location.hash = %q) !== ""`, link[1]))
			until(t, b, fmt.Sprintf(`document.getElementById("shown").textContent === "%s of 46 clicks"`, n))
		}
	}

	// Open a row with the keyboard: the page grows no wider.
	assert.Equal(t, "1 of 46 clicks", b.find(t, "52.112.103.113"))
	b.run(t, chromedp.Focus(css("#body .open")), chromedp.KeyEvent("\r"), chromedp.WaitVisible(css("#body .detail")))
	detail := b.text(t, "#body .detail")
	for _, part := range []string{"Microsoft publishes the address as a Teams server; that no person leaves from it is an inference (52.112.0.0/14)", "the account's devices (DeviceEvents, DeviceNetworkEvents)"} {
		assert.Contains(t, detail, part)
	}
	assert.True(t, eval[bool](t, b, `document.documentElement.scrollWidth <= innerWidth`))
	assert.Equal(t, "true", eval[string](t, b, `document.querySelector("#body .open").getAttribute("aria-expanded")`))
	b.run(t, chromedp.KeyEvent("\r"))
	until(t, b, `document.querySelector("#body .detail") === null`)

	// Sort, and go back.
	b.run(t, chromedp.Click(css("#clear")), chromedp.Click(css("th.c-time button")))
	assert.Equal(t, "descending", eval[string](t, b, `document.querySelector("th.c-time").getAttribute("aria-sort")`))
	assert.Contains(t, b.text(t, "#body tr.row"), "2026-08-05 14:02:44")
	assert.Equal(t, "#sort=-time", eval[string](t, b, `location.hash`))
	b.run(t, chromedp.Click(css("th.c-time button")))
	assert.Contains(t, b.text(t, "#body tr.row"), "2026-07-22 08:06:58")

	// Group, and choose a group.
	b.run(t, chromedp.Click(css("#clear")))
	eval[bool](t, b, `(() => { const g = document.getElementById("group"); g.value = "account"; return g.dispatchEvent(new Event("change")); })()`)
	assert.Equal(t, "8 groups of 46 clicks", b.text(t, "#shown"))
	b.run(t, chromedp.Click(css("#groups a.filter")))
	until(t, b, `document.getElementById("shown").textContent.endsWith(" of 46 clicks")`)

	// Dark and light.
	theme := eval[string](t, b, `document.getElementById("theme").textContent`)
	b.run(t, chromedp.Click(css("#theme")))
	assert.NotEqual(t, theme, eval[string](t, b, `document.getElementById("theme").textContent`))
	b.clean(t)
}

// reportRows are clicks to filter.
func reportRows() []map[string]any {
	row := func(at, account, url, ip, action string, more ...any) map[string]any {
		r := map[string]any{"Timestamp": at, "Url": url, "ActionType": action, "AccountUpn": account, "Workload": "Email", "IPAddress": ip}
		for i := 0; i+1 < len(more); i += 2 {
			r[more[i].(string)] = more[i+1]
		}
		return r
	}
	return []map[string]any{
		row("2026-08-03T09:00:00Z", "alex@contoso.example", "https://login.evil.example/a?b=1", "203.0.113.7", "ClickAllowed", "ThreatTypes", "Phish"),
		row("2026-08-03T09:10:00Z", "alex@contoso.example", "https://news.fabrikam.example/x", "203.0.113.8", "ClickAllowed", "ReportId", "436d1f0e-f8e3-4342-a5b7-08dee7c833e8"),
		row("2026-08-03T09:20:01Z", "kim@contoso.example", "https://notevil.example/", "198.51.100.4", "ClickAllowed"),
		row("2026-08-04T00:00:00Z", "kim@contoso.example", "https://evil.example/z", "2001:db8:1::5", "ClickBlocked", "ThreatTypes", "Phish"),
		row("2026-08-05T00:00:00Z", "sam smith", "https://a.example/,\"q\"", "", "UrlErrorPage"),
		row("2026-08-03T09:10:00Z", "alex@contoso.example", "https://news.fabrikam.example/x", "203.0.113.8", "ClickAllowed", "ReportId", "436d1f0e-f8e3-4342-a5b7-08dee7c833e8"), // again
	}
}

func TestReportFilter(t *testing.T) {
	b := writeRows(t, reportRows())
	tests := map[string]string{ // what is asked, how many are shown or what is wrong
		"":                                   "5 clicks",
		"alex":                               "2 of 5 clicks",
		"ALEX fabrikam":                      "1 of 5 clicks",
		"-alex":                              "3 of 5 clicks",
		"hxxps://evil[.]example/z":           "1 of 5 clicks",
		"hxxps[:]//login[.]evil[.]example/a": "1 of 5 clicks",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.evil.example%2Fa&data=1": "1 of 5 clicks",
		"account:kim":                         "2 of 5 clicks",
		"account:kim,alex":                    "4 of 5 clicks",
		"account:alex[at]contoso.example":     "2 of 5 clicks",
		`account:"sam smith"`:                 "1 of 5 clicks",
		"ip:203.0.113.0/24":                   "2 of 5 clicks",
		"ip:203[.]0[.]113[.]7":                "1 of 5 clicks",
		"ip:2001:db8::/32":                    "1 of 5 clicks",
		"ip:2001:0db8:0001:0::5":              "1 of 5 clicks",
		"ip:::ffff:203.0.113.7":               "1 of 5 clicks",
		"ip:203.0.113.8/31,198.51.100.4":      "2 of 5 clicks",
		"ip:none":                             "1 of 5 clicks",
		"-ip:0.0.0.0/0":                       "2 of 5 clicks",
		"ip:300.1.1.1":                        "300.1.1.1 is neither an address nor a prefix",
		"site:evil.example":                   "2 of 5 clicks",
		"site:hxxps://login.evil[.]example/q": "1 of 5 clicks",
		"url:/z":                              "1 of 5 clicks",
		"action:allowed":                      "3 of 5 clicks",
		"action:blocked":                      "1 of 5 clicks",
		"dangerous:":                          "2 of 5 clicks",
		"dangerous:yes opened:yes":            "1 of 5 clicks",
		"dangerous:no":                        "3 of 5 clicks",
		"dangerous:maybe":                     "dangerous: is yes or no",
		"duplicate:yes":                       "1 of 6 clicks",
		"priority:1":                          "1 of 5 clicks",
		"priority:9":                          "priority: is a number from 1 to 5",
		"class:unknown":                       "5 of 5 clicks",
		"class:owner":                         "0 of 5 clicks",
		"class:nobody":                        "class: is one of automated, likely_automated, not_owner, unknown, likely_owner, owner",
		"from:2026-08-04":                     "2 of 5 clicks",
		"to:2026-08-03":                       "3 of 5 clicks",
		"from:2026-08-03T09:10Z to:2026-08-03T09:20:01Z": "1 of 5 clicks",
		"from:2026-08-03T11:10+02:00 to:2026-08-04":      "3 of 5 clicks",
		"from:yesterday": "from: is a time such as 2026-08-03 or 2026-08-03T09:14Z",
		"unknownfield:x": "0 of 5 clicks",
		`"`:              "5 of 5 clicks",
	}
	for ask, want := range tests {
		t.Run(ask, func(t *testing.T) { assert.Equal(t, want, b.find(t, ask)) })
	}

	// Around a click of an account.
	b.find(t, "site:login.evil.example")
	b.run(t, chromedp.Click(css("#body .open")), chromedp.WaitVisible(css("#body .detail")), chromedp.Click(css("#body .detail a.filter")))
	until(t, b, `document.getElementById("shown").textContent === "2 of 5 clicks"`)

	// A link to a row opens it, and an address names a filter.
	file := eval[string](t, b, `document.querySelector("footer bdi").textContent.replace(": UrlClickEvents", "")`)
	eval[bool](t, b, fmt.Sprintf(`(location.hash = new URLSearchParams({ file: %q, row: 3 })) !== ""`, file))
	until(t, b, `document.querySelector("#body .detail") !== null`)
	assert.Contains(t, b.text(t, "#body .detail"), "https://notevil.example/")
	b.clean(t)
}

// TestReportTakenAlong holds what the page copies and saves.
func TestReportTakenAlong(t *testing.T) {
	b := writeRows(t, append(reportRows(), map[string]any{"Timestamp": "2026-08-06T00:00:00Z", "Url": "https://b.example/;=1+1", "ActionType": "ClickAllowed", "AccountUpn": "=cmd()", "IPAddress": "203.0.113.9"}))
	saved := func(button string) string {
		return eval[string](t, b, fmt.Sprintf(`(() => {
			let text = "";
			const old = URL.createObjectURL, Old = Blob;
			window.Blob = class extends Old { constructor(parts, options) { super(parts, options); text = parts.join(""); } };
			document.getElementById(%q).click();
			window.Blob = Old;
			return text;
		})()`, button))
	}
	require.Equal(t, "1 of 6 clicks", b.find(t, "cmd"))
	records, err := csv.NewReader(strings.NewReader(saved("save-csv"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, records, 2)
	row := map[string]string{}
	for i, name := range records[0] {
		row[name] = records[1][i]
	}
	assert.Equal(t, "'=cmd()", row["account"])
	assert.Equal(t, "https://b.example/;'=1+1", row["original_url"])
	assert.Equal(t, "203.0.113.9", row["ip"])
	assert.Equal(t, "2026-08-06T00:00:00.000Z", row["timestamp"])

	b.find(t, "")
	all := lines(t, saved("save-ndjson"))
	require.Len(t, all, 6)
	var accounts []string
	for _, l := range all {
		accounts = append(accounts, l.Account)
	}
	assert.Contains(t, accounts, "=cmd()")

	b.find(t, "dangerous:")
	eval[bool](t, b, `(() => { window.taken = ""; document.execCommand = () => (window.taken = document.activeElement.value) !== ""; Object.defineProperty(navigator, "clipboard", { value: { writeText: (s) => { window.taken = s; return Promise.resolve(); } } }); document.getElementById("copy-indicators").click(); return true; })()`)
	until(t, b, `document.getElementById("done").textContent === "5 indicators copied."`)
	assert.Equal(t, "evil[.]example\nhxxps://evil[.]example/z\nhxxps://login[.]evil[.]example/a?b=1\n2001[:]db8:1::5\n203[.]0[.]113[.]7", eval[string](t, b, `window.taken`))
	b.run(t, chromedp.Click(css("#body .open")), chromedp.WaitVisible(css("#body .detail")), chromedp.Click(css("[data-json]")))
	until(t, b, `document.getElementById("done").textContent === "Row copied."`)
	var copied map[string]any
	require.NoError(t, json.Unmarshal([]byte(eval[string](t, b, `window.taken`)), &copied))
	assert.Equal(t, "alex@contoso.example", copied["account"])
	b.clean(t)
}

// TestReportLinks holds that no host is shown so that it looks like another.
func TestReportLinks(t *testing.T) {
	b := writeRows(t, reportRows()[:1])
	long := strings.Repeat("secure-update.", 12)
	tests := map[string]struct{ link, site, want string }{
		"site":               {"https://login.evil.example/a", "evil.example", "login.evil.example/a"},
		"long path":          {"https://evil.example/" + strings.Repeat("a", 200), "evil.example", "evil.example/" + strings.Repeat("a", 69) + "…"},
		"a known name first": {"https://login.microsoftonline.com." + long + "evil.example/", "evil.example", "…" + ("login.microsoftonline.com." + long)[len("login.microsoftonline.com."+long)-60:] + "evil.example"},
		"user name":          {"https://login.microsoftonline.com@evil.example/x", "evil.example", "evil.example/x"},
		"port":               {"https://evil.example:8443/x", "evil.example", "evil.example:8443/x"},
		"Cyrillic":           {"https://\u0430\u0440\u0440\u04cf\u0435.example/x", "", "\u0430\u0440\u0440\u04cf\u0435.example (xn--80ak6aa92e.example)/x"},
		"site of another":    {"https://evil.example/", "contoso.example", "evil.example"},
		"long site":          {"https://" + strings.Repeat("x", 63) + ".example/", strings.Repeat("x", 63) + ".example", strings.Repeat("x", 63) + ".example"},
		"no link":            {"mailto:alex@contoso.example", "", "mailto:alex@contoso.example"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, eval[string](t, b, fmt.Sprintf(`linkShown(%q, %q, %q).textContent`, tt.link, tt.site, wireName(browserHost(tt.link)))))
		})
	}
	b.clean(t)
}

// TestReportMails holds that the page names the subject and the sender of a click's message,
// unless it is redacted.
func TestReportMails(t *testing.T) {
	click := reportRows()[0]
	click["NetworkMessageId"] = "AAAAAAAA-0000-4000-8000-000000000001"
	rows := []map[string]any{click, reportRows()[1],
		{"Timestamp": "2026-08-03T08:00:00Z", "NetworkMessageId": "aaaaaaaa-0000-4000-8000-000000000001", "SenderFromAddress": "billing@evil.example", "Subject": "Invoice \u202e17", "RecipientEmailAddress": "alex@contoso.example", "DeliveryAction": "Delivered", "UrlCount": 2},
		{"Timestamp": "2026-08-03T08:00:00Z", "NetworkMessageId": "aaaaaaaa-0000-4000-8000-000000000002", "SenderFromAddress": "kim@contoso.example", "Subject": "Lunch", "RecipientEmailAddress": "alex@contoso.example", "DeliveryAction": "Delivered", "UrlCount": 0}}
	b := writeRows(t, rows)
	assert.Contains(t, b.text(t, "#body tr.row"), "“Invoice [U+202E]17” from billing@evil.example")
	assert.Equal(t, "1 of 2 clicks", b.find(t, "subject:invoice sender:evil.example"))
	assert.Equal(t, "1 of 2 clicks", b.find(t, "-sender:billing"))
	b.clean(t)
	b = writeRows(t, rows, "--redact")
	assert.NotContains(t, eval[string](t, b, `document.documentElement.textContent`), "billing")
	assert.Equal(t, "0 of 2 clicks", b.find(t, "invoice"))
}

// TestReportWithoutScripts holds that the answer and the findings are there without scripts.
func TestReportWithoutScripts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	require.Equal(t, exitOK, runTriage(t, "", "--html", path).status)
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	before, _, ok := strings.Cut(string(file), "<script")
	require.True(t, ok)
	for _, part := range []string{"<title>Who clicked? alex@contoso.example looks taken over</title>", "2 people opened a page", "click on adatum.example from 192.0.2.77", "Safe Links stopped 4 accounts", "<noscript>"} {
		assert.Contains(t, before, part)
	}
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(before)
	require.Len(t, policy, 2)
	assert.Regexp(t, `^default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-[^' ]+'; script-src 'sha256-[^' ]+'$`, policy[1])
}

// TestSmallReports holds that inputs with little in them read well.
func TestSmallReports(t *testing.T) {
	t.Run("nothing", func(t *testing.T) {
		folder := t.TempDir()
		input, path := filepath.Join(folder, "clicks.csv"), filepath.Join(folder, "report.html")
		require.NoError(t, os.WriteFile(input, []byte("Timestamp,Url,ActionType,AccountUpn,Workload,IPAddress\n"), 0o600))
		require.Equal(t, exitOK, runTriage(t, "", "--html", path, input).status)
		b := openReport(t, path)
		assert.Equal(t, "Who clicked? No clicks", eval[string](t, b, `document.title`))
		assert.Equal(t, "0 clicks", b.text(t, "#shown"))
		assert.Contains(t, b.text(t, "#body"), "There are no clicks.")
		assert.True(t, eval[bool](t, b, `document.getElementById("save-csv").disabled`))
		b.clean(t)
	})
	t.Run("one", func(t *testing.T) {
		b := writeRows(t, reportRows()[1:2])
		assert.Equal(t, "Who clicked? alex@contoso.example: unknown", eval[string](t, b, `document.title`))
		assert.Equal(t, "1 click", b.text(t, "#shown"))
		b.clean(t)
	})
	t.Run("nothing is known", func(t *testing.T) {
		b := writeRows(t, []map[string]any{{"Url": "https://a.example/", "ActionType": "ClickAllowed"}, {"Url": "https://b.example/", "ActionType": "ClickAllowed"}})
		assert.Equal(t, "Who clicked? Nothing tells who made the 2 clicks", eval[string](t, b, `document.title`))
		assert.Contains(t, b.text(t, "#body"), "no time")
		assert.Contains(t, b.text(t, "#body"), "no account")
		assert.Contains(t, b.text(t, "#body"), "no address")
		b.clean(t)
	})
}

// TestReportPrint holds that a print says what it leaves out.
func TestReportPrint(t *testing.T) {
	var rows []map[string]any
	for i := range 700 {
		rows = append(rows, map[string]any{"Timestamp": fmt.Sprintf("2026-08-03T%02d:%02d:00Z", i/60, i%60), "Url": fmt.Sprintf("https://a.example/%d", i), "ActionType": "ClickAllowed", "AccountUpn": "alex@contoso.example", "IPAddress": "203.0.113.7"})
	}
	b := writeRows(t, rows)
	b.find(t, "from:2026-08-03T00:10Z")
	eval[bool](t, b, `dispatchEvent(new Event("beforeprint"))`)
	assert.Equal(t, 500, b.count(t, "#body tr.row"))
	assert.Contains(t, b.text(t, "#printed"), "500 clicks printed; not printed: 190 more clicks that the filter lets through, 10 clicks that it does not")
	eval[bool](t, b, `dispatchEvent(new Event("afterprint"))`)
	assert.Equal(t, 50, b.count(t, "#body tr.row"))
	assert.True(t, eval[bool](t, b, `document.getElementById("printed").hidden`))
	b.clean(t)
}

// TestReportForEverybody runs axe-core over the page, light and dark, wide and narrow, with
// everything unfolded. AXE names the file axe.min.js of the npm package axe-core.
func TestReportForEverybody(t *testing.T) {
	file := os.Getenv("AXE")
	if file == "" || testing.Short() {
		t.Skip("AXE does not name axe.min.js")
	}
	axe, err := os.ReadFile(file)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "report.html")
	require.Equal(t, exitOK, runTriage(t, "", "--html", path).status)
	b := openReport(t, path)
	eval[bool](t, b, string(axe)+"; true")
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int{1280, 390} {
			t.Run(fmt.Sprint(theme, width), func(t *testing.T) {
				b.run(t, chromedp.EmulateViewport(int64(width), 800))
				eval[bool](t, b, fmt.Sprintf(`(() => {
					document.documentElement.dataset.theme = %q;
					for (const d of document.querySelectorAll("details")) d.open = true;
					for (const o of [...document.querySelectorAll("#body .open")].slice(0, 3)) if (o.ariaExpanded === "false") o.click();
					window.violations = null;
					axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
						.then((r) => { window.violations = r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).slice(0, 3).join(" ")); });
					return true;
				})()`, theme))
				until(t, b, `window.violations !== null`)
				assert.Empty(t, eval[[]string](t, b, `window.violations`))
				assert.True(t, eval[bool](t, b, `document.documentElement.scrollWidth <= innerWidth`), "wider than the screen")
			})
		}
	}
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
		"gpj.\u202emoc\u2066\u200f\u05d0\u0628\x1b[2J\u009b\u00ad\U000e0041",
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
	eval[bool](t, w, `document.querySelectorAll("details").forEach((d) => { d.open = true; }) ?? true`)
	for i := range attacks {
		eval[bool](t, w, fmt.Sprintf(`document.querySelectorAll("#body .open")[%d].click() ?? true`, i))
	}
	assert.Equal(t, len(attacks), eval[int](t, w, `document.querySelectorAll("#body .detail").length`))
	assert.False(t, eval[bool](t, w, `"pwned" in window`))
	assert.Zero(t, eval[int](t, w, `document.querySelectorAll("main img, main svg:not(.chart), main link, main script").length`))
	assert.Contains(t, eval[string](t, w, `document.getElementById("body").innerText`), attacks[2])
	w.clean(t)

	// What cannot be seen, or turns the direction of writing, has its name in the page.
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	content := string(file) + reportContent(t, path) + eval[string](t, w, `document.documentElement.innerText`)
	for _, r := range content {
		if r != '\n' && r != '\t' && unicode.In(r, unseen...) {
			t.Errorf("%U is in the page", r)
		}
	}
	assert.Contains(t, content, "gpj.[U+202E]moc[U+2066][U+200F][U+05D0][U+0628][U+001B][2J[U+009B][U+00AD][U+E0041]")

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
	assert.Contains(t, b.text(t, "#clicks"), "500 more clicks are in the counts and charts only")
	assert.Equal(t, 50, b.count(t, "#body tr.row"))
	b.run(t, chromedp.SendKeys(css("#find"), "exchange"))
	until(t, b, `/^[\d,]+ of 100,000 clicks$/.test(document.getElementById("shown").textContent)`)
	b.run(t, chromedp.Click(css("th.c-account button")), chromedp.Click(css("#last")))
	assert.True(t, eval[bool](t, b, `document.getElementById("next").disabled`))
	b.clean(t)
}
