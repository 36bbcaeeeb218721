package clickclass

import (
	"hash/maphash"
	"math/bits"
	"net/netip"
	"strings"
	"time"
)

// ticks counts steps of 100 ns since the year 1, as the tables do: they hold
// the years 1 to 9999, which nanoseconds do not.
type ticks int64

const (
	tick    = 100 * time.Nanosecond
	second  = ticks(time.Second / tick)
	noTicks = ticks(-1 << 63)

	yearOne  = -62_135_596_800 // Unix time
	allYears = 315_537_897_600 // seconds of the years 1 to 9999
)

func toTicks(d time.Duration) ticks { return ticks(d / tick) }

func (t ticks) duration() time.Duration { return time.Duration(t) * tick }

// ticksOf returns noTicks for no time, and for one outside the years of the
// tables.
func ticksOf(t time.Time) ticks {
	s := t.Unix() - yearOne
	if t.IsZero() || s < 0 || s >= allYears {
		return noTicks
	}
	return ticks(s)*second + ticks(t.Nanosecond())/ticks(tick)
}

// footprint is what a row leaves for others to be compared with.
type footprint struct {
	at ticks // noTicks: the row has no time

	// Keys; 0: the row does not say. An address is one for each domain of
	// accounts: who else uses it is not the tenant's business.
	account, url, message, addr uint64
	// pair is the same for rows of the same ReportId, account and URL. Account
	// and URL belong to it since anonymised exports write the same ReportId
	// into every row.
	pair uint64

	action   uint32 // the same for the same ActionType and IsClickedThrough
	revision int32
	kind     rowKind
	pace     pace
}

func (p *footprint) timed() bool { return p.at != noTicks }

// pace is how soon after its message a click came, by the clock in the
// message's id.
type pace uint8

const (
	paceUnknown pace = iota
	paceFast         // within a minute, or before the message
	paceSlow
)

func paceOf(k *Click, at time.Time) pace {
	if k.NetworkMessageId == "" {
		return paceUnknown
	}
	sent, ok := idTime(k.NetworkMessageId)
	if !ok {
		return paceUnknown
	}
	switch delay := at.Sub(sent); {
	case delay < -clockTolerance:
		return paceUnknown
	case delay <= time.Minute:
		return paceFast
	}
	return paceSlow
}

// rowKind is what happened in a row. A row can be of several kinds.
type rowKind uint8

const (
	kindAllowed rowKind = 1 << iota // ClickAllowed
	kindThrough                     // Continue anyway was pressed
	kindBlocked                     // a block page was shown
	kindScan                        // the page that asks to wait for a scan was shown
)

func footprintOf(k *Click) footprint {
	t, _, _ := clickTime(k)
	p := footprint{at: ticksOf(t)}
	if !p.timed() {
		return p
	}
	if k.AccountUpn != "" {
		p.account = foldKey(k.AccountUpn)
	}
	if k.Url != "" {
		p.url = urlKey(k.Url)
	}
	if k.NetworkMessageId != "" {
		p.message = idKey(k.NetworkMessageId)
	}
	if a := k.addr(); a.IsValid() {
		b := a.As16()
		p.addr = mix(maphash.Bytes(keySeed(), b[:]), domainKey(k.AccountUpn))
	}
	p.pace = paceOf(k, t)
	if k.ReportId != "" {
		p.pair = mix(idKey(k.ReportId), mix(p.account, p.url))
	}
	p.action, p.kind = actionOf(k)
	return p
}

func actionOf(k *Click) (action uint32, kind rowKind) {
	switch k.ActionType {
	case ClickAllowed:
		action, kind = 1, kindAllowed
	case ClickBlocked:
		action, kind = 2, kindBlocked
	case ClickBlockedByTenantPolicy:
		action, kind = 3, kindBlocked
	case UrlErrorPage:
		action = 4
	case UrlScanInProgress:
		action, kind = 5, kindScan
	case ClickedThrough:
		action, kind = 6, kindThrough
	default:
		action = uint32(foldKey(string(k.ActionType))) | 8
	}
	action <<= 1
	if k.IsClickedThrough {
		action |= 1
		kind = kind&^kindScan | kindThrough
	}
	return action, kind
}

// domainKey is the key of the part of an account behind the @, and 0 when
// there is none.
func domainKey(account string) uint64 {
	_, domain, _ := strings.Cut(account, "@")
	if domain == "" {
		return 0
	}
	return foldKey(domain)
}

// mix is the key of two keys in this order.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, bits.RotateLeft64(b, 32)^0xd6e8feb86659fd93)
	return hi ^ lo ^ bits.RotateLeft64(a, 17)
}

// service says whether an address has no people behind it.
func (w *Window) service(addr netip.Addr) bool {
	return w.Service != nil && w.Service(addr)
}
