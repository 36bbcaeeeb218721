package rowgen_test

import (
	"bufio"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/rowgen"
	"github.com/whoclicked/whoclicked/safelinks"
)

// TestRows reads the rows back, and says that the clocks in the ids are those
// that the library reads.
func TestRows(t *testing.T) {
	const n = 2000
	lines := bufio.NewScanner(rowgen.NewReader(n))
	var last time.Time
	rows, mails := 0, 0
	for ; lines.Scan(); rows++ {
		var k clickclass.Click
		require.NoError(t, json.Unmarshal(lines.Bytes(), &k))
		require.False(t, k.Timestamp.Before(last), "row %d", rows)
		last = k.Timestamp
		clicked, ok := safelinks.MessageTime(k.ReportId)
		require.True(t, ok)
		late := k.Timestamp.Sub(clicked)
		require.True(t, late >= 0 && late < safelinks.MessageTimeBucket, "row %d: %v", rows, late)
		if k.NetworkMessageId != "" {
			received, ok := safelinks.MessageTime(k.NetworkMessageId)
			require.True(t, ok)
			require.False(t, received.After(k.Timestamp))
			mails++
		}
	}
	require.NoError(t, lines.Err())
	assert.Equal(t, n, rows)
	assert.Greater(t, mails, n/2)
	assert.Less(t, mails, n)
}

func TestReaderIsTheRowsInAnyPieces(t *testing.T) {
	var want []byte
	for i := range 500 {
		want = rowgen.Append(want, i)
	}
	got, err := io.ReadAll(io.LimitReader(rowgen.NewReader(500), 1<<30))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}
