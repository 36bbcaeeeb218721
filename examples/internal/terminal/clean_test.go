package terminal_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// TestCleanWriter holds that what is no terminal gets every byte.
func TestCleanWriter(t *testing.T) {
	var b bytes.Buffer
	assert.Same(t, &b, terminal.CleanWriter(&b))
	f, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	defer f.Close()
	assert.Same(t, f, terminal.CleanWriter(f))
}

func TestCleanLines(t *testing.T) {
	var b bytes.Buffer
	w := terminal.CleanLines(&b)
	n, err := w.Write([]byte("a\x1b[2J\r\n\u202eb\nc"))
	require.NoError(t, err)
	assert.Equal(t, 13, n)
	assert.Equal(t, "a\ufffd[2J\n\ufffdb\nc", b.String())
}
