package kql

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

func TestWriteRanges(t *testing.T) {
	var w4, w6 strings.Builder
	require.NoError(t, writeRanges(&w4, &w6, []block{
		blockOf("52.112.0.0/14", teams), blockOf("192.0.2.0/24", tool),
		blockOf("2001:db8::/32", space), blockOf("2001:db9::/32", egress),
	}))
	assert.Equal(t, "Prefix,Kind,People,Layer\n52.112.0.0/14,teams,none,\n192.0.2.0/24,own_tool,none,own\n", w4.String())
	assert.Equal(t, "Prefix,Kind,People,Layer\n2001:db8::/32,microsoft,possible,microsoft\n2001:db9::/32,person_egress,yes,known\n", w6.String())
}

func TestWriteRangesFails(t *testing.T) {
	full := errors.New("disk full")
	tests := []struct {
		name   string
		w4, w6 io.Writer
		want   string
	}{
		{"IPv4", failing{full}, io.Discard, "kql: write ranges: IPv4: disk full"},
		{"IPv6", io.Discard, failing{full}, "kql: write ranges: IPv6: disk full"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := writeRanges(tt.w4, tt.w6, nil)
			require.ErrorIs(t, err, full)
			assert.EqualError(t, err, tt.want)
		})
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestRangesSizes logs the bytes of the tables of the embedded lists.
func TestRangesSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("asks of every range")
	}
	blocks := coverOf(iprange.Default())
	var w4, w6 strings.Builder
	require.NoError(t, writeRanges(&w4, &w6, blocks))
	t.Logf("IPv4 %d bytes, IPv6 %d bytes", w4.Len(), w6.Len())
	lines := strings.Count(w4.String(), "\n") + strings.Count(w6.String(), "\n")
	assert.Equal(t, len(blocks)+2, lines)
}
