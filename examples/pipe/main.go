// Pipe judges clicks line by line: JSON lines on standard input, and for each a verdict or
// an error on standard output, for whatever starts a child process and speaks to it over
// pipes.
//
//	pipe                    a line out for every line in, in order, at once
//	pipe --hold 5s          clicks wait 5 s for their neighbours; verdicts can be revised
//	pipe --rsyslog          answers as rsyslog's mmexternal reads them
//
// A line is a click in any JSON form that package tables reads, or a document with several.
// The exit status is 0, also if lines were answered with an error; 1 if reading, writing or
// the state failed; 2 for usage; and 130 after Ctrl-C.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/ownranges"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
	"github.com/whoclicked/whoclicked/iprange"
)

// options are the command line.
type options struct {
	Hold    hold   `placeholder:"N|DURATION" help:"Hold clicks back until N more have come, or for a DURATION such as 5s, and judge them beside their neighbours. A verdict that later clicks change comes again, with a higher revision."`
	State   string `placeholder:"FILE" help:"With --hold: go on from the state in FILE, and save it there each minute and at the end."`
	Rsyslog bool   `help:"Answer as rsyslog's mmexternal reads it: the verdict becomes $!whoclicked of the message."`
	Ranges  string `placeholder:"FILE" help:"Your own address ranges: lines of kind: ranges [= name], kinds egress, cloudpc, scanner, tool, ignore."`
	Version bool   `help:"Print the versions of the rules and the address lists."`
}

// hold is how many clicks, or how long, clicks are held back. The zero hold is not at all.
type hold struct {
	Rows int
	For  time.Duration
}

// maxHold bounds what is held. The limit of the text bounds the memory.
const maxHold = 1_000_000

// UnmarshalText parses a number of rows or a duration.
func (h *hold) UnmarshalText(text []byte) error {
	if n, err := strconv.Atoi(string(text)); err == nil {
		if n < 1 || n > maxHold {
			return fmt.Errorf("%d is not between 1 and %d", n, maxHold)
		}
		h.Rows = n
		return nil
	}
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%.40q is neither a number of rows nor a duration such as 5s", text)
	}
	if d < 100*time.Millisecond || d > 24*time.Hour {
		return fmt.Errorf("%v is not between 100ms and 24h", d)
	}
	h.For = d
	return nil
}

// Exit statuses.
const (
	statusFailed      = 1
	statusUsage       = 2
	statusInterrupted = 130 // as a shell reports SIGINT
)

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		s := <-signals
		signal.Stop(signals) // the second one ends the program at once
		cancel(&signalError{s})
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// signalError is a signal that asked the program to end.
type signalError struct{ os.Signal }

func (e *signalError) Error() string { return "stopped: " + e.String() }

// run is the program without the process around it. The end of ctx is that of the input.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var o options
	helped := false
	parser, err := kong.New(&o, kong.Name("pipe"),
		kong.Description("JSON lines of clicks in, a verdict for each out: for programs that call another over pipes."),
		kong.Writers(stdout, stderr), kong.Exit(func(int) { helped = true }))
	if err == nil {
		_, err = parser.Parse(args)
	}
	if helped {
		return 0
	}
	if err == nil {
		err = o.check()
	}
	if err != nil {
		terminal.Complain(stderr, "pipe", err)
		return statusUsage
	}
	if o.Version {
		fmt.Fprintf(stdout, "rules %s\nlists %s\n", clickclass.RulesVersion, iprange.Default().Version())
		return 0
	}
	out := bufio.NewWriterSize(stdout, 64<<10)
	j, err := o.newJudge(out)
	if err != nil {
		terminal.Complain(stderr, "pipe", err)
		return statusUsage
	}
	if err := serve(ctx, j, stdin, out); err != nil {
		terminal.Complain(stderr, "pipe", err)
		return statusFailed
	}
	var stopped *signalError
	if errors.As(context.Cause(ctx), &stopped) && stopped.Signal == os.Interrupt {
		return statusInterrupted
	}
	return 0
}

func (o *options) check() error {
	switch held := o.Hold != (hold{}); {
	case held && o.Rsyslog:
		return errors.New("--hold and --rsyslog exclude each other: rsyslog waits for the answer to a message before it sends the next")
	case o.State != "" && !held:
		return errors.New("--state goes with --hold: without it no line depends on another")
	}
	return nil
}

func (o *options) newJudge(out *bufio.Writer) (judge, error) {
	given := clickclass.Options{Workers: 1, Window: clickclass.Window{Rows: o.Hold.Rows}}
	if o.Ranges != "" {
		var err error
		if given.Ranges, err = ownranges.Open(o.Ranges); err != nil {
			return nil, fmt.Errorf("--ranges: %w", err)
		}
	}
	c, err := newClassifiers(given)
	if err != nil {
		return nil, err
	}
	if o.Hold != (hold{}) {
		return newHolder(c, o.Hold.For, o.State, out)
	}
	return &answerer{out: out, rsyslog: o.Rsyslog, classifiers: c}, nil
}
