package clickclass

import (
	"net/netip"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// jsonWriter appends JSON. Names and words must not need escapes.
type jsonWriter struct{ b []byte }

func (w *jsonWriter) open()    { w.b = append(w.b, '{') }
func (w *jsonWriter) close()   { w.b = append(w.b, '}') }
func (w *jsonWriter) list()    { w.b = append(w.b, '[') }
func (w *jsonWriter) endList() { w.b = append(w.b, ']') }

// comma separates what follows from what stands before it.
func (w *jsonWriter) comma() {
	if n := len(w.b); n > 0 && w.b[n-1] != '{' && w.b[n-1] != '[' {
		w.b = append(w.b, ',')
	}
}

// name begins a member.
func (w *jsonWriter) name(name string) *jsonWriter {
	w.comma()
	w.word(name)
	w.b = append(w.b, ':')
	return w
}

// item begins an element of a list.
func (w *jsonWriter) item() *jsonWriter {
	w.comma()
	return w
}

func (w *jsonWriter) null() { w.b = append(w.b, "null"...) }

func (w *jsonWriter) bool(v bool) { w.b = strconv.AppendBool(w.b, v) }

func (w *jsonWriter) int(v int64) { w.b = strconv.AppendInt(w.b, v, 10) }

// float appends a number, in the fewest digits that read back as the same.
func (w *jsonWriter) float(v float64) { w.b = strconv.AppendFloat(w.b, v, 'f', -1, 64) }

// word appends a string that needs no escapes.
func (w *jsonWriter) word(s string) {
	w.b = append(w.b, '"')
	w.b = append(w.b, s...)
	w.b = append(w.b, '"')
}

// words appends a set as a list of words.
func (w *jsonWriter) words(set uint32, words []word) {
	w.list()
	for i := range words {
		if set>>i&1 != 0 {
			w.item().word(words[i].word)
		}
	}
	w.endList()
}

// text appends a string, and null for "".
func (w *jsonWriter) text(s string) {
	if s == "" {
		w.null()
		return
	}
	w.b = append(w.b, '"')
	plain := 0
	for plain < len(s) && isPlain(s[plain]) {
		plain++
	}
	w.b = append(w.b, s[:plain]...)
	if plain < len(s) {
		w.b = appendEscaped(w.b, s[plain:])
	}
	w.b = append(w.b, '"')
}

// isPlain reports whether a byte stands for itself in JSON text.
func isPlain(c byte) bool { return c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' && c != 0x7f }

func appendEscaped(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch {
			case isPlain(c):
				b = append(b, c)
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c == '\n':
				b = append(b, '\\', 'n')
			case c == '\r':
				b = append(b, '\\', 'r')
			case c == '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
			b = append(b, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		} else {
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return b
}

// time appends a time in UTC, and null for the zero time and for years outside 1 to 9999.
func (w *jsonWriter) time(t time.Time) {
	if ticks.Of(t) == ticks.None {
		w.null()
		return
	}
	w.b = append(w.b, '"')
	w.b = t.UTC().AppendFormat(w.b, time.RFC3339Nano)
	w.b = append(w.b, '"')
}

// addr appends an address, and null for the zero Addr.
func (w *jsonWriter) addr(a netip.Addr) {
	if !a.IsValid() {
		w.null()
		return
	}
	if a.Zone() != "" { // may hold anything
		w.text(a.String())
		return
	}
	w.b = append(w.b, '"')
	w.b = a.AppendTo(w.b)
	w.b = append(w.b, '"')
}

func (w *jsonWriter) prefix(p netip.Prefix) {
	w.b = append(w.b, '"')
	w.b = p.AppendTo(w.b)
	w.b = append(w.b, '"')
}

// seconds appends a span as an exact number of seconds.
func (w *jsonWriter) seconds(d time.Duration) { w.b = appendSeconds(w.b, d) }
