package clickclass

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// FuzzWindow asks whether a window says what comparing every row with every
// other says, whatever rows come in whatever order, when all of them are held;
// and whether all rows come out once, in order, when few are. Each row is five
// bytes.
func FuzzWindow(f *testing.F) {
	f.Add([]byte{}, uint8(0))                                                                                    // no rows
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, uint8(1))                                                        // a row twice
	f.Add([]byte{1, 0, 0x11, 0x11, 0, 1, 0, 0x12, 0x11, 0, 1, 0, 0x13, 0x11, 0}, uint8(0))                       // links of a message at one instant
	f.Add([]byte{9, 1, 0x11, 0x11, 0x21, 8, 1, 0x11, 0x21, 0x11, 7, 1, 0x11, 0x31, 0x31}, uint8(2))              // newest first, three addresses
	f.Add([]byte{0xff, 0xff, 0x11, 0x11, 0, 0, 0, 0x11, 0x11, 0, 0x80, 7, 0x11, 0x11, 0}, uint8(3))              // far future, no time, past
	f.Add([]byte{1, 0, 0x11, 0x11, 0x81, 2, 0, 0x11, 0x11, 0x89, 3, 0, 0x11, 0x11, 0x83}, uint8(0))              // block and click-through
	f.Add([]byte{0, 1, 0x11, 0x51, 0x04, 0, 2, 0x11, 0x11, 0, 0, 3, 0x11, 0x11, 2, 0, 4, 0x51, 0x11}, uint8(20)) // wait for the scan; a cut row
	f.Add([]byte{0, 0, 0x31, 0x11, 0, 100, 0, 0x33, 0x12, 0, 200, 0, 0x43, 0x13, 0}, uint8(0))                   // soon and late, from one address
	f.Add([]byte("\x00\x000\x00A\xff\xff\xff00\xffA000"), uint8('U'))                                            // two rows past all years, far from each other
	f.Fuzz(func(t *testing.T, data []byte, hold uint8) {
		var rows []Click
		for len(data) >= 5 && len(rows) < 80 {
			rows = append(rows, fuzzRow(data, len(rows)))
			data = data[5:]
		}
		w := NewWindow(10 * time.Minute)
		w.Service = oddAddress
		got := lastRevisions(t, rows, throughWindow(w, rows))
		want := slowNear(rows, 10*time.Minute, oddAddress)
		for i := range rows {
			if got[i] != want[i] {
				t.Errorf("row %d %+v\nwant %+v\ngot  %+v", i, rows[i], want[i], got[i])
			}
		}
		w = NewWindow(10 * time.Minute)
		w.Service = oddAddress
		w.Hold = int(hold)
		for i, n := range lastRevisions(t, rows, throughWindow(w, rows)) {
			joined, all := besideOf(n), besideOf(want[i])
			joined.join(&all)
			if joined != all {
				t.Errorf("row %d says more than all rows do: %+v, not %+v", i, n, want[i])
			}
		}
	})
}

// besideOf packs what a window says.
func besideOf(n Neighbours) beside {
	return beside{
		seen:          n.Seen,
		MessageURLs1s: n.MessageURLs1s, MessageURLs3s: n.MessageURLs3s, MessageURLs60s: n.MessageURLs60s,
		FanAccounts: uint8(n.FanAccounts), AddressAccounts: uint8(n.AddressAccounts), AddressURLs: uint8(n.AddressURLs),
		AddressFast: uint8(n.AddressFast), AddressSlow: uint8(n.AddressSlow),
		AddressPeople: uint8(n.AddressPeople), AddressSilent: uint8(n.AddressSilent),
		AddressRegulars: uint8(n.AddressRegulars), AddressVisitors: uint8(n.AddressVisitors),
		twin: n.Twin, twinGap: int32(toTicks(n.TwinGap)), twinIP: n.TwinIP.As16(), twinIs4: n.TwinIP.Is4(), twinService: n.TwinService,
		ScanThenThrough: n.ScanThenThrough, Through: n.Through, Pair: n.Pair, Duplicate: n.Duplicate, BlockedLater: n.BlockedLater,
	}
}

// TestBeside holds that nothing gets lost in the packed form.
func TestBeside(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	rows := windowRows(rng, 400, time.Hour)
	twins := 0
	for _, n := range slowNear(rows, time.Hour, oddAddress) {
		b := besideOf(n)
		assert.Equal(t, n, b.neighbours())
		if n.Twin {
			twins++
		}
	}
	assert.Positive(t, twins)
	v6 := Neighbours{Seen: true, Twin: true, TwinGap: -twinReach.duration(), TwinIP: netip.MustParseAddr("2001:db8::1")}
	b := besideOf(v6)
	assert.Equal(t, v6, b.neighbours())
}

// fuzzRow makes a row of five bytes: two of time, one of account and message,
// one of URL and address, one of what happened.
func fuzzRow(b []byte, row int) Click {
	k := Click{Row: row, Timestamp: windowStart.Add(time.Duration(b[1]) * 250 * time.Millisecond)}
	switch {
	case b[0] == 0xff:
		k.Timestamp = time.Date(int(b[1])*200, 1, 1, 0, 0, 0, 0, time.UTC)
	case b[0] == 0x80:
		k.Timestamp = time.Time{}
	default:
		k.Timestamp = k.Timestamp.Add(time.Duration(b[0]) * 10 * time.Second)
	}
	choose := func(n byte, list ...string) string { return list[int(n)%len(list)] }
	k.AccountUpn = choose(b[2]&15, "", "ann@one.example", "ANN@one.example", "bob@one.example", "eve@two.example")
	k.NetworkMessageId = choose(b[2]>>4, "", "m1", "m2", clockID(windowStart), clockID(windowStart.Add(20*time.Minute)))
	k.Url = choose(b[3]&15, "", "https://a.example/1", "https://a.example/2", "https://b.example/3")
	if a := b[3] >> 4; a > 0 {
		k.IPAddress = netip.AddrFrom4([4]byte{192, 0, 2, a})
	}
	k.ActionType = ActionType(choose(b[4]&7, "ClickAllowed", "ClickBlocked", "UrlScanInProgress", "ClickBlockedByTenantPolicy", "UrlScanInProgress", "ClickedThrough", "Other"))
	k.IsClickedThrough = b[4]&8 != 0
	k.ReportId = choose(b[4]>>4, "", "r1", "r2", "r3")
	return k
}
