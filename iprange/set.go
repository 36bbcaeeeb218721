package iprange

import (
	"cmp"
	_ "embed"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"sync"
)

// Set is an immutable collection of lists, safe for concurrent use. The zero Set
// is empty. Do not copy a Set.
type Set struct {
	_     [0]func() // makes Sets incomparable
	data  string    // the compact form, see decode.go
	table table

	versionOnce sync.Once
	version     string // set by versionOnce

	cutsOnce     sync.Once
	cuts4, cuts6 []position // set by cutsOnce, see findCuts
}

//go:generate go test -run ^TestEmbeddedLists$ -count 1 -write-lists

//go:embed data/lists.bin
var embedded string

var defaultSet = sync.OnceValue(func() *Set {
	s, err := load(embedded)
	if err != nil {
		panic(err) // TestEmbeddedLists loads the same data
	}
	return s
})

// Default returns the embedded lists: the Microsoft 365 endpoints of four
// instances, the Azure service tags of three clouds, the Microsoft public IP
// space, and named ranges from public documents. They are decoded once, on the
// first call, which takes about 12 ms. Default is safe for concurrent use.
func Default() *Set { return defaultSet() }

// With returns a Set in which each of lists replaces the list of the same name
// and layer, or is added. Earlier versions of a replaced list are dropped; use
// [Set.WithHistory] to keep them for LookupAt. Of two lists with the same name the
// later one counts. With does not change s. It takes about half a second of CPU
// time for the full lists.
//
// It is an error to add a List that no function of this package returned, and to
// exceed a limit: a Set holds up to 2^16 lists, 2^16 different periods, and 128
// host patterns that are neither a name nor "*." before a name.
func (s *Set) With(lists ...*List) (*Set, error) { return s.with("with", false, lists) }

// WithHistory is like With but keeps earlier, dated versions of the lists. Of two
// versions with the same date the later one counts. An undated list replaces all
// versions, and a dated one replaces an undated one.
func (s *Set) WithHistory(lists ...*List) (*Set, error) {
	return s.with("with history", true, lists)
}

// Without returns a Set without the lists of the given names. Names that s does
// not have are ignored.
func (s *Set) Without(names ...string) *Set {
	out, err := s.unpack(func(l *list) bool { return !slices.Contains(names, l.name) }).build()
	if err != nil {
		panic(err) // a part of a Set exceeds no limit
	}
	return out
}

func (s *Set) with(operation string, keepHistory bool, lists []*List) (*Set, error) {
	var added []version
	for _, l := range lists {
		versions, err := l.versions()
		if err != nil {
			return nil, fmt.Errorf("iprange: %s: %w", operation, err)
		}
		added = append(added, versions...)
	}
	all := s.unpack(func(*list) bool { return true })
	for _, v := range added {
		if !keepHistory {
			delete(all, v.key)
		}
		all.add(v)
	}
	out, err := all.build()
	if err != nil {
		return nil, fmt.Errorf("iprange: %s: %w", operation, err)
	}
	return out, nil
}

// versionsByList has the versions of lists by day; day 0 is an undated version.
type versionsByList map[listKey]map[day][]entry

// add adds a version. An undated version replaces all others of its list, and a
// dated one replaces an undated one.
func (l versionsByList) add(v version) {
	days := l[v.key]
	if days == nil || v.day == 0 {
		days = make(map[day][]entry)
		l[v.key] = days
	}
	delete(days, 0)
	days[v.day] = v.entries
}

func (l versionsByList) build() (*Set, error) {
	if len(l) == 0 {
		return &Set{}, nil
	}
	data, err := encode(l)
	if err != nil {
		return nil, err
	}
	return load(data)
}

// Lists describes the lists in s, in the order of their layers.
func (s *Set) Lists() []ListInfo {
	var out []ListInfo
	for i := range s.table.lists {
		l := &s.table.lists[i]
		info := ListInfo{Name: l.name, Layer: l.layer}
		for _, d := range l.days {
			if d != 0 {
				info.Dates = append(info.Dates, d.time())
			}
		}
		out = append(out, info)
	}
	return out
}

// Version returns a short identifier of the contents of s, such as
// "2026-08-02-4f1c9a": the newest date of a list, and a checksum of all lists.
// Equal lists have equal versions. Without a dated list it begins with
// "undated". The version of an empty Set is "empty".
func (s *Set) Version() string {
	s.versionOnce.Do(func() {
		if len(s.table.lists) == 0 {
			s.version = "empty"
			return
		}
		var newest day
		for i := range s.table.lists {
			newest = max(newest, slices.Max(s.table.lists[i].days))
		}
		sum := fnv.New64a()
		sum.Write([]byte(s.data))
		s.version = fmt.Sprintf("%s-%06x", cmp.Or(newest.String(), "undated"), sum.Sum64()>>40)
	})
	return s.version
}

// Entries yields a Match for every prefix and host pattern of the newest lists:
// IPv4 prefixes, IPv6 prefixes, patterns, then the fewest prefixes of each own range
// that is not a prefix itself, each in ascending order. Entries
// decodes the lists again, which takes about as long as the first call of
// [Default].
func (s *Set) Entries() iter.Seq[Match] {
	return func(yield func(Match) bool) {
		t := &s.table
		for n, c := range s.subjects() {
			for m := range s.pieces(c) {
				for _, st := range t.about(uint32(n)) {
					if t.inForce(st, 0) && !yield(m.match(uint32(n), st)) {
						return
					}
				}
			}
		}
	}
}

// pieces yields a look-up of each prefix of a subject, and one without an address for
// a host pattern.
func (s *Set) pieces(c unpackedClaim) iter.Seq[Matches] {
	return func(yield func(Matches) bool) {
		switch {
		case c.prefix.IsValid():
			yield(s.Lookup(c.prefix.Addr()))
		case c.span.first.IsValid():
			for p := range c.span.prefixes() {
				if !yield(s.Lookup(p.Addr())) {
					return
				}
			}
		default:
			yield(Matches{set: s, question: question{family: familyHost}})
		}
	}
}
