package iprange

import "strings"

// LookupHost returns all host patterns of the newest endpoint lists that match a
// host name. Host may have upper case letters, a port, one trailing dot, and
// non-ASCII labels. Text that is not a host name matches nothing. LookupHost does
// not allocate if host is ASCII.
//
// The published patterns mean:
//
//   - "outlook.office365.com": that host only.
//   - "*.office.com": one or more labels before office.com. office.com itself does
//     not match; the lists have it as a second pattern where it is meant.
//   - "*cdn.onenote.net": any host that ends so, such as cdn.onenote.net and
//     site-cdn.onenote.net.
//   - A "*" further in, as in "autodiscover.*.onmicrosoft.com", and the "<tenant>"
//     of documentation pages: one label or a part of one.
//
// A match is a fact about the list and not a verdict about a link. The lists have
// names of other companies (www.digicert.com), an open redirector (aka.ms) and
// tenants' content (*.sharepoint.com), because clients must reach those too.
func (s *Set) LookupHost(host string) Matches {
	h := &s.table.hosts
	var buf [maxHost]byte
	name, ok := normalizeHost(buf[:0], host)
	if !ok || len(h.patterns) == 0 {
		return Matches{}
	}
	m := Matches{set: s, question: question{subject: h.exact[string(name)], family: familyHost}}
	for i := 0; m.subject == 0 && i < len(name); i++ {
		if name[i] == '.' {
			m.subject = h.suffix[string(name[i+1:])]
		}
	}
	for i := range h.odd {
		if !h.odd[i].glob.match(name) {
			continue
		}
		if i < 64 {
			m.lower |= 1 << i
		} else {
			m.upper |= 1 << (i - 64)
		}
	}
	if m.subject == 0 && m.upper|m.lower == 0 {
		return Matches{}
	}
	return m
}

// hostIndex finds host patterns. Their subjects follow those of the prefixes.
type hostIndex struct {
	first    uint32            // subject of patterns[0]
	patterns []hostPattern     // in the order of their text
	exact    map[string]uint32 // subjects of formExact
	suffix   map[string]uint32 // subjects of formSuffix, by what follows "*."
	odd      []oddPattern      // the rest, at most maxOdd
}

type hostPattern struct {
	text string
	form form
}

type oddPattern struct {
	subject uint32
	glob    glob
}

// maxOdd is the most patterns of formOdd: Matches has one bit for each. The
// published lists have two, among several hundred patterns.
const maxOdd = 128

// pattern returns the pattern of a subject.
func (h *hostIndex) pattern(subject uint32) hostPattern { return h.patterns[subject-h.first] }

// add adds the next pattern, with the subject that follows the last one. It
// returns false if there are too many.
func (h *hostIndex) add(text string, subject uint32) bool {
	f, rest := formOf(text)
	h.patterns = append(h.patterns, hostPattern{text, f})
	switch f {
	case formExact:
		h.exact[rest] = subject
	case formSuffix:
		h.suffix[rest] = subject
	default:
		h.odd = append(h.odd, oddPattern{subject, newGlob(text)})
	}
	return len(h.odd) <= maxOdd
}

// parent returns the subject of the longest pattern of formSuffix that matches
// all hosts that a pattern matches, 0 if there is none.
func (h *hostIndex) parent(p hostPattern) uint32 {
	if p.form == formOdd {
		return 0
	}
	name := strings.TrimPrefix(p.text, "*.")
	for {
		_, rest, found := strings.Cut(name, ".")
		if !found {
			return 0
		}
		if subject := h.suffix[rest]; subject != 0 {
			return subject
		}
		name = rest
	}
}

// firstPattern returns the first subject of a host in the order of the matches:
// the exact name, the odd patterns, then the suffix patterns.
func (m *Matches) firstPattern() uint32 {
	if m.subject != 0 && m.set.table.hosts.pattern(m.subject).form == formExact {
		return m.subject
	}
	return m.oddAfter(0)
}

// patternAfter returns the subject of a host after s, 0 for none.
func (m *Matches) patternAfter(s uint32) uint32 {
	t := &m.set.table
	if t.hosts.pattern(s).form == formSuffix {
		return t.subjects[s].parent
	}
	return m.oddAfter(s)
}

// oddAfter returns the subject of the first odd pattern after s that matches. If
// there is none, it returns that of the longest suffix pattern.
func (m *Matches) oddAfter(s uint32) uint32 {
	t := &m.set.table
	h := &t.hosts
	isOdd := s != 0 && h.pattern(s).form == formOdd
	for i, p := range h.odd {
		word := m.lower
		if i >= 64 {
			word = m.upper
		}
		if word>>(i%64)&1 == 1 && (!isOdd || p.subject > s) {
			return p.subject
		}
	}
	if m.subject != 0 && h.pattern(m.subject).form == formExact {
		return t.subjects[m.subject].parent
	}
	return m.subject
}
