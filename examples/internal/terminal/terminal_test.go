package terminal_test

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

func TestOf(t *testing.T) {
	t.Run("a buffer has no colour", func(t *testing.T) {
		t.Setenv("COLUMNS", "")
		o := terminal.Of(new(bytes.Buffer), terminal.ColourAuto)
		assert.False(t, o.Terminal)
		assert.Equal(t, 100, o.Columns)
		assert.Equal(t, "x", o.Paint("x", terminal.Bold))
	})
	for columns, want := range map[string]int{"72": 72, "10": 40, "1000": 160, "wide": 100, "-5": 100} {
		t.Run("COLUMNS="+columns, func(t *testing.T) {
			t.Setenv("COLUMNS", columns)
			assert.Equal(t, want, terminal.Of(new(bytes.Buffer), terminal.ColourAuto).Columns)
		})
	}
}

func TestWidth(t *testing.T) {
	o := terminal.Output{Colour: true}
	painted := o.Paint("abc", terminal.Bold, terminal.Machine)
	assert.Equal(t, "\x1b[1;38;5;231;48;5;24mabc\x1b[0m", painted)
	assert.Equal(t, 3, terminal.Width(painted))
	assert.Equal(t, 4, terminal.Width("漢字"))
}

func TestClean(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"plain":               {"https://example.com/é", "https://example.com/é"},
		"escape sequence":     {"a\x1b[2Jb", "a\ufffd[2Jb"},
		"line feed":           {"a\nb", "a\ufffdb"},
		"C1 control":          {"a\u009b31mb", "a\ufffd31mb"},
		"right-to-left trick": {"moc\u202eexe.jpg", "moc\ufffdexe.jpg"},
		"invalid UTF-8":       {"a\xffb", "a\ufffdb"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, terminal.Clean(tt.in)) })
	}
}

func TestWrap(t *testing.T) {
	tests := map[string]struct {
		in    string
		width int
		want  []string
	}{
		"fits":                 {"one two", 10, []string{"one two"}},
		"breaks at a space":    {"one two three", 8, []string{"one two", "three"}},
		"cuts a long word":     {"x " + strings.Repeat("a", 7), 3, []string{"x", "aaa", "aaa", "a"}},
		"nothing":              {"", 5, nil},
		"wide runes":           {"漢字漢字", 4, []string{"漢字", "漢字"}},
		"accents":              {strings.Repeat("e\u0301", 5), 2, []string{"e\u0301e\u0301", "e\u0301e\u0301", "e\u0301"}},
		"accents alone":        {"a" + strings.Repeat("\u0301", 40), 1, []string{"a" + strings.Repeat("\u0301", 7), strings.Repeat("\u0301", 8), strings.Repeat("\u0301", 8), strings.Repeat("\u0301", 8), strings.Repeat("\u0301", 8), "\u0301"}},
		"narrower than a rune": {"漢", 1, []string{"漢"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, terminal.Wrap(tt.in, tt.width)) })
	}
}

func TestCut(t *testing.T) {
	assert.Equal(t, "abcd…", terminal.Cut("abcdefgh", 5))
	assert.Equal(t, "abc", terminal.Cut("abc", 5))
}

// BenchmarkWrap prints the time of one long word for n, 2n and 4n bytes.
func BenchmarkWrap(b *testing.B) {
	for _, n := range []int{125_000, 250_000, 500_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			word := strings.Repeat("a", n)
			for b.Loop() {
				terminal.Wrap(word, 80)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/byte")
		})
	}
}

func TestComplain(t *testing.T) {
	var b bytes.Buffer
	err := errors.Join(errors.New("a\x1b[2J: no such file"), fmt.Errorf("b: %w", errors.Join(errors.New("c"), errors.New("d"))))
	terminal.Complain(&b, "triage", err)
	assert.Equal(t, "triage: a\ufffd[2J: no such file\ntriage: b: c\ufffdd\n", b.String())
}
