package evidence

import "slices"

// latest is a set of keys, each with the latest time at which it was seen: the countries
// of an account, the devices that visit a host. The zero latest is empty.
type latest struct {
	seen []sighting // by key
}

type sighting struct {
	key uint64
	at  int64
}

// search returns the place of a key.
func (l *latest) search(key uint64) (place int, found bool) {
	return slices.BinarySearchFunc(l.seen, key, func(s sighting, key uint64) int {
		switch {
		case s.key < key:
			return -1
		case s.key > key:
			return 1
		}
		return 0
	})
}

// note adds a sighting and reports whether the number of keys has grown. Of more than
// limit keys, those seen last are kept, so that the set is the same in whatever order
// rows come.
func (l *latest) note(key uint64, at int64, limit int) bool {
	place, found := l.search(key)
	if found {
		l.seen[place].at = max(l.seen[place].at, at)
		return false
	}
	if len(l.seen) < limit {
		l.seen = slices.Insert(l.seen, place, sighting{key, at})
		return true
	}
	oldest := 0
	for i := range l.seen {
		if l.seen[i].at < l.seen[oldest].at {
			oldest = i
		}
	}
	if l.seen[oldest].at < at {
		l.seen = slices.Delete(l.seen, oldest, oldest+1)
		place, _ = l.search(key)
		l.seen = slices.Insert(l.seen, place, sighting{key, at})
	}
	return false
}

func (l *latest) has(key uint64) bool {
	_, found := l.search(key)
	return found
}

func (l *latest) empty() bool { return len(l.seen) == 0 }

func (l *latest) len() int { return len(l.seen) }

// meets reports whether a key is in both sets.
func (l *latest) meets(other *latest) bool {
	if len(l.seen) > len(other.seen) {
		l, other = other, l
	}
	return slices.ContainsFunc(l.seen, func(s sighting) bool { return other.has(s.key) })
}

// oldest returns the time of the key that was seen the longest time ago. The set must not
// be empty.
func (l *latest) oldest() int64 {
	at := l.seen[0].at
	for _, s := range l.seen {
		at = min(at, s.at)
	}
	return at
}

// forget removes the keys that were not seen at limit or later, and returns their number.
func (l *latest) forget(limit int64) int {
	before := len(l.seen)
	l.seen = slices.DeleteFunc(l.seen, func(s sighting) bool { return s.at < limit })
	return before - len(l.seen)
}
