package cli_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
)

type options struct {
	Files  []string `arg:"" optional:"" name:"file" help:"Files."`
	Format string   `enum:"text,ndjson" default:"text" help:"It's [this]: or that. More."`
	HTML   string   `name:"html" placeholder:"FILE" help:"A report."`
	Top    int      `help:"How many."`
	Redact bool     `help:"A switch."`

	cli.Flags `embed:""`
}

var program = cli.Program{
	Name: "prog", About: "About it.", Help: "Examples:\n\n    prog x",
	Data: func() []string { return []string{"rules 3", "list a\x1b[2J"} },
}

func parse(args ...string) (o *options, done bool, stdout string, err error) {
	var out bytes.Buffer
	o = new(options)
	done, err = program.Parse(o, args, &out, io.Discard)
	return o, done, out.String(), err
}

func TestParse(t *testing.T) {
	o, done, _, err := parse("--color", "never", "--top=3", "a.csv")
	require.NoError(t, err)
	assert.False(t, done)
	assert.Equal(t, 3, o.Top)
	assert.Equal(t, []string{"a.csv"}, o.Files)
	assert.EqualValues(t, "never", o.Color)

	_, done, out, err := parse("--help")
	require.NoError(t, err)
	assert.True(t, done)
	assert.Contains(t, out, "    prog x")

	_, done, out, err = parse("--version")
	require.NoError(t, err)
	assert.True(t, done)
	assert.Regexp(t, `^prog \S.* go1\S*\nrules 3\nlist a\x{fffd}\[2J\n$`, out)

	for _, args := range [][]string{{"--color", "blue"}, {"--completion", "tcsh"}, {"--nothing\x1b[2J"}} {
		_, done, _, err = parse(args...)
		require.Error(t, err)
		assert.False(t, done)
		var stderr bytes.Buffer
		assert.Equal(t, cli.ExitUsage, program.Refuse(&stderr, err))
		assert.Regexp(t, `^prog: .*; prog --help lists the flags\n$`, stderr.String())
		assert.NotContains(t, stderr.String(), "\x1b")
	}
	var stderr bytes.Buffer
	program.Refuse(&stderr, errors.New("--top must be at least 1"))
	assert.Equal(t, "prog: --top must be at least 1\n", stderr.String())
}

func TestBuildVersion(t *testing.T) {
	for name, tt := range map[string]struct {
		info debug.BuildInfo
		want string
	}{
		"a release":  {debug.BuildInfo{GoVersion: "go1.26.0", Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3, go1.26.0"},
		"a checkout": {debug.BuildInfo{GoVersion: "go1.26.0"}, "(devel), go1.26.0"},
		"a commit": {debug.BuildInfo{GoVersion: "go1.26.0", Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.time", Value: "2026-08-03T09:14:05Z"}, {Key: "vcs.modified", Value: "true"},
		}}, "(devel), commit 0123456789ab of 2026-08-03, changed, go1.26.0"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, cli.BuildVersion(&tt.info, true)) })
	}
}

// script returns the completion script for a shell, and the shell, if it is installed.
func script(t *testing.T, shell string) (script, path string) {
	t.Helper()
	_, done, out, err := parse("--completion", shell)
	require.NoError(t, err)
	require.True(t, done)
	path, err = exec.LookPath(shell)
	if err != nil {
		t.Skip(shell, "is not installed")
	}
	return out, path
}

// output runs a shell.
func output(t *testing.T, in, path string, args ...string) string {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Stdin = strings.NewReader(in)
	cmd.Dir = t.TempDir()
	require.NoError(t, exec.Command("touch", filepath.Join(cmd.Dir, "a file.csv")).Run())
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.TrimSpace(string(out))
}

func TestBash(t *testing.T) {
	text, bash := script(t, "bash")
	for name, tt := range map[string]struct{ words, want string }{
		"a flag":           {"prog --for", "--format"},
		"several":          {"prog --co", "--color\n--completion"},
		"words":            {"prog --format ", "text\nndjson"},
		"a word":           {"prog --color al", "always"},
		"behind =":         {"prog --color = al", "always"},
		"behind = at once": {"prog --format =", "text\nndjson"},
		"files of a flag":  {"prog --html a", "a file.csv"},
		"files":            {"prog a", "a file.csv"},
		"behind a switch":  {"prog --redact a", "a file.csv"},
		"a number":         {"prog --top ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := text + "\nIFS=' ' read -ra COMP_WORDS <<< '" + tt.words + "'\n"
			if strings.HasSuffix(tt.words, " ") {
				in += "COMP_WORDS+=('')\n"
			}
			in += "COMP_CWORD=$((${#COMP_WORDS[@]}-1))\n_prog\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
			assert.Equal(t, tt.want, output(t, in, bash, "--norc"))
		})
	}
}

func TestFish(t *testing.T) {
	text, fish := script(t, "fish")
	for name, tt := range map[string]struct{ line, want string }{
		"a flag":   {"prog --for", "--format\tIt's [this]: or that"},
		"words":    {"prog --format t", "text"},
		"behind =": {"prog --color=al", "--color=always"},
		"files":    {"prog --html a", "a file.csv"},
		"a number": {"prog --top a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := output(t, text+"\ncomplete -C '"+tt.line+"'\n", fish, "--no-config")
			first, _, _ := strings.Cut(got, "\t")
			want, _, _ := strings.Cut(tt.want, "\t")
			assert.Equal(t, want, first)
			if strings.Contains(tt.want, "\t") {
				assert.Equal(t, tt.want, got)
			}
		})
	}
}

// TestZsh holds that zsh takes the script, and knows the function as a completion.
func TestZsh(t *testing.T) {
	text, zsh := script(t, "zsh")
	in := "autoload -Uz compinit && compinit -u -D\n" + text + "\necho ${_comps[prog]}; functions _prog | grep -c -- --format\n"
	assert.Equal(t, "_prog\n1", output(t, in, zsh, "-f"))
}

func TestStdin(t *testing.T) {
	in := cli.Stdin(t.Context(), strings.NewReader("a\nb\n"), "an export", func(s string) { t.Error(s) })
	got, err := io.ReadAll(in)
	require.NoError(t, err)
	assert.Equal(t, "a\nb\n", string(got))

	_, err = io.ReadAll(cli.Stdin(t.Context(), iotest.ErrReader(errors.New("broken")), "an export", func(string) {}))
	assert.EqualError(t, err, "broken")

	// Interrupted while it waits.
	ctx, cancel := context.WithCancel(t.Context())
	waits, writer := io.Pipe()
	defer writer.Close()
	in = cli.Stdin(ctx, waits, "an export", func(string) {})
	go func() {
		io.WriteString(writer, "a")
		cancel()
	}()
	got, err = io.ReadAll(in)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(got), 1)
}
