package clickclass

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var windowStart = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)

// windowRows makes up n rows over the given time with few different values, so
// that much falls together: equal times, shared addresses, pairs, duplicates,
// rows with missing parts.
func windowRows(rng *rand.Rand, n int, over time.Duration) []Click {
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	step := []time.Duration{100, time.Millisecond, time.Second, time.Minute}[rng.IntN(4)]
	rows := make([]Click, 0, n)
	for len(rows) < n {
		if len(rows) > 0 && rng.IntN(6) == 0 { // the same click again, or its other half
			k := rows[rng.IntN(len(rows))]
			switch rng.IntN(4) {
			case 0:
				k.IsClickedThrough = !k.IsClickedThrough
			case 1:
				if !k.Timestamp.IsZero() {
					k.Timestamp = k.Timestamp.Add(time.Duration(rng.IntN(5)) * time.Second)
				}
			case 2:
				k.AccountUpn = strings.ToUpper(k.AccountUpn)
			}
			k.Row = len(rows)
			rows = append(rows, k)
			continue
		}
		k := Click{
			Timestamp:        windowStart.Add(time.Duration(rng.Int64N(int64(over))).Truncate(step)),
			Url:              pick("", "https://a.example/1", "https://a.example/2", "https://b.example/", "https://b.example/?x"),
			ActionType:       ActionType(pick("ClickAllowed", "ClickAllowed", "ClickBlocked", "ClickBlockedByTenantPolicy", "UrlScanInProgress", "UrlErrorPage", "ClickedThrough", "Else")),
			AccountUpn:       pick("", "ann@one.example", "bob@one.example", "eve@two.example", "dan@two.example", "local"),
			NetworkMessageId: pick("", "m1", "m2", clockID(windowStart), clockID(windowStart.Add(over/2))),
			ReportId:         pick("", "", "r1", "r2", "r3", "r4"),
			IsClickedThrough: rng.IntN(5) == 0,
			Row:              len(rows),
		}
		switch rng.IntN(8) {
		case 0:
		case 1:
			k.IPAddress = netip.MustParseAddr("2001:db8::1")
		default:
			k.IPAddress = netip.AddrFrom4([4]byte{192, 0, 2, byte(rng.IntN(3))})
		}
		switch rng.IntN(60) {
		case 0:
			k.Timestamp = time.Time{}
		case 1:
			k.Timestamp = time.Date(9999, 6, 1, 23, 59, 59, 0, time.UTC)
		}
		rows = append(rows, k)
	}
	return rows
}

// clockID is an id with the clock t.
func clockID(t time.Time) string {
	n := uint64(ticksOf(t))
	return fmt.Sprintf("00000000-0000-0000-%04x-%012x", n&0xffff, n>>16)
}

func oddAddress(a netip.Addr) bool { return a.As16()[15]&1 == 1 }

// add adds a click to a window; what comes out is unpacked.
func add(w *Window, k *Click, yield func(*Near) bool) bool {
	row := NewRow(k)
	return w.Add(&row, unpacked(yield))
}

func unpacked(yield func(*Near) bool) func(*Near) bool {
	return func(n *Near) bool {
		n.Unpack(new(Click))
		return yield(n)
	}
}

// through runs rows through a window and returns all that comes out.
func throughWindow(w *Window, rows []Click) []Near {
	var out []Near
	keep := func(n *Near) bool { out = append(out, *n); return true }
	for i := range rows {
		add(w, &rows[i], keep)
	}
	w.Flush(unpacked(keep))
	return out
}

// lastRevisions returns the last Neighbours of each row, by Row, and checks
// that first revisions come in input order and others count up.
func lastRevisions(t *testing.T, rows []Click, out []Near) []Neighbours {
	t.Helper()
	last := make([]Neighbours, len(rows))
	revisions := make([]int, len(rows))
	next := 0
	for _, n := range out {
		if n.Revision == 0 {
			require.Less(t, next, len(rows))
			require.Equal(t, rows[next], *n.Click)
			next++
		} else {
			require.Equal(t, revisions[n.Click.Row]+1, n.Revision)
		}
		revisions[n.Click.Row] = n.Revision
		last[n.Click.Row] = n.Neighbours()
	}
	require.Equal(t, len(rows), next)
	return last
}

func TestWindowAgainstSlowTwin(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 1))
		over := []time.Duration{time.Second, time.Minute, 10 * time.Minute, 5 * time.Hour}[seed%4]
		d := []time.Duration{6 * time.Hour, time.Hour, 30 * time.Second, 3 * time.Minute}[rng.IntN(4)]
		n := 1 + rng.IntN(60)
		if seed%100 == 0 {
			n = fewItems + 44 // so that the sort in linear time is used
		}
		rows := windowRows(rng, n, over)
		w := NewWindow(d)
		w.Service = oddAddress
		got := lastRevisions(t, rows, throughWindow(w, rows))
		want := slowNear(rows, d, oddAddress)
		for i := range rows {
			require.Equal(t, want[i], got[i], "seed %d row %d: %+v", seed, i, rows[i])
		}
	}
}

// unduplicated leaves out Duplicate, the one thing that says which of two equal
// rows came first.
func unduplicated(n Neighbours) Neighbours {
	n.Duplicate = false
	return n
}

func TestWindowOrder(t *testing.T) {
	orders := map[string]func(*rand.Rand, []Click){
		"ascending":  func(_ *rand.Rand, r []Click) { sortByTime(r) },
		"descending": func(_ *rand.Rand, r []Click) { sortByTime(r); slices.Reverse(r) },
		"shuffled":   func(rng *rand.Rand, r []Click) { rng.Shuffle(len(r), func(i, j int) { r[i], r[j] = r[j], r[i] }) },
	}
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(40) {
				rng := rand.New(rand.NewPCG(seed, 2))
				rows := windowRows(rng, 300, 3*time.Hour)
				want := lastRevisions(t, rows, throughWindow(NewWindow(time.Hour), rows))
				other := slices.Clone(rows)
				order(rng, other)
				for _, n := range throughWindow(NewWindow(time.Hour), other) {
					require.Zero(t, n.Revision)
					require.Equal(t, unduplicated(want[n.Click.Row]), unduplicated(n.Neighbours()), "seed %d row %d", seed, n.Click.Row)
				}
			}
		})
	}
}

func sortByTime(rows []Click) {
	slices.SortStableFunc(rows, func(a, b Click) int { return a.Timestamp.Compare(b.Timestamp) })
}

// TestWindowStream holds rows back for less than the input, so that windows
// close and rows come out early: the last revisions say what the whole input
// says, up to counts that are too high to matter.
func TestWindowStream(t *testing.T) {
	for _, order := range []string{"ascending", "descending", "late", "shuffled"} {
		t.Run(order, func(t *testing.T) {
			revised := false
			for seed := range uint64(30) {
				rng := rand.New(rand.NewPCG(seed, 3))
				const d = 5 * time.Minute
				over := 24 * time.Hour
				if order == "shuffled" {
					over = 2 * d // all of it is remembered
				}
				rows := windowRows(rng, 400, over)
				rows = slices.DeleteFunc(rows, func(k Click) bool { return k.Timestamp.IsZero() || k.Timestamp.Year() == 9999 })
				sortByTime(rows)
				switch order {
				case "descending":
					slices.Reverse(rows)
				case "late": // each row up to 5 minutes late
					late := map[int]time.Time{}
					for i := range rows {
						late[rows[i].Row] = rows[i].Timestamp.Add(time.Duration(rng.Int64N(int64(d))))
					}
					slices.SortStableFunc(rows, func(a, b Click) int { return late[a.Row].Compare(late[b.Row]) })
				case "shuffled":
					rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
				}
				for i := range rows {
					rows[i].Row = i
				}
				w := NewWindow(d)
				w.Service = oddAddress
				w.Hold = 64
				if order == "shuffled" {
					w.Hold = 4 * len(rows)
				}
				var out []Near
				keep := func(n *Near) bool { out = append(out, *n); return true }
				for i := range rows {
					add(w, &rows[i], keep)
					if order == "late" && rng.IntN(3) == 0 || order == "shuffled" && rng.IntN(20) == 0 {
						w.Flush(unpacked(keep))
					}
				}
				w.Flush(unpacked(keep))
				got := lastRevisions(t, rows, out)
				revised = revised || len(out) > len(rows)
				for i, want := range slowNear(rows, d, oddAddress) {
					require.False(t, want.differs(&got[i]), "seed %d row %d\nwant %+v\ngot  %+v", seed, i, want, got[i])
					require.LessOrEqual(t, got[i].AddressAccounts, want.AddressAccounts)
				}
			}
			assert.Equal(t, order == "late" || order == "shuffled", revised, "revisions come from late rows alone")
		})
	}
}

func TestWindowProperties(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 4))
		rows := windowRows(rng, 150, 2*time.Hour)
		want := lastRevisions(t, rows, throughWindow(NewWindow(time.Hour), rows))
		same := func(name string, changed []Click) {
			t.Helper()
			got := map[int]Neighbours{}
			for _, n := range throughWindow(NewWindow(time.Hour), changed) {
				if _, ok := got[n.Click.Row]; !ok && n.Click.Row >= 0 {
					got[n.Click.Row] = n.Neighbours()
				}
			}
			for i := range want {
				old, now := want[i], got[i]
				if name == "other names" { // the twin's address has another name too
					old.TwinIP, now.TwinIP = netip.Addr{}, netip.Addr{}
				}
				require.Equal(t, old, now, "%s, seed %d row %d", name, seed, i)
			}
		}
		change := func(f func(*Click)) []Click {
			changed := slices.Clone(rows)
			for i := range changed {
				f(&changed[i])
			}
			return changed
		}
		same("moved in time", change(func(k *Click) {
			if !k.Timestamp.IsZero() {
				k.Timestamp = k.Timestamp.Add(-1234567*time.Second - 1300*time.Nanosecond)
			}
			if sent := slowSent(k); !sent.IsZero() {
				k.NetworkMessageId = clockID(sent.Add(-1234567*time.Second - 1300*time.Nanosecond))
			}
		}))
		same("other names", change(func(k *Click) {
			if k.AccountUpn != "" {
				k.AccountUpn = "X" + strings.Replace(k.AccountUpn, "@", "@new-", 1)
			}
			if k.Url != "" {
				k.Url = strings.Replace(k.Url, "https://", "http://new-", 1)
			}
			if k.NetworkMessageId != "" && slowSent(k).IsZero() {
				k.NetworkMessageId += "-new"
			}
			if k.ReportId != "" {
				k.ReportId += "-new"
			}
			if k.IPAddress.Is4() {
				b := k.IPAddress.As4()
				b[0], b[3] = 198, b[3]+100
				k.IPAddress = netip.AddrFrom4(b)
			}
		}))
		same("everything twice", append(slices.Clone(rows), rows...))
		strangers := change(func(k *Click) {
			k.Row = -1
			k.AccountUpn, _, _ = strings.Cut(k.AccountUpn, "@")
			k.AccountUpn += "@stranger.example"
			k.NetworkMessageId = "of-strangers"
			k.IPAddress = netip.MustParseAddr("198.51.100.7")
		})
		mixed := append(strangers, rows...)
		rng.Shuffle(len(strangers), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		same("strangers' rows on the same URLs", mixed)
	}
}

func TestWindowFields(t *testing.T) {
	at := func(d time.Duration) Click {
		return Click{
			Timestamp: windowStart.Add(d), Url: "https://a.example/x", ActionType: ClickAllowed,
			AccountUpn: "ann@one.example", NetworkMessageId: "m", IPAddress: netip.MustParseAddr("192.0.2.1"),
		}
	}
	with := func(d time.Duration, f func(*Click)) Click {
		k := at(d)
		f(&k)
		return k
	}
	url := func(u string) func(*Click) { return func(k *Click) { k.Url = u } }
	ip := func(a string) func(*Click) { return func(k *Click) { k.IPAddress = netip.MustParseAddr(a) } }
	who := func(a string) func(*Click) { return func(k *Click) { k.AccountUpn = a } }
	mail := func(a string, delay time.Duration) func(*Click) { // of a message that came so long before
		return func(k *Click) { k.AccountUpn, k.NetworkMessageId = a, clockID(k.Timestamp.Add(-delay)) }
	}
	did := func(id string, a ActionType, through bool) func(*Click) {
		return func(k *Click) { k.ReportId, k.ActionType, k.IsClickedThrough = id, a, through }
	}
	const wrapped = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fx&data=05%7C02%7C&reserved=0"
	tests := []struct {
		name string
		row  Click // the one asked about
		rest []Click
		want func(*Neighbours) // changes what a row alone has
	}{
		{"alone", at(0), nil, func(n *Neighbours) {}},
		{"two URLs within a second", at(0), []Click{with(time.Second-100, url("https://b.example"))},
			func(n *Neighbours) {
				n.MessageURLs1s, n.MessageURLs3s, n.MessageURLs60s, n.AddressURLs = 2, 2, 2, 2
			}},
		{"two URLs a second apart", at(0), []Click{with(time.Second, url("https://b.example"))},
			func(n *Neighbours) { n.MessageURLs3s, n.MessageURLs60s, n.AddressURLs = 2, 2, 2 }},
		{"URLs on both sides are one run only when it is short", at(0),
			[]Click{with(-2*time.Second, url("https://b.example")), with(2*time.Second, url("https://c.example"))},
			func(n *Neighbours) { n.MessageURLs3s, n.MessageURLs60s, n.AddressURLs = 2, 3, 3 }},
		{"spellings of one URL", at(0), []Click{with(0, url("http://A.example:80/x#top")), with(0, url(wrapped))},
			func(n *Neighbours) {}},
		{"fan of three accounts at the edge", at(0),
			[]Click{with(10*time.Second, who("bob@one.example")), with(-10*time.Second, who("eve@one.example"))},
			func(n *Neighbours) { n.FanAccounts, n.AddressAccounts = 3, 3 }},
		{"accounts past the edge of the fan", at(0), []Click{with(10*time.Second+100, who("bob@one.example"))},
			func(n *Neighbours) { n.AddressAccounts = 2 }},
		{"one account in two cases", at(0), []Click{with(0, who("ANN@One.example"))}, func(n *Neighbours) {}},
		{"at the edge of the window", at(0), []Click{with(time.Hour, who("bob@one.example"))},
			func(n *Neighbours) { n.AddressAccounts = 2 }},
		{"past the edge of the window", at(0), []Click{with(time.Hour+100, who("bob@one.example"))},
			func(n *Neighbours) {}},
		{"address written as IPv4-mapped", at(0), []Click{with(0, func(k *Click) { ip("::ffff:192.0.2.1")(k); who("bob@one.example")(k) })},
			func(n *Neighbours) { n.FanAccounts, n.AddressAccounts = 2, 2 }},
		{"twin of a service at the edge", at(0), []Click{with(2*time.Minute, ip("192.0.2.3"))},
			func(n *Neighbours) {
				n.Twin, n.TwinGap, n.TwinService = true, 2*time.Minute, true
				n.TwinIP = netip.MustParseAddr("192.0.2.3")
				n.AddressVisitors = 1
			}},
		{"twin too late", at(0), []Click{with(2*time.Minute+100, ip("192.0.2.3"))}, func(n *Neighbours) { n.AddressVisitors = 1 }},
		{"nearest twin, which is before", at(0), []Click{with(-3*time.Second, ip("192.0.2.4")), with(5*time.Second, ip("192.0.2.3"))},
			func(n *Neighbours) {
				n.Twin, n.TwinGap = true, -3*time.Second
				n.TwinIP = netip.MustParseAddr("192.0.2.4")
				n.AddressVisitors = 1
			}},
		{"twins as near on both sides", at(0), []Click{with(-3*time.Second, ip("192.0.2.4")), with(3*time.Second, ip("192.0.2.3"))},
			func(n *Neighbours) {
				n.Twin, n.TwinGap, n.TwinService = true, -3*time.Second, true
				n.TwinIP = netip.MustParseAddr("192.0.2.3")
				n.AddressVisitors = 1
			}},
		{"another account soon after its message, on another occasion", at(0), []Click{with(10*time.Minute+100, mail("bob@one.example", time.Minute))},
			func(n *Neighbours) { n.AddressAccounts, n.AddressFast = 2, 1 }},
		{"another account later after its message", at(0), []Click{with(-10*time.Minute-100, mail("bob@one.example", time.Minute+100))},
			func(n *Neighbours) { n.AddressAccounts, n.AddressSlow = 2, 1 }},
		{"the same occasion", at(0), []Click{with(10*time.Minute, mail("bob@one.example", time.Second))},
			func(n *Neighbours) { n.AddressAccounts = 2 }},
		{"own haste", at(0), []Click{with(20*time.Minute, mail("ANN@one.example", time.Second))}, func(n *Neighbours) {}},
		{"two occasions of one account", at(0), []Click{with(20*time.Minute, mail("bob@one.example", 0)), with(40*time.Minute, mail("bob@one.example", 0))},
			func(n *Neighbours) { n.AddressAccounts, n.AddressFast = 2, 1 }},
		{"two occasions of two accounts, one of them many clicks long", at(0),
			[]Click{with(20*time.Minute, mail("bob@one.example", 0)), with(30*time.Minute, mail("dan@one.example", 0)), with(-31*time.Minute, mail("eve@one.example", 0))},
			func(n *Neighbours) { n.AddressAccounts, n.AddressFast = 4, 2 }},
		{"an account that was elsewhere", at(0), []Click{with(time.Minute, who("bob@one.example")), with(time.Hour, func(k *Click) { who("bob@one.example")(k); ip("192.0.2.9")(k) })},
			func(n *Neighbours) { n.AddressAccounts, n.AddressVisitors = 2, 1 }},
		{"a person behind the address", at(0), []Click{with(time.Minute, func(k *Click) { who("bob@one.example")(k); k.IsClickedThrough = true })},
			func(n *Neighbours) { n.AddressAccounts, n.AddressPeople = 2, 1 }},
		{"an account of another domain", at(0), []Click{with(time.Second, who("bob@two.example"))}, func(n *Neighbours) {}},
		{"waited for the scan", at(0), []Click{with(-10*time.Minute, did("", UrlScanInProgress, false))},
			func(n *Neighbours) { n.ScanThenThrough = true }},
		{"scan too long ago", at(0), []Click{with(-10*time.Minute-100, did("", UrlScanInProgress, false))}, func(n *Neighbours) {}},
		{"scan afterwards", at(0), []Click{with(100, did("", UrlScanInProgress, false))}, func(n *Neighbours) {}},
		{"blocked half", with(0, did("r", ClickBlocked, false)), []Click{with(9*time.Second, did("r", ClickBlocked, true))},
			func(n *Neighbours) { n.Pair, n.Through = true, true }},
		{"click-through half", with(0, did("r", ClickedThrough, false)), []Click{with(-9*time.Second, did("R", ClickBlocked, false))},
			func(n *Neighbours) { n.Pair = true }},
		{"one ReportId for all rows of an anonymised export", with(0, did("r", ClickAllowed, false)),
			[]Click{with(0, func(k *Click) { did("r", ClickAllowed, true)(k); who("bob@one.example")(k) })},
			func(n *Neighbours) { n.FanAccounts, n.AddressAccounts, n.AddressPeople = 2, 2, 1 }},
		{"no ReportId, no duplicate", at(0), []Click{at(0)}, func(n *Neighbours) {}},
		{"duplicate", with(0, did("r", ClickAllowed, false)), []Click{with(0, did("r", ClickAllowed, false))},
			func(n *Neighbours) { n.Duplicate = true }},
		{"blocked later in the same tenant", at(0), []Click{with(time.Hour, func(k *Click) {
			did("", ClickBlocked, false)(k)
			who("bob@one.example")(k)
			k.NetworkMessageId = "other"
			k.IPAddress = netip.Addr{}
		})}, func(n *Neighbours) { n.BlockedLater = true }},
		{"blocked later in another tenant", at(0), []Click{with(time.Minute, func(k *Click) {
			did("", ClickBlocked, false)(k)
			who("bob@two.example")(k)
			k.NetworkMessageId = "other"
			k.IPAddress = netip.Addr{}
		})}, func(n *Neighbours) {}},
		{"blocked before", at(0), []Click{with(-time.Minute, did("", ClickBlocked, false))}, func(n *Neighbours) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := NewWindow(time.Hour)
			w.Service = oddAddress
			out := throughWindow(w, append(slices.Clone(tt.rest), tt.row))
			want := Neighbours{
				Seen: true, MessageURLs1s: 1, MessageURLs3s: 1, MessageURLs60s: 1,
				FanAccounts: 1, AddressAccounts: 1, AddressURLs: 1,
			}
			tt.want(&want)
			assert.Equal(t, want, out[len(out)-1].Neighbours())
		})
	}
}

func TestWindowDefault(t *testing.T) {
	at := func(d time.Duration, account string) Click {
		return Click{Timestamp: windowStart.Add(d), Url: "https://a.example/x", AccountUpn: account, IPAddress: netip.MustParseAddr("192.0.2.1")}
	}
	for name, tt := range map[string]struct {
		apart time.Duration
		want  int32
	}{"a month": {MaxWindow, 2}, "longer": {MaxWindow + 100, 1}} {
		t.Run(name, func(t *testing.T) {
			near := throughWindow(NewWindow(0), []Click{at(0, "ann@one.example"), at(tt.apart, "bob@one.example")})
			assert.Equal(t, tt.want, near[0].Neighbours().AddressAccounts)
		})
	}
}

func TestWindowRegulars(t *testing.T) {
	at := func(d time.Duration, account string) Click {
		return Click{Timestamp: windowStart.Add(d), AccountUpn: account, IPAddress: netip.MustParseAddr("192.0.2.1")}
	}
	for name, tt := range map[string]struct {
		rows []Click // the first is asked about
		want int32
	}{
		"the same hour":           {[]Click{at(0, "ann@one.example"), at(0, "bob@one.example"), at(time.Hour, "bob@one.example")}, 0},
		"came again":              {[]Click{at(0, "ann@one.example"), at(0, "bob@one.example"), at(time.Hour+100, "bob@one.example")}, 1},
		"was there before":        {[]Click{at(0, "ann@one.example"), at(0, "bob@one.example"), at(-2*time.Hour, "BOB@one.example")}, 1},
		"came again itself":       {[]Click{at(0, "ann@one.example"), at(2*time.Hour, "ann@one.example"), at(2*time.Hour, "bob@one.example")}, 1},
		"came again after months": {[]Click{at(0, "ann@one.example"), at(0, "bob@one.example"), at(3*MaxWindow, "bob@one.example")}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			near := throughWindow(NewWindow(0), tt.rows)
			assert.Equal(t, tt.want, near[0].Neighbours().AddressRegulars)
		})
	}
}

// TestWindowReportClock holds that rows cut to seconds are compared by the
// clock in ReportId.
func TestWindowReportClock(t *testing.T) {
	at := func(d time.Duration, url string) Click {
		ticks := uint64(windowStart.Add(d).UnixNano()/100) + 621355968000000000
		return Click{
			Timestamp: windowStart.Add(d).Truncate(time.Second), Url: url, AccountUpn: "ann@one.example", NetworkMessageId: "m",
			ReportId: fmt.Sprintf("5f0c2a11-93b4-4e07-%04x-%012x", ticks&0xffff, ticks>>16),
		}
	}
	near := throughWindow(NewWindow(time.Hour), []Click{at(900*time.Millisecond, "a.example"), at(1100*time.Millisecond, "b.example")})
	assert.EqualValues(t, 2, near[0].Neighbours().MessageURLs1s, "200 ms apart, in different seconds")
	near = throughWindow(NewWindow(time.Hour), []Click{at(0, "a.example"), at(1990*time.Millisecond, "b.example")})
	assert.EqualValues(t, 1, near[0].Neighbours().MessageURLs1s, "1.99 s apart, in neighbouring seconds")
}

func TestWindowRevision(t *testing.T) {
	row := func(i int, d time.Duration, account string) *Click {
		return &Click{Timestamp: windowStart.Add(d), Url: "https://a.example/x", AccountUpn: account, IPAddress: netip.MustParseAddr("192.0.2.1"), Row: i}
	}
	w := NewWindow(time.Hour)
	var out []Near
	keep := func(n *Near) bool { out = append(out, *n); return true }
	add(w, row(0, 0, "ann@one.example"), keep)
	w.Flush(unpacked(keep))
	add(w, row(1, time.Second, "bob@one.example"), keep) // two are no crowd
	w.Flush(unpacked(keep))
	add(w, row(2, 2*time.Second, "dan@one.example"), keep)
	w.Flush(unpacked(keep))
	add(w, row(3, 4*time.Hour, "eve@one.example"), keep) // three windows on: the first three are forgotten
	w.Flush(unpacked(keep))
	add(w, row(4, 2*time.Second, "eve@one.example"), keep)
	w.Flush(unpacked(keep))
	var got []string
	for _, n := range out {
		got = append(got, fmt.Sprintf("row %d revision %d accounts %d", n.Click.Row, n.Revision, n.Neighbours().FanAccounts))
	}
	assert.Equal(t, []string{
		"row 0 revision 0 accounts 1",
		"row 1 revision 0 accounts 2",
		"row 0 revision 1 accounts 3",
		"row 1 revision 1 accounts 3",
		"row 2 revision 0 accounts 3",
		"row 3 revision 0 accounts 1",
		"row 4 revision 0 accounts 1",
	}, got)
}

// TestWindowUntimedRowForgetsNothing holds that a row without a time, flushed on
// its own, does not make the window forget.
func TestWindowUntimedRowForgetsNothing(t *testing.T) {
	at := func(d time.Duration, ip string) *Click {
		return &Click{Timestamp: windowStart.Add(d), Url: "https://a.example/x", AccountUpn: "ann@one.example", IPAddress: netip.MustParseAddr(ip)}
	}
	w := NewWindow(time.Hour)
	var last Neighbours
	keep := func(n *Near) bool { last = n.Neighbours(); return true }
	add(w, at(0, "192.0.2.1"), keep)
	w.Flush(unpacked(keep))
	add(w, at(time.Minute, "192.0.2.9"), keep)
	add(w, &Click{}, keep)
	w.Flush(unpacked(keep))
	add(w, &Click{}, keep)
	w.Flush(unpacked(keep))
	add(w, at(3*time.Second, "192.0.2.2"), keep)
	w.Flush(unpacked(keep))
	assert.True(t, last.Twin)
}

func TestWindowZeroRow(t *testing.T) {
	w := NewWindow(0)
	n := 0
	keep := func(near *Near) bool {
		assert.Equal(t, Click{}, *near.Click)
		n++
		return true
	}
	w.Add(new(Row), unpacked(keep))
	add(w, &Click{}, keep)
	w.Flush(unpacked(keep))
	assert.Equal(t, 2, n)
}

func TestWindowUntimedRows(t *testing.T) {
	w := NewWindow(time.Hour)
	n := 0
	count := func(near *Near) bool {
		assert.Equal(t, Neighbours{Seen: true}, near.Neighbours())
		n++
		return true
	}
	add(w, &Click{AccountUpn: "ann@one.example"}, count)
	assert.Equal(t, 1, n, "nothing to wait for")
	add(w, &Click{Timestamp: windowStart}, count)
	add(w, &Click{}, count)
	assert.Equal(t, 1, n, "waits for the row before it")
	w.Flush(count)
	assert.Equal(t, 3, n)
}

func TestWindowStops(t *testing.T) {
	for _, hold := range []int{1, 8, 0} {
		w := NewWindow(time.Hour)
		w.Hold = hold
		n := 0
		stop := func(*Near) bool { n++; return n < 3 }
		ok := true
		for i := 0; i < 50 && ok; i++ {
			ok = add(w, &Click{Timestamp: windowStart.Add(time.Duration(i) * 24 * time.Hour)}, stop)
		}
		if ok {
			ok = w.Flush(stop)
		}
		assert.False(t, ok)
		assert.Equal(t, 3, n, "no row after the one that was refused")
	}
}

// hostile are streams made to be slow or large.
var hostile = []struct {
	name string
	row  func(i int) Click
}{
	{"one row a million times", func(i int) Click { return busyRow(0, 0, 0, 0) }},
	{"one account, one instant, other URLs", func(i int) Click { return busyRow(0, 0, i, 0) }},
	{"one address, other accounts and URLs", func(i int) Click { return busyRow(time.Duration(i)*time.Microsecond, i, i, 0) }},
	{"one account and URL, other addresses", func(i int) Click { return busyRow(time.Duration(i)*time.Microsecond, 0, 0, i) }},
	{"no time", func(i int) Click { k := busyRow(0, i, i, i); k.Timestamp = time.Time{}; return k }},
	{"row with a time, then none", func(i int) Click {
		k := busyRow(0, i, i, i)
		if i > 0 {
			k.Timestamp = time.Time{}
		}
		return k
	}},
	{"far future", func(i int) Click {
		k := busyRow(0, 0, i, i)
		k.Timestamp = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
		return k
	}},
	{"past all years", func(i int) Click { k := busyRow(0, 0, i, i); k.Timestamp = time.Unix(1<<60, 0); return k }},
	{"past and future by turns", func(i int) Click {
		k := busyRow(0, i%7, i, i)
		k.Timestamp = time.Unix(int64(i%2)<<40, 0)
		return k
	}},
	{"one ReportId, all blocked", func(i int) Click {
		k := busyRow(time.Duration(i), 0, 0, 0)
		k.ReportId, k.ActionType = "11111111-1111-1111-1111-111111111111", ActionType([]string{"ClickBlocked", "ClickAllowed", "UrlScanInProgress"}[i%3])
		return k
	}},
}

func busyRow(d time.Duration, account, url, addr int) Click {
	return Click{
		Timestamp:  windowStart.Add(d),
		Url:        fmt.Sprintf("https://a.example/%d", url),
		ActionType: ClickAllowed,
		AccountUpn: fmt.Sprintf("a%d@one.example", account), NetworkMessageId: "m", ReportId: "r",
		IPAddress: netip.AddrFrom4([4]byte{10, byte(addr >> 16), byte(addr >> 8), byte(addr)}),
	}
}

// TestWindowHostile runs streams that would take hours, or memory without end,
// if anything grew faster than the number of rows. What is held is counted, not
// timed.
func TestWindowHostile(t *testing.T) {
	rows := 1_000_000
	if testing.Short() {
		rows = 100_000
	}
	for _, tt := range hostile {
		t.Run(tt.name, func(t *testing.T) {
			w := NewWindow(time.Hour)
			first, revisions := 0, 0
			count := func(n *Near) bool {
				if n.Revision == 0 {
					first++
				} else {
					revisions++
				}
				return true
			}
			for i := range rows {
				k := tt.row(i)
				add(w, &k, count)
				if w.n > WindowRows*5/4 {
					t.Fatalf("%d rows held", w.n)
				}
			}
			w.Flush(count)
			assert.Equal(t, rows, first)
			assert.LessOrEqual(t, revisions, 4*rows)
			assert.LessOrEqual(t, len(w.clicks), WindowRows*5/4, "room for rows")
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			assert.Less(t, m.HeapAlloc, uint64(128<<20), "all that a full window holds")
			runtime.KeepAlive(w)
		})
	}
}

// TestWindowCaps compares a crowd larger than any count with the slow twin.
func TestWindowCaps(t *testing.T) {
	var rows []Click
	for i := range 300 { // more than a byte counts
		rows = append(rows, Click{
			Row: i, Timestamp: windowStart.Add(time.Duration(i) * 20 * time.Millisecond), AccountUpn: fmt.Sprintf("u%d@one.example", i),
			Url: fmt.Sprintf("https://a.example/%d", i%2*i), IPAddress: netip.MustParseAddr("192.0.2.1"), IsClickedThrough: i%3 == 0,
		})
	}
	got := lastRevisions(t, rows, throughWindow(NewWindow(time.Hour), rows))
	want := slowNear(rows, time.Hour, nil)
	for i, n := range got {
		require.Equal(t, want[i], n)
		require.EqualValues(t, countCap, n.AddressAccounts)
		require.EqualValues(t, countCap, n.AddressURLs)
		require.EqualValues(t, countCap, n.AddressPeople)
		if i%2 == 0 {
			require.EqualValues(t, countCap, n.FanAccounts)
		}
	}
}

// TestNumbers compares the filter and the interner with a map, for keys that
// differ in few bits.
func TestNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for _, n := range []int{0, 1, 7, 500, 20_000} {
		keys := make([]uint64, 0, n)
		times := map[uint64]int{}
		for range n {
			key := rng.Uint64()
			switch rng.IntN(4) {
			case 0: // the same slot
				key = 5<<60 | key&(1<<40-1)
			case 1: // the same lowest bits
				key = key&^(1<<20-1) | 7
			case 2:
				if len(keys) > 0 {
					key = keys[rng.IntN(len(keys))]
				}
			}
			keys = append(keys, key)
			times[key]++
		}
		var f filter
		f.fill(keys)
		var in interner
		in.reset(n)
		ids := map[uint64]int32{}
		for _, key := range keys {
			require.True(t, times[key] == 1 || f.twice(key), "a key that comes again is not left out")
			id := in.id(key)
			if known, ok := ids[key]; ok {
				require.Equal(t, known, id)
			} else {
				require.EqualValues(t, len(ids), id, "numbers come in order")
				ids[key] = id
			}
		}
		once := 0
		for _, key := range keys {
			if times[key] == 1 && !f.twice(key) {
				once++
			}
		}
		if n == 20_000 {
			require.Greater(t, once, n/4, "the filter tells most of those that come once and are spread")
		}
	}
}

// TestWindowTexts holds that rows with very long texts do not fill the memory,
// and that none gets lost.
func TestWindowTexts(t *testing.T) {
	more := make([]netip.Addr, 20_000)
	for name, length := range map[string]int{"packed": 60_000, "odd": 500_000, "addresses": len(more) * int(unsafe.Sizeof(more[0]))} {
		t.Run(name, func(t *testing.T) {
			w := NewWindow(0)
			url, addrs := "https://a.example/"+strings.Repeat("x", length), []netip.Addr(nil)
			if name == "addresses" {
				url, addrs = "https://a.example/", more
			}
			next := 0
			yield := func(n *Near) bool {
				require.Equal(t, next, n.Click.Row)
				require.Len(t, n.Click.Url, len(url))
				next++
				return true
			}
			const rows = 1500
			for i := range rows {
				k := Click{Row: i, Url: url, MoreIPs: addrs, Timestamp: windowStart.Add(time.Duration(i) * time.Second)}
				add(w, &k, yield)
				require.Less(t, w.n*length, maxTexts+length)
			}
			w.Flush(unpacked(yield))
			assert.Equal(t, rows, next)
		})
	}
}

func TestWindowAllocations(t *testing.T) {
	const n = 16384
	var made Rows
	for i := range 2*n + 1 {
		k := busyRow(time.Duration(i)*time.Second, i%50, i%70, i%20)
		made.Add(&k)
	}
	rows := made.Take()
	w := NewWindow(time.Minute)
	w.Hold = 1024
	i := 0
	add := func() {
		w.Add(&rows[i], func(*Near) bool { return true })
		i++
	}
	for range n {
		add()
	}
	assert.Less(t, testing.AllocsPerRun(1, func() {
		for range n / 2 {
			add()
		}
	}), n/2/500., "a warm window allocates once for many rows")
}

func sequenceOf(rows []Click, failures map[int]error) iter.Seq2[Click, error] {
	return func(yield func(Click, error) bool) {
		for i, k := range rows {
			if err := failures[i]; err != nil && !yield(Click{}, err) {
				return
			}
			if !yield(k, nil) {
				return
			}
		}
		if err := failures[len(rows)]; err != nil {
			yield(Click{}, err)
		}
	}
}

func TestClassifyAll(t *testing.T) {
	c, err := New(Options{})
	require.NoError(t, err)
	rows := windowRows(rand.New(rand.NewPCG(5, 5)), 20, time.Minute)
	failures := map[int]error{0: errors.New("first"), 7: errors.New("between"), 20: errors.New("last")}

	t.Run("errors stay in their places", func(t *testing.T) {
		var got []string
		near := slowNear(rows, MaxWindow, c.Service)
		for r, err := range c.ClassifyAll(sequenceOf(rows, failures)) {
			if err != nil {
				got = append(got, err.Error())
				continue
			}
			got = append(got, fmt.Sprint(r.Click.Row))
			var want Verdict
			alone := NewNear(&r.Click, near[r.Click.Row])
			c.ClassifyNear(&alone, &want)
			assert.Equal(t, want, r.Verdict)
		}
		var want []string
		for i := range 21 {
			if err := failures[i]; err != nil {
				want = append(want, err.Error())
			}
			if i < 20 {
				want = append(want, fmt.Sprint(i))
			}
		}
		assert.Equal(t, want, got)
	})
	t.Run("leaving early", func(t *testing.T) {
		for leave := range 23 {
			n := 0
			for range c.ClassifyAll(sequenceOf(rows, failures)) {
				if n == leave {
					break
				}
				n++
			}
			assert.Equal(t, leave, n)
		}
	})
	t.Run("a row and then nothing but errors", func(t *testing.T) {
		const n = 3 * maxErrorsHeld
		out, failed := 0, 0
		for _, err := range c.ClassifyAll(func(yield func(Click, error) bool) {
			yield(rows[0], nil)
			for i := range n {
				if failed == 0 && i > maxErrorsHeld+1 {
					t.Error("errors pile up")
				}
				yield(Click{}, errors.New("broken"))
			}
		}) {
			if err != nil {
				failed++
			} else {
				out++
			}
		}
		assert.Equal(t, 1, out)
		assert.Equal(t, n, failed)
	})
}

func TestSorter(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	for _, n := range []int{0, 1, fewItems - 1, fewItems, 5000} {
		for _, width := range []int{1, 11, 12, 36, 64} {
			items := make([]item, n)
			for i := range items {
				items[i] = item{rng.Uint64() >> (64 - width), int32(i)}
			}
			want := slices.Clone(items)
			slices.SortStableFunc(want, func(a, b item) int { return cmp.Compare(a.key, b.key) })
			var s sorter
			assert.Equal(t, want, s.sort(items, width), "%d items of %d bits", n, width)
		}
	}
}
