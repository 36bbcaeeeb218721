package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
)

// The parts of the report. The scripts run as one, in this order.
var (
	//go:embed report/body.html
	reportBody string
	//go:embed report/report.css
	reportStyle string
	//go:embed report/words.js
	reportWords string
	//go:embed report/filter.js
	reportFilter string
	//go:embed report/table.js
	reportTable string
	//go:embed report/copy.js
	reportCopy string
	//go:embed report/report.js
	reportMain string
)

// writeReport writes one page that needs nothing else. Its policy lets only the script run
// that it names by its hash, and lets nothing be fetched.
func writeReport(w io.Writer, d *digest, about aboutRun) error {
	body, err := template.New("report").Parse(reportBody)
	if err != nil {
		return err
	}
	script := reportWords + reportFilter + reportTable + reportCopy + reportMain
	p := newReportPage(d, about)
	var page bytes.Buffer
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '" + hash(reportStyle) + "'; script-src '" + hash(script) + "'"
	page.WriteString(reportMark + "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n" +
		"<meta name=\"color-scheme\" content=\"light dark\">\n" +
		"<title>Who clicked? " + template.HTMLEscapeString(p.Headline) + "</title>\n<style>" + reportStyle + "</style>\n</head>\n<body>\n")
	if err := body.Execute(&page, p); err != nil {
		return err
	}
	page.WriteString("<script type=\"application/gzip\" id=\"data\">")
	if _, err := w.Write(page.Bytes()); err != nil {
		return err
	}
	encoder := base64.NewEncoder(base64.StdEncoding, w)
	zipper := gzip.NewWriter(encoder)
	data := bufio.NewWriterSize(zipper, 64<<10)
	if err := cmp.Or(writeReportData(data, d, about.redacted), data.Flush(), zipper.Close(), encoder.Close()); err != nil {
		return err
	}
	_, err = io.WriteString(w, "</script>\n<script>"+script+"</script>\n</body>\n</html>\n")
	return err
}

// hash returns the name of a script or a style in a Content-Security-Policy.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// reportPage is what the page shows without its scripts. Its texts are visible already.
type reportPage struct {
	Headline string
	Answer   string
	Read     string
	Notices  []string
	Groups   []reportGroup
	Machines reportGroup

	Query       string
	QueryClicks string
	Missing     []string

	Counts     []reportCount
	LeftOut    string
	Duplicates string

	Services  reportServices
	Timeline  *reportTimeline // nil: no click has a time
	Delays    reportDelays
	Messages  []reportBurst
	Addresses []reportBurst

	Errors   []string
	Versions []string
	Files    []string
}

// reportCount is a number of clicks, and the filter that shows them.
type reportCount struct{ Class, Name, Count, Share, Filter string }

func newReportPage(d *digest, about aboutRun) *reportPage {
	p := &reportPage{
		Headline: visible(headline(d)), Answer: visible(rawAnswer(d)), Read: visible(readText(d, &about)),
		Notices: reportNotices(d, &about),
		LeftOut: leftOut(d.page), Counts: reportCounts(d.page), Services: newReportServices(d),
		Timeline: newReportTimeline(&d.page.timeline), Delays: newReportDelays(d.page.delays),
		Messages: newReportBursts("message", largest(d.page.messages)), Addresses: newReportBursts("ip", largest(d.page.networks)),
	}
	if n := d.page.duplicates; n > 0 {
		p.Duplicates = plural(n, "row") + " came twice"
	}
	p.addFindings(d.report())
	p.addMissing(d, &about)
	p.addErrors(d)
	for _, v := range d.versions() {
		p.Versions = append(p.Versions, visible(v))
	}
	for _, f := range about.files {
		p.Files = append(p.Files, visible(f))
	}
	return p
}

func reportNotices(d *digest, about *aboutRun) []string {
	var list []string
	if about.sample {
		list = append(list, "This is the built-in sample of made-up clicks.")
	}
	if about.interrupted {
		list = append(list, "The run was interrupted: this is what had been done by then.")
	}
	if about.redacted {
		list = append(list, "Accounts are replaced by pseudonyms, and links by their sites.")
	}
	if d.errors > 0 {
		list = append(list, sentence(plural(d.errors, "row"))+" could not be read; they are named at the end.")
	}
	if d.revised > 0 {
		list = append(list, sentence(plural(d.revised, "verdict"))+" changed when later rows told more. The findings and the table have the newest, the counts and charts the first.")
	}
	if n := d.report().Summary.LeftOut; n > 0 {
		list = append(list, "There were too many to tell: the findings leave out "+plural(n, "click")+".")
	}
	return list
}

// leftOut says which clicks the table does not have, "" if it has all.
func leftOut(d *reportDigest) string {
	n := d.clicks - d.kept
	if n == 0 {
		return ""
	}
	text := "The table has the " + plural(d.kept, "click") + " that deserve a look most. " + plural(n, "more click") + " are in the counts and charts only, "
	switch {
	case d.leftFrom == lastPriority:
		text += "all of machines on links that nobody calls dangerous"
	case d.leftFrom == lastPriority-1:
		text += "all of owners or machines on links that nobody calls dangerous"
	default:
		text += "also such as deserve a look"
	}
	return text + ": --format ndjson or csv has every row, and --account, --from and the other filters make a smaller report."
}

func reportCounts(d *reportDigest) []reportCount {
	var list []reportCount
	all := d.classes.total()
	add := func(class, name string, n int, filter string) {
		if n > 0 {
			list = append(list, reportCount{class, name, thousands(n), percent(n, all), filter})
		}
	}
	add("", "on something dangerous", d.dangerous, "dangerous:yes")
	for _, class := range classes {
		add(class.String(), className(class), d.classes[class], "class:"+class.String())
	}
	return list
}

// addMissing adds the query that would settle most, and which evidence is not at hand.
func (p *reportPage) addMissing(d *digest, about *aboutRun) {
	for _, e := range evidenceKinds {
		if n := d.failed[e]; n > 0 {
			p.Missing = append(p.Missing, sentence(textOf(e.String()))+": the look-up failed for "+thousands(n)+" of "+plural(d.rows, "click")+"; judge them again.")
		}
		if n := d.missing[e]; n > 0 {
			p.Missing = append(p.Missing, sentence(textOf(e.String()))+": not at hand for "+thousands(n)+" of "+plural(d.rows, "click")+".")
		}
	}
	if about.redacted {
		return // accounts are pseudonyms
	}
	if query, n := d.report().Query(); n > 0 {
		p.Query, p.QueryClicks = visibleLines(query), plural(n, "click")
	}
}

// visibleLines is visible for a text of several lines.
func visibleLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = visible(strings.TrimSuffix(lines[i], "\r"))
	}
	return strings.Join(lines, "\n")
}

func (p *reportPage) addErrors(d *digest) {
	for _, e := range d.firstErrors {
		place := e.file + ", row " + thousands(int(e.row))
		if e.column != "" {
			place += ", column " + e.column
		}
		p.Errors = append(p.Errors, visible(place+": "+e.message))
	}
	if rest := d.errors - len(d.firstErrors); rest > 0 {
		p.Errors = append(p.Errors, "and "+thousands(rest)+" more")
	}
}
