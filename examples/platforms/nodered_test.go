package platforms_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/trial"
)

// freePort returns a port of this machine on which nobody listens.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestNodeRED(t *testing.T) {
	nodeRED := trial.Program(t, "node-red")
	url, key := trial.Connector(t)
	flows, err := os.ReadFile("nodered/flows.json")
	require.NoError(t, err)

	// start starts Node-RED with our flow, and returns where it listens.
	start := func(url string) string {
		dir, port := t.TempDir(), freePort(t)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "flows.json"), flows, 0o600))
		settings := `module.exports = {flowFile: "flows.json", uiHost: "127.0.0.1", telemetry: {enabled: false}, logging: {console: {level: "warn"}}}`
		require.NoError(t, os.WriteFile(filepath.Join(dir, "settings.js"), []byte(settings), 0o600))
		trial.Start(t, func(ctx context.Context) *exec.Cmd {
			c := exec.CommandContext(ctx, nodeRED, "--userDir", dir, "--settings", filepath.Join(dir, "settings.js"), "--port", fmt.Sprint(port))
			c.Env = append(os.Environ(), "WHOCLICKED_URL="+url, "WHOCLICKED_KEY="+key)
			return c
		})
		return fmt.Sprintf("http://127.0.0.1:%d/triage", port)
	}
	type said struct {
		Action   string
		Answer   string
		Accounts []string
		Finding  string
	}
	post := func(where, body string) (int, said) {
		t.Helper()
		var answer *http.Response
		require.Eventually(t, func() bool {
			answer, err = http.Post(where, "application/json", strings.NewReader(body))
			if err == nil && answer.StatusCode == http.StatusNotFound { // the flow is not started yet
				answer.Body.Close()
				return false
			}
			return err == nil
		}, time.Minute, 100*time.Millisecond, "%v", err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, unmarshal[said](t, string(text))
	}

	where := start(url)
	status, s := post(where, hunting(scanned, phished))
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "open a case", s.Action)
	assert.Equal(t, []string{"dana@contoso.example"}, s.Accounts)
	assert.Contains(t, s.Finding, "Phish")

	status, s = post(where, hunting(scanned))
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "close the incident", s.Action)

	status, s = post(where, `{"no":"export"}`)
	assert.Equal(t, http.StatusBadGateway, status)
	assert.Equal(t, "look by hand", s.Action)
	assert.Contains(t, s.Answer, "cannot be read")

	status, s = post(start("http://127.0.0.1:1"), hunting(scanned))
	assert.Equal(t, http.StatusBadGateway, status)
	assert.Equal(t, "look by hand", s.Action)
}
