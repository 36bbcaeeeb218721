package clickclass

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
	"strconv"
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
	dst = appendString(dst, k.Workload)
	dst = append(dst, `,"action":`...)
	dst = appendString(dst, string(k.ActionType))
	dst = append(dst, `,"url":`...)
	dst = appendString(dst, k.Url)
	original := k.OriginalURL()
	dst = append(dst, `,"original_url":`...)
	dst = appendString(dst, original)
	dst = append(dst, `,"site":`...)
	dst = appendString(dst, Site(original))
	dst = append(dst, `,"ip":`...)
	dst = appendAddr(dst, k)
	dst = append(dst, ',')
	dst = v.appendMembers(dst)
	return append(dst, '}')
}

// MarshalJSON returns what AppendJSON appends.
func (r Result) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

// MarshalJSON returns the verdict as a JSON object, with the members of
// [Result.AppendJSON] that speak of the verdict.
func (v Verdict) MarshalJSON() ([]byte, error) {
	return append(v.appendMembers([]byte{'{'}), '}'), nil
}

func (v *Verdict) appendMembers(dst []byte) []byte {
	dst = append(dst, `"class":"`...)
	dst = append(dst, v.Class.String()...)
	dst = append(dst, `","p_automated":`...)
	dst = appendRounded(dst, v.P, 4)
	dst = append(dst, `,"regime":"`...)
	dst = append(dst, v.Regime.String()...)
	dst = append(dst, `","origin":`...)
	dst = v.Origin.appendJSON(dst)
	dst = append(dst, `,"causes":[`...)
	for i, c := range v.Causes() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendQuoted(dst, c.String())
	}
	dst = append(dst, `],"delay_seconds":`...)
	if v.DelaySource == DelayNone {
		dst = append(dst, "null"...)
	} else {
		dst = appendRounded(dst, v.Delay.Seconds(), 3)
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
	dst = append(dst, `],"flags":[`...)
	comma := false
	for f := range v.Flags.All() {
		if comma {
			dst = append(dst, ',')
		}
		comma = true
		dst = appendQuoted(dst, f)
	}
	dst = append(dst, `],"missing":[`...)
	comma = false
	for m := range v.Missing.All() {
		if comma {
			dst = append(dst, ',')
		}
		comma = true
		dst = appendQuoted(dst, m)
	}
	dst = append(dst, `],"rules":`...)
	dst = appendString(dst, v.Rules)
	dst = append(dst, `,"ranges":`...)
	return appendString(dst, v.Ranges)
}

func (o *Origin) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"layer":"`...)
	dst = append(dst, o.Layer.String()...)
	dst = append(dst, `","service":`...)
	dst = appendString(dst, o.Service)
	dst = append(dst, `,"area":`...)
	dst = appendString(dst, o.Area)
	dst = append(dst, `,"sets":[`...)
	for i, set := range o.Sets() {
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
	for i, tag := range o.Tags() {
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
	var out []int
	instance := ""
	for _, m := range o.Matches.All() {
		if m.Layer != iprange.LayerProduct || instance != "" && m.Instance != instance {
			continue
		}
		instance = m.Instance
		if !slices.Contains(out, m.Set) {
			out = append(out, m.Set)
		}
	}
	slices.Sort(out)
	return out
}

// Tags returns the names of the service tags that hold the address, sorted.
func (o *Origin) Tags() []string {
	var out []string
	for _, m := range o.Matches.All() {
		if m.Layer == iprange.LayerTag && !slices.Contains(out, m.Tag) {
			out = append(out, m.Tag)
		}
	}
	slices.Sort(out)
	return out
}

func (s *Signal) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"id":"`...)
	dst = append(dst, s.Rule.ID...)
	dst = append(dst, `","group":"`...)
	dst = append(dst, s.Rule.Group.String()...)
	dst = append(dst, `","weight":`...)
	dst = appendRounded(dst, s.Weight, 2)
	dst = append(dst, `,"counted":`...)
	dst = strconv.AppendBool(dst, s.Counted)
	dst = append(dst, `,"detail":"`...)
	dst = s.AppendDetail(dst)
	return append(dst, `"}`...)
}

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
		return append(appendRounded(dst, time.Duration(int64(s.lo)).Seconds(), 1), " s"...)
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
	dst = append(dst, '"')
	if a := k.addr(); a.IsValid() {
		dst = a.AppendTo(dst)
	}
	return append(dst, '"')
}

func appendTime(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(dst, "null"...)
	}
	dst = append(dst, '"')
	dst = t.UTC().AppendFormat(dst, time.RFC3339Nano)
	return append(dst, '"')
}

// appendRounded appends f with at most digits decimals and no trailing zeros.
func appendRounded(dst []byte, f float64, digits int) []byte {
	scale := math.Pow10(digits)
	return strconv.AppendFloat(dst, math.Round(f*scale)/scale, 'f', -1, 64)
}

// appendQuoted appends s, which needs no escapes.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// appendString appends s as a JSON string. Invalid UTF-8 becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
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
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}
