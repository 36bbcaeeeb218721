package evidence

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// signInsKnown returns how many sign-ins of an account the Store still has.
func signInsKnown(t *testing.T, s *Store, account string, at time.Time) int {
	t.Helper()
	f, err := s.Facts(context.Background(), clickclass.Question{Want: clickclass.EvidenceSignIn, Account: account, Addr: netip.MustParseAddr("203.0.113.7"), At: at})
	require.NoError(t, err)
	if f.SignIn == nil {
		return 0
	}
	return f.SignIn.SignIns
}

func TestKeep(t *testing.T) {
	tests := []struct {
		name  string
		times []time.Duration // of sign-ins around noon, in the order in which they are added
		want  int             // sign-ins that are kept
	}{
		{"one row", []time.Duration{0}, 1},
		{"as old as may be", []time.Duration{0, day}, 2},
		{"too old", []time.Duration{0, day + 1}, 1},
		{"too old when it comes", []time.Duration{day + 1, 0}, 1},
		{"some", []time.Duration{0, time.Hour, 2 * time.Hour, day + 90*time.Minute}, 2},
		{"at random", []time.Duration{2 * time.Hour, day + 90*time.Minute, 0, time.Hour}, 2},
		{"all but the newest", []time.Duration{0, time.Hour, 20 * day}, 1},
		{"a week of days", []time.Duration{0, day, 2 * day, 3 * day, 4 * day, 5 * day, 6 * day}, 2},
		{"a week of days backwards", []time.Duration{6 * day, 5 * day, 4 * day, 3 * day, 2 * day, day, 0}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Store{Keep: day}
			for _, at := range tt.times {
				s.Add(signInAt(me, "203.0.113.7", noon.Add(at)))
			}
			kept := 0
			for _, a := range s.signIns.accounts {
				kept += a.len()
			}
			assert.Equal(t, tt.want, kept)
		})
	}
}

// TestKeepFarAhead holds that a row from a clock gone wrong does not drop all others.
func TestKeepFarAhead(t *testing.T) {
	wrong := func(n int) (rows []Row) {
		for i := range n {
			rows = append(rows, signInAt("erin@contoso.example", "203.0.113.7", noon.AddDate(12, 0, i)))
		}
		return rows
	}
	right := []Row{signInAt(me, "203.0.113.7", noon), signInAt(me, "203.0.113.7", noon.Add(time.Minute)), signInAt(me, "203.0.113.7", noon.Add(time.Hour))}
	for name, rows := range map[string][]Row{
		"wrong one first": append(wrong(1), right...),
		"wrong one last":  append(right[:3:3], wrong(1)...),
		"seven first":     append(wrong(7), right...),
		"seven last":      append(right[:3:3], wrong(7)...),
		"one again and again": append(right[:3:3], func() (rows []Row) {
			for range 20 {
				rows = append(rows, wrong(1)...)
			}
			return rows
		}()...),
		"outside what is believed": append(right[:3:3], signInAt(me, "203.0.113.7", noon.AddDate(585, 0, 0))),
	} {
		t.Run(name, func(t *testing.T) {
			s := Store{Keep: 30 * time.Minute}
			s.Add(rows...)
			assert.Equal(t, 1, signInsKnown(t, &s, me, noon), "the other two are older than half an hour")
		})
	}
	t.Run("eight are believed", func(t *testing.T) {
		s := Store{Keep: 30 * time.Minute}
		s.Add(right...)
		s.Add(wrong(8)...)
		assert.Zero(t, signInsKnown(t, &s, me, noon))
	})
	t.Run("after a silence of two years", func(t *testing.T) {
		s := Store{Keep: 30 * time.Minute}
		s.Add(right...)
		for i := range 8 {
			assert.Equal(t, 1, signInsKnown(t, &s, me, noon))
			s.Add(signInAt("erin@contoso.example", "203.0.113.7", noon.AddDate(2, 0, 0).Add(time.Duration(i))))
		}
		assert.Zero(t, signInsKnown(t, &s, me, noon))
	})
}

// TestKeepUndated holds that rows without a time age with those that have one.
func TestKeepUndated(t *testing.T) {
	about := func(id string) clickclass.Question {
		return clickclass.Question{Want: clickclass.EvidenceMail, MessageID: id}
	}
	s := Store{Keep: day}
	s.Add(EmailUrl{NetworkMessageId: "before all others", Url: "u"})
	s.Add(signInAt(me, "203.0.113.7", noon))
	s.Add(EmailUrl{NetworkMessageId: "at noon", Url: "u"})
	s.Add(signInAt(me, "203.0.113.7", noon.Add(day)))
	for _, id := range []string{"before all others", "at noon"} {
		assert.Contains(t, ask(t, &s, about(id)), "URLs:1", id)
	}
	s.Add(signInAt(me, "203.0.113.7", noon.Add(2*day)))
	assert.Contains(t, ask(t, &s, about("before all others")), "URLs:1")
	assert.Contains(t, ask(t, &s, about("at noon")), "mail unknown")
}

// TestKeepMessage holds that the rows of a message stay until the newest is dropped.
func TestKeepMessage(t *testing.T) {
	q := aboutNoon()
	s := Store{Keep: day}
	s.Add(Email{Timestamp: noon, NetworkMessageId: q.MessageID, RecipientEmailAddress: me})
	s.Add(PostDelivery{Timestamp: noon.Add(3 * day), NetworkMessageId: q.MessageID, ActionType: "Phish ZAP"})
	s.Add(signInAt(me, "203.0.113.7", noon.Add(4*day)))
	f, err := s.Facts(context.Background(), q)
	require.NoError(t, err)
	assert.Equal(t, &clickclass.MailFacts{Received: noon, Removed: noon.Add(3 * day), RecipientsKnow: true, IsRecipient: true}, f.Mail)
	s.Add(signInAt(me, "203.0.113.7", noon.Add(4*day+1)))
	f, err = s.Facts(context.Background(), q)
	require.NoError(t, err)
	assert.Nil(t, f.Mail)
}

// TestBytes holds that a Store stays within Bytes and keeps the newest rows, whatever the
// order in which rows come.
func TestBytes(t *testing.T) {
	const limit = 1 << 20
	rows, _ := tenant(4000)
	var all Store
	all.Add(rows...)
	require.Greater(t, all.bounds.bytes, int64(2*limit))
	for name, shuffle := range map[string]func([]Row){
		"in order":  func([]Row) {},
		"at random": func(rows []Row) { rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] }) },
	} {
		t.Run(name, func(t *testing.T) {
			rows := append([]Row(nil), rows...)
			shuffle(rows)
			s := Store{Bytes: limit}
			for i := range rows {
				s.Add(rows[i])
				require.LessOrEqual(t, s.bounds.bytes, int64(limit))
			}
			assert.Greater(t, s.bounds.bytes, int64(limit*8/10), "room is used")
			from := s.oldest()
			assert.True(t, from.After(noon.Add(-10*day)), "of 30 days, the last remain: %v", from)
			assert.Positive(t, signInsKnown(t, &s, "person3999@contoso.example", noon.Add(4000*7*time.Second)))
			assert.Zero(t, signInsKnown(t, &s, "person3999@contoso.example", noon.Add(-20*day)))
		})
	}
	t.Run("less than one row", func(t *testing.T) {
		s := Store{Bytes: 1}
		s.Add(rows...)
		assert.Zero(t, s.bounds.bytes)
		assert.Zero(t, signInsKnown(t, &s, "person3999@contoso.example", noon))
	})
}

// TestBytesEstimate holds that what Bytes bounds is the heap, to about a third.
func TestBytesEstimate(t *testing.T) {
	const n = 30_000
	upn := func(i int) string { return fmt.Sprintf("person%d@contoso.example", i) }
	at := func(i int) time.Time { return noon.Add(time.Duration(i) * time.Second) }
	addr := func(i int) netip.Addr {
		return netip.AddrFrom4([4]byte{100, 64 + byte(i>>14), byte(i >> 7), byte(i) & 127})
	}
	signIn := func(i, of, from int, interactive bool) Row {
		return SignIn{Timestamp: at(i), AccountUpn: upn(of), IPAddress: addr(from), Success: true, Interactive: interactive, Country: "DE"}
	}
	for name, row := range map[string]func(i int) Row{
		"messages": func(i int) Row {
			return Email{Timestamp: at(i), NetworkMessageId: fmt.Sprint(i), RecipientEmailAddress: upn(i)}
		},
		"recipients": func(i int) Row {
			return Email{Timestamp: at(i), NetworkMessageId: fmt.Sprint(i / 500), RecipientEmailAddress: upn(i)}
		},
		"sign-ins of many":     func(i int) Row { return signIn(i, i, i, true) },
		"sign-ins of a few":    func(i int) Row { return signIn(i, i%50, i%50, true) },
		"sign-ins of one":      func(i int) Row { return signIn(i, 0, 0, true) },
		"of many, one address": func(i int) Row { return signIn(i, i, 0, true) },
		"of one, many places":  func(i int) Row { return signIn(i, 0, i, true) },
		"clients":              func(i int) Row { return signIn(i, i%5000, i%5000, false) },
		"launches": func(i int) Row {
			return BrowserLaunch{Timestamp: at(i), AccountUpn: upn(i % 100), RemoteUrl: fmt.Sprint("https://example.net/", i)}
		},
		"connections": func(i int) Row {
			return Connection{Timestamp: at(i), AccountUpn: upn(i % 100), DeviceId: fmt.Sprint(i % 100), RemoteUrl: fmt.Sprintf("host%d.example", i%1000), Process: "safari"}
		},
		"audit": func(i int) Row {
			return Audited{Timestamp: at(i), AccountUpn: upn(i % 100), Url: fmt.Sprint("https://example.net/", i)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := heap()
			s := &Store{Bytes: 1 << 40}
			for i := range n {
				s.Add(row(i))
			}
			measured := heap() - before
			ratio := float64(measured) / float64(s.bounds.bytes)
			t.Logf("%d bytes, estimated %d: %.2f", measured, s.bounds.bytes, ratio)
			assert.InDelta(t, 1, ratio, 0.4)
			runtime.KeepAlive(s)
		})
	}
}

// heap returns the bytes in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestBytesAfterLong holds that a Store through which many times its bounds have gone has
// given their memory back.
func TestBytesAfterLong(t *testing.T) {
	rows, _ := tenant(2000)
	for name, s := range map[string]*Store{"Bytes": {Bytes: 1 << 20}, "Keep": {Keep: 2 * day}} {
		t.Run(name, func(t *testing.T) {
			before := heap()
			most := int64(0)
			for month := range 4 {
				for _, row := range rows {
					s.Add(later(row, month))
					most = max(most, s.bounds.bytes)
				}
			}
			measured := heap() - before
			t.Logf("%d bytes of at most %d", measured, most)
			assert.Less(t, measured, 2*most)
			runtime.KeepAlive(s)
		})
	}
}

// later returns a row some months later, of other people and messages.
func later(row Row, months int) Row {
	name := fmt.Sprint("month", months, "-")
	gap := time.Duration(months) * 31 * day
	switch r := row.(type) {
	case Email:
		r.Timestamp, r.NetworkMessageId, r.RecipientEmailAddress = r.Timestamp.Add(gap), name+r.NetworkMessageId, name+r.RecipientEmailAddress
		return r
	case EmailUrl:
		r.Timestamp, r.NetworkMessageId = r.Timestamp.Add(gap), name+r.NetworkMessageId
		return r
	case SignIn:
		r.Timestamp, r.AccountUpn = r.Timestamp.Add(gap), name+r.AccountUpn
		return r
	case BrowserLaunch:
		r.Timestamp, r.AccountUpn = r.Timestamp.Add(gap), name+r.AccountUpn
		return r
	case Connection:
		r.Timestamp, r.AccountUpn = r.Timestamp.Add(gap), name+r.AccountUpn
		return r
	case Audited:
		r.Timestamp, r.AccountUpn = r.Timestamp.Add(gap), name+r.AccountUpn
		return r
	}
	panic("another row")
}

// TestQueue compares the queue with its order.
func TestQueue(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	var q queue
	count := map[int64]int{}
	for range 2000 {
		if len(q) > 0 && r.IntN(3) == 0 {
			least := q[0].at
			for at, n := range count {
				if n > 0 {
					least = min(least, at)
				}
			}
			got := q.pop().at
			require.Equal(t, least, got)
			count[got]--
			continue
		}
		at := int64(r.IntN(500))
		q.push(queued{at, nil})
		count[at]++
	}
	last := int64(-1)
	for len(q) > 0 {
		at := q.pop().at
		require.LessOrEqual(t, last, at)
		last = at
	}
}

func TestNewestTimes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	for range 200 {
		var n newestTimes
		var w twin
		for range 1 + r.IntN(30) {
			at := noon.AddDate(r.IntN(4), 0, r.IntN(3))
			ns, _ := nanoseconds(at)
			n.add(ns)
			w.rows = append(w.rows, twinRow{at: at})
			require.Equal(t, w.newest(), timeOf(n.believed()))
		}
	}
}
