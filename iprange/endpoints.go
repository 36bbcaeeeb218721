package iprange

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

const worldwide = "worldwide"

// instances are the national clouds of Microsoft 365 beside "worldwide", as the
// web service calls them. The longer name of two that begin alike comes first.
var instances = [...]string{"usgovgcchigh", "usgovdod", "china", "germany"}

// instanceIn returns the instance that a file name in lower case contains.
func instanceIn(name string) string {
	for _, instance := range instances {
		if strings.Contains(name, instance) {
			return instance
		}
	}
	return worldwide
}

// areaMEM is the service area of Intune. The web service includes it only on
// request, so a response without it does not mean that its entries are gone:
// they are a list of their own.
const (
	areaMEM      = "MEM"
	intuneSuffix = " MEM"
)

// readEndpoints reads a response of the method "endpoints" of the Office 365 IP
// Address and URL web service.
func (l *List) readEndpoints(data []byte, instance string) error {
	var rows []json.RawMessage
	if err := unmarshal(data, &rows); err != nil {
		return err
	}
	l.instance = instance
	l.Info = ListInfo{Name: instance, Layer: LayerProduct}
	for i, raw := range rows {
		l.readEndpointSet(i+1, raw)
	}
	switch {
	case l.entries == nil && l.intune == nil:
		return l.empty("endpoint set")
	case l.entries == nil:
		l.Info.Name += intuneSuffix
		l.entries, l.intune = l.intune, nil
	}
	return nil
}

func (l *List) readEndpointSet(row int, raw json.RawMessage) {
	var in struct {
		ID                     *int
		ServiceArea            string
		ServiceAreaDisplayName string
		URLs, IPs              []string
		Category               string
		Required               bool
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		l.skip(row, "", describeJSON(err))
		return
	}
	if in.ID == nil || *in.ID < 0 || *in.ID > 1<<31-1 {
		l.skip(row, "id", errors.New("missing or out of range"))
		return
	}
	c := entry{label: label{
		set: int32(*in.ID), area: in.ServiceArea, service: in.ServiceAreaDisplayName,
		category: in.Category, required: in.Required,
	}}
	if err := c.check(); err != nil {
		l.skip(row, "", err)
		return
	}
	c.kind, c.people, c.source = endpointKind(l.instance, *in.ID, in.ServiceArea)
	for _, u := range in.URLs {
		p := strings.ToLower(strings.TrimSpace(u))
		if !validPattern(p) {
			l.skip(row, "urls", fmt.Errorf("no host pattern: %s", quoteCut(u)))
			continue
		}
		c.hosts = append(c.hosts, p)
	}
	c.prefixes = l.readPrefixes(row, "ips", in.IPs)
	if in.ServiceArea == areaMEM {
		l.intune = append(l.intune, c)
	} else {
		l.entries = append(l.entries, c)
	}
}

// readPrefixes parses the prefixes of one entry.
func (l *List) readPrefixes(row int, column string, texts []string) []netip.Prefix {
	prefixes := make([]netip.Prefix, 0, len(texts))
	for _, s := range texts {
		p, err := parsePrefix(s)
		if err != nil {
			l.skip(row, column, err)
			continue
		}
		prefixes = append(prefixes, p)
	}
	return prefixes
}

// validPattern says whether p is a host name that may have "*" and "<tenant>".
func validPattern(p string) bool {
	if p == "" || len(p) > maxHost || strings.Trim(p, "*.") == "" {
		return false
	}
	for _, l := range strings.Split(strings.NewReplacer("<", "", ">", "").Replace(p), ".") {
		if l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-_*") != "" {
			return false
		}
	}
	return strings.Count(p, "<") == strings.Count(p, ">")
}
