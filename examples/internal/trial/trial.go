// Package trial is for tests that start other programs: ours, and engines that call them.
// Where an engine is not installed, the test is skipped.
package trial

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Program returns the path of an installed program.
func Program(t *testing.T, name string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts other programs")
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip(name + " is not installed")
	}
	return path
}

// Python returns the path of an interpreter that has all modules.
func Python(t *testing.T, modules ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts other programs")
	}
	// The packages of Debian belong to its own interpreter, which need not be the first.
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import sys\n"+imports(modules)).Run() == nil {
			return name
		}
	}
	t.Skip("there is no Python with ", modules)
	return ""
}

func imports(modules []string) string {
	var b strings.Builder
	for _, m := range modules {
		b.WriteString("import " + m + "\n")
	}
	return b.String()
}

// Build builds one of the programs in examples and returns its path.
func Build(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	out, err := exec.Command("go", "build", "-o", path, "github.com/whoclicked/whoclicked/examples/"+name).CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// Start starts a program that ends with the test, by SIGTERM.
func Start(t *testing.T, command func(context.Context) *exec.Cmd) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := command(ctx)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 10 * time.Second // then it is killed
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		cancel()
		c.Wait()
	})
}

// Connector starts the connector on a free port of this machine, and returns its address
// and a key.
func Connector(t *testing.T) (url, key string) {
	t.Helper()
	binary := Build(t, "connector")
	var told bytes.Buffer
	c := exec.Command(binary, "--new-key", "trial")
	c.Stderr = &told
	line, err := c.Output()
	require.NoError(t, err)
	key = strings.TrimSpace(told.String()[strings.LastIndex(told.String(), ":")+1:])
	keys := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, os.WriteFile(keys, line, 0o600))

	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer w.Close()
	Start(t, func(ctx context.Context) *exec.Cmd {
		c := exec.CommandContext(ctx, binary, "--addr", "127.0.0.1:0", "--keys", keys, "--drain", "0s")
		c.Stderr = w
		return c
	})
	log := bufio.NewScanner(r)
	for log.Scan() {
		var entry struct{ Msg, Addr string }
		if json.Unmarshal(log.Bytes(), &entry) == nil && entry.Msg == "listening" {
			go func() { // so that the log does not fill its pipe
				for log.Scan() {
				}
				r.Close()
			}()
			return "http://" + entry.Addr, key
		}
	}
	t.Fatal("the connector does not listen")
	return "", ""
}
