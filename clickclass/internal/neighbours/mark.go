// Package neighbours compares rows that happened near each other and counts what they have
// in common. It knows keys, times and marks of rows; what they mean is its caller's
// business.
//
// Rows are compared per key: by account; by address within the domain of the account; by
// domain; by URL and its site; by message; by report. What is found by one key does not
// depend on the rows of another, with the exceptions that [Compare] documents. So an engine
// that partitions rows by key can compare each partition by itself and join the Counts.
package neighbours

import (
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// Mark is what a row shows of itself to other rows. Keys are equal for equal things; 0
// means that the row does not say. The zero Mark has no neighbours.
type Mark struct {
	At      ticks.Ticks // None: the row has no neighbours
	Account uint64
	Domain  uint64 // of the account
	URL     uint64
	Site    uint64 // of the URL; 0 also where strangers share a site
	Message uint64
	Addr    uint64 // the address within the domain: other tenants may use it as well
	Report  uint64 // the report within account and URL
	Action  uint64 // equal for rows in which the same happened
	IP      netip.Addr
	Kind    Kind
	Traits  Traits
}

// Kind is what happened in a row. A row can be of several kinds, such as a block that was
// overridden; one of KindScan is of no other.
type Kind uint8

const (
	KindAllowed Kind = 1 << iota // the click was allowed
	KindThrough                  // a warning was overridden
	KindBlocked                  // a block page was shown
	KindScan                     // the page that asks to wait for a scan was shown
	KindDanger                   // something that was known to be dangerous was opened
)

// Traits are what a row shows of whoever is behind its address.
type Traits uint8

const (
	TraitFast   Traits = 1 << iota // the click came within a minute of its message
	TraitSlow                      // it came later
	TraitPerson                    // a person was seen
	TraitSilent                    // the account's device was active and shows nothing
	TraitSignIn                    // sign-ins of the account are known

	// Set by Compare.
	traitRegular // the account was at the address more than an hour before or after
	traitVisitor // the account was at another address too
	traitAtHome  // the address is one to which the account keeps coming back

	numTraits = iota
)

// Counts is what neighbouring rows say about one row. All windows are centred on the row
// and include their ends. Everything is a count of different things, an age or a fact, so
// repeated rows change nothing but Duplicate.
//
// Counts are monotone: more rows can only raise counts and ages and set booleans. There are
// two exceptions. A nearer twin replaces the twin. AddressAtHome can fall, because more
// rows can show that an account is not at home; so the answers of [Counts.AtHome],
// [Counts.New] and [Counts.NewAfterDanger] can change with more rows, too.
type Counts struct {
	// Seen reports that other rows were looked at, even if none is near.
	Seen bool

	// Different URLs of the same message and account, this one included: the most in any
	// run of rows that includes this one and takes less than 1 s, at most 3 s, at most
	// 60 s. 0 if the row has no message, account or URL.
	MessageURLs1s, MessageURLs3s, MessageURLs60s int32

	// FanAccounts counts accounts with the same URL and address within 10 s, this one
	// included, up to 64.
	FanAccounts int32

	// AddressAccounts and AddressURLs count accounts and URLs at the address, this row's
	// included, up to 64.
	AddressAccounts, AddressURLs int32

	// AddressFast and AddressSlow count the other occasions with fast and slow rows at the
	// address, up to 8. Rows within ten minutes are one occasion, so many people who follow
	// one announcement count once. AddressFast is at most the number of other accounts
	// with fast rows.
	AddressFast, AddressSlow int32

	// AddressPeople and AddressSilent count other accounts at the address with
	// TraitPerson and TraitSilent, up to 64.
	AddressPeople, AddressSilent int32

	// AddressRegulars counts accounts at the address that came again more than an hour
	// apart, AddressVisitors those that were also at another address, up to 64. Both
	// include this row's account.
	AddressRegulars, AddressVisitors int32

	// AddressFastAccounts counts other accounts at the address with TraitFast, up to 64.
	AddressFastAccounts int32

	// AddressAtHome counts other accounts with a row at the address of which
	// [Counts.AtHome] is true, up to 64.
	AddressAtHome int32

	// OwnDays and OwnHours count the different days and hours (UTC) in which the account
	// was at the address, AccountHours the hours in which it was anywhere. Rows with
	// TraitFast do not count, because a machine asks for the links of a mailbox every day.
	// OwnDays and OwnHours are 0 if the row has no account or address.
	OwnDays, OwnHours, AccountHours int32

	// OwnAge is the time from the first row of the account at the address to this row,
	// AccountAge that from its first row anywhere. Rows with TraitFast count.
	OwnAge, AccountAge time.Duration

	// DangerAge is the time from the first earlier row of the account, within 14 days, with
	// KindDanger or BlockedLater to this row, 0 if there is none. Rows from a service do not
	// count.
	DangerAge time.Duration

	// DomainAccounts counts other accounts of the domain, DomainSignIns those of them with
	// TraitSignIn. They have no upper bound.
	DomainAccounts, DomainSignIns int32

	// Twin is the nearest row of the same account and URL from another address within 2
	// minutes. TwinGap is its time minus this row's. Of two that are equally near, the
	// earlier gives TwinGap and the smaller address is TwinIP.
	Twin        bool
	TwinService bool // the twin's address belongs to a service without people
	TwinGap     time.Duration
	TwinIP      netip.Addr

	// ScanThenThrough: the account was shown the waiting page for the same URL within 10
	// minutes before this allowed or overridden click.
	ScanThenThrough bool
	// Through: this row overrode no warning, and its other half, a row of the same report,
	// did.
	Through bool
	// Pair: the row is half of such a pair.
	Pair bool
	// Duplicate: a row of the same report, account, URL and action came before this one.
	Duplicate bool
	// BlockedLater: after this allowed click, a link of the same message was blocked, or the
	// URL or another one of its site for an account of the same domain.
	BlockedLater bool
}

// Join adds what another comparison of the same row found.
func (c *Counts) Join(d *Counts) {
	c.Seen = c.Seen || d.Seen
	c.MessageURLs1s = max(c.MessageURLs1s, d.MessageURLs1s)
	c.MessageURLs3s = max(c.MessageURLs3s, d.MessageURLs3s)
	c.MessageURLs60s = max(c.MessageURLs60s, d.MessageURLs60s)
	c.FanAccounts = max(c.FanAccounts, d.FanAccounts)
	c.AddressAccounts = max(c.AddressAccounts, d.AddressAccounts)
	c.AddressURLs = max(c.AddressURLs, d.AddressURLs)
	c.AddressFast = max(c.AddressFast, d.AddressFast)
	c.AddressSlow = max(c.AddressSlow, d.AddressSlow)
	c.AddressPeople = max(c.AddressPeople, d.AddressPeople)
	c.AddressSilent = max(c.AddressSilent, d.AddressSilent)
	c.AddressRegulars = max(c.AddressRegulars, d.AddressRegulars)
	c.AddressVisitors = max(c.AddressVisitors, d.AddressVisitors)
	c.AddressFastAccounts = max(c.AddressFastAccounts, d.AddressFastAccounts)
	c.AddressAtHome = max(c.AddressAtHome, d.AddressAtHome)
	c.OwnDays = max(c.OwnDays, d.OwnDays)
	c.OwnHours = max(c.OwnHours, d.OwnHours)
	c.AccountHours = max(c.AccountHours, d.AccountHours)
	c.OwnAge = max(c.OwnAge, d.OwnAge)
	c.AccountAge = max(c.AccountAge, d.AccountAge)
	c.DangerAge = max(c.DangerAge, d.DangerAge)
	c.DomainAccounts = max(c.DomainAccounts, d.DomainAccounts)
	c.DomainSignIns = max(c.DomainSignIns, d.DomainSignIns)
	if d.Twin {
		c.joinTwin(d.TwinGap, d.TwinIP, d.TwinService)
	}
	c.ScanThenThrough = c.ScanThenThrough || d.ScanThenThrough
	c.Through = c.Through || d.Through
	c.Pair = c.Pair || d.Pair
	c.Duplicate = c.Duplicate || d.Duplicate
	c.BlockedLater = c.BlockedLater || d.BlockedLater
}

// joinTwin takes another twin if it is nearer. Of two that are equally near, the earlier
// gives the gap, the smaller address is named, and one of a service is enough.
func (c *Counts) joinTwin(gap time.Duration, ip netip.Addr, service bool) {
	switch {
	case !c.Twin || gap.Abs() < c.TwinGap.Abs():
		c.Twin, c.TwinGap, c.TwinIP, c.TwinService = true, gap, ip, service
	case gap.Abs() == c.TwinGap.Abs():
		c.TwinGap = min(c.TwinGap, gap)
		if ip.Less(c.TwinIP) {
			c.TwinIP = ip
		}
		c.TwinService = c.TwinService || service
	}
}
