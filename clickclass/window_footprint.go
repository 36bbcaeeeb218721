package clickclass

import (
	"math"
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/safelinks"
)

// footprint is what a row leaves for others to be compared with.
type footprint struct {
	marks
	keys [columns]uint64 // 0: the row does not say
}

// The columns of keys. An address is one for each domain of accounts: who else
// uses it is not the tenant's business. Those of a pair have the same ReportId,
// account and URL; the last two belong to it since anonymised exports write the
// same ReportId into every row.
const (
	byAccount = iota
	byURL
	byMessage
	byAddr
	byPair
	columns
)

// marks is a footprint without the keys.
type marks struct {
	readings

	action   uint32 // the same for the same ActionType and IsClickedThrough
	revision int32
	texts    uint32 // bytes
	kind     rowKind
	pace     pace
	traits   traits
}

func (p *marks) timed() bool { return p.taken && p.at != noTicks }

// pace is how soon after its message a click came.
type pace uint8

const (
	paceUnknown pace = iota
	paceFast         // within a minute, or before the message
	paceSlow
)

// pace goes by the clock in the message's id.
func (c *readings) pace() pace {
	if c.sent == noTicks || c.at-c.sent < -toTicks(clockTolerance) {
		return paceUnknown
	}
	return paceOf((c.at - c.sent).duration())
}

func paceOf(delay time.Duration) pace {
	if delay <= time.Minute {
		return paceFast
	}
	return paceSlow
}

// traits say what a click tells of whoever is behind its address.
type traits uint8

const (
	traitAny     traits = 1 << iota // of every row
	traitFast                       // paceFast
	traitPerson                     // a person was seen: Continue anyway, or a browser on the account's device
	traitSilent                     // the account's device was active, and shows nothing
	traitRegular                    // the account was there before or came again, on another occasion
	traitVisitor                    // the account was at another address too

	numTraits = iota
)

// rowKind is what happened in a row. A row can be of several kinds.
type rowKind uint8

const (
	kindAllowed rowKind = 1 << iota // ClickAllowed
	kindThrough                     // Continue anyway was pressed
	kindBlocked                     // a block page was shown
	kindScan                        // the page that asks to wait for a scan was shown
)

// read makes the zero footprint that of a click.
func (p *footprint) read(k *Click) {
	report, reported := safelinks.ParseGUID(k.ReportId)
	message, named := safelinks.ParseGUID(k.NetworkMessageId)
	p.readings.read(k, clockIn(report, reported), clockIn(message, named))
	if !p.timed() {
		return
	}
	p.setPace(p.readings.pace())
	r := keys()
	var domain uint64
	if k.AccountUpn != "" {
		p.keys[byAccount], domain = r.account(k.AccountUpn)
	}
	switch {
	case k.Url == "":
	case p.bare:
		p.keys[byURL] = r.url(k.Url)
	default:
		p.keys[byURL] = r.wrapped(k.Url)
	}
	if k.NetworkMessageId != "" {
		p.keys[byMessage] = r.id(&message, named, k.NetworkMessageId)
	}
	if k.IPAddress.IsValid() {
		b := k.IPAddress.As16() // leaves the zone out, and unmaps
		p.keys[byAddr] = mix(r.sixteen(&b), domain)
	}
	if k.ReportId != "" {
		p.keys[byPair] = mix(r.id(&report, reported, k.ReportId), mix(p.keys[byAccount], p.keys[byURL]))
	}
	p.action, p.kind = actionOf(k)
	p.traits |= traitAny
	if p.kind&kindThrough != 0 {
		p.traits |= traitPerson
	}
}

func (p *marks) setTexts(n int) { p.texts = uint32(min(n, math.MaxInt32)) }

func (p *marks) setPace(to pace) {
	p.pace = to
	p.traits &^= traitFast
	if to == paceFast {
		p.traits |= traitFast
	}
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

// service says whether an address has no people behind it.
func (w *Window) service(addr netip.Addr) bool {
	return w.Service != nil && w.Service(addr)
}
