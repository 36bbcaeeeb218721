//go:build unix

package inputs_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// TestNamedPipe holds that a named pipe is opened once: whoever writes to it does so once.
func TestNamedPipe(t *testing.T) {
	for name, tt := range map[string]struct {
		content string
		want    map[string]string
	}{
		"text":        {"Url\r\n", map[string]string{"pipe": "Url\r\n"}},
		"an archive":  {zipped(t, "x", "1", "y", "2"), map[string]string{"pipe/x": "1", "pipe/y": "2"}},
		"a picture":   {"GIF89a\x01", map[string]string{"pipe": "error: a picture"}},
		"nothing":     {"", map[string]string{"pipe": ""}},
		"three bytes": {"abc", map[string]string{"pipe": "abc"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "pipe")
			require.NoError(t, syscall.Mkfifo(path, 0o600))
			go os.WriteFile(path, []byte(tt.content), 0o600)
			list, err := inputs.Expand([]string{path}, nil)
			require.NoError(t, err)
			assert.Equal(t, tt.want, contents(t, dir, list))
		})
	}
}
