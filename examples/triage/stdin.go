package main

import (
	"bufio"
	"io"
	"os"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
)

// input returns standard input. It ends when the user interrupts, even while it waits for
// more, and tells the user that it waits.
func (t *triage) input() io.Reader { return cli.Stdin(t.ctx, t.stdin, "an export", t.remark) }

// piped reports whether a run without arguments is to judge the sample, because nothing is
// piped in, and returns standard input with what it read of it.
func (t *triage) piped(stdin io.Reader) (rest io.Reader, sample bool) {
	f, isFile := t.stdin.(*os.File)
	if isFile {
		if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice != 0 { // closed, a terminal, the null device
			return nil, true
		}
	}
	r := bufio.NewReader(stdin)
	if _, err := r.Peek(1); err != nil {
		if isFile {
			t.remark("standard input is empty: this is the built-in sample")
		}
		return nil, true
	}
	return r, false
}
