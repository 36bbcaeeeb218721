package main

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/whoclicked/whoclicked/clickclass"
)

// networks looks autonomous systems up in a database in MaxMind's format:
// GeoLite2-ASN and those with its columns, or IPinfo's.
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

// Network implements [clickclass.Networks].
func (n networks) Network(addr netip.Addr) (clickclass.Network, bool) {
	var record struct {
		Number       uint32 `maxminddb:"autonomous_system_number"`
		Organization string `maxminddb:"autonomous_system_organization"`
		ASN          string `maxminddb:"asn"` // IPinfo: "AS15169"
		ASName       string `maxminddb:"as_name"`
		Name         string `maxminddb:"name"`
	}
	result := n.db.Lookup(addr)
	if !result.Found() || result.Decode(&record) != nil {
		return clickclass.Network{}, false
	}
	if record.Number == 0 {
		number, _ := strconv.ParseUint(strings.TrimPrefix(record.ASN, "AS"), 10, 32)
		record.Number = uint32(number)
	}
	if record.Organization == "" {
		record.Organization = record.ASName
	}
	if record.Organization == "" {
		record.Organization = record.Name
	}
	found := clickclass.Network{Number: record.Number, Organization: record.Organization}
	return found, found != (clickclass.Network{})
}
