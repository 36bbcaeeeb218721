package clickclass_test

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Properties that hold whatever the truth about a click is, and so need no
// labels: what may not change a verdict does not, and what speaks for a person
// never makes a machine likelier. The rows are made up anew for every seed.

// scene is a handful of accounts with their mail, clicks and evidence.
type scene struct {
	clicks      []clickclass.Click
	emails      []clickclass.Email
	urls        []clickclass.EmailURL
	signIns     []clickclass.SignIn
	launches    []clickclass.BrowserLaunch
	connections []clickclass.Connection
}

var sceneStart = time.Date(2026, 7, 14, 9, 0, 0, 0, time.UTC)

// guid returns an id whose last groups are the time in ticks, as Microsoft's
// services make them.
func guid(rng *rand.Rand, t time.Time) string {
	ticks := uint64(t.Unix()*1e7 + int64(t.Nanosecond())/100 + 621355968000000000)
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", rng.Uint32(), rng.Uint32N(1<<16), rng.Uint32N(1<<16), ticks&0xffff, ticks>>16)
}

// newScene makes up a tenant of the given name, whose accounts, messages and
// hosts no other tenant has. Its clicks are in the order of their times.
func newScene(rng *rand.Rand, name string) *scene {
	s := new(scene)
	within := func(d time.Duration) time.Duration {
		return time.Duration(rng.Int64N(int64(d))).Truncate(100 * time.Nanosecond)
	}
	home := netip.AddrFrom4([4]byte{84, byte(130 + rng.IntN(60)), byte(rng.IntN(256)), byte(rng.IntN(256))})
	addrs := []netip.Addr{
		home, home.Next().Next(),
		netip.AddrFrom4([4]byte{193, byte(16 + rng.IntN(8)), byte(rng.IntN(256)), byte(rng.IntN(256))}),
		netip.AddrFrom4([4]byte{52, 112, byte(rng.IntN(256)), byte(rng.IntN(256))}),     // Teams
		netip.AddrFrom4([4]byte{40, 107, byte(rng.IntN(256)), byte(rng.IntN(256))}),     // mail protection
		netip.AddrFrom4([4]byte{20, 224, byte(rng.IntN(256)), byte(rng.IntN(256))}),     // Azure
		netip.AddrFrom4([4]byte{151, 206, byte(rng.IntN(256)), byte(rng.IntN(256))}),    // Global Secure Access
		netip.MustParseAddr(fmt.Sprintf("2003:%x::%x", rng.IntN(1<<12), rng.IntN(9)+1)), // an access provider
		{},
	}
	var accounts []string
	for i := range 2 + rng.IntN(5) {
		accounts = append(accounts, fmt.Sprintf("person%d@%s.example", i, name))
	}
	type message struct {
		id       string
		received time.Time
		urls     []string
	}
	var messages []message
	for range 1 + rng.IntN(4) {
		m := message{received: sceneStart.Add(within(4 * time.Hour))}
		m.id = guid(rng, m.received)
		for range 1 + rng.IntN(4) {
			m.urls = append(m.urls, fmt.Sprintf("https://www%d.%s-site.example/%d", rng.IntN(3), name, rng.IntN(1e6)))
		}
		messages = append(messages, m)
		if rng.IntN(3) == 0 {
			continue // the mail tables lack it
		}
		for _, account := range accounts {
			s.emails = append(s.emails, clickclass.Email{Timestamp: m.received.Add(2 * time.Second), NetworkMessageId: m.id,
				RecipientEmailAddress: account, DeliveryAction: "Delivered", UrlCount: len(m.urls)})
		}
		for _, url := range m.urls {
			s.urls = append(s.urls, clickclass.EmailURL{Timestamp: m.received, NetworkMessageId: m.id, Url: url})
		}
	}
	delays := []time.Duration{20 * time.Second, 5 * time.Minute, 90 * time.Minute, 10 * time.Hour}
	for len(s.clicks) < 6+rng.IntN(20) {
		m := messages[rng.IntN(len(messages))]
		account := accounts[rng.IntN(len(accounts))]
		k := clickclass.Click{
			Timestamp:  m.received.Add(within(delays[rng.IntN(len(delays))])),
			ActionType: clickclass.ClickAllowed, AccountUpn: account, Workload: "Email", NetworkMessageId: m.id,
			IPAddress: addrs[rng.IntN(len(addrs))],
		}
		if rng.IntN(6) == 0 {
			k.Workload, k.NetworkMessageId = "Teams", ""
		}
		if rng.IntN(10) == 0 {
			k.ActionType = clickclass.UrlScanInProgress
		}
		t := k.Timestamp
		for _, url := range m.urls[:1+rng.IntN(len(m.urls))] {
			k.Timestamp, k.Url = t, url
			k.ReportId = guid(rng, t)
			s.clicks = append(s.clicks, k)
			t = t.Add(within(1500 * time.Millisecond))
		}
		last := s.clicks[len(s.clicks)-1]
		switch rng.IntN(5) {
		case 0: // pressed Continue anyway
			s.clicks[len(s.clicks)-1].ActionType = clickclass.ClickBlocked
			last.ActionType, last.IsClickedThrough = clickclass.ClickBlocked, true
			last.Timestamp = last.Timestamp.Add(4 * time.Second)
			s.clicks = append(s.clicks, last)
		case 1: // shadowed from elsewhere
			last.Timestamp = last.Timestamp.Add(within(15 * time.Second))
			last.IPAddress = addrs[rng.IntN(len(addrs))]
			last.ReportId = guid(rng, last.Timestamp)
			s.clicks = append(s.clicks, last)
		}
	}
	slices.SortStableFunc(s.clicks, func(a, b clickclass.Click) int { return a.Timestamp.Compare(b.Timestamp) })
	for i := range s.clicks {
		s.clicks[i].File, s.clicks[i].Row = name, i+1
	}
	for range rng.IntN(40) {
		s.signIns = append(s.signIns, clickclass.SignIn{
			Timestamp:  sceneStart.Add(within(8*24*time.Hour) - 7*24*time.Hour),
			AccountUpn: accounts[rng.IntN(len(accounts))], IPAddress: addrs[rng.IntN(len(addrs)-1)],
			Success: rng.IntN(4) > 0, Interactive: rng.IntN(3) > 0, Risk: []string{"", "none", "high"}[rng.IntN(3)], Table: "SigninLogs",
		})
	}
	for range rng.IntN(12) {
		k := s.clicks[rng.IntN(len(s.clicks))]
		device := "pc-" + k.AccountUpn
		if rng.IntN(2) == 0 {
			s.launches = append(s.launches, clickclass.BrowserLaunch{Timestamp: k.Timestamp.Add(within(6*time.Minute) - 3*time.Minute),
				AccountUpn: k.AccountUpn, DeviceId: device, RemoteUrl: k.Url, Process: "outlook.exe"})
			continue
		}
		s.connections = append(s.connections, clickclass.Connection{Timestamp: k.Timestamp.Add(within(2 * time.Minute)),
			AccountUpn: k.AccountUpn, DeviceId: device, RemoteUrl: strings.Split(k.Url, "/")[2], Process: "msedge.exe"})
	}
	return s
}

// and returns the scene with another one's rows and evidence added, the clicks
// by time.
func (s *scene) and(o *scene) *scene {
	both := &scene{
		slices.Concat(s.clicks, o.clicks), slices.Concat(s.emails, o.emails), slices.Concat(s.urls, o.urls),
		slices.Concat(s.signIns, o.signIns), slices.Concat(s.launches, o.launches), slices.Concat(s.connections, o.connections),
	}
	slices.SortStableFunc(both.clicks, func(a, b clickclass.Click) int { return a.Timestamp.Compare(b.Timestamp) })
	return both
}

func (s *scene) evidence() clickclass.Evidence {
	store := clickclass.NewStore()
	for _, e := range s.emails {
		store.AddEmail(e)
	}
	for _, e := range s.urls {
		store.AddEmailURL(e)
	}
	for _, e := range s.signIns {
		store.AddSignIn(e)
	}
	for _, e := range s.launches {
		store.AddBrowserLaunch(e)
	}
	for _, e := range s.connections {
		store.AddConnection(e)
	}
	return store.Evidence()
}

func classifier(t *testing.T, o clickclass.Options) *clickclass.Classifier {
	t.Helper()
	c, err := clickclass.New(o)
	require.NoError(t, err)
	return c
}

// judgeNear judges a click with the neighbours that it is said to have.
func judgeNear(c *clickclass.Classifier, k clickclass.Click, n clickclass.Neighbours) clickclass.Verdict {
	var v clickclass.Verdict
	near := clickclass.NewNear(&k, n)
	c.ClassifyNear(&near, &v)
	return v
}

func sequence(rows []clickclass.Click) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for _, k := range rows {
			if !yield(k, nil) {
				return
			}
		}
	}
}

// place names a row, wherever it stands in the input.
type place struct {
	file string
	row  int
}

// judgeAll returns the last verdict on every row.
func judgeAll(t *testing.T, o clickclass.Options, rows []clickclass.Click) map[place]clickclass.Verdict {
	t.Helper()
	verdicts := map[place]clickclass.Verdict{}
	for r, err := range classifier(t, o).ClassifyAll(sequence(rows)) {
		require.NoError(t, err)
		verdicts[place{r.Click.File, r.Click.Row}] = r.Verdict
	}
	return verdicts
}

// judge judges the scene with its evidence and its window.
func (s *scene) judge(t *testing.T) map[place]clickclass.Verdict {
	t.Helper()
	return judgeAll(t, clickclass.Options{Evidence: s.evidence()}, s.clicks)
}

// digest is all that a reader sees of a verdict, but for the flag that marks a
// repeated row.
func digest(v clickclass.Verdict) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %.12f %s %s %v %v %v %v", v.Class, v.P, v.Regime, v.Origin.Service, v.Delay, v.DelaySource,
		v.Flags&^clickclass.FlagDuplicate, slices.Collect(v.Missing.All()))
	for _, s := range v.Signals() {
		fmt.Fprintf(&b, "; %s %.3f %v %s", s.Rule.ID, s.Weight, s.Counted, s.Detail())
	}
	fmt.Fprint(&b, " ", v.Causes())
	return b.String()
}

func requireSame(t *testing.T, want, got map[place]clickclass.Verdict, seed uint64) {
	t.Helper()
	require.NotEmpty(t, want)
	for at, v := range want {
		other, ok := got[at]
		require.True(t, ok, "seed %d: no verdict on %v", seed, at)
		require.Equal(t, digest(v), digest(other), "seed %d, %v", seed, at)
	}
}

// forScenes runs a property over many scenes.
func forScenes(t *testing.T, property func(t *testing.T, seed uint64, rng *rand.Rand, s *scene)) {
	t.Helper()
	n := uint64(150)
	if testing.Short() {
		n = 20
	}
	for seed := range n {
		rng := rand.New(rand.NewPCG(seed, 5))
		property(t, seed, rng, newScene(rng, "tenant"))
	}
}

// TestScenesDiffer guards the tests below: scenes that gave all the same
// verdict would prove nothing.
func TestScenesDiffer(t *testing.T) {
	classes := map[clickclass.Class]int{}
	rules := map[string]int{}
	forScenes(t, func(t *testing.T, _ uint64, _ *rand.Rand, s *scene) {
		for _, v := range s.judge(t) {
			classes[v.Class]++
			for _, signal := range v.Signals() {
				rules[signal.Rule.ID]++
			}
		}
	})
	for _, c := range clickclass.Classes {
		assert.NotZero(t, classes[c], "no verdict is %s", c)
	}
	for _, id := range []string{"ip.eop", "ip.teams", "ip.azure", "t.0_10", "t.1h", "b.multi1s", "b.all", "b.echo", "a.through",
		"a.scanwait", "c.browser", "c.net", "c.silent", "ip.own_signin", "ip.own_signin30", "ip.tenant_signin"} {
		assert.NotZero(t, rules[id], "signal %s never applies", id)
	}
}

func TestOrderChangesNothing(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		want := s.judge(t)
		backwards := slices.Clone(s.clicks)
		slices.Reverse(backwards)
		requireSame(t, want, judgeAll(t, clickclass.Options{Evidence: s.evidence()}, backwards), seed)
		// Every row comes in up to half a window late.
		late := make([]time.Time, len(s.clicks))
		order := make([]int, len(s.clicks))
		for i, k := range s.clicks {
			order[i], late[i] = i, k.Timestamp.Add(time.Duration(rng.Int64N(int64(30*time.Minute))))
		}
		slices.SortFunc(order, func(a, b int) int { return late[a].Compare(late[b]) })
		var rows []clickclass.Click
		for _, i := range order {
			rows = append(rows, s.clicks[i])
		}
		requireSame(t, want, judgeAll(t, clickclass.Options{Evidence: s.evidence()}, rows), seed)

		// The evidence has no order at all.
		for _, shuffle := range []func(){
			func() {
				rng.Shuffle(len(s.emails), func(i, j int) { s.emails[i], s.emails[j] = s.emails[j], s.emails[i] })
			},
			func() { rng.Shuffle(len(s.urls), func(i, j int) { s.urls[i], s.urls[j] = s.urls[j], s.urls[i] }) },
			func() {
				rng.Shuffle(len(s.signIns), func(i, j int) { s.signIns[i], s.signIns[j] = s.signIns[j], s.signIns[i] })
			},
			func() {
				rng.Shuffle(len(s.launches), func(i, j int) { s.launches[i], s.launches[j] = s.launches[j], s.launches[i] })
			},
			func() {
				rng.Shuffle(len(s.connections), func(i, j int) { s.connections[i], s.connections[j] = s.connections[j], s.connections[i] })
			},
		} {
			shuffle()
		}
		requireSame(t, want, s.judge(t), seed)
	})
}

// TestBatchEqualsStream judges every row as soon as it is there, takes the
// revisions that later rows bring, and compares the last of them with the
// verdict of the whole batch. Counts in a signal's detail may lag: only what
// changes a verdict is worth a revision.
func TestBatchEqualsStream(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		batch := s.judge(t)
		c := classifier(t, clickclass.Options{Evidence: s.evidence()})
		w := clickclass.NewWindow(0)
		w.Service = c.Service
		stream := map[place]clickclass.Verdict{}
		take := func(n *clickclass.Near) bool {
			var k clickclass.Click
			var v clickclass.Verdict
			n.Unpack(&k)
			c.ClassifyNear(n, &v)
			stream[place{k.File, k.Row}] = v
			return true
		}
		for _, k := range s.clicks {
			row := c.Row(&k)
			require.True(t, w.Add(&row, take))
			if rng.IntN(3) > 0 {
				require.True(t, w.Flush(take))
			}
		}
		require.True(t, w.Flush(take))
		require.Len(t, stream, len(batch), "seed %d", seed)
		for at, v := range batch {
			require.Equal(t, v.Class, stream[at].Class, "seed %d, %v\n%s\n%s", seed, at, digest(v), digest(stream[at]))
			require.InDelta(t, v.P, stream[at].P, 1e-12, "seed %d, %v\n%s\n%s", seed, at, digest(v), digest(stream[at]))
		}
	})
}

func TestDuplicatesChangeNothing(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		want := s.judge(t)
		var rows []clickclass.Click
		for i, k := range s.clicks {
			rows = append(rows, k)
			for range rng.IntN(3) {
				k.File, k.Row = "again", i+1
				rows = append(rows, k)
			}
		}
		twice := s.and(&scene{emails: s.emails, urls: s.urls, signIns: s.signIns, launches: s.launches, connections: s.connections})
		got := judgeAll(t, clickclass.Options{Evidence: twice.evidence()}, rows)
		requireSame(t, want, got, seed)
		for at, v := range got {
			if at.file == "again" {
				require.Equal(t, digest(want[place{"tenant", at.row}]), digest(v), "seed %d: the repeated row", seed)
			}
		}
	})
}

func TestUnrelatedTenantChangesNothing(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		requireSame(t, s.judge(t), s.and(newScene(rng, "stranger")).judge(t), seed)
	})
}

// shifted returns the scene moved in time, the clocks in the ids with it.
func (s *scene) shifted(d time.Duration, id func(string) string) *scene {
	out := s.and(new(scene))
	for i := range out.clicks {
		k := &out.clicks[i]
		k.Timestamp, k.ReportId, k.NetworkMessageId = k.Timestamp.Add(d), id(k.ReportId), id(k.NetworkMessageId)
	}
	for i := range out.emails {
		out.emails[i].Timestamp = out.emails[i].Timestamp.Add(d)
		out.emails[i].NetworkMessageId = id(out.emails[i].NetworkMessageId)
	}
	for i := range out.urls {
		out.urls[i].Timestamp = out.urls[i].Timestamp.Add(d)
		out.urls[i].NetworkMessageId = id(out.urls[i].NetworkMessageId)
	}
	for i := range out.signIns {
		out.signIns[i].Timestamp = out.signIns[i].Timestamp.Add(d)
	}
	for i := range out.launches {
		out.launches[i].Timestamp = out.launches[i].Timestamp.Add(d)
	}
	for i := range out.connections {
		out.connections[i].Timestamp = out.connections[i].Timestamp.Add(d)
	}
	return out
}

// TestTimeShiftChangesNothing moves everything by whole days, so that hours of
// the day stay, within the reach of one set of address lists. Four days are a
// multiple of 65,536 ticks, so that the clocks in the ids lose no digit.
func TestTimeShiftChangesNothing(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		shift := time.Duration(1+rng.IntN(3)) * 4 * 24 * time.Hour
		moved := s.shifted(shift, func(id string) string {
			if id == "" {
				return ""
			}
			var low, high uint64
			_, err := fmt.Sscanf(id[19:], "%x-%x", &low, &high)
			require.NoError(t, err)
			ticks := (high<<16 | low) + uint64(shift/100)
			return fmt.Sprintf("%s%04x-%012x", id[:19], ticks&0xffff, ticks>>16)
		})
		requireSame(t, s.judge(t), moved.judge(t), seed)
	})
}

// TestRenamingChangesNothing gives every message, click, account and device
// another name, and every link another path; the clocks in the ids stay.
func TestRenamingChangesNothing(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		salt := rng.Uint32()
		renamed := s.shifted(0, func(id string) string {
			if id == "" {
				return ""
			}
			var head uint32
			_, err := fmt.Sscanf(id[:8], "%x", &head)
			require.NoError(t, err)
			id = fmt.Sprintf("%08x%s", head^salt, id[8:])
			if rng.IntN(2) == 0 {
				id = strings.ToUpper(id)
			}
			return id
		})
		name := func(upn string) string {
			upn = strings.Replace(upn, "person", "colleague", 1)
			if rng.IntN(2) == 0 {
				upn = strings.ToUpper(upn)
			}
			return upn
		}
		for i := range renamed.clicks {
			renamed.clicks[i].AccountUpn = name(renamed.clicks[i].AccountUpn)
			renamed.clicks[i].Url += "?x"
		}
		for i := range renamed.emails {
			renamed.emails[i].RecipientEmailAddress = name(renamed.emails[i].RecipientEmailAddress)
		}
		for i := range renamed.urls {
			renamed.urls[i].Url += "?x"
		}
		for i := range renamed.signIns {
			renamed.signIns[i].AccountUpn = name(renamed.signIns[i].AccountUpn)
		}
		for i := range renamed.launches {
			e := &renamed.launches[i]
			e.AccountUpn, e.DeviceId, e.RemoteUrl = name(e.AccountUpn), "new-"+e.DeviceId, e.RemoteUrl+"?x"
		}
		for i := range renamed.connections {
			e := &renamed.connections[i]
			e.AccountUpn, e.DeviceId = name(e.AccountUpn), "new-"+e.DeviceId
		}
		requireSame(t, s.judge(t), renamed.judge(t), seed)
	})
}

// TestPersonsEvidenceNeverRaisesP adds, for one click, what shows that its
// account's owner made it.
func TestPersonsEvidenceNeverRaisesP(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		i := rng.IntN(len(s.clicks))
		k := s.clicks[i]
		device := "pc-" + k.AccountUpn
		additions := map[string]*scene{
			"browser launch": {launches: []clickclass.BrowserLaunch{{Timestamp: k.Timestamp.Add(time.Second), AccountUpn: k.AccountUpn,
				DeviceId: device, RemoteUrl: k.Url, Process: "outlook.exe"}}},
			"browser connection": {connections: []clickclass.Connection{{Timestamp: k.Timestamp.Add(5 * time.Second), AccountUpn: k.AccountUpn,
				DeviceId: device, RemoteUrl: strings.Split(k.Url, "/")[2], Process: "msedge.exe"}}},
			"sign-in an hour before": {signIns: []clickclass.SignIn{{Timestamp: k.Timestamp.Add(-time.Hour), AccountUpn: k.AccountUpn,
				IPAddress: k.IPAddress, Success: true, Interactive: true, Table: "SigninLogs"}}},
			"sign-in a week before": {signIns: []clickclass.SignIn{{Timestamp: k.Timestamp.Add(-7 * 24 * time.Hour), AccountUpn: k.AccountUpn,
				IPAddress: k.IPAddress, Success: true, Interactive: true, Table: "SigninLogs"}}},
		}
		at := place{k.File, k.Row}
		alone := classifier(t, clickclass.Options{Evidence: s.evidence()}).Classify(k)
		near := s.judge(t)[at]
		for name, addition := range additions {
			if strings.HasPrefix(name, "sign-in") && !k.IPAddress.IsValid() {
				continue
			}
			more := s.and(addition)
			got := classifier(t, clickclass.Options{Evidence: more.evidence()}).Classify(k)
			assert.LessOrEqual(t, got.P, alone.P+1e-12, "seed %d, row %d: %s, row alone\n%s\n%s", seed, i, name, digest(alone), digest(got))
			got = more.judge(t)[at]
			assert.LessOrEqual(t, got.P, near.P+1e-12, "seed %d, row %d: %s\n%s\n%s", seed, i, name, digest(near), digest(got))
		}
		if !k.IsClickedThrough {
			rows := slices.Clone(s.clicks)
			rows[i].IsClickedThrough = true
			got := judgeAll(t, clickclass.Options{Evidence: s.evidence()}, rows)[at]
			assert.LessOrEqual(t, got.P, near.P+1e-12, "seed %d, row %d: click-through\n%s\n%s", seed, i, digest(near), digest(got))
		}
	})
}

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// TestLessEvidenceMovesTowardsThePrior silences the signals that counted, one
// after the other: each moves P against its own direction, and without any P
// is the prior.
func TestLessEvidenceMovesTowardsThePrior(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		k := s.clicks[rng.IntN(len(s.clicks))]
		at := place{k.File, k.Row}
		o := clickclass.Options{Evidence: s.evidence(), Weights: map[string]float64{}}
		v := judgeAll(t, o, s.clicks)[at]
		for {
			signals := slices.DeleteFunc(slices.Clone(v.Signals()), func(s clickclass.Signal) bool { return !s.Counted })
			if len(signals) == 0 {
				break
			}
			signal := signals[rng.IntN(len(signals))]
			o.Weights[signal.Rule.ID] = 0
			less := judgeAll(t, o, s.clicks)[at]
			if signal.Weight > 0 {
				require.LessOrEqual(t, less.P, v.P+1e-12, "seed %d: without %s\n%s\n%s", seed, signal.Rule.ID, digest(v), digest(less))
			} else {
				require.GreaterOrEqual(t, less.P, v.P-1e-12, "seed %d: without %s\n%s\n%s", seed, signal.Rule.ID, digest(v), digest(less))
			}
			v = less
		}
		require.InDelta(t, 0.10, v.P, 1e-9, "seed %d: nothing counted\n%s", seed, digest(v))
		require.Equal(t, clickclass.ClassUnknown, v.Class, "seed %d: nothing counted", seed)
	})
}

// TestEmptyRowIsThePrior takes a row's columns away until none is left.
func TestEmptyRowIsThePrior(t *testing.T) {
	v := clickclass.Score(clickclass.Click{})
	assert.InDelta(t, 0.10, v.P, 1e-12)
	assert.Equal(t, clickclass.ClassUnknown, v.Class)
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		k := s.clicks[rng.IntN(len(s.clicks))]
		k.IsClickedThrough = false
		oneSided := func(v clickclass.Verdict) bool {
			var for_, against bool
			for _, s := range v.Signals() {
				for_, against = for_ || s.Counted && s.Weight > 0, against || s.Counted && s.Weight < 0
			}
			return !(for_ && against)
		}
		distance := func(v clickclass.Verdict) float64 { return math.Abs(logit(v.P) - logit(0.10)) }
		before := clickclass.Score(k)
		for _, drop := range []func(){
			func() { k.IPAddress = netip.Addr{} },
			func() { k.NetworkMessageId = "" },
			func() { k.Workload = "" },
			func() { k.Url = "" },
			func() { k.ReportId, k.Timestamp = "", time.Time{} },
		} {
			if !oneSided(before) {
				return
			}
			drop()
			after := clickclass.Score(k)
			// Without the workload, a Teams address loses its excuse.
			require.LessOrEqual(t, distance(after), distance(before)+1e-9, "seed %d\n%s\n%s", seed, digest(before), digest(after))
			before = after
		}
		require.InDelta(t, 0.10, before.P, 1e-12)
	})
}

// TestPriorOnlyShifts removes the prior: a prior of one half leaves the
// evidence alone, and any other adds its own log-odds, but where one decisive
// fact outweighs the sum.
func TestPriorOnlyShifts(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, _ *rand.Rand, s *scene) {
		judge := func(prior float64) map[place]clickclass.Verdict {
			return judgeAll(t, clickclass.Options{Evidence: s.evidence(), Prior: prior}, s.clicks)
		}
		even, few, many := judge(0.5), judge(0.02), judge(0.3)
		for at, v := range even {
			require.LessOrEqual(t, few[at].P, v.P, "seed %d", seed)
			require.LessOrEqual(t, few[at].P, many[at].P, "seed %d", seed)
			decisive := slices.ContainsFunc(v.Signals(), func(s clickclass.Signal) bool {
				return s.Rule.ID == "a.through" || s.Rule.ID == "c.browser"
			})
			if decisive {
				continue
			}
			sum := logit(v.P)
			require.InDelta(t, sum+logit(0.02), logit(few[at].P), 1e-9, "seed %d\n%s", seed, digest(v))
			require.InDelta(t, sum+logit(0.3), logit(many[at].P), 1e-9, "seed %d\n%s", seed, digest(v))
		}
	})
}

// TestEvidenceNotGivenIsNoVote judges with an empty store and with none at
// all.
func TestEvidenceNotGivenIsNoVote(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, _ *rand.Rand, s *scene) {
		none := judgeAll(t, clickclass.Options{}, s.clicks)
		empty := judgeAll(t, clickclass.Options{Evidence: new(scene).evidence()}, s.clicks)
		requireSame(t, none, empty, seed)
	})
}
