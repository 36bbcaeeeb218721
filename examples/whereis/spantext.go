package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/iprange"
)

// The most that the text shows of an answer; NDJSON has all.
const (
	maxRows  = 20
	maxNames = 4
	maxParts = 3
)

// text returns the answer as a headline and a table below it.
func (a *spanAnswer) text() (headline string, rows [][]string) {
	shares, _ := a.specialShares()
	slices.SortStableFunc(shares, namedShare.compare)
	specials := joinShares(shares)
	people := a.peopleText()
	if len(a.names) == 1 {
		people += " (" + a.names[0].source + ")"
	}
	sentences := []string{joinShares(a.names), people, specials}
	if len(a.entries) == 0 {
		sentences = []string{specials, unlisted}
	}
	headline = a.value() + ": " + strings.Join(nonEmpty(sentences...), "; ") + when(a.at, "")
	for i, e := range a.entries {
		if i == maxRows && len(a.entries) > maxRows+1 {
			rows = append(rows, []string{fmt.Sprintf("and %d more entries, which --format ndjson shows", len(a.entries)-i)})
			break
		}
		rows = append(rows, []string{e.match.Layer.String(), percent(e.share), e.where(), what(&e.match), e.match.List})
	}
	return headline, rows
}

// where returns the prefix that holds the whole query, or the parts that the entry has.
func (e entryShare) where() string {
	if e.share == 1 && e.match.Prefix.IsValid() {
		return e.match.Prefix.String()
	}
	shown := e.parts[:min(len(e.parts), maxParts)].texts()
	if more := len(e.parts) - len(shown); more > 0 {
		shown = append(shown, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(shown, " ")
}

// joinShares returns names with their shares.
func joinShares(names []namedShare) string {
	var words []string
	for i, n := range names {
		if i == maxNames && len(names) > maxNames+1 {
			words = append(words, fmt.Sprintf("and %d more", len(names)-i))
			break
		}
		words = append(words, strings.TrimSpace(n.name+" "+shareText(n.share)))
	}
	return strings.Join(words, ", ")
}

// shareText is percent, and nothing for all.
func shareText(share float64) string {
	if share == 1 {
		return ""
	}
	return percent(share)
}

func percent(share float64) string {
	p := 100 * share
	switch {
	case share == 1:
		return "all"
	case p > 99.9:
		return "> 99.9 %"
	case p < 0.1:
		return "< 0.1 %"
	case p < 10 || p > 99:
		return fmt.Sprintf("%.1f %%", p)
	}
	return fmt.Sprintf("%.0f %%", p)
}

func (a *spanAnswer) peopleText() string {
	if len(a.people) == 1 {
		return peopleWords[a.onePeople()]
	}
	var words []string
	for _, p := range [...]iprange.People{iprange.PeopleNone, iprange.PeopleYes, iprange.PeoplePossible} {
		if share := a.people[p].share(a.item); share > 0 {
			words = append(words, sharedPeopleWords[p]+" "+percent(share))
		}
	}
	return strings.Join(words, ", ")
}

var sharedPeopleWords = map[iprange.People]string{
	iprange.PeopleNone:     "no person's traffic leaves from",
	iprange.PeopleYes:      "people are behind",
	iprange.PeoplePossible: "a person can be behind",
}
