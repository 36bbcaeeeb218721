package clickclass

import (
	"net/netip"
	"time"
)

// sign is what a rule's signal found in a click.
type sign struct {
	machine, other float64 // scales of the weights
	saw            Saw
}

// silence makes the rule apply without weight.
func (s *sign) silence() { s.machine, s.other = 0, 0 }

// The signals below and in signals_*.go each report whether a rule applies, and read
// nothing but the facts.

func (s *sign) sees(saw Saw, ok bool) bool {
	s.saw = saw
	return ok
}

func (s *sign) prefix(p netip.Prefix, ok bool) bool {
	return s.sees(Saw{Kind: "prefix", Prefix: p}, ok)
}
func (s *sign) gap(d time.Duration, ok bool) bool { return s.sees(Saw{Kind: "gap", Gap: d}, ok) }
func (s *sign) count(n int32, ok bool) bool       { return s.sees(Saw{Kind: "count", Count: int(n)}, ok) }
func (s *sign) asn(n uint32, ok bool) bool        { return s.sees(Saw{Kind: "asn", ASN: n}, ok) }

// What happened.

func clickedThrough(f *facts, s *sign) bool { return f.through }

func waitedForScan(f *facts, s *sign) bool { return f.near.ScanThenThrough }

// With which client.

func teamsFast(f *facts, s *sign) bool {
	return f.fromTeams() && f.click.Workload == "Teams" && f.clock != ClockNone && f.delay <= soon && s.gap(f.delay, true)
}

func postedInChat(f *facts, s *sign) bool {
	return f.chat.Posted && f.fromTeams() && s.gap(f.chat.PostedGap, true)
}

func namesClient(f *facts, s *sign) bool {
	v := f.click.AppVersion
	return v != "" && v != "0.0.0000"
}
