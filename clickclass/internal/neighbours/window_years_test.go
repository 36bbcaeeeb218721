package neighbours

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// TestWindowWrongYears flushes rows one by one, and then some of another year. Rows are
// forgotten when nearly all of the newest have left them behind.
func TestWindowWrongYears(t *testing.T) {
	year := func(y int) ticks.Ticks { return ticks.Of(time.Date(y, 5, 6, 7, 8, 9, 0, time.UTC)) }
	for name, tt := range map[string]struct {
		before int // rows of 2026
		year   int // of the next rows
		many   int
		met    bool // another row of 2026 meets the first
	}{
		"none":                           {20, 2026, 0, true},
		"one of a time to come":          {20, 2033, 1, true},
		"one of the past":                {20, 2019, 1, true},
		"after one row":                  {1, 2033, 1, true},
		"after one row, of the past":     {1, 2019, 1, true},
		"several":                        {20, 2033, 13, true},
		"the input has moved on":         {20, 2033, 14, false},
		"nothing can have happened then": {20, 1601, 30, true},
		"nor in that year":               {20, 2611, 30, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWindow(hour, 1000)
			var out collector
			add := func(at ticks.Ticks, who uint64) {
				w.Add(Mark{At: at, Account: who, Domain: 1, Addr: 1}, 0, rowSize, out.emit)
				w.Flush(out.emit)
			}
			for range tt.before {
				add(start, 1)
			}
			for range tt.many {
				add(year(tt.year), 2)
			}
			add(start, 3)
			assert.Equal(t, tt.met, out[len(out)-1].Counts.AddressAccounts == 2)
		})
	}
}
