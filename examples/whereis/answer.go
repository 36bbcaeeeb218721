package main

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// answer is what the lists say about an address or a host.
type answer struct {
	item
	at        time.Time
	matches   iprange.Matches
	ipv4      netip.Addr // for which one of IPv6 stands, and whose matches these are
	unreached []string   // lists that do not go back to at
}

// lookUpHost returns what the lists say of a host, or of any host below one: *.contoso.example.
func lookUpHost(set *iprange.Set, host string) iprange.Matches {
	if below, ok := strings.CutPrefix(host, "*."); ok {
		host = "any." + below
	}
	return set.LookupHost(host)
}

// lookUp answers for one address or host.
func lookUp(set *iprange.Set, it item, at time.Time) *answer {
	a := &answer{item: it, at: at}
	if it.host != "" {
		a.matches = lookUpHost(set, it.host)
		return a
	}
	asked := it.first
	if ipv4, ok := ipv4In(asked); ok {
		a.ipv4, asked = ipv4, ipv4
	}
	a.matches = set.LookupAt(asked, at)
	a.unreached = unreached(set, at)
	return a
}

// special returns the special blocks of the address.
func (a *answer) special() string {
	if a.host != "" {
		return ""
	}
	s, found := specialOf(a.first)
	if !found {
		return ""
	}
	text := s.String()
	if a.ipv4.IsValid() {
		text += " of " + a.ipv4.String()
		if inner, found := specialOf(a.ipv4); found {
			text += ", " + inner.String()
		}
	}
	return text
}

// people is what all matches say together; a host match says nothing of who is
// behind an address.
func (a *answer) people() iprange.People {
	if a.host != "" {
		return iprange.PeoplePossible
	}
	return a.matches.People()
}

// unlisted is said of what no list has, which means nothing.
const unlisted = "in none of the lists"

// text returns the answer as a headline and a table below it.
func (a *answer) text() (headline string, rows [][]string) {
	parts := []string{a.headline(), a.special()}
	if a.matches.Len() == 0 {
		parts = []string{a.special(), unlisted}
	}
	headline = a.value() + ": " + strings.Join(nonEmpty(parts...), "; ") + when(a.at, a.host)
	for _, m := range a.matches.All() {
		rows = append(rows, []string{m.Layer.String(), where(&m), what(&m), m.List})
	}
	return headline, rows
}

func (a *answer) headline() string {
	best, _ := a.matches.Best()
	if a.host != "" {
		return nameOf(&best) + " (a fact about the list, not a verdict about a link)"
	}
	return nameOf(&best) + "; " + peopleWords[a.matches.People()] + " (" + best.Source + ")"
}

var peopleWords = map[iprange.People]string{
	iprange.PeopleNone:     "no person's traffic leaves from here",
	iprange.PeopleYes:      "people are behind it",
	iprange.PeoplePossible: "a person can be behind it",
}

// nameOf names what a match says most shortly.
func nameOf(m *iprange.Match) string {
	if m.Layer == iprange.LayerTag {
		return m.Tag
	}
	return m.Service
}

func when(at time.Time, host string) string {
	if at.IsZero() || host != "" {
		return ""
	}
	return " on " + date(at)
}

func where(m *iprange.Match) string {
	if m.Pattern != "" {
		return m.Pattern
	}
	return m.Prefix.String()
}

func what(m *iprange.Match) string {
	var w []string
	switch m.Layer {
	case iprange.LayerProduct:
		w = append(w, fmt.Sprintf("set %d %s (%s)", m.Set, m.Service, m.Area), m.Category)
		if m.Required {
			w = append(w, "required")
		}
	case iprange.LayerTag:
		w = append(w, m.Tag)
		if m.Region != "" {
			w = append(w, "region "+m.Region)
		}
		w = append(w, m.Service)
	default:
		w = append(w, m.Service)
		if m.Region != "" {
			w = append(w, "region "+m.Region)
		}
	}
	if !m.Since.IsZero() {
		w = append(w, "since "+date(m.Since))
	}
	if !m.Until.IsZero() {
		w = append(w, "until "+date(m.Until))
	}
	return strings.Join(nonEmpty(w...), ", ")
}

func nonEmpty(texts ...string) (out []string) {
	for _, s := range texts {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// unreached names the lists whose versions at hand are all newer than at, so
// that the answer is their oldest version's.
func unreached(s *iprange.Set, at time.Time) (names []string) {
	if at.IsZero() {
		return nil
	}
	for _, l := range s.Lists() {
		if len(l.Dates) > 0 && l.Dates[0].After(at) {
			names = append(names, l.Name+" "+l.Dates[0].Format(time.DateOnly))
		}
	}
	return names
}
