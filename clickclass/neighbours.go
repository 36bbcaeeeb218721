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
// the domain of the account, since an address may serve other tenants too. Everything is a count of different things or
// says that a thing is there, so that duplicate rows change nothing. Accounts
// are compared without regard to ASCII case, URLs without wrapper, scheme,
// case of the host, default port, fragment, and the slash of an empty path.
// More rows never make a count smaller, nor a statement false.
type Neighbours struct {
	// Seen says that other rows were looked at, even when none was near.
	Seen bool

	// Different URLs of the same message by the same account, this one
	// included: the most in any run of such clicks that holds this one and
	// lasts less than 1 s, at most 3 s, at most 60 s. 0 when the row names no
	// message, account or URL.
	MessageURLs1s  int
	MessageURLs3s  int
	MessageURLs60s int

	// FanAccounts counts accounts that asked for the same URL from the same
	// address within 10 s of this click, this one included. It stops at 64.
	FanAccounts int
	// AddressAccounts counts accounts with clicks from the same address within
	// the window, this one included. AddressURLs counts the
	// different URLs among those clicks. Both stop at 64.
	AddressAccounts int
	AddressURLs     int
	// AddressFast and AddressSlow count occasions on which other messages' links
	// were asked for from the same address within the window: within a minute of
	// the message, and later, by the clock in its id. An occasion is ten minutes
	// or less, so that many who follow one announcement make one; occasions
	// within ten minutes of this click are left out. AddressFast is no more than
	// the number of other accounts with such clicks. Both stop at 64.
	AddressFast int
	AddressSlow int

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
