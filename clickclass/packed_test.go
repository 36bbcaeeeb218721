package clickclass

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPacked holds that a click comes out of its packed form as it went in,
// alone and among others.
func TestPacked(t *testing.T) {
	full := Click{
		Timestamp: windowStart.Add(100), Url: "https://a.example/x", ActionType: ClickAllowed, AccountUpn: "ann@one.example",
		Workload: "Email", NetworkMessageId: "m", ThreatTypes: "Phish", DetectionMethods: "{}", IPAddress: netip.MustParseAddr("192.0.2.1"),
		IsClickedThrough: true, UrlChain: "[]", ReportId: "r", AppName: "Mail", AppVersion: "1", SourceId: "s",
		Feed: FeedAudit, File: "f.csv", Row: 7,
	}
	with := func(change func(*Click)) Click {
		k := full
		change(&k)
		return k
	}
	tests := map[string]Click{
		"full":                full,
		"nothing":             {},
		"IPv6":                with(func(k *Click) { k.IPAddress = netip.MustParseAddr("2001:db8::1") }),
		"IPv4 in IPv6":        with(func(k *Click) { k.IPAddress = netip.MustParseAddr("::ffff:192.0.2.1") }),
		"a zone":              with(func(k *Click) { k.IPAddress = netip.MustParseAddr("fe80::1%eth0") }),
		"several addresses":   with(func(k *Click) { k.MoreIPs = []netip.Addr{netip.MustParseAddr("192.0.2.2")} }),
		"an empty list":       with(func(k *Click) { k.MoreIPs = []netip.Addr{} }),
		"a zone of time":      with(func(k *Click) { k.Timestamp = windowStart.In(time.FixedZone("x", 3600)) }),
		"before 1970":         with(func(k *Click) { k.Timestamp = time.Date(2, 1, 1, 0, 0, 0, 1, time.UTC) }),
		"the end of time":     with(func(k *Click) { k.Timestamp = time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC) }),
		"1970":                with(func(k *Click) { k.Timestamp = time.Unix(0, 0).UTC() }),
		"not valid text":      with(func(k *Click) { k.Url, k.AppName = "\xff\x00", "" }),
		"a long text":         with(func(k *Click) { k.Url = strings.Repeat("x", 70_000) }),
		"all that fits":       with(func(k *Click) { k.Url = strings.Repeat("x", 65_435) }),
		"a negative row":      with(func(k *Click) { k.Row = -1 }),
		"no address, through": with(func(k *Click) { k.IPAddress = netip.Addr{} }),
	}
	var all Rows
	var names []string
	for name, k := range tests {
		t.Run(name, func(t *testing.T) {
			row := NewRow(&k)
			got := full // whatever was there before
			row.unpack(&got)
			assert.Equal(t, k, got)
			assert.Equal(t, k.IPAddress.WithZone(""), row.addr())
			assert.Equal(t, k.AccountUpn, row.account())
		})
		changed := k
		all.Add(&changed)
		changed.Url = "changed"
		names = append(names, name)
	}
	assert.Equal(t, len(names), all.Len())
	for i, row := range all.Take() {
		var got Click
		row.unpack(&got)
		assert.Equal(t, tests[names[i]], got, names[i])
	}
	assert.Zero(t, all.Len())
	assert.Empty(t, all.Take())

}

// TestPackedKeepsNothing holds that a Row does not change with the click that it
// was made of, nor with the memory of its texts.
func TestPackedKeepsNothing(t *testing.T) {
	url := []byte("https://a.example/")
	k := Click{Url: unsafe.String(&url[0], len(url)), MoreIPs: []netip.Addr{netip.MustParseAddr("192.0.2.2")}}
	odd := NewRow(&k)
	k.MoreIPs[0] = netip.Addr{}
	k.MoreIPs = nil
	row := NewRow(&k)
	clear(url)
	var got Click
	odd.unpack(&got)
	assert.Equal(t, Click{Url: "https://a.example/", MoreIPs: []netip.Addr{netip.MustParseAddr("192.0.2.2")}}, got)
	row.unpack(&got)
	assert.Equal(t, Click{Url: "https://a.example/"}, got)
}

// TestReuse runs a stream through a window in memory that is used again. What
// is yielded is right when it is, and stays so where it is retained.
func TestReuse(t *testing.T) {
	const n = 60_000
	at := func(i int) Click {
		k := busyRow(time.Duration(i)*time.Second, i%50, i%70, i%20)
		k.Row, k.AppName = i, strings.Repeat("x", i%500)
		if i%100 == 0 {
			k.MoreIPs = []netip.Addr{netip.AddrFrom4([4]byte{192, 0, 2, byte(i / 100)})}
		}
		return k
	}
	for _, reuse := range []bool{false, true} {
		t.Run(fmt.Sprint(reuse), func(t *testing.T) {
			made := Rows{Reuse: reuse}
			w := NewWindow(time.Minute)
			w.Hold = 256
			slabs := map[*slab]bool{}
			var kept []Near
			var keeper, passing Keeper
			seen := 0
			same := func(n Near) {
				var k Click
				n.Unpack(&k)
				require.Equal(t, at(k.Row), k)
			}
			yield := func(n *Near) bool {
				seen++
				slabs[n.slab] = true
				same(*n)
				passing.Keep(n)
				if !reuse || seen%5000 == 0 {
					keeper.Keep(n)
					keeper.Keep(n)
					kept = append(kept, *n)
				}
				return true
			}
			for from := 0; from < n; from += 100 {
				for i := range 100 {
					k := at(from + i)
					made.Add(&k)
				}
				for _, row := range made.Take() {
					require.True(t, w.Add(&row, yield))
				}
				passing.Release()
			}
			w.Flush(yield)
			assert.GreaterOrEqual(t, seen, n)
			assert.GreaterOrEqual(t, len(kept), n/5000)
			for i := range kept {
				same(kept[i])
			}
			keeper.Release()
			keeper.Release()               // nothing is kept any more
			const all = n * 350 / slabSize // at least
			if reuse {
				assert.Less(t, len(slabs), all*3/4)
			} else {
				assert.Greater(t, len(slabs), all)
			}
		})
	}
}

// TestReuseUntimed does so with rows that a window passes on at once.
func TestReuseUntimed(t *testing.T) {
	made := Rows{Reuse: true}
	w := NewWindow(0)
	slabs := map[*slab]bool{}
	const n = 60_000
	seen := 0
	for range n / 100 {
		for range 100 {
			made.Add(&Click{Row: seen, Url: strings.Repeat("x", 300)})
		}
		for _, row := range made.Take() {
			require.True(t, w.Add(&row, func(n *Near) bool {
				slabs[n.slab] = true
				var k Click
				n.Unpack(&k)
				require.Len(t, k.Url, 300)
				seen++
				return true
			}))
		}
	}
	assert.Equal(t, n, seen)
	assert.Less(t, len(slabs), n*300/slabSize*3/4)
}

// TestReuseTurned holds that rows of a Rows whose Reuse is turned off lie in
// memory that nobody else uses.
func TestReuseTurned(t *testing.T) {
	var made Rows
	full := busyRow(0, 1, 2, 3)
	made.Reuse = true
	made.Add(&full)
	made.Reuse = false
	made.Add(&full)
	rows := made.Take()
	assert.True(t, rows[0].slab.reuse)
	assert.False(t, rows[1].slab.reuse)
	for _, row := range rows {
		var k Click
		row.unpack(&k)
		assert.Equal(t, full, k)
	}
}

func FuzzPacked(f *testing.F) {
	f.Add("", "", "", int64(0), uint8(0))                                               // nothing
	f.Add("https://a.example/", "ann@one.example", "f", int64(1_772_000_000), uint8(3)) // an ordinary row
	f.Add("a\x00b", "\xff", "\u2028", int64(-62_135_596_800), uint8(255))               // odd text, the year 1
	f.Fuzz(func(t *testing.T, url, account, file string, second int64, n uint8) {
		k := Click{Url: url, AccountUpn: account, File: file, Row: int(n), Timestamp: time.Unix(second, int64(n)*1000).UTC(), AppName: fmt.Sprint(n),
			IsClickedThrough: n&1 != 0, IPAddress: netip.AddrFrom4([4]byte{n, 1, 2, 3})}
		row := NewRow(&k)
		var got Click
		row.unpack(&got)
		if !got.Timestamp.Equal(k.Timestamp) {
			t.Errorf("time %v, not %v", got.Timestamp, k.Timestamp)
		}
		got.Timestamp = k.Timestamp
		assert.Equal(t, k, got)
		assert.Equal(t, account, row.account())
	})
}
