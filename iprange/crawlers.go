package iprange

import (
	"encoding/json"
	"maps"
	"slices"
)

// crawlerPeople has the reviewed crawlers and monitoring services of ipverse's
// lists. It is PeoplePossible where a list also has the addresses of an assistant
// that fetches pages because a user asked for them, or is that of a whole network
// (ipverse calls it not authoritative). Any other name is a crawler too, but
// nobody has reviewed it, so users are possible.
var crawlerPeople = map[string]People{
	"Ahrefs":                PeopleNone,
	"Amazonbot":             PeopleNone,
	"Applebot":              PeopleNone,
	"Bingbot":               PeopleNone,
	"Common Crawl":          PeopleNone,
	"GPTBot":                PeopleNone,
	"Google (special)":      PeopleNone,
	"Googlebot":             PeopleNone,
	"Kagibot":               PeopleNone,
	"OAI-SearchBot":         PeopleNone,
	"SE Ranking":            PeopleNone,
	"SERankingBacklinksBot": PeopleNone,

	"ChatGPT-User":            PeoplePossible,
	"ClaudeBot":               PeoplePossible, // with Claude-User
	"DuckDuckBot":             PeoplePossible, // with DuckAssistBot
	"Google (user-triggered)": PeoplePossible,
	"PerplexityBot":           PeoplePossible, // with Perplexity-User
	"Meta-ExternalAgent":      PeoplePossible, // all of AS32934
	"Yandex":                  PeoplePossible, // all of AS13238

	"Better Stack": PeopleNone,
	"Checkly":      PeopleNone,
	"Datadog":      PeopleNone,
	"HetrixTools":  PeopleNone,
	"New Relic":    PeopleNone,
	"Oh Dear":      PeopleNone,
	"Pingdom":      PeopleNone,
	"StatusCake":   PeopleNone,
	"UptimeRobot":  PeopleNone,
	"updown.io":    PeopleNone,
}

// The names of ipverse's lists. Both have the same form; that with a monitoring
// service that we know is the second.
const (
	crawlersName   = "crawlers"
	monitoringName = "monitoring services"
	someMonitoring = "UptimeRobot"
)

// readCrawlers reads a list of ipverse/bot-ip-blocks: services by name, each with
// its prefixes and the address of the provider's own list.
func (l *List) readCrawlers(data []byte) error {
	var doc struct {
		Services map[string]json.RawMessage
	}
	if err := unmarshal(data, &doc); err != nil {
		return err
	}
	l.Info = ListInfo{Name: crawlersName, Layer: LayerKnown}
	if _, found := doc.Services[someMonitoring]; found {
		l.Info.Name = monitoringName
	}
	for i, name := range slices.Sorted(maps.Keys(doc.Services)) {
		l.readCrawler(i+1, name, doc.Services[name])
	}
	if l.entries == nil {
		return l.empty("crawler")
	}
	return nil
}

func (l *List) readCrawler(row int, name string, raw json.RawMessage) {
	var in struct {
		SourceURL  string `json:"source_url"`
		IPv4, IPv6 []string
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		l.skip(row, "", describeJSON(err))
		return
	}
	c := entry{label: label{
		service: name, kind: KindCrawler, people: crawlerPeople[name],
		source: "ipverse/bot-ip-blocks",
	}}
	if in.SourceURL != "" {
		c.source += ", from " + in.SourceURL
	}
	if err := c.check(); err != nil {
		l.skip(row, "", err)
		return
	}
	c.prefixes = append(l.readPrefixes(row, "ipv4", in.IPv4), l.readPrefixes(row, "ipv6", in.IPv6)...)
	l.entries = append(l.entries, c)
}
