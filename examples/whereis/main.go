// Whereis says which Microsoft services addresses and hosts belong to, and whether a
// person can be behind them.
//
//	whereis 52.112.103.113            every list that has the address
//	whereis 52.112.0.0/13             which services have how much of a prefix or range
//	whereis outlook.office.com        every pattern that has the host
//	whereis --at 2022-11-01 ADDRESS   in the lists of that day
//	whereis < FILE                    all that stands in a list or a log
//	whereis --json < FILE             one JSON object each
//
// A query may be defanged, quoted, or have a port or a zone; of a URL the host counts. In
// a line that is no list, the addresses, prefixes, ranges and URLs count, and hosts that
// a list has.
//
// The exit status is 0, also when nothing matches, 1 when a query was not understood or
// reading or writing failed, 2 for usage, and 130 if it was interrupted. With --json a query
// that was not understood is an object with an error, else a line on standard error.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
	"github.com/whoclicked/whoclicked/iprange"
)

type options struct {
	Queries []string `arg:"" optional:"" name:"query" help:"Addresses, prefixes, ranges, hosts, URLs, or a line of a log; - for standard input. None: standard input."`
	At      string   `placeholder:"DATE" help:"In the lists in force then: 2022-11-01 or an RFC 3339 time."`
	Format  string   `enum:"text,ndjson" default:"text" help:"text, or ndjson: one JSON object a query."`
	Ranges  string   `placeholder:"FILE" help:"Your own address ranges: lines of kind: ranges [= name], kinds egress, cloudpc, scanner, tool, ignore."`
	JSON    bool     `name:"json" help:"The same as --format ndjson."`

	cli.Flags `embed:""`
}

const statusFailed = 1

var program = cli.Program{
	Name:  "whereis",
	About: "Which Microsoft services is this address, prefix or host, and can a person be behind it? Works offline, on published lists.",
	Help: `Examples:

    whereis 52.112.103.113                  an address: every list that has it
    whereis 52.112.0.0/13                   a prefix: which services have how much of it
    whereis 40.92.0.0-40.95.255.255         a range
    whereis 52.112.103[.]113:443            defanged, with a port
    whereis https://outlook.office.com/x    a URL: its host
    whereis "52.112.103.113, 40.94.1.1"     several, as a column holds them
    whereis --at 2022-11-01 52.120.1.1      in the lists of that day
    whereis < addresses.txt                 a list, or the addresses in a log
    whereis --json < firewall.log | jq -r '[.value, .people] | @tsv'

Exit status: 0, also when nothing matches; 1 a query was not understood or reading failed; 2 wrong usage; 130 interrupted.`,
	Data: cli.Lists,
}

func main() { cli.Main(run) }

// run is the program without the process around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var o options
	done, err := program.Parse(&o, args, stdout, stderr)
	var at time.Time
	if err == nil && o.At != "" {
		at, err = parseDate(o.At)
	}
	switch {
	case err != nil:
		return program.Refuse(stderr, err)
	case done:
		return cli.ExitOK
	}
	set, err := lists(o.Ranges)
	if err != nil {
		complain(stderr, err)
		return statusFailed
	}
	stdin = cli.Stdin(ctx, stdin, "addresses, hosts or a log", func(s string) { complain(stderr, errors.New(s)) })
	out := bufio.NewWriterSize(stdout, 64<<10)
	p := printer{set: set, at: at, ndjson: o.JSON || o.Format == "ndjson", Output: terminal.Of(stdout, o.Color), out: out, stderr: stderr}
	err = p.all(o.Queries, stdin)
	if err = errors.Join(err, out.Flush()); err != nil {
		complain(stderr, err)
	}
	switch {
	case err != nil || p.failed:
		return statusFailed
	case ctx.Err() != nil:
		return cli.ExitInterrupted
	}
	return cli.ExitOK
}

// complain prints an error on one line or, of several, on one line each.
func complain(stderr io.Writer, err error) {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintln(stderr, "whereis:", terminal.Clean(strings.TrimSuffix(line, "\n")))
	}
}

func parseDate(s string) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, fmt.Errorf("--at: want a date such as 2022-11-01 or an RFC 3339 time: %.64q", s)
	}
	return t, nil
}

// lists returns the embedded lists, with the user's own ranges if a file is
// given.
func lists(file string) (*iprange.Set, error) {
	if file == "" {
		return iprange.Default(), nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	own, err := iprange.ReadOwn(f, filepath.Base(file))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return iprange.Default().With(own)
}
