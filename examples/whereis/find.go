package main

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/iprange"
)

// finding is an item, or why a piece of the input is none.
type finding struct {
	item
	err error
}

// findItems returns what there is to look up in a line:
//
//   - the line, if it is one item
//   - every piece, if the line is a list of items and of addresses with a fault
//   - in any other text, such as a line of a log, the addresses, prefixes, ranges and
//     URLs that stand in it, each once, and the hosts that a list has
//
// A line without any of these is one finding with an error.
func findItems(set *iprange.Set, line string) []finding {
	line = strings.TrimSpace(line)
	whole, ok := parseItem(line)
	if ok {
		whole.query = strings.Trim(line, decoration)
		return []finding{{item: whole}}
	}
	if list := listItems(line); list != nil {
		return list
	}
	if found := textItems(set, line); found != nil {
		return found
	}
	return []finding{{whole, whatIsWrong(line)}}
}

var separators = regexp.MustCompile(`[,;|\t\r\n]+`)

// listItems returns the items of a list, and nil if the line is none.
func listItems(line string) (list []finding) {
	for _, cell := range separators.Split(line, -1) {
		cell = strings.Trim(cell, decoration)
		if cell == "" {
			continue
		}
		if it, ok := parseItem(cell); ok {
			list = append(list, finding{item: it})
			continue
		}
		for _, word := range strings.Fields(cell) {
			it, ok := parseItem(word)
			f := finding{item: it}
			if !ok {
				if !looksLikeAddress(word) {
					return nil
				}
				f.err = whatIsWrong(word)
			}
			f.query = strings.Trim(word, decoration)
			list = append(list, f)
		}
	}
	return list
}

// The forms in which items stand in text. What these match is parsed afterwards.
var (
	itemInText = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]{0,20}://[^\s"'<>|/\\?#]{1,300}` +
		`|\[?` + ipv6 + `(?:%[\w.-]{1,40})?(?:-` + ipv6 + `|/\d{1,3})?(?:\](?::\d{1,5})?)?` +
		`|` + ipv4 + `(?:/` + ipv4 + `|/\d{1,3}|-` + ipv4 + `|-\d{1,3}|:\d{1,5})?`)
	restOfURL  = regexp.MustCompile(`^[^\s"'<>|]*`)
	hostInText = regexp.MustCompile(`[\pL\pN_-]+(?:\.[\pL\pN_-]+)+`)
)

const (
	ipv4 = `\d{1,3}(?:\.\d{1,3}){3}`
	ipv6 = `(?:[0-9a-f]{0,4}:){2,7}(?:` + ipv4 + `|[0-9a-f]{0,4})`
)

// placed is a finding with its place in the line.
type placed struct {
	finding
	start, end int
}

func textItems(set *iprange.Set, line string) []finding {
	line = refangText(line)
	found := addressesIn(line)
	next, n := 0, len(found) // found[next] is the first that may end after a host begins
	for _, at := range hostInText.FindAllStringIndex(line, -1) {
		for next < n && found[next].end <= at[0] {
			next++
		}
		if next < n && found[next].start < at[1] || at[0] > 0 && line[at[0]-1] == '@' {
			continue
		}
		it, ok := parseItem(line[at[0]:at[1]])
		if ok && it.host != "" && lookUpHost(set, it.host).Len() > 0 {
			found = append(found, placed{finding{item: it}, at[0], at[1]})
		}
	}
	slices.SortStableFunc(found, func(a, b placed) int { return cmp.Compare(a.start, b.start) })
	var out []finding
	seen := map[string]bool{}
	for _, p := range found {
		if !seen[p.value()] {
			seen[p.value()] = true
			out = append(out, p.finding)
		}
	}
	return out
}

// addressesIn returns the addresses, prefixes, ranges and URLs of a text.
func addressesIn(text string) (found []placed) {
	for pos := 0; pos < len(text); {
		at := itemInText.FindStringIndex(text[pos:])
		if at == nil {
			break
		}
		start, end := pos+at[0], pos+at[1]
		pos = start + 1
		for _, cut := range cuts(text[start:end]) {
			if p, ok := itemAt(text, start, start+cut); ok {
				if strings.Contains(p.query, "://") {
					p.end += len(restOfURL.FindString(text[p.end:]))
					p.query = text[start:p.end]
				}
				found = append(found, p)
				pos = p.end
				break
			}
		}
	}
	return found
}

// cuts returns the lengths to which a match can be cut: in full, and without what
// follows an address.
func cuts(match string) []int {
	out := []int{len(match)}
	for i := len(match) - 1; i > 0; i-- {
		if strings.IndexByte("]/-:,;)", match[i]) >= 0 {
			out = append(out, i)
		}
		if len(out) == 4 {
			break
		}
	}
	return out
}

// itemAt reads an item that stands between words.
func itemAt(text string, start, end int) (placed, bool) {
	before, match, after := text[max(0, start-8):start], text[start:end], text[end:min(len(text), end+8)]
	inWord := wordBefore.MatchString(before) || wordAfter.MatchString(after)
	inHex := strings.Count(match, ":") > 1 &&
		(groupBefore.MatchString(before) || groupAfter.MatchString(after) || octetsInHex.MatchString(match))
	if inWord || inHex || strings.Contains(match, ":::") {
		return placed{}, false
	}
	it, ok := parseItem(match)
	return placed{finding{item: it}, start, end}, ok
}

var (
	// What stands beside a piece of a longer word, version number or host name.
	wordBefore = regexp.MustCompile(`[\pL\pN_]\.?$`)
	wordAfter  = regexp.MustCompile(`(?i)^(?:\.?[\pL\pN_]|-[a-z])`)
	// What stands beside a piece of a fingerprint, and hardware addresses of eight octets.
	groupBefore = regexp.MustCompile(`(?i)(?:^|[^\pL\pN])[0-9a-f]{1,4}:$`)
	groupAfter  = regexp.MustCompile(`^:[:\pL\pN]`)
	octetsInHex = regexp.MustCompile(`(?i)^(?:[0-9a-f]{2}:){7}[0-9a-f]{2}$`)
)
