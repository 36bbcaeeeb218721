package clickclass

import (
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

const (
	unread = 3 * time.Second
	soon   = 10 * time.Second

	// beforeSlack is how far before the message a click must be to count as before it: the
	// two clocks are not the same.
	beforeSlack = 5 * time.Second

	longest = time.Duration(1<<63 - 1)
)

// delayed applies to delays of more than from and at most to.
func delayed(f *facts, s *sign, from, to time.Duration) bool {
	return f.clock != ClockNone && from < f.delay && f.delay <= to && s.gap(f.delay, true)
}

// beforeMessage needs a clock that two sources confirm: a clock that is ahead makes every
// fast click look as if it came before the message.
func beforeMessage(f *facts, s *sign) bool {
	return f.clockConfirmed() && delayed(f, s, -longest, -beforeSlack)
}

func withinThreeSeconds(f *facts, s *sign) bool { return fast(f, s, -beforeSlack, unread) }
func withinTenSeconds(f *facts, s *sign) bool   { return fast(f, s, unread, soon) }
func withinMinute(f *facts, s *sign) bool       { return delayed(f, s, soon, time.Minute) }

func withinFiveMinutes(f *facts, s *sign) bool { return late(f, s, time.Minute, 5*time.Minute) }
func withinHour(f *facts, s *sign) bool        { return late(f, s, 5*time.Minute, time.Hour) }
func afterHour(f *facts, s *sign) bool         { return late(f, s, time.Hour, longest) }

// fast is delayed for times within which hardly any person clicks. Where the account is at
// home or signs in, a person with a notification is as likely as a machine.
func fast(f *facts, s *sign, from, to time.Duration) bool {
	if !delayed(f, s, from, to) {
		return false
	}
	if f.atHome() {
		s.silence()
	}
	return true
}

// late is delayed for times at which scanners in mail flow hardly come any more. It says
// nothing against a machine whose requests are not tied to delivery.
func late(f *facts, s *sign, from, to time.Duration) bool {
	if !delayed(f, s, from, to) {
		return false
	}
	if f.machineAtAnyTime() {
		s.silence()
	}
	return true
}

// machineAtAnyTime reports whether something shows a machine that is not tied to mail flow:
// a service that fetches previews, or one that shadows people, opens reported mail, or
// waits.
func (f *facts) machineAtAnyTime() bool {
	switch f.origin.Kind {
	case iprange.KindTeams, iprange.KindSharePoint, iprange.KindCrawler,
		iprange.KindOwnScanner, iprange.KindOwnTool, iprange.KindSecurity:
		return true
	}
	n := f.near
	return f.shadows() || n.MessageURLs1s >= 2 || n.MessageURLs3s >= 3 ||
		n.FanAccounts >= crowded && !f.peopleAtAddress()
}
