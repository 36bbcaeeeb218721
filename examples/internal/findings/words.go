package findings

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Answer says in two to four sentences what happened.
func (r *Report) Answer() string {
	s := &r.Summary
	if s.Clicks == 0 {
		return "No clicks."
	}
	var out []string
	switch n := len(s.OpenedBy); {
	case n > 0:
		out = append(out, fmt.Sprintf("%s opened a page that is dangerous or was found so later: %s.", people(n), list(s.OpenedBy, n, 5)))
	case len(s.PerhapsBy) == 0:
		out = append(out, "Nobody is seen to have opened anything that is known to be dangerous.")
	}
	if n := len(s.PerhapsBy); n > 0 {
		did := "opened a page that is dangerous or was found so later"
		account := "account"
		if len(s.OpenedBy) > 0 {
			did, account = "did", "further account"
		}
		out = append(out, fmt.Sprintf("In %s somebody %s, and nothing tells who: %s.", Plural(n, account), did, list(s.PerhapsBy, n, 5)))
	}
	switch n := len(s.TakenOver); {
	case n == 1:
		out = append(out, fmt.Sprintf("One account looks taken over: %s, used from %s.", s.TakenOver[0], list(s.TheirIPs, len(s.TheirIPs), 4)))
	case n > 1:
		out = append(out, fmt.Sprintf("%s look taken over: %s, used from %s.", sentence(Plural(n, "account")), list(s.TakenOver, n, 5), list(s.TheirIPs, len(s.TheirIPs), 6)))
	}
	if n := len(s.NotOwner); n > 0 || s.SharedAddresses > 0 {
		var parts []string
		if n > 0 {
			parts = append(parts, "in "+Plural(n, "account"))
		}
		if s.SharedAddresses > 0 {
			parts = append(parts, "from "+Plural(s.SharedAddresses, "address")+" that several accounts share")
		}
		out = append(out, "Less certain: clicks "+strings.Join(parts, " and ")+" may not be the owners'.")
	}
	if n := s.StoppedBy; n > 0 {
		out = append(out, fmt.Sprintf("Safe Links stopped %s.", strings.ToLower(people(n))))
	}
	counted := Plural(s.Accounts, "account")
	if s.Accounts == maxDistinct {
		counted = "at least " + counted
	}
	counts := fmt.Sprintf("Of %s of %s, machines made %s (%s), the owners %s", Plural(s.Clicks-s.Duplicates, "click"), counted,
		Thousands(s.Machine), Percent(s.Machine, s.Clicks-s.Duplicates), Thousands(s.Owner))
	if s.Else > 0 {
		counts += fmt.Sprintf(", %s a machine or somebody else", Thousands(s.Else))
	}
	if s.Unknown > 0 {
		counts += fmt.Sprintf("; of %s nothing tells who", Thousands(s.Unknown))
	}
	return strings.Join(append(out, counts+"."), " ")
}

// Percent formats a share without decimals.
func Percent(part, whole int) string {
	switch {
	case whole == 0 || part == 0:
		return "0 %"
	case part*200 < whole:
		return "<1 %"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(part)/float64(whole))
}

func people(n int) string {
	if n == 1 {
		return "One person"
	}
	return Thousands(n) + " people"
}

// list joins names: "a, b and c", "a, b and 7 more". n is how many there are.
func list(all []string, n, most int) string {
	shown := all[:min(len(all), most)]
	if rest := n - len(shown); rest > 0 {
		return strings.Join(shown, ", ") + " and " + Thousands(rest) + " more"
	}
	if len(shown) < 2 {
		return strings.Join(shown, "")
	}
	return strings.Join(shown[:len(shown)-1], ", ") + " and " + shown[len(shown)-1]
}

func (n *names) join(most int) string { return list(n.list, len(n.seen), most) }

func fromAddresses(addresses []string) string {
	if len(addresses) == 0 {
		return " without an address"
	}
	return " from " + list(addresses, len(addresses), 4)
}

// Span formats a span of time as people say it.
func Span(d time.Duration) string {
	n := func(of time.Duration, word string) string {
		return Plural(int(math.Round(float64(d)/float64(of))), word)
	}
	switch {
	case d < 90*time.Second:
		return n(time.Second, "second")
	case d < 90*time.Minute:
		return n(time.Minute, "minute")
	case d < 36*time.Hour:
		return n(time.Hour, "hour")
	}
	return n(24*time.Hour, "day")
}

// Probability formats a probability without the false certainty of 0.00 and 1.00.
func Probability(p float64) string {
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

// Plural formats a number of things: "1 click", "12,345 clicks", "2 mailboxes".
func Plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "ss"):
		return Thousands(n) + " " + noun + "es"
	}
	return Thousands(n) + " " + noun + "s"
}

// Thousands formats a number with commas.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// sentence returns s with a capital letter.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
