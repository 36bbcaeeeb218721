package iprange

import "time"

// table is all that a Set knows, in the form that look-ups use. It is decoded
// from the compact form (see decode.go) and never changes afterwards.
type table struct {
	lists   []list
	labels  []listLabel // in the order of matches with the same prefix
	periods []period

	// A group is the statements about a prefix or host pattern. Most groups belong
	// to many of them. Group i is statements[groups[i]:groups[i+1]].
	groups     []uint32
	statements []statement

	// subjects has one element for each prefix, then each host pattern, then each
	// range, and bits the lengths of the prefixes. Subject 0 is none.
	subjects []subject
	bits     []uint8

	trie  trie
	hosts hostIndex

	ranges *rangeIndex // nil: none
}

// list is one list with the days of its versions, oldest first. An undated list
// has one version of day 0.
type list struct {
	listKey
	days  []day
	names []string // name and date of each version: "worldwide 2026-08-02"
}

// listLabel is a label with the index of its list in table.lists.
type listLabel struct {
	label
	list uint16
}

// statement is a label during a period, both as indexes into the table.
type statement struct {
	label  uint32
	period uint16
}

// period is a span of days: since ≤ day < until. 0 means open at that side;
// table.periods[0] is open at both.
type period struct{ since, until day }

// subject is a prefix, range or host pattern about which lists say something.
type subject struct {
	parent uint32 // the narrowest subject that contains this one; 0: none
	group  uint32
}

// about returns what the lists say about a subject.
func (t *table) about(subject uint32) []statement {
	group := t.subjects[subject].group
	return t.statements[t.groups[group]:t.groups[group+1]]
}

// inForce reports whether st counts on a day; day 0 asks for the newest lists.
func (t *table) inForce(st statement, d day) bool {
	if st.period == 0 {
		return true
	}
	p := t.periods[st.period]
	if d == 0 {
		return p.until == 0
	}
	return p.since <= d && (p.until == 0 || d < p.until)
}

// nameOn returns the list's name with the date of the version in force on a day;
// day 0 asks for the newest.
func (l *list) nameOn(d day) string {
	i := len(l.names) - 1
	if d != 0 {
		for i > 0 && l.days[i] > d {
			i--
		}
	}
	return l.names[i]
}

// day counts days (UTC) from 1970-01-01, which is day 1. 0 means undated, open or
// newest. Times outside 1970 to 2149 count as the first or last of these days.
type day uint16

// dayOf returns the day of t, and 0 for the zero time.
func dayOf(t time.Time) day {
	if t.IsZero() {
		return 0
	}
	return day(min(max(t.Unix()/86400+1, 1), 1<<16-1))
}

// time returns the beginning of the day, and the zero time for day 0.
func (d day) time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d-1)*86400, 0).UTC()
}

// String returns the day as 2026-08-02, and "" for day 0.
func (d day) String() string {
	if d == 0 {
		return ""
	}
	return d.time().Format(time.DateOnly)
}
