package clickclass_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// TestZeroID checks that the GUID of zeros, which exports without ids have, makes no message
// and no report of clicks that have nothing to do with each other.
func TestZeroID(t *testing.T) {
	tests := []struct {
		name, id string
		together bool
	}{
		{"zeros", "00000000-0000-0000-0000-000000000000", false},
		{"zeros in braces", "{00000000-0000-0000-0000-000000000000}", false},
		{"zeros without dashes", "00000000000000000000000000000000", false},
		{"a message", "5f0c2a11-93b4-4e07-1800-08de79e58de1", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var clicks []clickclass.Click
			for i := range 4 {
				k := stranger()
				k.NetworkMessageId, k.ReportId = tt.id, tt.id
				k.Url = fmt.Sprintf("https://shop.example/%d", i)
				k.Timestamp = k.Timestamp.Add(time.Duration(i) * 100 * time.Millisecond)
				clicks = append(clicks, k)
			}
			c, err := clickclass.New(clickclass.Options{})
			require.NoError(t, err)
			bursts := 0
			for r, err := range c.All(context.Background(), sequence(clicks, nil)) {
				require.NoError(t, err)
				for _, reason := range r.Verdict.Reasons {
					if reason.Rule == "b.all" {
						bursts++
					}
				}
			}
			assert.Equal(t, tt.together, bursts > 0, "links of one message at once")
		})
	}
}
