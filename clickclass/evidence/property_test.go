package evidence

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// TestStoreIsTwin holds that a Store answers every question as a list of its rows does
// that is read from beginning to end, with and without bounds, after every row.
func TestStoreIsTwin(t *testing.T) {
	stores := map[string]Store{
		"unbounded":       {},
		"Keep a minute":   {Keep: time.Minute},
		"Keep three days": {Keep: 3 * day},
		"Keep 31 days":    {Keep: 31 * day},
		"Keep 300 years":  {Keep: 1<<63 - 1},
		"Bytes":           {Bytes: 6000},
		"Keep and Bytes":  {Keep: 10 * day, Bytes: 10_000},
	}
	rounds := 200
	if testing.Short() {
		rounds = 40
	}
	for name := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			known := map[string]int{}
			for seed := range uint64(rounds) {
				bounded := Store{Keep: stores[name].Keep, Bytes: stores[name].Bytes}
				r := newGenerator(seed, 1)
				compareWithTwin(t, &bounded, func(yield func(Row, []clickclass.Question)) {
					for range 20 + r.IntN(100) {
						row := randomRow(r)
						yield(row, []clickclass.Question{randomQuestion(r), questionAbout(r, row), questionAbout(r, row)})
					}
				}, known)
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			if testing.Verbose() {
				t.Log(known)
			}
			for _, part := range []string{"mail", "signin", "device", "chat", "audit"} {
				assert.Positive(t, known[part], "no question about %s found rows", part)
			}
		})
	}
}

// compareWithTwin adds rows to a Store and to its twin and puts the questions to both
// after each. It counts the parts of the answers that were known.
func compareWithTwin(t testing.TB, s *Store, rows func(yield func(Row, []clickclass.Question)), known map[string]int) {
	w := twin{keep: s.Keep}
	var added []Row
	rows(func(row Row, questions []clickclass.Question) {
		if t.Failed() {
			return
		}
		added = append(added, row)
		s.Add(row)
		w.add(row)
		if s.Bytes > 0 {
			require.LessOrEqual(t, s.bounds.bytes, s.Bytes)
			w.drop(s.oldest())
		}
		for _, q := range questions {
			facts := w.facts(q)
			if want, got := show(facts), ask(t, s, q); want != got {
				t.Errorf("after\n%s\nquestion %+v\nwant\n%s\ngot\n%s", rowList(added), q, want, got)
				return
			}
			countKnown(known, facts)
		}
	})
}

// countKnown counts the parts of an answer that are known and what they say.
func countKnown(known map[string]int, f clickclass.Facts) {
	count := func(name string, is bool) {
		if is {
			known[name]++
		}
	}
	if m := f.Mail; m != nil {
		count("mail", true)
		count("mail.received", !m.Received.IsZero())
		count("mail.removed", !m.Removed.IsZero())
		count("mail.urls", m.URLs > 0)
		count("mail.recipients", m.RecipientsKnow)
		count("mail.recipient", m.IsRecipient)
		count("mail.threat", m.Threat)
	}
	if s := f.SignIn; s != nil {
		count("signin", true)
		count("signin.day", s.Day)
		count("signin.month", s.Month)
		count("signin.near", s.Near)
		count("signin.settled", s.Settled)
		count("signin.after", s.After)
		count("signin.risky", s.Risky)
		count("signin.age", s.Age > 0)
		count("signin.started here", s.Settled && s.Age < 7*day)
		count("signin.renewals", s.RenewalsKnown)
		count("signin.others", s.Others == 2)
		count("signin.renewed", s.Renewed)
		count("signin.far", s.FarCountry)
		count("signin.off", s.OffHours)
		count("signin.unknown account", s.SignIns == 0)
	}
	if d := f.Device; d != nil {
		count("device", true)
		count("device.launch", d.Launch)
		count("device.launch by a person", d.Launch && !d.ByRobot)
		count("device.launch by a robot", d.ByRobot)
		count("device.watched", d.Watched)
		count("device.connection", d.Connection)
		count("device.rarity", d.Rarity > 0 && d.Rarity < 1)
		count("device.active", d.Active)
	}
	if c := f.Chat; c != nil {
		count("chat", true)
		count("chat.posted", c.Posted)
		count("chat.by self", c.BySelf)
		count("chat.removed", !c.Removed.IsZero())
	}
	if a := f.Audit; a != nil {
		count("audit", true)
		count("audit.through", a.ClickedThrough)
		count("audit.later", a.FoundLater)
	}
}

// oldest returns the time of the oldest row that is kept: what Bytes made room for.
func (s *Store) oldest() time.Time {
	oldest := int64(undated)
	for _, e := range s.bounds.queue {
		if next := e.thing.next(); next.queued {
			oldest = min(oldest, next.due)
		}
	}
	if oldest == undated {
		return twinUndated
	}
	return timeOf(oldest)
}

func rowList(rows []Row) (out string) {
	for _, r := range rows {
		out += fmt.Sprintf("%T%+v\n", r, r)
	}
	return out
}

// TestOrder holds that the order of rows, rows added twice and calls of Add make no
// difference to an unbounded Store.
func TestOrder(t *testing.T) {
	for seed := range uint64(50) {
		r := newGenerator(seed, 2)
		var rows []Row
		for range 100 {
			rows = append(rows, randomRow(r))
		}
		var inOrder, shuffled Store
		inOrder.Add(rows...)
		for _, i := range r.Perm(len(rows)) {
			for range 1 + r.IntN(2) {
				shuffled.Add(rows[i])
			}
		}
		for range 50 {
			q := questionAbout(r, pick(r, rows))
			require.Equal(t, ask(t, &inOrder, q), ask(t, &shuffled, q), "seed %d, %+v", seed, q)
		}
	}
}

// TestNothingIsLeft holds that a bounded Store gives all memory back, and that its
// estimate of the memory is of what it holds.
func TestNothingIsLeft(t *testing.T) {
	for seed := range uint64(50) {
		r := newGenerator(seed, 3)
		s := Store{Keep: time.Hour}
		for range 200 {
			s.Add(randomRow(r))
		}
		s.dropBefore(1<<63 - 1)
		assert.Zero(t, s.bounds.bytes)
		assert.Empty(t, s.bounds.queue)
		assert.Empty(t, s.mail.messages)
		assert.Empty(t, s.signIns.accounts)
		assert.Empty(t, s.signIns.near)
		assert.Empty(t, s.signIns.risky)
		assert.Empty(t, s.signIns.renewals)
		assert.Empty(t, s.signIns.countries)
		for _, v := range []visits{s.signIns.good, s.signIns.renewed} {
			assert.Empty(t, v.accounts)
			assert.Empty(t, v.addresses)
		}
		assert.Empty(t, s.devices.active)
		assert.Empty(t, s.devices.browsing)
		for _, l := range []launches{s.devices.byPerson, s.devices.byOther} {
			assert.Empty(t, l.links)
			assert.Empty(t, l.lengths)
		}
		assert.Empty(t, s.devices.connections)
		assert.Empty(t, s.devices.hosts)
		assert.Empty(t, s.devices.names)
		assert.Empty(t, s.chat.days)
		assert.Empty(t, s.chat.posts)
		assert.Empty(t, s.chat.written)
		assert.Empty(t, s.chat.senders)
		assert.Empty(t, s.chat.messages)
		assert.Empty(t, s.chat.removed)
		assert.Empty(t, s.audit.clicks)
		require.False(t, t.Failed(), "seed %d", seed)
	}
}
