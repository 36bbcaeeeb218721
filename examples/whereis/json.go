package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/whoclicked/whoclicked/iprange"
)

// line is one answer as JSON. What does not apply is "" or null, or left out.
type line struct {
	Query string `json:"query"`
	// Line is that of standard input, from 1; 0 for an argument.
	Line int `json:"line,omitempty"`
	// Type is address, prefix, range or host, and Value the query in plain form.
	Type        string      `json:"type,omitempty"`
	Value       string      `json:"value,omitempty"`
	Matches     []matchLine `json:"matches"`
	People      string      `json:"people"`
	HostPattern string      `json:"host_pattern"`
	// PeopleShare has the share of the addresses of a prefix or range by what is known of
	// people behind them.
	PeopleShare map[string]float64 `json:"people_share,omitempty"`
	// Special has the special-purpose blocks that the query is in or touches.
	Special []specialLine `json:"special,omitempty"`
	// IPv4 is the address for which one of IPv6 stands, and whose matches these are.
	IPv4 string `json:"ipv4,omitempty"`
	At   string `json:"at,omitempty"`
	// OldestUsed names the lists that do not go back to at.
	OldestUsed []string `json:"oldest_used,omitempty"`
	// Error says why nothing was looked up.
	Error string `json:"error,omitempty"`
}

type specialLine struct {
	Name     string   `json:"name"`
	Registry string   `json:"registry"`
	RFC      string   `json:"rfc"`
	Prefix   string   `json:"prefix"`
	Share    *float64 `json:"share,omitempty"`
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
	// Share is how much of a prefix or range the entry has, 1 for all of it, and Parts
	// which addresses.
	Share *float64 `json:"share,omitempty"`
	Parts []string `json:"parts,omitempty"`
}

func (a *answer) line() line {
	l := line{
		Query: a.query, Type: a.kind(), Value: a.value(), Matches: []matchLine{}, People: a.people().String(),
		At: date(a.at), OldestUsed: a.unreached,
	}
	for _, m := range a.matches.All() {
		if l.HostPattern == "" {
			l.HostPattern = m.Pattern
		}
		l.Matches = append(l.Matches, matchOf(&m))
	}
	if a.host != "" {
		return l
	}
	if s, found := specialOf(a.first); found {
		l.Special = append(l.Special, specialLineOf(s))
	}
	if a.ipv4.IsValid() {
		l.IPv4 = a.ipv4.String()
		if s, found := specialOf(a.ipv4); found {
			l.Special = append(l.Special, specialLineOf(s))
		}
	}
	return l
}

func (a *spanAnswer) line() line {
	l := line{
		Query: a.query, Type: a.kind(), Value: a.value(), Matches: []matchLine{}, People: a.onePeople().String(),
		PeopleShare: map[string]float64{}, At: date(a.at), OldestUsed: a.unreached,
	}
	for _, e := range a.entries {
		m := matchOf(&e.match)
		m.Share, m.Parts = &e.share, e.parts.texts()
		l.Matches = append(l.Matches, m)
	}
	for p, portion := range a.people {
		l.PeopleShare[p.String()] = portion.share(a.item)
	}
	shares, blocks := a.specialShares()
	for i, s := range blocks {
		x := specialLineOf(s)
		x.Share = &shares[i].share
		l.Special = append(l.Special, x)
	}
	return l
}

func specialLineOf(s special) specialLine {
	return specialLine{Name: s.what, Registry: s.registry, RFC: s.rfc, Prefix: s.prefix.String()}
}

func matchOf(m *iprange.Match) matchLine {
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
	return x
}

// marshal returns a line of NDJSON in which nothing moves the cursor of a terminal or
// turns the direction of writing: encoding/json escapes only the characters below a
// blank.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	out := make([]byte, 0, b.Len())
	for text := b.Bytes(); len(text) > 0; {
		r, n := utf8.DecodeRune(text)
		if r != '\n' && r < 0x10000 && unicode.In(r, unicode.Cc, unicode.Cf) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = append(out, text[:n]...)
		}
		text = text[n:]
	}
	return out, nil
}
