package main

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

const wanted = "want an address, a prefix (192.0.2.0/24), a range (192.0.2.1-192.0.2.9), a host or a URL"

var errWanted = errors.New(wanted)

func wrong(reason string) error { return fmt.Errorf("%s; %w", reason, errWanted) }

var (
	numbers   = regexp.MustCompile(`^\d+(?:\.\d+)*$`)
	colons    = regexp.MustCompile(`(?i)^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*$`)
	addressed = regexp.MustCompile(`(?i)^(?:\d{1,3}(?:\.\d{1,3}){3}(?:[/-].*)?|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*/\d+)$`)
)

// looksLikeAddress says whether s is meant as an address, whatever is wrong with it.
func looksLikeAddress(s string) bool { return addressed.MatchString(refang(s)) }

// whatIsWrong says why a query is not an item.
func whatIsWrong(query string) error {
	s := refang(query)
	authority, isURL := authorityOf(s)
	if isURL && authority == "" {
		return wrong("a URL without a host")
	} else if isURL {
		s = authority
	}
	before, after, _ := strings.Cut(s, "/")
	a, err := netip.ParseAddr(before)
	first, last, isRange := strings.Cut(tight(s), "-")
	_, okFirst := parseAddress(first)
	_, okLast := parseAddress(last)
	switch {
	case s == "":
		return wrong("empty")
	case err == nil && strings.Contains(after, "."):
		return errors.New("the mask after the / is not ones followed by zeros")
	case err == nil:
		return fmt.Errorf("want a prefix length from 0 to %d after the /", a.BitLen())
	case isRange && okFirst && okLast:
		return errors.New("want a first and a last address of one family, the first not after the last")
	case isRange && (okFirst && looksLikeAddress(last) || okLast && looksLikeAddress(first)):
		return errors.New("one end of the range is not an address")
	case looksLikeAddress(before) && strings.Contains(s, "/"):
		return fmt.Errorf("before the /: %w", whatIsWrong(before))
	case numbers.MatchString(s):
		return whatIsWrongWithNumbers(strings.Split(s, "."))
	case colons.MatchString(s):
		return wrong("not an IPv6 address")
	case strings.Contains(s, "@"):
		return wrong("a mail address")
	}
	return errWanted
}

func whatIsWrongWithNumbers(octets []string) error {
	if len(octets) != 4 {
		return fmt.Errorf("an IPv4 address has four numbers, not %d; a block of them is written 192.0.2.0/24", len(octets))
	}
	for _, n := range octets {
		switch {
		case len(n) > 1 && n[0] == '0':
			return fmt.Errorf("%.10s has a leading zero, which some programs read as octal; write it without", n)
		case len(n) > 3 || len(n) == 3 && n > "255":
			return fmt.Errorf("%.10s is more than 255, the most in an IPv4 address", n)
		}
	}
	return errWanted
}
