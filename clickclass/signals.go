package clickclass

import (
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// Signal is one reason of a verdict.
type Signal struct {
	Rule    *Rule   // the row of the rules table; not to be changed
	Weight  float64 // natural-log odds as applied; positive speaks for automation
	Counted bool    // false: another signal of the group counted, or it weighs nothing

	// What it saw, one of:
	prefix netip.Prefix
	gap    time.Duration
	hasGap bool
	count  int
	text   string
}

// The signals: each says whether it applies and what it saw. The rules table
// names and weighs them. A Weight that a signal returns scales the table's.

const (
	tenSeconds = 10 * time.Second
	forever    = time.Duration(1<<63 - 1)

	// beforeSlack is how far before the message a click must lie to count as
	// before it: the two clocks are not the same.
	beforeSlack = 5 * time.Second
)

func originOwnScanner(f *facts) (Signal, bool) { return origin(f, iprange.KindOwnScanner) }
func originOwnTool(f *facts) (Signal, bool)    { return origin(f, iprange.KindOwnTool) }
func originOwnEgress(f *facts) (Signal, bool)  { return origin(f, iprange.KindOwnEgress) }

// origin is the common half of the signals for an address of a published list.
func origin(f *facts, kind iprange.Kind) (Signal, bool) {
	return Signal{Weight: 1, prefix: f.o.Prefix}, f.o.Kind == kind && f.o.Layer != iprange.LayerNone
}

func originMailProtection(f *facts) (Signal, bool) { return origin(f, iprange.KindMailProtection) }

func originTeams(f *facts) (Signal, bool) {
	s, ok := origin(f, iprange.KindTeams)
	return s, ok && f.k.Workload != "Teams"
}

func originTeamsWorkload(f *facts) (Signal, bool) {
	s, ok := origin(f, iprange.KindTeams)
	return s, ok && f.k.Workload == "Teams"
}

func originSharePoint(f *facts) (Signal, bool) { return origin(f, iprange.KindSharePoint) }
func originSecurity(f *facts) (Signal, bool)   { return origin(f, iprange.KindSecurity) }
func originCrawler(f *facts) (Signal, bool)    { return origin(f, iprange.KindCrawler) }
func originPlatform(f *facts) (Signal, bool)   { return origin(f, iprange.KindPlatform) }

func originService(f *facts) (Signal, bool) {
	switch k := f.o.Kind; k {
	case iprange.KindExchange, iprange.KindOffice, iprange.KindIdentity:
		return origin(f, k)
	}
	return Signal{}, false
}

// originAzure says little, and nothing where the account itself signs in from
// that part of Azure: then it is a hosted desktop or the company's own way out.
func originAzure(f *facts) (Signal, bool) {
	s, ok := origin(f, iprange.KindCloud)
	return s, ok && !(f.signIn.Month || f.signIn.Day || f.signIn.Near)
}

func originPersonEgress(f *facts) (Signal, bool) {
	switch k := f.o.Kind; k {
	case iprange.KindPersonEgress, iprange.KindOwnCloudPC:
		return origin(f, k)
	}
	return Signal{}, false
}

// network speaks only where no published list and no range of the user's own
// does: those know better.
func network(f *facts, kind NetworkKind) (Signal, bool) {
	if f.o.Layer != iprange.LayerNone || f.o.Network.Kind() != kind {
		return Signal{}, false
	}
	return Signal{Weight: 1, text: f.o.Network.Organization}, true
}

func networkMailSecurity(f *facts) (Signal, bool) { return network(f, NetworkMailSecurity) }
func networkDataCentre(f *facts) (Signal, bool)   { return network(f, NetworkDataCentre) }
func networkAccess(f *facts) (Signal, bool)       { return network(f, NetworkAccess) }

// delayed applies where from < delay <= to.
func delayed(f *facts, from, to time.Duration) (Signal, bool) {
	ok := f.delaySource != DelayNone && from < f.delay && f.delay <= to
	return Signal{Weight: 1, gap: f.delay, hasGap: true}, ok
}

func delayBefore(f *facts) (Signal, bool)      { return delayed(f, -clockTolerance-1, -beforeSlack) }
func delayTenSeconds(f *facts) (Signal, bool)  { return delayed(f, -beforeSlack, tenSeconds) }
func delayMinute(f *facts) (Signal, bool)      { return delayed(f, tenSeconds, time.Minute) }
func delayFiveMinutes(f *facts) (Signal, bool) { return delayed(f, time.Minute, 5*time.Minute) }
func delayHour(f *facts) (Signal, bool)        { return delayed(f, 5*time.Minute, time.Hour) }
func delayLonger(f *facts) (Signal, bool)      { return delayed(f, time.Hour, forever) }

func burstMulti(f *facts) (Signal, bool) {
	return Signal{Weight: 1, count: f.n.MessageURLs1s}, f.n.MessageURLs1s >= 2
}

func burstAll(f *facts) (Signal, bool) {
	n := f.n
	if n.MessageURLs3s >= 3 {
		return Signal{Weight: 1, count: n.MessageURLs3s}, true
	}
	all := f.mailKnown && f.mail.URLs >= 3 && n.MessageURLs60s >= f.mail.URLs
	return Signal{Weight: 1, count: n.MessageURLs60s}, all
}

// burstFan is set aside where people of the tenant are known to leave from the
// address: a company's way out has many accounts behind it.
func burstFan(f *facts) (Signal, bool) {
	ok := f.n.FanAccounts >= 3 && !f.peopleAtAddress()
	return Signal{Weight: 1, count: f.n.FanAccounts}, ok
}

func burstSharedNoSignIn(f *facts) (Signal, bool) {
	ok := f.n.AddressAccounts >= 3 && f.signInKnown && !f.peopleAtAddress()
	return Signal{Weight: 1, count: f.n.AddressAccounts}, ok
}

// peopleAtAddress says whether anybody of the tenant signs in from the
// address, or people are known to leave from it.
func (f *facts) peopleAtAddress() bool {
	return f.o.People == iprange.PeopleYes ||
		f.signInKnown && (f.signIn.Day || f.signIn.Month || f.signIn.Near || f.signIn.Others > 0)
}

func burstEcho(f *facts) (Signal, bool) {
	ok := f.n.Twin && f.n.TwinGap.Abs() < time.Second
	return Signal{Weight: 1, gap: f.n.TwinGap, hasGap: true}, ok
}

func actionThrough(f *facts) (Signal, bool) { return Signal{Weight: 1}, f.through }

func actionScanWait(f *facts) (Signal, bool) { return Signal{Weight: 1}, f.n.ScanThenThrough }

func clientTeamsFast(f *facts) (Signal, bool) {
	ok := f.k.Workload == "Teams" && f.o.Kind == iprange.KindTeams &&
		f.delaySource != DelayNone && f.delay <= tenSeconds
	return Signal{Weight: 1, gap: f.delay, hasGap: true}, ok
}

func clientApp(f *facts) (Signal, bool) {
	v := f.k.AppVersion
	return Signal{Weight: 1}, v != "" && v != "0.0.0000"
}

func browserLaunch(f *facts) (Signal, bool) {
	ok := f.deviceKnown && f.device.Launch && !f.elsewhere
	return Signal{Weight: 1, gap: f.device.LaunchGap, hasGap: true}, ok
}

// browserConnection weighs by how rare the host is: a browser goes to common
// hosts at any time.
func browserConnection(f *facts) (Signal, bool) {
	const minRarity = 0.2 // below this the host is too common to tell anything; assumption
	ok := f.deviceKnown && f.device.Connection && f.device.Rarity >= minRarity && !f.elsewhere
	return Signal{Weight: min(f.device.Rarity, 1), gap: f.device.ConnectionGap, hasGap: true}, ok
}

func signInOwnDay(f *facts) (Signal, bool) {
	return Signal{Weight: 1}, f.signInKnown && f.signIn.Day
}

// signInOwnMonth takes a neighbour in the /24 only outside Microsoft's
// published ranges: there the neighbours are strangers.
func signInOwnMonth(f *facts) (Signal, bool) {
	ok := f.signIn.Month || f.signIn.Near && f.o.Layer == iprange.LayerNone
	return Signal{Weight: 1}, f.signInKnown && ok
}

func signInTenant(f *facts) (Signal, bool) {
	return Signal{Weight: 1, count: f.signIn.Others}, f.signInKnown && f.signIn.Others >= 2
}

func endpointSilent(f *facts) (Signal, bool) {
	ok := f.deviceKnown && f.device.Active && (f.elsewhere || !f.device.Launch && !f.device.Connection)
	return Signal{Weight: 1}, ok
}

func countryFar(f *facts) (Signal, bool) {
	return Signal{Weight: 1}, f.signInKnown && f.signIn.FarCountry
}

func hoursOff(f *facts) (Signal, bool) {
	return Signal{Weight: 1}, f.signInKnown && f.signIn.OffHours
}
