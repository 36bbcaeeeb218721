package main

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
)

// What is kept of a click to be shown, in bytes. No cell that Microsoft writes is longer than
// the first; a link is cut again where it is shown.
const (
	maxDisplayed    = 400
	maxDisplayedURL = 8 << 10
)

// cutForDisplay returns r without the ends of long cells: summaries keep many clicks.
func cutForDisplay(r *clickclass.Result) *clickclass.Result {
	cells := textsOf(&r.Click)
	long := len(r.Click.Url) > maxDisplayedURL
	for _, s := range cells {
		long = long || len(*s) > maxDisplayed
	}
	if !long {
		return r
	}
	cut := *r
	if len(cut.Click.Url) > maxDisplayedURL {
		cut.Click.Url = shorten(cut.Click.OriginalURL(), maxDisplayedURL)
	}
	cut.Click.Url = strings.Clone(cut.Click.Url) // without the row around it
	for _, s := range textsOf(&cut.Click) {
		*s = strings.Clone(shorten(*s, maxDisplayed))
	}
	return &cut
}

// textsOf returns the texts of a click, without its link and the name of its file.
func textsOf(k *clickclass.Click) [11]*string {
	return [...]*string{(*string)(&k.ActionType), &k.AccountUpn, &k.Workload, &k.NetworkMessageId, &k.ThreatTypes,
		&k.DetectionMethods, &k.UrlChain, &k.ReportId, &k.AppName, &k.AppVersion, &k.SourceId}
}
