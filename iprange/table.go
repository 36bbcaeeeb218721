package iprange

import "time"

// table is everything a Set knows, in the form that look-ups use. It is made
// by decoding the compact form (see decode.go) and never changes after.
type table struct {
	strs    []string
	lists   []listInfo
	labels  []label
	periods []period

	// Own sets: the statements made about one prefix. Own set i is
	// owned[ownStart[i]:ownStart[i+1]].
	ownStart []uint32
	owned    []statement

	// chains has one element for each prefix and each host pattern; the
	// parent is the next wider prefix. chains[0] is none.
	chains []chain

	trie  trie
	hosts hostIndex
}

// label is a statement without its prefix and its time. The strings are
// indexes into strs, of which 0 is "".
type label struct {
	set                     int32
	list                    uint16
	area, service, category uint32
	tag, region, source     uint32
	layer                   Layer
	kind                    Kind
	people                  People
	required                bool
}

// statement is a label and a period, packed: 20 bits of label, 12 of period.
type statement uint32

const (
	maxLabels  = 1 << 20
	maxPeriods = 1 << 12
)

func (s statement) label() uint32  { return uint32(s) >> 12 }
func (s statement) period() uint32 { return uint32(s) & (maxPeriods - 1) }

// period is a span of days since 1970-01-01: since ≤ day < until. Zero means
// open at that side; periods[0] is always in force.
type period struct{ since, until int32 }

// inForce says whether st counts on the day, or in the newest lists for now.
func (t *table) inForce(st statement, day int32) bool {
	p := st.period()
	if p == 0 {
		return true
	}
	d := t.periods[p]
	if day == now {
		return d.until == 0
	}
	return (d.since == 0 || d.since <= day) && (d.until == 0 || day < d.until)
}

// chain is one prefix with the statements about it and the next wider prefix.
type chain struct {
	parent uint32
	packed uint32 // own set << 8 | prefix length, 0 for a host pattern
}

func (c chain) own() uint32 { return c.packed >> 8 }
func (c chain) bits() int   { return int(uint8(c.packed)) }

const maxOwnSets = 1 << 24

func (t *table) own(i uint32) []statement {
	return t.owned[t.ownStart[i]:t.ownStart[i+1]]
}

// listInfo is one list with the days of its versions, oldest first. A list
// without a date has one version of day 0.
type listInfo struct {
	name     string // "worldwide"
	instance string
	layer    Layer
	days     []int32
	names    []string // "worldwide 2026-08-02", for each day
}

// nameAt returns the list's name with the date of the version in force on day.
func (l *listInfo) nameAt(day int32) string {
	i := len(l.names) - 1
	if day != now {
		for i > 0 && l.days[i] > day {
			i--
		}
	}
	return l.names[i]
}

func listName(name string, day int32) string {
	if day == 0 {
		return name
	}
	return name + " " + timeOf(day).Format(time.DateOnly)
}

// dayOf returns the day since 1970-01-01 (UTC) of t, 0 for the zero time.
func dayOf(t time.Time) int32 {
	if t.IsZero() {
		return 0
	}
	s := t.Unix()
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return int32(min(max(d, -maxDay), maxDay))
}

// timeOf is the inverse of dayOf.
func timeOf(day int32) time.Time {
	if day == 0 {
		return time.Time{}
	}
	return time.Unix(int64(day)*86400, 0).UTC()
}

func (l *listInfo) info() ListInfo {
	info := ListInfo{Name: l.name, Layer: l.layer}
	for _, d := range l.days {
		if d != 0 {
			info.Dates = append(info.Dates, timeOf(d))
		}
	}
	return info
}
