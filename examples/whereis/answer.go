package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// answer is what the lists say about one query.
type answer struct {
	query     string
	at        time.Time
	isHost    bool
	matches   iprange.Matches
	unreached []string // lists that do not go back to at
	problem   string   // why nothing was looked up
}

// line is one answer as JSON. Every name is always there; what does not apply
// is "" or null.
type line struct {
	Query       string      `json:"query"`
	Matches     []matchLine `json:"matches"`
	People      string      `json:"people"`
	HostPattern string      `json:"host_pattern"`
	At          string      `json:"at,omitempty"`
	// OldestUsed names the lists that do not go back to at.
	OldestUsed []string `json:"oldest_used,omitempty"`
	// Error says why nothing was looked up.
	Error string `json:"error,omitempty"`
}

type matchLine struct {
	Layer         string `json:"layer"`
	List          string `json:"list"`
	Instance      string `json:"instance"`
	Set           *int   `json:"set"`
	Area          string `json:"area"`
	Service       string `json:"service"`
	Category      string `json:"category"`
	Required      *bool  `json:"required"`
	Tag           string `json:"tag"`
	Region        string `json:"region"`
	SystemService string `json:"system_service"`
	Prefix        string `json:"prefix"`
	People        string `json:"people"`
	Source        string `json:"source"`
	Kind          string `json:"kind"`
	HostPattern   string `json:"host_pattern,omitempty"`
	Since         string `json:"since,omitempty"`
	Until         string `json:"until,omitempty"`
}

func (a *answer) writeJSON(w io.Writer) error {
	l := line{Query: a.query, Matches: []matchLine{}, People: a.people(), At: date(a.at), OldestUsed: a.unreached, Error: a.problem}
	for _, m := range a.matches.All() {
		x := matchLine{
			Layer: m.Layer.String(), List: m.List, Instance: m.Instance, Area: m.Area, Service: m.Service,
			Category: m.Category, Tag: m.Tag, Region: m.Region,
			People: m.People.String(), Source: m.Source, Kind: m.Kind.String(), HostPattern: m.Pattern,
			Since: date(m.Since), Until: date(m.Until),
		}
		switch m.Layer {
		case iprange.LayerProduct:
			x.Set, x.Required = &m.Set, &m.Required
		case iprange.LayerTag:
			x.Service, x.SystemService = "", m.Service
		}
		if m.Prefix.IsValid() {
			x.Prefix = m.Prefix.String()
		}
		if l.HostPattern == "" {
			l.HostPattern = m.Pattern
		}
		l.Matches = append(l.Matches, x)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(l)
}

// people is what all matches say together; a host match says nothing of who is
// behind an address.
func (a *answer) people() string {
	if a.isHost {
		return iprange.PeoplePossible.String()
	}
	return a.matches.People().String()
}

func (a *answer) writeText(w io.Writer) error {
	if a.problem != "" {
		_, err := fmt.Fprintf(w, "%.128q: %s\n", a.query, a.problem)
		return err
	}
	if a.matches.Len() == 0 {
		_, err := fmt.Fprintf(w, "%s: in none of the lists%s\n", a.query, a.when())
		return err
	}
	fmt.Fprintf(w, "%s: %s%s\n", a.query, a.headline(), a.when())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, m := range a.matches.All() {
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", m.Layer, where(&m), what(&m), m.List)
	}
	err := t.Flush()
	if len(a.unreached) > 0 {
		_, err = fmt.Fprintf(w, "  not known that far back, oldest version used: %s\n", strings.Join(a.unreached, ", "))
	}
	return err
}

func (a *answer) when() string {
	if a.at.IsZero() || a.isHost {
		return ""
	}
	return " on " + date(a.at)
}

func (a *answer) headline() string {
	best, _ := a.matches.Best()
	name := best.Service
	if best.Layer == iprange.LayerTag {
		name = best.Tag
	}
	if a.isHost {
		return name + " (a fact about the list, not a verdict about a link)"
	}
	switch a.matches.People() {
	case iprange.PeopleNone:
		name += "; no person's traffic leaves from here"
	case iprange.PeopleYes:
		name += "; people are behind it"
	default:
		name += "; a person can be behind it"
	}
	return name + " (" + best.Source + ")"
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
		if m.Service != "" {
			w = append(w, m.Service)
		}
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
	return strings.Join(w, ", ")
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
