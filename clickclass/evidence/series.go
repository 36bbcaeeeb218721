package evidence

// series is the times of one kind of event: launches of a link, connections to a host,
// the activity of a device, sign-ins from a network.
type series struct {
	turn
	times
	in  seriesMap
	key uint64
}

type seriesMap map[uint64]*series

// addTime adds a time to the series with this key.
func (s *Store) addTime(in *seriesMap, key uint64, at int64) {
	if key == 0 {
		return
	}
	t := (*in)[key]
	if t == nil {
		if *in == nil {
			*in = seriesMap{}
		}
		t = &series{in: *in, key: key}
		(*in)[key] = t
		s.bounds.bytes += seriesBytes
	}
	if t.add(at) {
		s.bounds.bytes += timeBytes
	}
	s.enqueue(t, at)
}

func (t *series) forget(s *Store, limit int64) (int64, bool) {
	s.bounds.bytes -= timeBytes * int64(t.times.forget(limit))
	if t.empty() {
		delete(t.in, t.key)
		s.bounds.bytes -= seriesBytes
		return 0, false
	}
	return t.first(), true
}

// get returns the times of a key, and nil if there are none.
func (m seriesMap) get(key uint64) *times {
	if t := m[key]; t != nil {
		return &t.times
	}
	return nil
}
