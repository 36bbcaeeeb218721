package clickclass

import "time"

// Neighbours is what the other rows of the window say about one click: counts
// and gaps only. The zero Neighbours is "no other rows were looked at". All
// windows are centred on the click, so that the order of rows does not matter,
// and duplicate rows (same ReportId, ActionType and IsClickedThrough) count
// once.
type Neighbours struct {
	// Seen says that other rows were looked at, even when none was near.
	Seen bool

	// Different URLs of the same message by the same account, this one
	// included, of which the widest run around this click spans less than 1 s,
	// at most 3 s, at most 60 s.
	MessageURLs1s  int
	MessageURLs3s  int
	MessageURLs60s int

	// FanAccounts counts accounts that asked for the same URL from the same
	// address within 10 s of this click, this one included.
	FanAccounts int
	// AddressAccounts counts accounts with clicks from the same address within
	// the window (1 h by default), this one included. AddressURLs counts the
	// different URLs among those clicks. Both stop at 64.
	AddressAccounts int
	AddressURLs     int

	// Twin is the nearest click of the same account and URL from another
	// address within 2 minutes; TwinGap is its time minus this click's.
	Twin        bool
	TwinGap     time.Duration
	TwinService bool // the twin's address is one of a service with no people behind it

	// ScanThenThrough: the same account had UrlScanInProgress for the same URL
	// within 10 minutes before this allowed or overridden click.
	ScanThenThrough bool
	// Through: the click-through row of the same ReportId is in the window, and
	// this row is its blocked half.
	Through bool
	// Pair: the row is half of a block and click-through pair.
	Pair bool
	// Duplicate: an equal row came before this one.
	Duplicate bool
	// BlockedLater: the same URL was blocked for anybody within the window
	// after this allowed click.
	BlockedLater bool
}
