package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/whoclicked/whoclicked/clickclass"
)

// networks is a [clickclass.Source] of autonomous systems: a database in MaxMind's
// format with the columns of GeoLite2-ASN or of IPinfo.
type networks struct{ db *maxminddb.Reader }

func openNetworks(path string) (networks, error) {
	db, err := maxminddb.Open(path)
	if err != nil {
		return networks{}, usagef("--asn: %w", err)
	}
	if err := db.Verify(); err != nil {
		return networks{}, usagef("--asn: %s is damaged: %w", path, err)
	}
	kind := strings.ToLower(db.Metadata.DatabaseType)
	if !strings.Contains(kind, "asn") && !strings.Contains(kind, "isp") && !strings.Contains(kind, "enterprise") && !strings.Contains(kind, "ipinfo") {
		return networks{}, usagef("--asn: %s is a database of type %q, without autonomous systems", path, db.Metadata.DatabaseType)
	}
	return networks{db}, nil
}

// Kinds returns the kind of evidence that networks has.
func (n networks) Kinds() clickclass.Evidence { return clickclass.EvidenceNetwork }

// Facts implements [clickclass.Source]. It answers with the network of the address.
func (n networks) Facts(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
	if !q.Want.Has(clickclass.EvidenceNetwork) || !q.Addr.IsValid() {
		return clickclass.Facts{}, nil
	}
	var record struct {
		Number       uint32 `maxminddb:"autonomous_system_number"`
		Organization string `maxminddb:"autonomous_system_organization"`
		ASN          string `maxminddb:"asn"` // IPinfo: "AS15169"
		ASName       string `maxminddb:"as_name"`
		Name         string `maxminddb:"name"`
	}
	result := n.db.Lookup(q.Addr)
	if !result.Found() {
		return clickclass.Facts{}, nil
	}
	if err := result.Decode(&record); err != nil {
		return clickclass.Facts{}, fmt.Errorf("--asn: look up %s: %w", q.Addr, err)
	}
	found := clickclass.Network{ASN: record.Number, Organization: record.Organization}
	if found.ASN == 0 {
		number, _ := strconv.ParseUint(strings.TrimPrefix(record.ASN, "AS"), 10, 32)
		found.ASN = uint32(number)
	}
	for _, name := range []string{record.ASName, record.Name} {
		if found.Organization == "" {
			found.Organization = name
		}
	}
	if found == (clickclass.Network{}) {
		return clickclass.Facts{}, nil
	}
	return clickclass.Facts{Network: &found}, nil
}
