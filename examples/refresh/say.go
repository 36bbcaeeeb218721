package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// say prints one line, in which nothing moves the cursor of a terminal or changes its
// colours: lists, file names and answers of a service may be anybody's.
func say(w io.Writer, format string, args ...any) {
	fmt.Fprintln(w, terminal.Clean(fmt.Sprintf(format, args...)))
}

// complain prints an error, each of several on a line of its own.
func complain(stderr io.Writer, err error) {
	for line := range strings.Lines(err.Error()) {
		say(stderr, "refresh: %s", strings.TrimSuffix(line, "\n"))
	}
}
