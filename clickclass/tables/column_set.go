package tables

// columnSet is a set of columns.
type columnSet [2]uint64

var _ [len(columnSet{})*64 - int(numColumns)]struct{} // there is room for all

func setOf(columns ...column) columnSet {
	var s columnSet
	for _, c := range columns {
		s.add(c)
	}
	return s
}

func (s *columnSet) add(c column) { s[c/64] |= 1 << (c % 64) }

func (s *columnSet) has(c column) bool { return s[c/64]>>(c%64)&1 != 0 }

func (s columnSet) isEmpty() bool { return s == columnSet{} }

// union returns the columns of s and t.
func (s columnSet) union(t columnSet) columnSet { return columnSet{s[0] | t[0], s[1] | t[1]} }

// without returns the columns of s that are not in t.
func (s columnSet) without(t columnSet) columnSet { return columnSet{s[0] &^ t[0], s[1] &^ t[1]} }

// hasAny reports whether s and t share a column.
func (s columnSet) hasAny(t columnSet) bool { return s[0]&t[0] != 0 || s[1]&t[1] != 0 }

// hasAll reports whether s has every column of t.
func (s columnSet) hasAll(t columnSet) bool { return t.without(s).isEmpty() }
