package tables

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
)

// FuzzSource asks: is the text of an input the same however it arrives, and is every byte
// that is not UTF-8 replaced like in encoding/json?
func FuzzSource(f *testing.F) {
	for _, seed := range []string{
		"plain\n",                            // ASCII
		"caf\u00e9 \U0001f600",               // characters of several bytes, which reads cut in two
		"caf\xe9!",                           // another encoding
		"\xff\xfe\xf0\x9f\x98",               // no characters, and the beginning of one at the end
		"\xe2\x82" + "x\xe2\x82\xac",         // a beginning that does not go on
		strings.Repeat("\u20ac", readSize/2), // longer than one read
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := string([]rune(s))
		for name, r := range map[string]io.Reader{
			"at once":      strings.NewReader(s),
			"byte by byte": iotest.OneByteReader(strings.NewReader(s)),
			"in halves":    iotest.HalfReader(strings.NewReader(s)),
			"with EOF":     iotest.DataErrReader(strings.NewReader(s)),
		} {
			src := &source{r: r}
			for src.more() {
			}
			assert.True(t, want == src.window, "%s: %.200q", name, src.window)
			assert.NoError(t, src.failure())
		}
	})
}

// idle returns neither bytes nor errors.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestSourceErrors(t *testing.T) {
	src := &source{r: idle{}}
	assert.False(t, src.more())
	assert.ErrorIs(t, src.failure(), io.ErrNoProgress)

	broken := errors.New("disk on fire")
	src = &source{r: io.MultiReader(strings.NewReader("a\xe2\x82"), iotest.ErrReader(broken))}
	for src.more() {
	}
	assert.Equal(t, "a\ufffd\ufffd", src.window, "what came before the error counts")
	assert.ErrorIs(t, src.failure(), broken)
	assert.True(t, src.ended())
}
