package iprange

// Scan calls f with the little of each match that tells matches apart, in the
// order of At, until f returns false: one walk, where At(i) for every i would
// be one each. Bits is the length of the prefix, 0 for a host pattern.
func (m Matches) Scan(f func(i int, layer Layer, kind Kind, bits int) bool) {
	i := 0
	m.walk(func(n uint32, st statement) bool {
		l := &m.s.table.labels[st.label()]
		i++
		return f(i-1, l.layer, l.kind, m.bits(n))
	})
}
