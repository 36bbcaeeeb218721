package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"
)

// The parts of the report. The charts are drawn by Chart.js 4.6.1, whose
// licence (MIT) is beside it.
var (
	//go:embed report/body.html
	reportBody string
	//go:embed report/report.css
	reportStyle string
	//go:embed report/report.js
	reportScript string
	//go:embed report/chart.umd.min.js
	chartScript string
)

// The most that the report's tables show.
const (
	maxReportServices = 20
	maxDelayServices  = 14
)

// writeReport writes one page that needs nothing else. Its policy lets only the two
// scripts run that it names by their hashes, and lets nothing be fetched.
func writeReport(w io.Writer, d *digest, about aboutRun) error {
	body, err := template.New("report").Parse(reportBody)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '" + hash(reportStyle) +
		"'; script-src '" + hash(chartScript) + "' '" + hash(reportScript) + "'"
	page.WriteString(reportMark + "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n" +
		"<title>Who clicked?</title>\n<style>" + reportStyle + "</style>\n</head>\n<body>\n")
	if err := body.Execute(&page, newReportPage(d, about)); err != nil {
		return err
	}
	page.WriteString("<script type=\"application/gzip\" id=\"data\">")
	if _, err := w.Write(page.Bytes()); err != nil {
		return err
	}
	encoder := base64.NewEncoder(base64.StdEncoding, w)
	zipper := gzip.NewWriter(encoder)
	enc := json.NewEncoder(zipper)
	enc.SetEscapeHTML(false)
	if err := cmp.Or(enc.Encode(newReportData(d)), zipper.Close(), encoder.Close()); err != nil {
		return err
	}
	_, err = io.WriteString(w, "</script>\n<script>"+chartScript+"</script>\n<script>"+reportScript+"</script>\n</body>\n</html>\n")
	return err
}

// hash returns the name of a script or a style in a Content-Security-Policy.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// reportPage is what the page shows without its scripts.
type reportPage struct {
	Answer       string
	Notices      []string
	Classes      []reportClass
	Services     []reportService
	MoreServices string
	Messages     []reportBurst
	Addresses    []reportBurst
	LeftOut      string
	Missing      []reportMissing
	Errors       []string
	Versions     []string
	Files        []string
}

type reportClass struct{ Key, Name, Count, Share string }

type reportService struct {
	Name   string
	Counts []string
	Total  string
}

type reportBurst struct{ Name, Service, Clicks, Accounts, URLs, When, Verdicts string }

type reportMissing struct{ Text, Count, Failed, Account, Query string }

func newReportPage(d *digest, about aboutRun) *reportPage {
	p := &reportPage{Answer: answer(d), Versions: d.versions(), Files: about.files}
	if about.sample {
		p.Notices = append(p.Notices, "This is the built-in sample of made-up clicks.")
	}
	if about.interrupted {
		p.Notices = append(p.Notices, "The run was interrupted: this is what had been done by then.")
	}
	if about.redacted {
		p.Notices = append(p.Notices, "Accounts are replaced by pseudonyms, and links by their sites.")
	}
	if d.revised > 0 {
		p.Notices = append(p.Notices, plural(d.revised, "verdict")+" would have been revised by clicks that came late in the input; the counts hold the first ones.")
	}
	shown := d.shown()
	for _, class := range shown {
		p.Classes = append(p.Classes, reportClass{class.String(), className(class), thousands(d.classes[class]), percent(d.classes[class], d.rows)})
	}
	services := d.byService()
	for i, s := range services {
		if i == maxReportServices {
			p.MoreServices = fmt.Sprintf("and %s more", plural(len(services)-i, "origin"))
			break
		}
		row := reportService{Name: s, Total: thousands(d.services[s].total())}
		for _, class := range shown {
			row.Counts = append(row.Counts, thousands(d.services[s][class]))
		}
		p.Services = append(p.Services, row)
	}
	p.Messages, p.Addresses = newReportBursts(largest(d.page.messages)), newReportBursts(largest(d.page.networks))
	if left := d.page.left; left > 0 {
		p.LeftOut = fmt.Sprintf("The table holds the %s clicks that most deserve a look; %s more are in the charts and counts, and in --format ndjson or csv.",
			thousands(d.page.kept), thousands(left))
	}
	for _, e := range evidenceKinds {
		missing, failed := d.missing[e], d.failed[e]
		if missing == 0 && failed == 0 {
			continue
		}
		entry := reportMissing{Text: textOf(e.String())}
		if failed > 0 {
			entry.Failed = thousands(failed) + " of " + plural(d.rows, "click")
		}
		if missing > 0 {
			entry.Count = thousands(missing) + " of " + plural(d.rows, "click")
		}
		if f := d.wanted[e]; f != nil {
			entry.Query, entry.Account = e.KQL(&f.Click), cmp.Or(f.Click.AccountUpn, "no account")
		}
		p.Missing = append(p.Missing, entry)
	}
	for _, e := range d.firstErrors {
		place := fmt.Sprintf("%s, row %s", e.file, thousands(int(e.row)))
		if e.column != "" {
			place += ", column " + e.column
		}
		p.Errors = append(p.Errors, place+": "+e.message)
	}
	if rest := d.errors - len(d.firstErrors); rest > 0 {
		p.Errors = append(p.Errors, "and "+thousands(rest)+" more")
	}
	return p
}

// byService returns the services, those with the most clicks first.
func (d *digest) byService() []string {
	list := make([]string, 0, len(d.services))
	for name := range d.services {
		list = append(list, name)
	}
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(cmp.Compare(d.services[b].total(), d.services[a].total()), strings.Compare(a, b))
	})
	return list
}

func newReportBursts(list []*burst) []reportBurst {
	var out []reportBurst
	for _, b := range list {
		var verdicts []string
		for _, class := range classes {
			if n := b.classes[class]; n > 0 {
				verdicts = append(verdicts, thousands(n)+" "+className(class))
			}
		}
		when := b.first.UTC().Format("2006-01-02 15:04:05")
		if gap := b.last.Sub(b.first).Round(time.Second); gap > 0 {
			when += " + " + strings.TrimSuffix(strings.TrimSuffix(gap.String(), "0s"), "0m")
		}
		out = append(out, reportBurst{b.name, b.service, thousands(b.clicks), thousands(len(b.accounts)), thousands(b.urls), when, strings.Join(verdicts, ", ")})
	}
	return out
}
