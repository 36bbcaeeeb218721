package evidence

// group is a set of keys that belong to one key, each with the latest time at which it was
// seen: the countries of an address, the devices that visit a host.
type group struct {
	turn
	latest
	in  groupMap
	key uint64
}

type groupMap map[uint64]*group

// addMember adds a key to the group of another. Of more than limit keys, those seen last
// are kept.
func (s *Store) addMember(in *groupMap, of, key uint64, at int64, limit int) {
	g := (*in)[of]
	if g == nil {
		if *in == nil {
			*in = groupMap{}
		}
		g = &group{in: *in, key: of}
		(*in)[of] = g
		s.bounds.bytes += groupBytes
	}
	s.note(&g.latest, key, at, limit)
	s.enqueue(g, at)
}

func (g *group) forget(s *Store, limit int64) (int64, bool) {
	s.forgetSeen(&g.latest, limit)
	if g.empty() {
		delete(g.in, g.key)
		s.bounds.bytes -= groupBytes
		return 0, false
	}
	return g.oldest(), true
}
