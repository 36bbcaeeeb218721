package clickclass

import "time"

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

func beforeMessage(f *facts, s *sign) bool      { return delayed(f, s, -longest, -beforeSlack) }
func withinThreeSeconds(f *facts, s *sign) bool { return delayed(f, s, -beforeSlack, unread) }
func withinTenSeconds(f *facts, s *sign) bool   { return delayed(f, s, unread, soon) }
func withinMinute(f *facts, s *sign) bool       { return delayed(f, s, soon, time.Minute) }

func withinFiveMinutes(f *facts, s *sign) bool { return late(f, s, time.Minute, 5*time.Minute) }
func withinHour(f *facts, s *sign) bool        { return late(f, s, 5*time.Minute, time.Hour) }
func afterHour(f *facts, s *sign) bool         { return late(f, s, time.Hour, longest) }

// late is delayed for times that speak for a person, because scanners in mail flow do not
// come so late. If something shows a machine that may come at any time, such a delay says
// nothing.
func late(f *facts, s *sign, from, to time.Duration) bool {
	if !delayed(f, s, from, to) {
		return false
	}
	if f.machineAtAnyTime() {
		s.scale = 0
	}
	return true
}

// machineAtAnyTime reports whether something shows a machine that is not tied to mail flow:
// one that shadows people, opens reported mail, or waits.
func (f *facts) machineAtAnyTime() bool {
	n := &f.near
	return f.shadows() || f.crowdWithoutSignIn() || f.strangers() > 0 || n.MessageURLs1s >= 2 || n.MessageURLs3s >= 3 ||
		n.FanAccounts >= crowded && !f.peopleAtAddress()
}
