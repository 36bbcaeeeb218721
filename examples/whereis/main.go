// Whereis says which Microsoft services addresses and hosts belong to, and whether a
// person can be behind them.
//
//	whereis 52.112.103.113            every list that has the address
//	whereis 52.112.0.0/13             which services have how much of a prefix or range
//	whereis outlook.office.com        every pattern that has the host
//	whereis --at 2022-11-01 ADDRESS   in the lists of that day
//	whereis < FILE                    all that stands in a list or a log
//	whereis --format ndjson < FILE    one JSON object each
//
// A query may be defanged, quoted, or have a port or a zone; of a URL the host counts. In
// a line that is no list, the addresses, prefixes, ranges and URLs count, and hosts that
// a list has.
//
// The exit status is 0, also when nothing matches, 1 when a query was not understood or
// reading or writing failed, and 2 for usage. With --format ndjson a query that was not
// understood is an object with an error, else a line on standard error.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/whoclicked/whoclicked/examples/internal/terminal"
	"github.com/whoclicked/whoclicked/iprange"
)

type options struct {
	Queries []string `arg:"" optional:"" name:"query" help:"Addresses, prefixes, ranges, hosts, URLs, or a line of a log; - for standard input. None: standard input."`
	At      string   `placeholder:"DATE" help:"In the lists in force then: 2022-11-01 or an RFC 3339 time."`
	Format  string   `enum:"text,ndjson" default:"text" help:"text, or ndjson: one JSON object a query."`
	Ranges  string   `placeholder:"FILE" help:"Your own address ranges: lines of kind: ranges [= name], kinds egress, cloudpc, scanner, tool, ignore."`
	Version bool     `help:"Print the lists with their dates."`
}

// Help is what --help shows below the description.
func (options) Help() string {
	return `Examples:

    whereis 52.112.103.113                  an address: every list that has it
    whereis 52.112.0.0/13                   a prefix: which services have how much of it
    whereis 40.92.0.0-40.95.255.255         a range
    whereis 52.112.103[.]113:443            defanged, with a port
    whereis https://outlook.office.com/x    a URL: its host
    whereis "52.112.103.113, 40.94.1.1"     several, as a column holds them
    whereis --at 2022-11-01 52.120.1.1      in the lists of that day
    whereis < addresses.txt                 a list, or the addresses in a log
    whereis --format ndjson < firewall.log | jq -r '[.value, .people] | @tsv'

The exit status is 0, also when nothing matches; 1 when a query was not understood or reading failed; 2 for wrong usage.`
}

// Exit statuses.
const (
	statusFailed = 1
	statusUsage  = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the program without the process around it.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var o options
	helped := false
	parser, err := kong.New(&o, kong.Name("whereis"),
		kong.Description("Which Microsoft services is this address, prefix or host, and can a person be behind it? Works offline, on published lists."),
		kong.Writers(stdout, stderr), kong.Exit(func(int) { helped = true }))
	if err == nil {
		_, err = parser.Parse(args)
	}
	if helped {
		return 0
	}
	var at time.Time
	if err == nil && o.At != "" {
		at, err = parseDate(o.At)
	}
	if err != nil {
		complain(stderr, err)
		return statusUsage
	}
	set, err := lists(o.Ranges)
	if err != nil {
		complain(stderr, err)
		return statusFailed
	}
	out := bufio.NewWriterSize(stdout, 64<<10)
	p := printer{set: set, at: at, ndjson: o.Format == "ndjson", out: out, stderr: stderr}
	if o.Version {
		fmt.Fprintln(out, terminal.Clean(listsWithDates(set)))
	} else {
		err = p.all(o.Queries, stdin)
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		complain(stderr, err)
	}
	if err != nil || p.failed {
		return statusFailed
	}
	return 0
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

// listsWithDates returns the lists of a Set, each with the date of its newest
// version, in one line.
func listsWithDates(s *iprange.Set) string {
	var names []string
	for _, l := range s.Lists() {
		name := l.Name
		if n := len(l.Dates); n > 0 {
			name += " " + l.Dates[n-1].Format(time.DateOnly)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
