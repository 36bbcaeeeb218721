package clickclass_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// TestBeforeTheMessage holds that a click before its message says something only if two
// sources confirm the message's clock.
func TestBeforeTheMessage(t *testing.T) {
	k := withDelay(from(founding(), "203.0.113.7"), -30*time.Second)
	sent := noon.Add(30 * time.Second)
	for name, tt := range map[string]struct {
		received time.Time // EmailEvents.Timestamp; zero: no row
		speaks   bool
	}{
		"the id's clock alone":          {time.Time{}, false},
		"confirmed":                     {sent.Add(2 * time.Second), true},
		"confirmed by a held message":   {sent.Add(3 * time.Minute), true},
		"the mail table says otherwise": {sent.Add(-time.Hour), false},
		"long after the id's clock":     {sent.Add(time.Hour), false},
	} {
		t.Run(name, func(t *testing.T) {
			var store evidence.Store
			if !tt.received.IsZero() {
				store.Add(evidence.Email{Timestamp: tt.received, NetworkMessageId: k.NetworkMessageId, RecipientEmailAddress: k.AccountUpn})
			}
			v := classify(t, clickclass.Options{Source: &store}, k)
			assert.Equal(t, tt.speaks, speaks(&v, "t.before"), "%+v", v.Reasons)
			assert.Equal(t, tt.speaks, reasonOf(&v, "t.before").Rule != "", "the text says that the clock is confirmed")
			if name == "the id's clock alone" {
				assert.Equal(t, clickclass.ClassUnknown, v.Class)
				assert.InDelta(t, 0.10, v.P.Machine, 1e-6, "as if nothing were known")
			}
		})
	}
}

// TestClockAhead holds that a clock in the message's id which is later than
// EmailEvents.Timestamp by more than real rows show is not used.
func TestClockAhead(t *testing.T) {
	const ahead = 2 * time.Second // of 737 of 737 real rows
	k := withDelay(from(founding(), "203.0.113.7"), 4*time.Second)
	sent := noon.Add(-4 * time.Second)
	for name, tt := range map[string]struct {
		received time.Time
		want     clickclass.Clock
	}{
		"agrees":                     {sent.Add(time.Second), clickclass.ClockMessageID},
		"as far ahead as real ones":  {sent.Add(-ahead), clickclass.ClockMessageID},
		"farther ahead":              {sent.Add(-ahead - time.Millisecond), clickclass.ClockMail},
		"an hour ahead":              {sent.Add(-time.Hour), clickclass.ClockMail},
		"behind, the message waited": {sent.Add(3 * time.Minute), clickclass.ClockMessageID},
	} {
		t.Run(name, func(t *testing.T) {
			var store evidence.Store
			store.Add(evidence.Email{Timestamp: tt.received, NetworkMessageId: k.NetworkMessageId, RecipientEmailAddress: k.AccountUpn})
			v := classify(t, clickclass.Options{Source: &store}, k)
			assert.Equal(t, tt.want, v.Clock)
			assert.Equal(t, tt.want == clickclass.ClockMail, v.Flags.Has(clickclass.FlagNoMessageClock))
			if tt.want == clickclass.ClockMail {
				assert.Equal(t, noon.Sub(tt.received), v.Delay)
			} else {
				assert.Equal(t, 4*time.Second, v.Delay)
			}
		})
	}
}
