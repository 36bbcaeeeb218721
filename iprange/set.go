// Package iprange says which Microsoft service an address or a host belongs to.
package iprange

import (
	"net/netip"
	"time"
)

// Set is an immutable set of lists, safe for concurrent use.
type Set struct{}

// Default returns the embedded lists.
func Default() *Set { return &Set{} }

// Lookup returns all matches of addr.
func (s *Set) Lookup(addr netip.Addr) Matches { return Matches{} }

// LookupAt returns all matches of addr in the lists in force at t.
func (s *Set) LookupAt(addr netip.Addr, t time.Time) Matches { return Matches{} }

// LookupHost returns all matches of host.
func (s *Set) LookupHost(host string) Matches { return Matches{} }

// Version names the lists and their dates.
func (s *Set) Version() string { return "" }
