package clickclass

import (
	"net/netip"
	"time"
)

// Neighbours is what the other rows of the window say about one click: counts
// and gaps only. The zero Neighbours is "no other rows were looked at".
//
// All windows are centred on the click and hold their ends, so that the order
// of rows does not matter; where a field names a time of its own, the shorter
// of that and the window counts. What is counted by address is counted within
// the domain of the account, since an address may serve other tenants too.
// Everything is a count of different things or says that a thing is there, so
// that duplicate rows change nothing. Accounts are compared without regard to
// ASCII case, URLs without wrapper, scheme, case of the host, default port,
// fragment, and the slash of an empty path.
// More rows never make a count smaller, nor a statement false.
type Neighbours struct {
	// Seen says that other rows were looked at, even when none was near.
	Seen bool

	// Different URLs of the same message by the same account, this one
	// included: the most in any run of such clicks that holds this one and
	// lasts less than 1 s, at most 3 s, at most 60 s. 0 when the row names no
	// message, account or URL.
	MessageURLs1s  int32
	MessageURLs3s  int32
	MessageURLs60s int32

	// FanAccounts counts accounts that asked for the same URL from the same
	// address within 10 s of this click, this one included. It stops at 64.
	FanAccounts int32
	// AddressAccounts counts accounts with clicks from the same address within
	// the window, this one included. AddressURLs counts the
	// different URLs among those clicks. Both stop at 64.
	AddressAccounts int32
	AddressURLs     int32
	// AddressFast and AddressSlow count the other occasions within the window on
	// which links were asked for from the same address: within a minute of their
	// message, and later, by the clock in its id or, where the Rows come from
	// [Classifier.Row], by the mail tables. Clicks up to ten minutes apart
	// are one occasion, so that many who follow one announcement count once.
	// AddressFast is no more than the number of other accounts with such clicks.
	// Both stop at 8.
	AddressFast int32
	AddressSlow int32
	// AddressPeople counts the other accounts of which a person was seen behind
	// the same address within the window: a click-through, or, where the Rows
	// come from [Classifier.Row], a browser that opened the link on the account's
	// device. AddressSilent counts those whose device was active at a click and
	// shows nothing of it. Both stop at 64.
	AddressPeople int32
	AddressSilent int32
	// AddressRegulars counts the accounts, of those in AddressAccounts, that came
	// to the address again, more than an hour apart; AddressVisitors those that
	// clicked from another address too. Both stop at 64.
	AddressRegulars int32
	AddressVisitors int32

	// Twin is the nearest click of the same account and URL from another
	// address within 2 minutes; TwinGap is its time minus this click's, TwinIP
	// its address. Of two that are as near, the earlier one gives TwinGap and
	// the smaller address is TwinIP.
	Twin        bool
	TwinGap     time.Duration
	TwinIP      netip.Addr
	TwinService bool // the twin's address is one of a service with no people behind it

	// ScanThenThrough: the same account had UrlScanInProgress for the same URL
	// within 10 minutes before this allowed or overridden click.
	ScanThenThrough bool
	// Through: the click-through row of the same ReportId, account and URL is in
	// the window, and this row is its blocked half.
	Through bool
	// Pair: the row is half of a block and click-through pair.
	Pair bool
	// Duplicate: a row of the same ReportId, account, URL, ActionType and
	// IsClickedThrough came before this one.
	Duplicate bool
	// BlockedLater: the same URL was blocked within the window after this
	// allowed click, for an account of the same domain or in the same message.
	// Other tenants' rows, which can share a URL, do not set it.
	BlockedLater bool
}

// What the rules make of the counts by address. Numbers without a source are our
// assumptions.
const (
	// crowded is how many accounts at an address are a crowd: Phish Insight takes
	// more than two for a machine.
	crowded = 3

	// One occasion at an address says ln(0.90/0.11) for a machine that comes soon
	// after the message, or ln(0.10/0.89) against it: 90 % of such a machine's
	// clicks come within a minute, and 11 % of people's (Proofpoint 2018). Both
	// are cut by a sixth; two occasions say all that there is to say.
	fastOdds = 1.75
	slowOdds = -1.8
	fastMost = 2 * fastOdds

	// Three strangers say two thirds of what six do: a few may be a carrier's or a
	// hotel's. One regular in sixteen halves it.
	strangersLeast = 0.65
	strangersMore  = 0.15

	// A crowd that nobody signs in among says half, more for each account beyond
	// three as long as none comes back though they could, and a quarter where one
	// in ten does: then sign-ins rather go around a way out of the company's. Each
	// account whose active device shows nothing is worth ln 2, since more than half
	// of people's clicks on watched devices leave a trace.
	crowdLeast    = 0.5
	crowdMore     = 0.1
	crowdMost     = 0.9
	crowdRegulars = 0.25
	silentMore    = 0.175
)

// fan: several accounts asked for one link at once.
func (n *Neighbours) fan() bool { return n.FanAccounts >= crowded }

// crowd: several accounts clicked from the address.
func (n *Neighbours) crowd() bool { return n.AddressAccounts >= crowded }

// seen: people were seen behind the address, more than the one in eight accounts
// that may be so by chance.
func (n *Neighbours) seen() bool {
	return n.AddressPeople > 0 && 8*n.AddressPeople >= n.AddressAccounts
}

// visited: most of the accounts at the address click elsewhere too, so that they
// could have come back.
func (n *Neighbours) visited() bool { return 10*n.AddressVisitors >= 7*n.AddressAccounts }

// strangers says in parts of one how much the accounts at the address look as if
// each came by once, though they click elsewhere too: people come back to where
// they work and live.
func (n *Neighbours) strangers() float64 {
	if !n.crowd() || n.seen() || !n.visited() || 16*n.AddressRegulars > n.AddressAccounts {
		return 0
	}
	part := min(1, strangersLeast+strangersMore*float64(n.AddressAccounts-crowded))
	if n.AddressRegulars > 0 {
		part /= 2
	}
	return part
}

// fast says in parts of one how much the clicks from the address on other
// occasions look as a machine's that comes soon after the message.
func (n *Neighbours) fast() float64 {
	odds := fastOdds*float64(n.AddressFast) + slowOdds*float64(n.AddressSlow)
	if odds < fastOdds {
		return 0
	}
	return min(1, odds/fastMost)
}

// unsigned says in parts of one how much it tells that nobody signs in from an
// address with a crowd.
func (n *Neighbours) unsigned() float64 {
	part := crowdLeast
	switch {
	case !n.crowd():
		return 0
	case n.AddressRegulars == 0 && n.visited():
		part = min(crowdMost, part+crowdMore*float64(n.AddressAccounts-crowded))
	case 10*n.AddressRegulars >= n.AddressAccounts:
		part = crowdRegulars
	}
	return min(1, part+silentMore*float64(n.AddressSilent))
}
