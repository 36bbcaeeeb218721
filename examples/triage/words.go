package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// className returns a class in words.
func className(c clickclass.Class) string { return strings.ReplaceAll(c.String(), "_", " ") }

// causeWords are the causes in words, by their stable names.
var causeWords = map[string]string{
	"mail_flow_scan":      "Safe Links or detonation while the mail was handled",
	"detonation":          "a later scan or an investigation",
	"preview":             "a client's prefetch or a link preview",
	"policy_scan":         "scanning that the Safe Links policy asks for",
	"microsoft_other":     "a Microsoft service: tests, telemetry, background work",
	"third_party_scanner": "a mail gateway or link scanner",
	"own_tool":            "your own tool or sandbox",
	"person":              "the account's owner",
	"other_person":        "somebody else: a forwarded link, another person, an attacker",
}

// flagWords are the flags in words, by their stable names.
var flagWords = map[string]string{
	"recipient_not_shown":     "nothing shows that the account's owner clicked",
	"account_not_recipient":   "the account is not among the message's recipients: the link was forwarded, or the mailbox is shared",
	"verdict_changed_later":   "the click was allowed, and the link was found malicious afterwards",
	"address_for_rent":        "anybody can rent this address: it may be an attacker's",
	"people_behind_address":   "people are known to leave from this address",
	"several_addresses":       "the row has several addresses; the first was judged",
	"no_address":              "the row has no address",
	"clock_disagrees":         "the clock in an id contradicts the row's time and was not believed",
	"no_message_clock":        "the message's id holds no believable clock",
	"wrapped_url":             "the link was wrapped; it was judged by what is inside",
	"duplicate":               "the same click was read before",
	"click_pair":              "one half of a block and its click-through",
	"link_evidence_elsewhere": "a person's evidence near this click fits another click of the same link better",
	"ignored_address":         "your own ranges ask to leave this address out of the judgement",
}

// missingWords are the kinds of missing evidence in words.
var missingWords = map[string]string{
	"mail":     "the message (EmailEvents, EmailUrlInfo)",
	"signin":   "the account's sign-ins (EntraIdSignInEvents, SigninLogs)",
	"endpoint": "the account's devices (DeviceEvents, DeviceNetworkEvents)",
}

// missingShort are the same, where there is little room.
var missingShort = map[string]string{"mail": "mail", "signin": "sign-ins", "endpoint": "devices"}

// regimeWords are the kinds of evidence that verdicts rest on.
var regimeWords = map[string]string{
	"row":      "the row alone",
	"rows":     "the row and its neighbours",
	"mail":     "the row, its neighbours and the message",
	"signin":   "the row, its neighbours and sign-ins",
	"endpoint": "the row, its neighbours and devices",
}

// words returns what the table has for a name, and the name itself for one that
// it does not have.
func words(table map[string]string, name string) string {
	if w, ok := table[name]; ok {
		return w
	}
	return strings.ReplaceAll(name, "_", " ")
}

// reason is a signal in words.
func reason(s *clickclass.Signal) string {
	if detail := s.Detail(); detail != "" {
		return s.Rule.Text + " (" + detail + ")"
	}
	return s.Rule.Text
}

// serviceOf names whose address a click came from, for people.
func serviceOf(k *clickclass.Click, v *clickclass.Verdict) string {
	switch {
	case !k.IPAddress.IsValid():
		return "no address"
	case v.Origin.Service != "":
		return v.Origin.Service
	case v.Origin.Network.Organization != "":
		return v.Origin.Network.Organization
	}
	return "outside Microsoft"
}

// threats says what the row itself knows of the link's danger; "" when it knows
// of none.
func threats(k *clickclass.Click, v *clickclass.Verdict) string {
	var parts []string
	if k.ThreatTypes != "" {
		parts = append(parts, k.ThreatTypes)
	}
	switch {
	case k.IsClickedThrough:
		parts = append(parts, "warning overridden")
	case strings.HasPrefix(string(k.ActionType), "ClickBlocked"):
		parts = append(parts, "blocked")
	case v.Flags&clickclass.FlagVerdictChangedLater != 0:
		parts = append(parts, "found malicious later")
	}
	return strings.Join(parts, ", ")
}

// plural counts things: "1 click", "12,345 clicks".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func percent(part, whole int) string {
	switch {
	case whole == 0 || part == 0:
		return "0 %"
	case part*200 < whole:
		return "<1 %"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(part)/float64(whole))
}

// probability shows P without the false certainty of 0.00 and 1.00.
func probability(p float64) string {
	switch {
	case p < 0.001:
		return "<0.001"
	case p > 0.999:
		return ">0.999"
	case p < 0.01 || p > 0.99:
		return fmt.Sprintf("%.3f", p)
	}
	return fmt.Sprintf("%.2f", p)
}

// span says from when to when, as short as can be.
func span(from, to time.Time) string {
	from, to = from.UTC(), to.UTC()
	const day, full = "2 January", "2 January 2006"
	switch {
	case from.IsZero():
		return ""
	case from.Format(full) == to.Format(full):
		return from.Format(full)
	case from.Year() == to.Year():
		return from.Format(day) + " to " + to.Format(full)
	}
	return from.Format(full) + " to " + to.Format(full)
}

// moment is a click's time with the digits that the row has, and no zeros
// after them.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.9999999") }
