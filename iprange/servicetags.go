package iprange

import (
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"
)

// ServiceTags is one "Azure IP Ranges and Service Tags" document.
type ServiceTags struct {
	Cloud        string    // "Public", "AzureGovernment", "China", as in the document
	ChangeNumber int       // of the document
	Date         time.Time // from the name of the published file; the document has none
	Tags         []ServiceTag
	Skipped      []*RowError // what could not be read; the rest is in Tags
}

// ServiceTag is one tag of the document.
type ServiceTag struct {
	Name            string // "AzureCloud.centralfrance"
	ChangeNumber    int
	Region          string // "centralfrance"; "" for a tag without a region
	SystemService   string // "AzureStorage"; "" for AzureCloud
	Platform        string // "Azure"
	NetworkFeatures []string
	Prefixes        []netip.Prefix
}

const serviceTagsPublic = "servicetags public"

// ReadServiceTags reads a published service tags document of any cloud.
//
// A document of another shape, cut short, or without a tag gives an error that
// wraps [ErrNotList] or [ErrTooLarge]; a broken tag or prefix is left out and
// listed in Skipped. Up to 64 MiB are read.
func ReadServiceTags(r io.Reader) (*ServiceTags, error) {
	var doc struct {
		ChangeNumber int
		Cloud        string
		Values       []json.RawMessage
	}
	if err := readJSON(r, maxServiceTags, &doc); err != nil {
		return nil, fmt.Errorf("iprange: read service tags: %w", err)
	}
	t := &ServiceTags{Cloud: doc.Cloud, ChangeNumber: doc.ChangeNumber}
	for i, raw := range doc.Values {
		t.read(i+1, raw)
	}
	if len(t.Tags) == 0 {
		return nil, fmt.Errorf("iprange: read service tags: %w: no service tag", ErrNotList)
	}
	return t, nil
}

func (t *ServiceTags) read(row int, raw json.RawMessage) {
	var in struct {
		Name, ID   string
		Properties struct {
			ChangeNumber                    int
			Region, Platform, SystemService string
			AddressPrefixes                 []string
			NetworkFeatures                 []string
		}
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		t.Skipped = append(t.Skipped, &RowError{row, "", jsonError(err)})
		return
	}
	if in.Name == "" {
		in.Name = in.ID
	}
	if in.Name == "" {
		t.Skipped = append(t.Skipped, &RowError{row, "name", fmt.Errorf("missing")})
		return
	}
	p := &in.Properties
	tag := ServiceTag{
		Name: in.Name, ChangeNumber: p.ChangeNumber, Region: p.Region, SystemService: p.SystemService,
		Platform: p.Platform, NetworkFeatures: p.NetworkFeatures,
		Prefixes: make([]netip.Prefix, 0, len(p.AddressPrefixes)),
	}
	for _, s := range p.AddressPrefixes {
		prefix, err := parsePrefix(s)
		if err != nil {
			t.Skipped = append(t.Skipped, &RowError{row, "addressPrefixes", err})
			continue
		}
		tag.Prefixes = append(tag.Prefixes, prefix)
	}
	t.Tags = append(t.Tags, tag)
}

func (t *ServiceTags) versions() []version {
	name := "servicetags"
	if t.Cloud != "" {
		name += " " + strings.ToLower(t.Cloud)
	}
	v := version{list: listKey{layer: LayerTag, name: name}, day: dayOf(t.Date)}
	for _, tag := range t.Tags {
		is := statementText{tag: tag.Name, region: tag.Region, systemService: tag.SystemService}
		is.kind, is.people, is.source = tagKind(tag.Name)
		v.claims = append(v.claims, claim{is: is, prefixes: tag.Prefixes})
	}
	return []version{v}
}
