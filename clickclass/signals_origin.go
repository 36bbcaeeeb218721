package clickclass

import "github.com/whoclicked/whoclicked/iprange"

// fromKind is the common half of the signals for addresses of a published list.
func fromKind(f *facts, s *sign, kind iprange.Kind) bool {
	return f.origin.Kind == kind && s.prefix(f.origin.Prefix, true)
}

func (f *facts) fromTeams() bool { return f.origin.Kind == iprange.KindTeams }

func fromOwnScanner(f *facts, s *sign) bool { return fromKind(f, s, iprange.KindOwnScanner) }
func fromOwnTool(f *facts, s *sign) bool    { return fromKind(f, s, iprange.KindOwnTool) }
func fromOwnEgress(f *facts, s *sign) bool  { return fromKind(f, s, iprange.KindOwnEgress) }

func fromMailProtection(f *facts, s *sign) bool { return fromKind(f, s, iprange.KindMailProtection) }

func fromTeams(f *facts, s *sign) bool {
	return f.click.Workload != "Teams" && fromKind(f, s, iprange.KindTeams)
}

func fromTeamsInTeams(f *facts, s *sign) bool {
	return f.click.Workload == "Teams" && fromKind(f, s, iprange.KindTeams)
}

func fromSharePoint(f *facts, s *sign) bool { return fromKind(f, s, iprange.KindSharePoint) }
func fromSecurity(f *facts, s *sign) bool   { return fromKind(f, s, iprange.KindSecurity) }

func fromPlatform(f *facts, s *sign) bool { return fromKind(f, s, iprange.KindPlatform) }

func fromService(f *facts, s *sign) bool {
	switch k := f.origin.Kind; k {
	case iprange.KindExchange, iprange.KindOffice, iprange.KindIdentity:
		return fromKind(f, s, k)
	}
	return false
}

// fromAzure says little, and nothing if the account signs in from that part of Azure: then
// it is a hosted desktop or the company's own egress.
func fromAzure(f *facts, s *sign) bool {
	return f.origin.Layer != iprange.LayerKnown && !f.signIn.Month && !f.signIn.Near && fromKind(f, s, iprange.KindCloud)
}

func fromCloud(f *facts, s *sign) bool {
	return f.origin.Layer == iprange.LayerKnown && fromKind(f, s, iprange.KindCloud)
}

func fromMicrosoft(f *facts, s *sign) bool {
	return f.origin.Layer == iprange.LayerMicrosoft && s.prefix(f.origin.Prefix, true)
}

func fromPersonEgress(f *facts, s *sign) bool {
	switch k := f.origin.Kind; k {
	case iprange.KindPersonEgress, iprange.KindOwnCloudPC:
		return fromKind(f, s, k)
	}
	return false
}

// fromNetwork applies only to addresses that no list has: published lists and own ranges
// know better than a network database.
func fromNetwork(f *facts, s *sign, use networkUse) bool {
	return f.origin.Layer == iprange.LayerNone && f.networkUse == use && s.asn(f.origin.Network.ASN, true)
}

func fromMailSecurityNetwork(f *facts, s *sign) bool { return fromNetwork(f, s, useMailSecurity) }
func fromDataCentre(f *facts, s *sign) bool          { return fromNetwork(f, s, useDataCentre) }
func fromAccessNetwork(f *facts, s *sign) bool       { return fromNetwork(f, s, useAccess) }

// fromCrawler weighs half where people are possible: an assistant that fetches what its user
// asks for is a machine that somebody sent.
func fromCrawler(f *facts, s *sign) bool {
	if f.origin.People != iprange.PeopleNone {
		s.machine = 0.5
	}
	return fromKind(f, s, iprange.KindCrawler)
}
