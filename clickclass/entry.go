package clickclass

import (
	"math"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/neighbours"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
	"github.com/whoclicked/whoclicked/safelinks"
)

// entry is a click on its way to a verdict, with what is known of it without its
// neighbours.
type entry struct {
	click Click
	reading
	url     string        // Url without wrappers
	wrapped bool          // Url is a Safe Link
	written ticks.Ticks   // by the clock in the link; None: not known
	delay   time.Duration // from the message to the click, if clock is not ClockNone
	clock   Clock
	noClock bool // a message is named, and its id gives no believable time
	newLink bool // the link was written long after the message was received

	facts  Facts    // what the source answered
	failed Evidence // kinds for which the source returned an error

	out bool // the click came out of the window; used by the goroutine of the window only

	// What was said of the click; used by the goroutine that hands out results only.
	judged   bool
	said     gist
	revision int
}

// gist is the part of a verdict whose change makes a revision. Its fields are exported for
// the state of a Stream.
type gist struct {
	Class          Class
	Flags          Flags
	Failed         Evidence
	Causes         [maxCauses]Cause
	Machine, Other int // probabilities in steps of a ten thousandth
}

func gistOf(v *Verdict) gist {
	step := func(p float64) int { return int(math.Round(p * 1e4)) }
	g := gist{Class: v.Class, Flags: v.Flags, Failed: v.Failed, Machine: step(v.P.Machine), Other: step(v.P.Other)}
	copy(g.Causes[:], v.Causes)
	return g
}

// read reads what the click says of itself.
func (e *entry) read() {
	e.reading = readClocks(&e.click)
	chain, err := safelinks.Unwrap(e.click.Url)
	e.url, e.wrapped = e.click.Url, false
	if err == nil {
		e.url, e.wrapped = chain.Original(), safelinks.IsSafeLink(e.click.Url)
	}
	e.written = linkClock(&chain)
	e.measureDelay()
}

// learn adds what the source answered.
func (e *entry) learn(facts Facts, failed Evidence) {
	e.facts, e.failed = facts, failed
	if facts.Mail != nil {
		e.measureDelay()
	}
}

// measureDelay finds the time between message and click: by the clock in the message's id,
// else by the mail tables, else by the clock in the link.
func (e *entry) measureDelay() {
	e.delay, e.clock, e.noClock, e.newLink = 0, ClockNone, false, false
	if e.At == ticks.None {
		return
	}
	received := ticks.None
	if e.facts.Mail != nil {
		received = ticks.Of(e.facts.Mail.Received)
	}
	if e.click.NetworkMessageId != "" || e.Sent != ticks.None {
		ok := e.Sent != ticks.None
		if ok && received != ticks.None {
			ok = clocksAgree(received - e.Sent)
		}
		if ok && e.setDelay(e.Sent, ClockMessageID) {
			e.newLink = e.writtenAfter(e.Sent)
			return
		}
		e.noClock = true
	}
	if e.setDelay(received, ClockMail) {
		e.newLink = e.writtenAfter(received)
		return
	}
	e.setDelay(e.written, ClockLink)
}

// writtenAfter reports whether the clock in the link is between the message and the click,
// and later than a link in the message can be. An earlier clock is no contradiction: links
// are forwarded.
func (e *entry) writtenAfter(message ticks.Ticks) bool {
	return e.written != ticks.None && e.written <= e.At && e.written-message > ticks.OfDuration(mailAfterClock)
}

// clocksAgree reports whether EmailEvents.Timestamp minus the clock in the message's id is
// as in real rows. A clock that is ahead is not believed.
func clocksAgree(d ticks.Ticks) bool {
	return ticks.OfDuration(mailBeforeClock) <= d && d <= ticks.OfDuration(mailAfterClock)
}

// setDelay measures the delay from a point in time and reports whether it is believable.
func (e *entry) setDelay(sent ticks.Ticks, clock Clock) bool {
	if sent == ticks.None {
		return false
	}
	d := (e.At - sent).Duration()
	if d < -clockTolerance {
		return false
	}
	e.delay, e.clock = d, clock
	return true
}

// question returns what a source is asked about the click.
func (e *entry) question() Question {
	k := &e.click
	return Question{
		Want: allEvidence, MessageID: normal.MessageID(k.NetworkMessageId), Account: normal.Account(k.AccountUpn),
		URL: e.url, Addr: k.address(), At: e.At.Time(),
	}
}

// mark returns what the click shows of itself to other clicks.
func (e *entry) mark() neighbours.Mark {
	k := &e.click
	m := neighbours.Mark{At: e.At}
	if m.At == ticks.None {
		return m
	}
	account := normal.Account(k.AccountUpn)
	m.Account, m.Domain = keys.Of(account), keys.Of(normal.Domain(account))
	m.URL = keys.Of(normal.Comparable(e.url))
	m.Site = siteKey(e.url)
	m.Message = e.message.key(k.NetworkMessageId)
	m.IP = k.address()
	if m.Addr = keys.OfAddr(m.IP); m.Domain != 0 {
		m.Addr = keys.Join(m.Addr, m.Domain)
	}
	if k.ReportId != "" {
		// Anonymised exports have the same ReportId in every row.
		m.Report = keys.Join(e.report.key(k.ReportId), keys.Join(m.Account+1, m.URL+1))
	}
	m.Action, m.Kind = actionOf(k)
	e.setTraits(&m)
	return m
}

// setTraits sets what the click and its evidence show of whoever is behind the address.
func (e *entry) setTraits(m *neighbours.Mark) {
	m.Traits = 0
	switch {
	case e.clock == ClockNone || e.At == ticks.None:
	case e.delay <= time.Minute:
		m.Traits |= neighbours.TraitFast
	default:
		m.Traits |= neighbours.TraitSlow
	}
	if m.Kind&neighbours.KindThrough != 0 {
		m.Traits |= neighbours.TraitPerson
	}
	if s := e.facts.SignIn; s != nil && s.SignIns > 0 {
		m.Traits |= neighbours.TraitSignIn
	}
	if d := e.facts.Device; d != nil {
		switch {
		case d.Launch && !d.ByRobot || d.Connection && d.Rarity >= minRarity:
			m.Traits |= neighbours.TraitPerson
		case d.Active && d.Watched && !d.Launch && !d.Connection:
			m.Traits |= neighbours.TraitSilent
		}
	}
}

// siteKey returns the key of the site of a URL, and 0 if strangers share the site.
func siteKey(url string) uint64 {
	site := normal.Site(url)
	if site == "" || normal.IsSharedSite(site) {
		return 0
	}
	return keys.Of(site)
}

// actionOf returns a key that is equal for the same ActionType and IsClickedThrough, and
// what happened.
func actionOf(k *Click) (key uint64, kind neighbours.Kind) {
	switch k.ActionType {
	case ClickAllowed:
		kind = neighbours.KindAllowed
	case ClickBlocked, ClickBlockedByTenantPolicy:
		kind = neighbours.KindBlocked
	case UrlScanInProgress:
		kind = neighbours.KindScan
	case ClickedThrough:
		kind = neighbours.KindThrough
	}
	if k.ThreatTypes != "" && kind&(neighbours.KindAllowed|neighbours.KindThrough) != 0 {
		kind |= neighbours.KindDanger
	}
	key = keys.Of(normal.Account(string(k.ActionType))) &^ 1
	if k.IsClickedThrough {
		key |= 1
		kind = kind&^neighbours.KindScan | neighbours.KindThrough | neighbours.KindDanger
	}
	return key, kind
}

// size returns how many bytes of text and further addresses an entry holds.
func (e *entry) size() int {
	n := e.click.size()
	if e.url != e.click.Url {
		n += len(e.url)
	}
	return n
}

// size returns how many bytes of text and further addresses a click holds.
func (k *Click) size() int {
	n := len(k.MoreIPs) * 24
	for _, s := range [...]string{k.Url, string(k.ActionType), k.AccountUpn, k.Workload, k.NetworkMessageId, k.ThreatTypes,
		k.DetectionMethods, k.UrlChain, k.ReportId, k.AppName, k.AppVersion, k.SourceId, k.File, k.IPAddress.Zone()} {
		n += len(s)
	}
	return n
}
