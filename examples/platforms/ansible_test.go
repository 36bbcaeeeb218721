package platforms_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/trial"
)

func TestAnsible(t *testing.T) {
	playbook := trial.Program(t, "ansible-playbook")
	url, key := trial.Connector(t)
	dir := t.TempDir()
	export, list := filepath.Join(dir, "hunting.json"), filepath.Join(dir, "call.txt")
	play := func(rows, key string) (string, error) {
		os.Remove(list)
		require.NoError(t, os.WriteFile(export, []byte(rows), 0o600))
		command := exec.Command(playbook, "ansible/triage.yml", "-e", "export="+export, "-e", "url="+url, "-e", "list="+list)
		command.Env = append(os.Environ(), "ANSIBLE_LOCAL_TEMP="+dir, "ANSIBLE_NOCOLOR=1", "LC_ALL=C.UTF-8", "WHOCLICKED_KEY="+key)
		out, err := command.CombinedOutput()
		return string(out), err
	}

	out, err := play(hunting(scanned, phished), key)
	assert.Error(t, err, "the play fails")
	assert.Contains(t, out, "dana@contoso.example opened contoso.example (Phish)")
	called, err := os.ReadFile(list)
	require.NoError(t, err, out)
	assert.Equal(t, "dana@contoso.example unknown https://news.contoso.example/a\n", string(called))

	out, err = play(hunting(scanned), key)
	assert.NoError(t, err, out)
	assert.NoFileExists(t, list, "a machine is not called")

	out, err = play(hunting(scanned), "wrong-key-of-somebody")
	assert.Error(t, err)
	assert.Contains(t, out, "401")
	assert.NotContains(t, out, "wrong-key-of-somebody")
}
