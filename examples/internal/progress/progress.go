// Package progress shows a progress bar for long work.
package progress

import (
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// patience is how long work may take before a bar appears.
const patience = time.Second

const refresh = 150 * time.Millisecond

// Start shows on w, which should be a terminal, how many of total bytes have been read,
// with the rate and the time left. If total is below 1, it shows the bytes read and the
// rate. Call stop when the work is done; it removes the bar.
func Start(w io.Writer, total int64, read *atomic.Int64) (stop func()) {
	over, gone := make(chan struct{}), make(chan struct{})
	began := time.Now()
	go func() {
		defer close(gone)
		select {
		case <-over:
			return
		case <-time.After(patience):
		}
		bars := mpb.New(mpb.WithOutput(w), mpb.WithWidth(40), mpb.WithRefreshRate(refresh), mpb.WithAutoRefresh())
		bar := newBar(bars, total)
		bar.DecoratorAverageAdjust(began)
		tick := time.NewTicker(refresh)
		defer tick.Stop()
		for {
			select {
			case <-over:
				bar.Abort(true)
				bars.Wait()
				return
			case <-tick.C:
				n := read.Load()
				if total > 0 {
					n = min(n, total-1) // a full bar would end before the work does
				}
				bar.SetCurrent(n)
			}
		}
	}()
	return func() {
		close(over)
		<-gone
	}
}

func newBar(bars *mpb.Progress, total int64) *mpb.Bar {
	if total < 1 {
		return bars.New(0, mpb.SpinnerStyle(),
			mpb.AppendDecorators(decor.Current(decor.SizeB1000(0), "% .1f read"), decor.AverageSpeed(decor.SizeB1000(0), "  % .1f")))
	}
	return bars.New(total, mpb.BarStyle().Lbound("").Rbound("").Filler("█").Tip("█").Padding("░"),
		mpb.PrependDecorators(decor.Percentage(decor.WC{W: 5})),
		mpb.AppendDecorators(
			decor.Counters(decor.SizeB1000(0), "% .1f of % .1f"),
			decor.AverageSpeed(decor.SizeB1000(0), "  % .1f"),
			decor.AverageETA(decor.ET_STYLE_GO, decor.WC{W: 6}),
			decor.Name(" left"),
		))
}
