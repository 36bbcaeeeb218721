package neighbours

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

const fuzzBytes = 6 // of a row

// fuzzMarks makes rows of six bytes each: two of time, then account and message, URL, site
// and address, report and event, traits.
func fuzzMarks(data []byte) []Mark {
	var rows []Mark
	for len(data) >= fuzzBytes && len(rows) < 80 {
		rows = append(rows, fuzzMark(data))
		data = data[fuzzBytes:]
	}
	return rows
}

func fuzzMark(b []byte) Mark {
	s := sketch{
		after:   ticks.Ticks(b[0])*10*ticks.Second + ticks.Ticks(b[1])*ticks.Second/4,
		who:     []person{nobody, ann, bob, dan, eve, local}[b[2]&15%6],
		message: uint64(b[2] >> 4 & 3),
		url:     uint64(b[3] & 3),
		site:    uint64(b[3] >> 2 & 3),
		addr:    b[3] >> 4,
		report:  uint64(b[4] >> 4 & 3),
		event:   events[b[4]&15%8],
		traits:  Traits(b[5]) & allTraits,
	}
	m := s.mark()
	switch b[0] {
	case 0x80:
		m.At = ticks.None
	case 0xfd: // in steps of 7 hours
		m.At = start + ticks.Ticks(b[1])*7*hour
	case 0xfe: // in steps of 20 minutes
		m.At = start + ticks.Ticks(b[1])*1200*ticks.Second
	case 0xff: // any year
		m.At = ticks.Of(time.Date(1+int(b[1])*39, 2, 3, 4, 5, 6, 7, time.UTC))
	}
	return m
}

// Rows of weeks: ann is at home at the first address, bob comes by.
const (
	atHome = "\xfd\x00\x01\x10\x00\x02" + "\xfd\x04\x01\x10\x00\x02" + "\xfd\x08\x01\x10\x00\x02"
	comeBy = "\xfd\x09\x02\x10\x00\x12"
)

// addSeeds adds rows in which something comes together.
func addSeeds(f *testing.F, add func(data string)) {
	add("")                                                                                                                // no rows
	add("\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00")                                                           // rows that say nothing
	add("\x01\x00\x11\x11\x00\x00" + "\x01\x00\x11\x12\x00\x00" + "\x01\x00\x11\x13")                                      // links of a message at one instant; a cut row
	add("\x01\x00\x11\x11\x00\x00" + "\x01\x03\x11\x12\x00\x00" + "\x01\x04\x11\x13\x00\x00")                              // within a second, and at a second
	add("\x09\x01\x11\x11\x20\x00" + "\x08\x01\x11\x21\x10\x00" + "\x07\x01\x11\x31\x30\x00")                              // newest first, one link from three addresses
	add("\x01\x00\x11\x11\x00\x00" + "\x02\x00\x11\x21\x00\x00" + "\x00\x00\x11\x31\x00\x00")                              // twins equally near on both sides
	add("\xff\xff\x11\x11\x00\x00" + "\xff\x00\x11\x11\x00\x00" + "\x80\x07\x11\x11\x00\x00")                              // far future, far past, no time
	add("\x01\x00\x11\x11\x11\x00" + "\x02\x00\x11\x11\x16\x00" + "\x03\x00\x11\x11\x13\x00")                              // a block, the same block overridden, a click-through
	add("\x01\x00\x11\x11\x10\x00" + "\x01\x00\x11\x11\x10\x00" + "\x00\x00\x11\x11\x10\x00")                              // one row three times, once earlier
	add("\x00\x01\x11\x11\x02\x00" + "\x00\x02\x11\x11\x00\x00" + "\x3c\x02\x11\x11\x00\x00")                              // wait for the scan, then through; the scan is too long ago
	add("\xfe\x00\x01\x10\x00\x01" + "\xfe\x01\x02\x10\x00\x01" + "\xfe\x02\x03\x10\x00\x02")                              // soon and late, from one address on other occasions
	add("\xfe\x00\x01\x10\x00\x04" + "\xfe\x03\x01\x10\x00\x08" + "\xfe\x03\x02\x10\x00\x00" + "\xfe\x04\x02\x20\x00\x00") // comes again, and is elsewhere
	add("\x00\x00\x11\x11\x00\x00" + "\x01\x00\x02\x01\x01\x00" + "\x02\x00\x14\x01\x01\x00" + "\x03\x00\x04\x01\x01\x00") // blocked later in the domain, the message, for others
	add(atHome + comeBy)                                                                                                   // colleague at home
	add(atHome + "\xfd\x0b\x01\x15\x07\x02" + "\xfd\x0c\x01\x20\x00\x02")                                                  // opens something dangerous, and is somewhere new
	add(atHome + "\xfd\x0b\x01\x15\x00\x02" + "\xfd\x0c\x01\x20\x00\x02" + "\xfd\x0d\x02\x06\x01\x02")                     // the same, and the site is blocked later
	add(atHome + comeBy + "\xfd\x01\x01\x20\x00\x02" + "\xfd\x02\x01\x30\x00\x02" + "\xfd\x03\x01\x20\x00\x02")            // more often elsewhere
	add(atHome + "\xfd\x09\x01\x10\x00\x11" + "\xfd\x0a\x04\x10\x00\x10" + "\xfd\x0a\x05\x10\x00\x10")                     // a machine's row, another domain, no domain
	add("\x00\x00\x05\x11\x00\x00" + "\x00\x00\x00\x11\x00\x00" + "\x00\x00\x01\x11\x00\x00")                              // no domain, no account, and both at one address
}

// FuzzCompare asks whether Compare says what comparing every row with every other says, in
// any order, whatever the reach.
func FuzzCompare(f *testing.F) {
	addSeeds(f, func(data string) {
		f.Add([]byte(data), uint8(0), uint64(1)) // an hour
		f.Add([]byte(data), uint8(1), uint64(3)) // a month
		f.Add([]byte(data), uint8(3), uint64(2)) // ten seconds
	})
	f.Fuzz(func(t *testing.T, data []byte, reach uint8, seed uint64) {
		rows := fuzzMarks(data)
		span := []ticks.Ticks{hour, 30 * day, minute, 10 * ticks.Second, 1, 0}[reach%6]
		want, got := slowCompare(rows, span, isOdd), Compare(rows, span, isOdd)
		for i := range rows {
			if got[i] != want[i] {
				t.Errorf("row %d %+v\nwant %+v\ngot  %+v", i, rows[i], want[i], got[i])
			}
		}
		places := rand.New(rand.NewPCG(seed, 0)).Perm(len(rows))
		for i, n := range Compare(pick(rows, places), span, isOdd) {
			if unduplicated(n) != unduplicated(want[places[i]]) {
				t.Errorf("row %d %+v in another order\nwant %+v\ngot  %+v", places[i], rows[places[i]], want[places[i]], n)
			}
		}
	})
}

// FuzzPerKey asks whether rows that are compared per key have the same Counts.
func FuzzPerKey(f *testing.F) {
	addSeeds(f, func(data string) {
		f.Add([]byte(data), uint8(0)) // an hour
		f.Add([]byte(data), uint8(1)) // a month
	})
	f.Fuzz(func(t *testing.T, data []byte, reach uint8) {
		rows := fuzzMarks(data)
		span := []ticks.Ticks{hour, 30 * day, minute}[reach%3]
		want := Compare(rows, span, isOdd)
		for name, keys := range partitionings {
			if got := compareInStages(rows, keys, span, isOdd); !slices.Equal(want, got) {
				t.Errorf("per %s\nwant %+v\ngot  %+v", name, want, got)
			}
		}
	})
}

// FuzzWindow asks whether all rows come out of a Window once, in order, and in none of them
// anything that a comparison of all rows does not find, but for AddressAtHome; and whether a Window that is taken
// apart goes on as before.
func FuzzWindow(f *testing.F) {
	addSeeds(f, func(data string) {
		f.Add([]byte(data), uint8(2), uint8(0), uint8(1), uint8(0))  // each row comes out early
		f.Add([]byte(data), uint8(8), uint8(3), uint8(2), uint8(0))  // flushed now and then
		f.Add([]byte(data), uint8(99), uint8(0), uint8(2), uint8(1)) // a month, and all rows are held
		f.Add([]byte(data), uint8(99), uint8(2), uint8(2), uint8(1)) // a month, flushed
	})
	f.Fuzz(func(t *testing.T, data []byte, hold, flush, cut, reach uint8) {
		rows := fuzzMarks(data)
		span := []ticks.Ticks{10 * minute, 30 * day}[reach%2]
		run := func(cut int) []Ready[int] {
			w := newWindow(span, int(hold))
			var out collector
			for i, m := range rows {
				if i == cut {
					w = restored(w)
				}
				w.Add(m, i, rowSize, out.emit)
				checkBounds(t, w)
				if flush > 0 && i%int(flush) == 0 {
					w.Flush(out.emit)
				}
			}
			w.Flush(out.emit)
			return out
		}
		out := run(-1)
		want := slowCompare(rows, span, isOdd)
		for i, n := range lastCounts(t, len(rows), out) {
			joined := n
			joined.Join(&want[i])
			joined.AddressAtHome = want[i].AddressAtHome
			if joined != want[i] {
				t.Errorf("row %d says more than all rows do: %+v, not %+v", i, n, want[i])
			}
			if int(hold) > len(rows) && flush == 0 && n != want[i] {
				t.Errorf("row %d: all rows are held\nwant %+v\ngot  %+v", i, want[i], n)
			}
		}
		if again := run(int(cut)); !slices.Equal(out, again) {
			t.Errorf("taken apart at row %d\nwant %+v\ngot  %+v", cut, out, again)
		}
	})
}
