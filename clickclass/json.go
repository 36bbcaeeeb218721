package clickclass

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// AppendJSON appends the result as one JSON object, without a line feed. The
// names of its members are stable. A member that is not known is null, "" or
// []; members are never left out, but for "revision", which is there from the
// first revision on, and "network", which is there when one was looked up.
func (r *Result) AppendJSON(dst []byte) []byte {
	k, v := &r.Click, &r.Verdict
	dst = append(dst, `{"file":`...)
	dst = appendString(dst, k.File)
	dst = append(dst, `,"row":`...)
	dst = strconv.AppendInt(dst, int64(k.Row), 10)
	if r.Revision > 0 {
		dst = append(dst, `,"revision":`...)
		dst = strconv.AppendInt(dst, int64(r.Revision), 10)
	}
	dst = append(dst, `,"report_id":`...)
	dst = appendString(dst, k.ReportId)
	dst = append(dst, `,"timestamp":`...)
	dst = appendTime(dst, k.Timestamp)
	dst = append(dst, `,"account":`...)
	dst = appendString(dst, k.AccountUpn)
	dst = append(dst, `,"workload":`...)
	if k.Workload == "Email" { // most of them
		dst = append(dst, `"Email"`...)
	} else {
		dst = appendString(dst, k.Workload)
	}
	dst = append(dst, `,"action":`...)
	if k.ActionType == ClickAllowed {
		dst = append(dst, `"ClickAllowed"`...)
	} else {
		dst = appendString(dst, string(k.ActionType))
	}
	dst = append(dst, `,"url":`...)
	start := len(dst)
	dst = appendString(dst, k.Url)
	end := len(dst)
	original := k.Url
	if !v.bare {
		original = k.OriginalURL()
	}
	dst = append(dst, `,"original_url":`...)
	if original == k.Url { // most of them: the same text once more
		dst = append(dst, dst[start:end]...)
	} else {
		dst = appendString(dst, original)
	}
	dst = append(dst, `,"site":`...)
	dst = sites.append(dst, original)
	dst = append(dst, `,"ip":`...)
	dst = append(appendAddr(dst, k), ',')
	dst = v.appendMembers(dst)
	return append(dst, '}')
}

// usualJSON is more than most results take.
const usualJSON = 1536

// MarshalJSON returns what AppendJSON appends.
func (r Result) MarshalJSON() ([]byte, error) { return r.AppendJSON(make([]byte, 0, usualJSON)), nil }

// MarshalJSON returns the verdict as a JSON object, with the members of
// [Result.AppendJSON] that speak of the verdict.
func (v Verdict) MarshalJSON() ([]byte, error) {
	return append(v.appendMembers(append(make([]byte, 0, usualJSON), '{')), '}'), nil
}

func (v *Verdict) appendMembers(dst []byte) []byte {
	dst = append(dst, `"class":"`...)
	dst = append(dst, v.Class.String()...)
	dst = append(dst, `","p_automated":`...)
	dst = appendRounded(dst, v.P, 4)
	if v.Origin.unlisted() { // most of them
		dst = append(dst, v.unlistedText()...)
	} else {
		dst = append(dst, `,"regime":"`...)
		dst = append(dst, v.Regime.String()...)
		dst = append(dst, `","origin":`...)
		dst = v.Origin.appendJSON(dst)
		dst = appendCauses(dst, v.Causes())
	}
	dst = append(dst, `,"delay_seconds":`...)
	if v.DelaySource == DelayNone {
		dst = append(dst, "null"...)
	} else {
		dst = appendSeconds(dst, v.Delay, 3)
	}
	dst = append(dst, `,"delay_source":"`...)
	dst = append(dst, v.DelaySource.String()...)
	dst = append(dst, `","signals":[`...)
	for i := range v.Signals() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = v.signals[i].appendJSON(dst)
	}
	return append(dst, v.tail()...)
}

func appendCauses(dst []byte, causes []Cause) []byte {
	dst = append(dst, `,"causes":[`...)
	for i, c := range causes {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendQuoted(dst, c.String())
	}
	return append(dst, ']')
}

// appendNames appends the names of the members of a set, as a list.
func appendNames(dst []byte, set uint32, names []string) []byte {
	set &= 1<<len(names) - 1
	for ; set != 0; set &= set - 1 {
		dst = appendQuoted(dst, names[bits.TrailingZeros32(set)])
		if set&(set-1) != 0 {
			dst = append(dst, ',')
		}
	}
	return dst
}

// tail is the end of the members, behind the signals: the flags, what is missing,
// and what the verdict was made by.
func (v *Verdict) tail() string {
	hash := uint64(v.Flags)<<8 | uint64(v.Missing)
	return tails.of(tailKey{v.Flags, v.Missing, v.Rules, v.Ranges}, hash, func(k tailKey) string {
		dst := appendNames([]byte(`],"flags":[`), uint32(k.flags), flagNames[:])
		dst = append(dst, `],"missing":[`...)
		dst = appendNames(dst, uint32(k.missing), missingNames[:])
		dst = append(dst, `],"rules":`...)
		dst = appendString(dst, k.rules)
		dst = append(dst, `,"ranges":`...)
		return string(appendString(dst, k.ranges))
	})
}

type tailKey struct {
	flags         Flags
	missing       Missing
	rules, ranges string
}

var tails memo[tailKey]

// unlistedText is the members from the regime to the causes, where no list and no
// network database knows the address.
func (v *Verdict) unlistedText() string {
	key := unlistedKey{v.Regime, v.causes}
	hash := uint64(v.Regime)
	for _, c := range v.causes {
		hash = hash<<8 | uint64(c)
	}
	return unlisteds.of(key, hash, func(k unlistedKey) string {
		v := Verdict{causes: k.causes}
		dst := append([]byte(`,"regime":"`), k.regime.String()...)
		dst = append(dst, `","origin":`...)
		return string(appendCauses(v.Origin.appendJSON(dst), v.Causes()))
	})
}

type unlistedKey struct {
	regime Regime
	causes [maxCauses]Cause
}

var unlisteds memo[unlistedKey]

// unlisted says that no list and no network database knows the address.
func (o *Origin) unlisted() bool { return o.Layer == iprange.LayerNone && o.Network == (Network{}) }

func (o *Origin) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"layer":"`...)
	dst = append(dst, o.Layer.String()...)
	dst = append(dst, `","service":`...)
	dst = appendString(dst, o.Service)
	dst = append(dst, `,"area":`...)
	dst = appendString(dst, o.Area)
	var lists [16]string
	var numbers [16]int
	sets, tags := o.members(numbers[:0], lists[:0])
	dst = append(dst, `,"sets":[`...)
	for i, set := range sets {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, int64(set), 10)
	}
	dst = append(dst, `],"category":`...)
	dst = appendString(dst, o.Category)
	dst = append(dst, `,"prefix":"`...)
	if o.Prefix.IsValid() {
		dst = o.Prefix.AppendTo(dst)
	}
	dst = append(dst, `","tags":[`...)
	for i, tag := range tags {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, tag)
	}
	dst = append(dst, `],"region":`...)
	dst = appendString(dst, o.Region)
	dst = append(dst, `,"people":"`...)
	dst = append(dst, o.People.String()...)
	dst = append(dst, `","list":`...)
	dst = appendString(dst, o.List)
	if o.Network != (Network{}) {
		dst = append(dst, `,"network":{"asn":`...)
		dst = strconv.AppendUint(dst, uint64(o.Network.Number), 10)
		dst = append(dst, `,"organization":`...)
		dst = appendString(dst, o.Network.Organization)
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

// Sets returns the ids of the endpoint sets that hold the address, ascending,
// of the instance that Origin speaks of.
func (o *Origin) Sets() []int {
	sets, _ := o.members(nil, nil)
	return sets
}

// Tags returns the names of the service tags that hold the address, sorted.
func (o *Origin) Tags() []string {
	_, tags := o.members(nil, nil)
	return tags
}

func (o *Origin) members(sets []int, tags []string) ([]int, []string) {
	instance := ""
	o.Matches.Scan(func(i int, layer iprange.Layer, _ iprange.Kind, _ int) bool {
		if layer != iprange.LayerProduct && layer != iprange.LayerTag {
			return true
		}
		switch m := o.Matches.At(i); layer {
		case iprange.LayerProduct:
			if instance == "" {
				instance = m.Instance
			}
			if m.Instance == instance && !slices.Contains(sets, m.Set) {
				sets = append(sets, m.Set)
			}
		case iprange.LayerTag:
			if !slices.Contains(tags, m.Tag) {
				tags = append(tags, m.Tag)
			}
		}
		return true
	})
	slices.Sort(sets)
	slices.Sort(tags)
	return sets, tags
}

func (s *Signal) appendJSON(dst []byte) []byte {
	if s.Counted && s.Weight == s.Rule.Weight { // most of them
		dst = append(dst, countedJSON()[s.rule]...)
	} else {
		dst = s.appendHead(dst)
	}
	dst = s.AppendDetail(dst)
	return append(dst, `"}`...)
}

// appendHead appends a signal up to its detail.
func (s *Signal) appendHead(dst []byte) []byte {
	dst = append(dst, `{"id":"`...)
	dst = append(dst, s.Rule.ID...)
	dst = append(dst, `","group":"`...)
	dst = append(dst, s.Rule.Group.String()...)
	dst = append(dst, `","weight":`...)
	dst = appendRounded(dst, s.Weight, 2)
	dst = append(dst, `,"counted":`...)
	dst = strconv.AppendBool(dst, s.Counted)
	return append(dst, `,"detail":"`...)
}

// countedJSON has, for every rule, the head of its signal when it counts at the
// table's weight.
var countedJSON = sync.OnceValue(func() *[len(rules)]string {
	var heads [len(rules)]string
	for i := range rules {
		heads[i] = string((&Signal{Rule: &rules[i].Rule, Weight: rules[i].Weight, Counted: true}).appendHead(nil))
	}
	return &heads
})

// Detail returns what the signal saw, in few words: a prefix, a gap in
// seconds ("3.2 s"), a count, an autonomous system ("AS64496"), or "".
func (s *Signal) Detail() string { return string(s.AppendDetail(nil)) }

// AppendDetail appends what Detail returns.
func (s *Signal) AppendDetail(dst []byte) []byte {
	switch s.saw {
	case sawPrefix4:
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(s.lo))
		return netip.PrefixFrom(netip.AddrFrom4(b), int(s.bits)).AppendTo(dst)
	case sawPrefix6:
		var b [16]byte
		binary.BigEndian.PutUint64(b[:8], s.hi)
		binary.BigEndian.PutUint64(b[8:], s.lo)
		return netip.PrefixFrom(netip.AddrFrom16(b), int(s.bits)).AppendTo(dst)
	case sawGap:
		return append(appendSeconds(dst, time.Duration(s.lo), 1), " s"...)
	case sawCount:
		return strconv.AppendUint(dst, s.lo, 10)
	case sawNetwork:
		return strconv.AppendUint(append(dst, "AS"...), s.lo, 10)
	}
	return dst
}

// OriginalURL returns the URL behind every wrapper that k.Url has around it;
// k.Url itself when it has none.
func (k *Click) OriginalURL() string {
	chain, err := safelinks.Unwrap(k.Url)
	if err != nil || chain.Original() == "" {
		return k.Url
	}
	return chain.Original()
}

func appendAddr(dst []byte, k *Click) []byte {
	if k.IPAddress.Is4() {
		return appendIPv4(dst, k.IPAddress.As4())
	}
	dst = append(dst, '"')
	if a := k.addr(); a.IsValid() {
		dst = a.AppendTo(dst)
	}
	return append(dst, '"')
}

// appendQuoted appends s, which needs no escapes.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// appendString appends s as a JSON string. Invalid UTF-8 becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	n := plainPrefix(s)
	dst = append(dst, s[:n]...)
	if n < len(s) {
		dst = appendEscaped(dst, s[n:])
	}
	return append(dst, '"')
}

// plainPrefix returns how many bytes at the beginning of s need no escape:
// printable ASCII but for the quote and the backslash.
func plainPrefix(s string) int {
	i := 0
	switch n := len(s); { // some bytes are looked at twice: that is faster than to ask
	case n >= 16:
		for ; i+16 <= n && special(load8(s, i))|special(load8(s, i+8)) == 0; i += 16 {
		}
		if i+16 > n && special(load8(s, n-16))|special(load8(s, n-8)) == 0 {
			return n
		}
	case n >= 8:
		if special(load8(s, 0))|special(load8(s, n-8)) == 0 {
			return n
		}
	case n >= 4:
		if special(uint64(load4(s, 0))|uint64(load4(s, n-4))<<32) == 0 {
			return n
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			break
		}
	}
	return i
}

// special has the top bit of every byte of eight set that needs an escape, and
// of some others behind such a one.
func special(w uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, slash := w^'"'*ones, w^'\\'*ones
	return ((w - ' '*ones) | (w + ones) | (quote - ones) | (slash - ones) | w) & highs
}

func load8(s string, i int) uint64 {
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
		uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
}

// appendEscaped appends s with its escapes, without quotes.
func appendEscaped(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' && c != 0x7f {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			dst = append(dst, s[start:i]...)
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\n':
				dst = append(dst, '\\', 'n')
			case '\r':
				dst = append(dst, '\\', 'r')
			case '\t':
				dst = append(dst, '\\', 't')
			default:
				dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
			dst = append(dst, s[start:i]...)
			dst = append(dst, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
			start = i + size
		}
		i += size
	}
	return append(dst, s[start:]...)
}
