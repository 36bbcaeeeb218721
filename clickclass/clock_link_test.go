package clickclass

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
	"github.com/whoclicked/whoclicked/safelinks"
)

// TestLinkClock holds which clock of a chain of wrappers is the message's.
func TestLinkClock(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 7, 1, 9, minute, 0, 0, time.UTC) }
	vendor := func(clock string, minute int) safelinks.Layer {
		return safelinks.Layer{Kind: "vendor", Time: at(minute), Clock: clock}
	}
	microsoft := func(received, written, sent time.Time) safelinks.Layer {
		return safelinks.Layer{Link: &safelinks.Link{Received: received, Written: written, Teams: &safelinks.TeamsPage{Sent: sent}}}
	}
	none := time.Time{}
	for name, tt := range map[string]struct {
		layers []safelinks.Layer
		want   time.Time
	}{
		"none":                         {nil, none},
		"sent":                         {[]safelinks.Layer{vendor("sent", 3)}, at(3)},
		"written":                      {[]safelinks.Layer{vendor("rewrite", 3)}, at(3)},
		"a click":                      {[]safelinks.Layer{vendor("click", 3)}, none},
		"a record":                     {[]safelinks.Layer{vendor("record", 3)}, none},
		"of a kind that is not known":  {[]safelinks.Layer{vendor("next", 3)}, none},
		"the outermost":                {[]safelinks.Layer{vendor("rewrite", 3), vendor("sent", 2)}, at(3)},
		"a click around a sending":     {[]safelinks.Layer{vendor("click", 9), vendor("sent", 2)}, at(2)},
		"a Safe Link":                  {[]safelinks.Layer{microsoft(at(4), at(5), none), vendor("sent", 2)}, at(4)},
		"a Safe Link without an id":    {[]safelinks.Layer{microsoft(none, at(5), none), vendor("sent", 2)}, at(5)},
		"a Safe Link without a clock":  {[]safelinks.Layer{microsoft(none, none, none), vendor("sent", 2)}, at(2)},
		"Teams":                        {[]safelinks.Layer{microsoft(none, none, at(6))}, at(6)},
		"a Safe Link within another's": {[]safelinks.Layer{vendor("rewrite", 7), microsoft(at(4), at(5), none)}, at(7)},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, ticks.Of(tt.want), linkClock(&safelinks.Chain{Layers: tt.layers}))
		})
	}
}
