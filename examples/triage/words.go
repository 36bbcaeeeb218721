package main

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

// How numbers are written, as in the findings.
var (
	plural      = findings.Plural
	thousands   = findings.Thousands
	percent     = findings.Percent
	probability = findings.Probability
)

// className returns a class in words.
func className(c clickclass.Class) string { return strings.ReplaceAll(c.String(), "_", " ") }

// english has the text of every stable word. Some words are of several kinds; what counts
// is the text of the cause, the flag or the kind of evidence, which Words yields last.
var english = sync.OnceValue(func() map[string]string { return maps.Collect(clickclass.Words()) })

// textOf returns the text of a stable word, and the word itself if it has none.
func textOf(word string) string { return cmp.Or(english()[word], word) }

// evidenceShort are the kinds of evidence, where there is little room.
var evidenceShort = map[string]string{"mail": "mail", "signin": "sign-ins", "device": "devices", "audit": "audit log", "network": "network"}

// evidenceIn returns the kinds of evidence in a set, in few words.
func evidenceIn(set clickclass.Evidence) []string {
	var list []string
	for word := range wordsIn(set) {
		list = append(list, cmp.Or(evidenceShort[word], word))
	}
	return list
}

// wordsIn yields the stable words of a set.
func wordsIn(set fmt.Stringer) iter.Seq[string] {
	return func(yield func(string) bool) {
		text := set.String()
		for text != "" {
			word, rest, _ := strings.Cut(text, ",")
			if !yield(word) {
				return
			}
			text = rest
		}
	}
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

// probabilities shows how likely a machine is, with the range that the sources of the weights
// leave open, and somebody else where that is more than the prior.
func probabilities(p *clickclass.Probabilities) string {
	text := "P(machine) " + probability(p.Machine)
	if low, high := probability(p.Low), probability(p.High); low != high {
		text += ", " + low + " to " + high
	}
	if p.Other >= 0.02 {
		text += "; P(other) " + probability(p.Other)
	}
	return text
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
	case from.Year() == to.Year() && from.Month() == to.Month():
		return from.Format("2") + " to " + to.Format(full)
	case from.Year() == to.Year():
		return from.Format(day) + " to " + to.Format(full)
	}
	return from.Format(full) + " to " + to.Format(full)
}

// moment formats a click's time, in UTC and to the second.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }
