package kql

import (
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/iprange"
)

// Some classes of published lists.
var (
	mailProtection = class{iprange.KindMailProtection, iprange.PeopleNone, ""}
	teamsServers   = class{iprange.KindTeams, iprange.PeopleNone, ""}
	sharePoint     = class{iprange.KindSharePoint, iprange.PeopleNone, ""}
	exchange       = class{iprange.KindExchange, iprange.PeopleNone, ""}
	office         = class{iprange.KindOffice, iprange.PeopleNone, ""}
	identity       = class{iprange.KindIdentity, iprange.PeopleNone, ""}
	security       = class{iprange.KindSecurity, iprange.PeopleNone, ""}
	knownSecurity  = class{iprange.KindSecurity, iprange.PeopleNone, "known"}
	crawlers       = class{iprange.KindCrawler, iprange.PeopleNone, "known"}
	assistants     = class{iprange.KindCrawler, iprange.PeoplePossible, "known"}
	personEgress   = class{iprange.KindPersonEgress, iprange.PeopleYes, "known"}
	offices        = class{iprange.KindCorporate, iprange.PeopleYes, "known"}
	azureProxy     = class{iprange.KindProxy, iprange.PeoplePossible, ""}
)

// inlineList is a list of ranges that a query holds itself.
type inlineList struct {
	name    string // for people
	grain   grain
	classes []class
}

// exactly is the grain of a list that loses nothing.
var exactly = grain{32, 128}

// inlineLists are the lists of the forms that hold their ranges. The grains of the short form
// are those that fit; package tests say what they lose.
var inlineLists = map[Form][]inlineList{
	Short: {
		{"mail protection", grain{21, 50}, []class{mailProtection}},
		{"Teams", grain{21, 41}, []class{teamsServers}},
		{"SharePoint", grain{21, 40}, []class{sharePoint}},
		{"crawlers", grain{22, 40}, []class{crawlers}},
		{"people's egress", grain{20, 32}, []class{personEgress}},
	},
	Full: {
		{"mail protection", exactly, []class{mailProtection}},
		{"Teams", exactly, []class{teamsServers}},
		{"SharePoint", exactly, []class{sharePoint}},
		{"Exchange", exactly, []class{exchange}},
		{"Office", exactly, []class{office}},
		{"Entra ID", exactly, []class{identity}},
		{"security services", grain{26, 54}, []class{security, knownSecurity}},
		{"crawlers", grain{28, 64}, []class{crawlers}},
		{"assistants", grain{24, 48}, []class{assistants}},
		{"people's egress", grain{24, 40}, []class{personEgress}},
		{"Microsoft's offices", exactly, []class{offices}},
	},
}

// mostRented is how many prefixes of Microsoft's ranges for rent a form holds of each family.
var mostRented = map[Form]struct{ v4, v6 int }{Short: {2, 1}, Full: {1000, 60}}

// inlineRanges is a line of the ranges that a query holds itself.
type inlineRanges struct {
	Kind, People, Layer string
	Prefixes            string // quoted, separated by commas
}

// Inline returns the ranges that the form holds itself, those to be asked first in front: the
// user's own, the pieces for rent inside services, the services, what else is for rent.
func (r *rendering) Inline() []inlineRanges {
	blocks := coverOf(r.Options.Ranges)
	var own, pieces, rest []block
	for _, b := range blocks {
		if b.class.layer == "own" {
			own = append(own, b)
		}
	}
	var asked []class
	for _, l := range inlineLists[r.Form] {
		for _, b := range coarse(blocks, l.grain, l.classes...) {
			if b.class == forRent {
				pieces = append(pieces, b)
			} else {
				rest = append(rest, b)
			}
		}
		asked = append(asked, l.classes...)
	}
	asked = slices.DeleteFunc(append(asked, azureProxy), func(c class) bool { return c.people == iprange.PeopleYes })
	rented, _, _ := rentedCover(blocks, mostRented[r.Form].v4, mostRented[r.Form].v6, asked...)
	return slices.Concat(linesOf(own), linesOf(pieces), linesOf(rest), linesOf(rented))
}

// linesOf returns a line for each class of the blocks, in the order in which they first come.
func linesOf(blocks []block) []inlineRanges {
	var order []class
	prefixes := map[class][]string{}
	for _, b := range blocks {
		if prefixes[b.class] == nil {
			order = append(order, b.class)
		}
		prefixes[b.class] = append(prefixes[b.class], b.prefix.String())
	}
	var lines []inlineRanges
	for _, c := range order {
		lines = append(lines, inlineRanges{c.kind.String(), c.people.String(), c.layer, strings.ReplaceAll(list(prefixes[c]), ", ", ",")})
	}
	return lines
}

// LeftOut says which ranges the form does not have.
func (r *rendering) LeftOut() string {
	switch r.Form {
	case Short:
		return "other Microsoft services, most of Azure, other clouds, parts of others"
	case Full:
		return "other clouds, parts of crawlers and people's egress; Azure's services are not told apart"
	}
	return ""
}
