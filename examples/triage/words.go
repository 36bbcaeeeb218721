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

// causeWords are the causes in words.
var causeWords = map[string]string{
	"mail_flow_scan":      "Safe Links or detonation while the mail was handled",
	"detonation":          "a later scan or an investigation",
	"preview":             "a client's prefetch or a link preview",
	"chat_preview":        "the preview of a chat that the wrapped link was written or pasted into",
	"policy_scan":         "scanning that the Safe Links policy asks for",
	"microsoft_other":     "a Microsoft service: tests, telemetry, background work",
	"third_party_scanner": "a mail gateway or link scanner",
	"own_tool":            "your own tool or sandbox",
	"owner":               "the account's owner",
	"forwarded":           "a colleague, a delegate, or somebody whom the message was forwarded to",
	"intruder":            "somebody else: a forwarded link, another person, an attacker",
}

// flagWords are the flags in words.
var flagWords = map[string]string{
	"recipient_not_shown":   "nothing shows that the account's owner clicked",
	"account_not_recipient": "the account is not among the message's recipients: the link was forwarded, or the mailbox is shared",
	"verdict_changed_later": "the click was allowed, and the link was found malicious afterwards",
	"address_for_rent":      "anybody can rent this address: it may be an attacker's",
	"people_behind_address": "people are known to leave from this address",
	"several_addresses":     "the row has several addresses; the first was judged",
	"no_address":            "the row has no address",
	"clock_disagrees":       "the clock in an id contradicts the row's time and was not believed",
	"no_message_clock":      "the message's id holds no believable clock",
	"wrapped_url":           "the link was wrapped; it was judged by what is inside",
	"duplicate":             "the same click was read before",
	"click_pair":            "one half of a block and its click-through",
	"evidence_elsewhere":    "a person's evidence near this click fits another click of the same link better",
	"ignored_address":       "your own ranges ask to leave this address out of the judgement",
}

// evidenceWords are the kinds of evidence in words.
var evidenceWords = map[string]string{
	"mail":    "the message (EmailEvents, EmailUrlInfo)",
	"signin":  "the account's sign-ins (EntraIdSignInEvents, SigninLogs)",
	"device":  "the account's devices (DeviceEvents, DeviceNetworkEvents)",
	"audit":   "the audit log (TIUrlClickData)",
	"network": "the network of the address (--asn)",
}

// evidenceShort are the same, where there is little room.
var evidenceShort = map[string]string{"mail": "mail", "signin": "sign-ins", "device": "devices", "audit": "audit log", "network": "network"}

// basisWords are what verdicts rest on, in words.
var basisWords = map[string]string{
	"row":    "the row alone",
	"rows":   "the row and its neighbours",
	"mail":   "the row, its neighbours and the message",
	"signin": "the row, its neighbours and sign-ins",
	"device": "the row, its neighbours and devices",
}

// words returns the text of a stable word, and the word itself if the table lacks it.
func words(table map[string]string, word string) string {
	if w, ok := table[word]; ok {
		return w
	}
	return strings.ReplaceAll(word, "_", " ")
}

// kindsIn returns the kinds of evidence in a set, in words, in the order of the set.
func kindsIn(set clickclass.Evidence, table map[string]string) []string {
	if set == 0 {
		return nil
	}
	kinds := strings.Split(set.String(), ",")
	for i, kind := range kinds {
		kinds[i] = words(table, kind)
	}
	return kinds
}

// serviceOf returns whose address a click came from, in words.
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

// threats returns what the row itself says of the link's danger, "" if nothing.
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
	case v.Flags.Has(clickclass.FlagVerdictChangedLater):
		parts = append(parts, "found malicious later")
	}
	return strings.Join(parts, ", ")
}

// plural formats a number of things: "1 click", "12,345 clicks".
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

// probability formats P without the false certainty of 0.00 and 1.00.
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

// span formats a range of days, in as few words as possible.
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

// moment formats a click's time with the digits that the row has, without zeros at the
// end.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.9999999") }
