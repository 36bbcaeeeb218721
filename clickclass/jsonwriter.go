package clickclass

import (
	"math"
	"math/bits"
	"net/netip"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/whoclicked/whoclicked/clickclass/internal/plain"
	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// jsonWriter appends JSON. What is given to raw must be JSON already.
type jsonWriter struct{ b []byte }

func (w *jsonWriter) raw(s string) { w.b = append(w.b, s...) }

func (w *jsonWriter) bool(v bool) { w.b = strconv.AppendBool(w.b, v) }

func (w *jsonWriter) int(v int64) { w.b = strconv.AppendInt(w.b, v, 10) }

// float appends a probability or weight. Those of a verdict are rounded to a millionth and
// take the short way, in a third of the time.
func (w *jsonWriter) float(v float64) {
	if millionths := math.Round(v * 1e6); math.Abs(v) < 1e6 && millionths/1e6 == v {
		w.b = appendFraction(w.b, int64(millionths), 1e6)
		return
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		w.raw("null")
		return
	}
	w.b = strconv.AppendFloat(w.b, v, 'g', -1, 64)
}

// comma appends a comma before all elements of a list but the first.
func (w *jsonWriter) comma(i int) {
	if i > 0 {
		w.b = append(w.b, ',')
	}
}

// word appends a string that needs no escapes.
func (w *jsonWriter) word(s string) {
	w.b = append(w.b, '"')
	w.b = append(w.b, s...)
	w.b = append(w.b, '"')
}

// words appends a set as a list of words.
func (w *jsonWriter) words(set uint32, words []word) {
	w.b = append(w.b, '[')
	n := 0
	for i := range words {
		if set>>i&1 != 0 {
			w.comma(n)
			w.word(words[i].word)
			n++
		}
	}
	w.b = append(w.b, ']')
}

// evidenceWord appends the word of one kind of evidence, and null for none.
func (w *jsonWriter) evidenceWord(e Evidence) {
	if e == 0 {
		w.raw("null")
		return
	}
	w.word(wordOf(evidenceWords, bits.TrailingZeros8(uint8(e))))
}

// saw appends what a rule saw, and null for nothing.
func (w *jsonWriter) saw(s *Saw) {
	if s.Kind == "" {
		w.raw("null")
		return
	}
	w.b = append(w.b, '"')
	w.b = s.append(w.b)
	w.b = append(w.b, '"')
}

// text appends a string, and null for "".
func (w *jsonWriter) text(s string) {
	if s == "" {
		w.raw("null")
		return
	}
	w.b = append(w.b, '"')
	for {
		n := plain.Prefix(s)
		w.b = append(w.b, s[:n]...)
		if n == len(s) {
			break
		}
		s = s[n+w.escape(s[n:]):]
	}
	w.b = append(w.b, '"')
}

// escape appends the first character of s, which is not plain, and returns its size.
func (w *jsonWriter) escape(s string) int {
	const hex = "0123456789abcdef"
	switch c := s[0]; {
	case c == '"' || c == '\\':
		w.b = append(w.b, '\\', c)
		return 1
	case c == '\n':
		w.raw(`\n`)
		return 1
	case c == '\r':
		w.raw(`\r`)
		return 1
	case c == '\t':
		w.raw(`\t`)
		return 1
	case c < utf8.RuneSelf:
		w.b = append(w.b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		return 1
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
		w.b = append(w.b, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	} else {
		w.raw(s[:size])
	}
	return size
}

// time appends a time in UTC, and null for the zero time and for years outside 1 to 9999.
func (w *jsonWriter) time(t time.Time) {
	if ticks.Of(t) == ticks.None {
		w.raw("null")
		return
	}
	w.b = append(w.b, '"')
	w.b = t.UTC().AppendFormat(w.b, time.RFC3339Nano)
	w.b = append(w.b, '"')
}

// addr appends an address, and null for the zero Addr.
func (w *jsonWriter) addr(a netip.Addr) {
	switch {
	case !a.IsValid():
		w.raw("null")
	case a.Zone() != "": // may hold anything
		w.text(a.String())
	default:
		w.b = append(w.b, '"')
		w.b = a.AppendTo(w.b)
		w.b = append(w.b, '"')
	}
}

// prefix appends a prefix, and null for the zero Prefix.
func (w *jsonWriter) prefix(p netip.Prefix) {
	if !p.IsValid() {
		w.raw("null")
		return
	}
	w.b = append(w.b, '"')
	w.b = p.AppendTo(w.b)
	w.b = append(w.b, '"')
}

// seconds appends a span as an exact number of seconds.
func (w *jsonWriter) seconds(d time.Duration) { w.b = appendSeconds(w.b, d) }
