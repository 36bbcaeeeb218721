package iprange

import (
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"
)

// Endpoints is one answer of the "Office 365 IP Address and URL web service",
// method endpoints, as JSON.
type Endpoints struct {
	Instance string    // "worldwide", "china", "usgovdod", "usgovgcchigh", in lower case
	Date     time.Time // of the answer; the document has none, so set it where it is known
	Sets     []EndpointSet
	// Skipped has the rows, or the single addresses and urls of a row, that
	// could not be read. The rest of the list is in Sets.
	Skipped []*RowError
}

// EndpointSet is one element of the answer. Fields that the service adds in
// future are ignored.
type EndpointSet struct {
	ID          int // unique within the instance
	Area        string
	DisplayName string
	URLs        []string // host patterns in lower case
	IPs         []netip.Prefix
	TCPPorts    []PortRange
	UDPPorts    []PortRange
	Category    string // "Optimize", "Allow", "Default"
	Required    bool
	Notes       string
	// ExpressRoute says whether the set is announced over ExpressRoute.
	ExpressRoute bool
}

// PortRange is one or more ports, first and last included.
type PortRange struct{ First, Last uint16 }

// ReadEndpoints reads the answer of the endpoints method for an instance, such
// as "Worldwide" (also what "" means), "China", "USGovDoD" or "USGovGCCHigh".
//
// A document that is not an array of endpoint sets, is cut short or has no set
// gives an error that wraps [ErrNotList] or [ErrTooLarge]; a broken set or
// address is left out and listed in Skipped. Up to 16 MiB are read.
func ReadEndpoints(r io.Reader, instance string) (*Endpoints, error) {
	e := &Endpoints{Instance: strings.ToLower(strings.TrimSpace(instance))}
	if e.Instance == "" {
		e.Instance = "worldwide"
	}
	var rows []json.RawMessage
	if err := readJSON(r, maxDocument, &rows); err != nil {
		return nil, fmt.Errorf("iprange: read endpoints: %w", err)
	}
	for i, raw := range rows {
		e.read(i+1, raw)
	}
	if len(e.Sets) == 0 {
		return nil, fmt.Errorf("iprange: read endpoints: %w: no endpoint set", ErrNotList)
	}
	return e, nil
}

func (e *Endpoints) read(row int, raw json.RawMessage) {
	skip := func(column string, err error) {
		e.Skipped = append(e.Skipped, &RowError{row, column, err})
	}
	var in struct {
		ID                     *int
		ServiceArea            string
		ServiceAreaDisplayName string
		URLs, IPs              []string
		TCPPorts, UDPPorts     string
		ExpressRoute           bool
		Category               string
		Required               bool
		Notes                  string
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		skip("", jsonError(err))
		return
	}
	if in.ID == nil || *in.ID < 0 || *in.ID > 1<<31-1 {
		skip("id", fmt.Errorf("missing or out of range"))
		return
	}
	s := EndpointSet{
		ID: *in.ID, Area: in.ServiceArea, DisplayName: in.ServiceAreaDisplayName, Category: in.Category,
		Required: in.Required, Notes: in.Notes, ExpressRoute: in.ExpressRoute,
	}
	for _, u := range in.URLs {
		p := strings.ToLower(strings.TrimSpace(u))
		if !validPattern(p) {
			skip("urls", fmt.Errorf("no host pattern: %s", quoteCut(u)))
			continue
		}
		s.URLs = append(s.URLs, p)
	}
	for _, ip := range in.IPs {
		p, err := parsePrefix(ip)
		if err != nil {
			skip("ips", err)
			continue
		}
		s.IPs = append(s.IPs, p)
	}
	var err error
	if s.TCPPorts, err = parsePorts(in.TCPPorts); err != nil {
		skip("tcpPorts", err)
	}
	if s.UDPPorts, err = parsePorts(in.UDPPorts); err != nil {
		skip("udpPorts", err)
	}
	e.Sets = append(e.Sets, s)
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

// parsePorts reads "443,80", "143, 587" or "5061,50000-59999"; "" is none.
func parsePorts(text string) ([]PortRange, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var r []PortRange
	for _, item := range strings.Split(text, ",") {
		first, last, isRange := strings.Cut(item, "-")
		if !isRange {
			last = first
		}
		a, ok1 := parsePort(first)
		z, ok2 := parsePort(last)
		if !ok1 || !ok2 || z < a {
			return r, fmt.Errorf("no port or range of ports: %s", quoteCut(item))
		}
		r = append(r, PortRange{a, z})
	}
	return r, nil
}

func parsePort(s string) (uint16, bool) {
	s = strings.TrimSpace(s)
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = 10*n + int(c-'0'); n > 65535 {
			return 0, false
		}
	}
	return uint16(n), s != ""
}

// areaMEM is the service area of Intune. The service gives it only when asked
// for by name, so an answer without it says nothing about it, and it is kept
// as a list of its own.
const areaMEM = "MEM"

func (e *Endpoints) versions() []version {
	byArea := map[string][]claim{}
	for _, s := range e.Sets {
		is := statementText{
			set: int32(s.ID), area: s.Area, service: s.DisplayName, category: s.Category, required: s.Required,
		}
		is.kind, is.people, is.source = endpointKind(e.Instance, s.ID, s.Area)
		list := ""
		if s.Area == areaMEM {
			list = areaMEM
		}
		byArea[list] = append(byArea[list], claim{is: is, prefixes: s.IPs, hosts: s.URLs})
	}
	var r []version
	for _, area := range [...]string{"", areaMEM} {
		if claims := byArea[area]; claims != nil {
			k := listKey{layer: LayerProduct, name: e.Instance, instance: e.Instance, area: area}
			r = append(r, version{k, dayOf(e.Date), claims})
		}
	}
	return r
}
