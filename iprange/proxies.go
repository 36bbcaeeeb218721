package iprange

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// zscalerCloud is the key of Zscaler's list of its enforcement nodes. The other
// clouds of Zscaler have lists of the same form and other keys.
const zscalerCloud = "zscaler.net"

// readZscaler reads Zscaler's "Cloud Enforcement Node Ranges": continents with
// cities with ranges, and single addresses of the VPN service. A city is a row.
func (l *List) readZscaler(data []byte) error {
	var doc struct {
		Continents map[string]map[string]json.RawMessage `json:"zscaler.net"`
		VPN        []string                              `json:"svpnIPs"`
	}
	if err := unmarshal(data, &doc); err != nil {
		return err
	}
	l.Info = ListInfo{Name: zscalerCloud, Layer: LayerKnown}
	c := entry{label: label{
		// Users' browsers, and the sandbox and link scanner of the service.
		service: "Zscaler", kind: KindProxy, people: PeoplePossible,
		source: "Zscaler, Cloud Enforcement Node Ranges",
	}}
	row := 0
	for _, continent := range slices.Sorted(maps.Keys(doc.Continents)) {
		cities := doc.Continents[continent]
		for _, city := range slices.Sorted(maps.Keys(cities)) {
			row++
			var nodes []struct{ Range string }
			if err := json.Unmarshal(cities[city], &nodes); err != nil {
				l.skip(row, "", describeJSON(err))
				continue
			}
			var ranges []string
			for _, n := range nodes {
				ranges = append(ranges, n.Range)
			}
			c.prefixes = append(c.prefixes, l.readPrefixes(row, "range", ranges)...)
		}
	}
	c.prefixes = append(c.prefixes, l.readPrefixes(row+1, "svpnIPs", doc.VPN)...)
	if c.prefixes == nil {
		return l.empty("prefix")
	}
	l.entries = []entry{c}
	return nil
}

// cloudAppsName is in the name of the host list of Defender for Cloud Apps.
const cloudAppsName = "Defender for Cloud Apps"

// readHostSuffixes reads the list of the hosts of Defender for Cloud Apps' proxy
// in the form of misp-warninglists: ends of host names with a leading dot.
func (l *List) readHostSuffixes(data []byte) error {
	var doc struct {
		Name string
		List []string
	}
	if err := unmarshal(data, &doc); err != nil {
		return err
	}
	if !strings.Contains(doc.Name, cloudAppsName) {
		return fmt.Errorf("%w: a list of hosts, but not that of %s", ErrFormat, cloudAppsName)
	}
	l.Info = ListInfo{Name: "defender for cloud apps hosts", Layer: LayerKnown}
	c := entry{label: label{
		service: "Defender for Cloud Apps", kind: KindProxy, people: PeoplePossible,
		source: "Microsoft Learn, Defender for Cloud Apps, proxy URLs, by MISP/misp-warninglists",
	}}
	for i, host := range doc.List {
		if !strings.HasPrefix(host, ".") || strings.ContainsAny(host, "*<>") || !validPattern("*"+strings.ToLower(host)) {
			l.skip(i+1, "list", errors.New("want the end of a host name with a leading dot"))
			continue
		}
		c.hosts = append(c.hosts, "*"+strings.ToLower(host))
	}
	if c.hosts == nil {
		return l.empty("host")
	}
	l.entries = []entry{c}
	return nil
}
