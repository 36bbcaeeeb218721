package main

import (
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// timeline counts clicks in intervals. The width of the intervals grows with the time
// that they span.
type timeline struct {
	width       int // index into timelineWidths
	first, last int64
	bars        map[int64]*counts
}

// timelineWidths are in seconds; each is a multiple of the one before.
var timelineWidths = [...]int64{1, 5, 15, 60, 5 * 60, 15 * 60, 3600, 3 * 3600, 12 * 3600, 86400, 7 * 86400, 28 * 86400, 364 * 86400}

const maxBars = 100

// Times outside of these years are errors of the row, and would leave no room for the
// others.
var timelineFrom, timelineTo = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

func newTimeline() timeline { return timeline{bars: map[int64]*counts{}} }

// add counts a click, and makes the bars wider if there are too many.
func (t *timeline) add(at time.Time, class clickclass.Class) {
	s := at.Unix()
	if s < timelineFrom || s >= timelineTo {
		return
	}
	bar := s / timelineWidths[t.width]
	if len(t.bars) == 0 {
		t.first, t.last = bar, bar
	}
	t.first, t.last = min(t.first, bar), max(t.last, bar)
	if t.bars[bar] == nil {
		t.bars[bar] = new(counts)
	}
	t.bars[bar][class]++
	for t.last-t.first >= maxBars {
		t.widen()
	}
}

func (t *timeline) widen() {
	if t.width == len(timelineWidths)-1 {
		panic("a century has fewer bars") // see timelineFrom
	}
	factor := timelineWidths[t.width+1] / timelineWidths[t.width]
	old := t.bars
	t.width++
	t.bars = map[int64]*counts{}
	t.first, t.last = t.first/factor, t.last/factor
	for bar, c := range old {
		have := t.bars[bar/factor]
		if have == nil {
			t.bars[bar/factor] = c
			continue
		}
		for class, n := range c {
			have[class] += n
		}
	}
}
