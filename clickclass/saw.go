package clickclass

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// String returns what was seen in few words: "52.112.0.0/14", "3.2 s", "12", "AS64496", or
// "" for nothing.
func (s Saw) String() string { return string(s.append(nil)) }

func (s *Saw) append(b []byte) []byte {
	switch s.Kind {
	case "prefix":
		return s.Prefix.AppendTo(b)
	case "gap":
		return append(appendSeconds(b, s.Gap), " s"...)
	case "count":
		return strconv.AppendInt(b, int64(s.Count), 10)
	case "asn":
		return strconv.AppendUint(append(b, "AS"...), uint64(s.ASN), 10)
	}
	return b
}

// MarshalText returns what String returns.
func (s Saw) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText parses what String returns.
func (s *Saw) UnmarshalText(b []byte) (err error) {
	text := string(b)
	switch {
	case text == "":
		*s = Saw{}
	case strings.Contains(text, "/"):
		s.Kind = "prefix"
		s.Prefix, err = netip.ParsePrefix(text)
	case strings.HasSuffix(text, " s"):
		s.Kind = "gap"
		s.Gap, err = parseSeconds(strings.TrimSuffix(text, " s"))
	case strings.HasPrefix(text, "AS"):
		var n uint64
		n, err = strconv.ParseUint(text[2:], 10, 32)
		s.Kind, s.ASN = "asn", uint32(n)
	default:
		s.Kind = "count"
		s.Count, err = strconv.Atoi(text)
	}
	if err != nil {
		return fmt.Errorf("clickclass: unmarshal saw: no prefix, gap, count or AS number: %s", cell.Quote(text))
	}
	return nil
}

// appendSeconds appends a span as an exact number of seconds, such as "-0.25".
func appendSeconds(b []byte, d time.Duration) []byte { return appendFraction(b, int64(d), 1e9) }

// appendFraction appends n/unit, where unit is a power of ten, without zeros at the end.
func appendFraction(b []byte, n int64, unit uint64) []byte {
	m := uint64(n)
	if n < 0 {
		b = append(b, '-')
		m = -m
	}
	b = strconv.AppendUint(b, m/unit, 10)
	if m %= unit; m == 0 {
		return b
	}
	b = append(b, '.')
	for m > 0 {
		unit /= 10
		b = append(b, byte('0'+m/unit))
		m %= unit
	}
	return b
}

// parseSeconds parses what appendSeconds writes, and any other decimal number.
func parseSeconds(text string) (time.Duration, error) {
	if strings.ContainsAny(text, "eE") { // as other programs write small numbers
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil || math.Abs(seconds) >= math.MaxInt64/1e9 {
			return 0, fmt.Errorf("no span: %s", cell.Quote(text))
		}
		return time.Duration(math.Round(seconds * 1e9)), nil
	}
	d, err := time.ParseDuration(text + "s")
	if err != nil {
		return 0, fmt.Errorf("no span: %s", cell.Quote(text))
	}
	return d, nil
}
