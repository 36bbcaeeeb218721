package service

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

const (
	itemLimit = 1000     // links or addresses of a request
	linkLimit = 64 << 10 // bytes of a link
)

// decode reads a JSON body with a list of items into v.
func (s *Service) decode(c *call, v any) error {
	if _, err := c.mediaType(mediaJSON); err != nil {
		return err
	}
	text, err := c.body(s.options.Limits.Body)
	if err != nil {
		return err
	}
	if err := checkJSON(text); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if d.Decode(v) != nil {
		return newProblem(http.StatusUnprocessableEntity, "the members of the body are not those of the document")
	}
	return nil
}

// checkItems returns a problem unless there are items, and not too many.
func checkItems(items []string, name string) error {
	switch {
	case items == nil:
		return newProblem(http.StatusUnprocessableEntity, "there are no %s", name).at("#/"+name, "missing")
	case len(items) > itemLimit:
		return tooLarge(itemLimit, "more than %d %s", itemLimit, name)
	}
	return nil
}

// encodeResults returns a list with the result for each item.
func encodeResults[T any](items []string, result func(string) T) ([]byte, error) {
	var out struct {
		Results []T `json:"results"`
	}
	out.Results = make([]T, len(items))
	for i, item := range items {
		out.Results[i] = result(item)
	}
	return encode(out)
}

// decodedLink is what a link says.
type decodedLink struct {
	URL      string            `json:"url"`
	Target   string            `json:"target"`   // the original URL; that of a link that nobody wrapped is itself
	Safelink bool              `json:"safelink"` // of Microsoft
	Wrapped  bool              `json:"wrapped"`  // by anybody
	Layers   []safelinks.Layer `json:"layers"`   // outermost first
	Flags    []string          `json:"flags"`
	Error    *string           `json:"error"` // why it could not be decoded though it looks wrapped
}

// safelinks answers with the original URLs of links.
func (s *Service) safelinks(c *call) error {
	var in struct {
		URLs []string `json:"urls"`
	}
	if err := s.decode(c, &in); err != nil {
		return err
	}
	if err := checkItems(in.URLs, "urls"); err != nil {
		return err
	}
	c.rows = len(in.URLs)
	return s.work(c, func() ([]byte, error) { return encodeResults(in.URLs, decodeLink) })
}

func decodeLink(url string) decodedLink {
	d := decodedLink{URL: url, Target: url, Layers: []safelinks.Layer{}, Flags: []string{}}
	if len(url) > linkLimit {
		d.Error = new("longer than 64 KiB")
		return d
	}
	chain, err := safelinks.Unwrap(url)
	d.Target = chain.Original()
	d.Safelink = safelinks.IsSafeLink(url)
	d.Wrapped = len(chain.Layers) > 0
	if d.Wrapped {
		d.Layers = chain.Layers
	}
	if chain.Flags != 0 {
		d.Flags = strings.Split(chain.Flags.String(), ",")
	}
	if err != nil && err != safelinks.ErrNotWrapped {
		d.Error = new(strings.TrimPrefix(err.Error(), "safelinks: "))
	}
	return d
}

// place is what the lists say of an address or host.
type place struct {
	Address  string         `json:"address"`
	Match    bool           `json:"match"`
	Prefix   *string        `json:"prefix"` // of a host its pattern
	Service  *string        `json:"service"`
	Category *string        `json:"category"`
	Area     *string        `json:"area"`
	Region   *string        `json:"region"`
	Layer    iprange.Layer  `json:"layer"`
	Kind     iprange.Kind   `json:"kind"`
	People   iprange.People `json:"people"` // whether a person's traffic can come from the address
	Source   *string        `json:"source"`
	List     *string        `json:"list"`
	Error    *string        `json:"error"`
}

// ranges answers with the services that addresses and hosts belong to.
func (s *Service) ranges(c *call) error {
	var in struct {
		Addresses []string `json:"addresses"`
		At        string   `json:"at"`
	}
	if err := s.decode(c, &in); err != nil {
		return err
	}
	if err := checkItems(in.Addresses, "addresses"); err != nil {
		return err
	}
	var at time.Time
	if in.At != "" {
		var err error
		if at, err = parseDay(in.At); err != nil {
			return newProblem(http.StatusUnprocessableEntity, "at is no date such as 2026-08-02, and no time of RFC 3339").at("#/at", "not a date")
		}
	}
	c.rows = len(in.Addresses)
	return s.work(c, func() ([]byte, error) {
		return encodeResults(in.Addresses, func(a string) place { return locate(s.options.Ranges, a, at) })
	})
}

func parseDay(text string) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, nil
	}
	return time.Parse(time.RFC3339, text)
}

// locate looks up an address, or else a host in the newest lists.
func locate(set *iprange.Set, text string, at time.Time) place {
	p := place{Address: text}
	trimmed := strings.TrimSpace(text)
	var matches iprange.Matches
	addr, err := netip.ParseAddr(trimmed)
	switch {
	case err == nil:
		matches = set.LookupAt(addr, at)
		p.People = matches.People()
	case strings.Trim(trimmed, "0123456789.:/%") == "" || !strings.Contains(trimmed, "."):
		p.Error = new("not an address or host")
	default:
		matches = set.LookupHost(trimmed)
	}
	best, found := matches.Best()
	if !found {
		return p
	}
	p.Match, p.Layer, p.Kind = true, best.Layer, best.Kind
	prefix := best.Pattern
	if best.Prefix.IsValid() {
		prefix = best.Prefix.String()
	}
	p.Prefix, p.Service, p.Category = known(prefix), known(best.Service), known(best.Category)
	p.Area, p.Region, p.Source, p.List = known(best.Area), known(best.Region), known(best.Source), known(best.List)
	return p
}

// known returns nil for a text that is not known.
func known(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
