// Whereis says which Microsoft services an address or a host belongs to, and
// whether a person can be behind it.
//
//	whereis 52.112.103.113            every list that has the address
//	whereis outlook.office.com        every pattern that has the host
//	whereis --at 2022-11-01 ADDRESS   in the lists of that day
//	whereis --format ndjson < FILE    one a line on standard input
//
// The exit status is 0, also when nothing matches, 1 when reading or writing
// failed, and 2 for usage.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/alecthomas/kong"

	"github.com/whoclicked/whoclicked/iprange"
)

type options struct {
	Queries []string `arg:"" optional:"" name:"address-or-host" help:"Addresses, hosts or URLs; - for standard input. None: one a line on standard input."`
	At      string   `placeholder:"DATE" help:"In the lists in force then: 2022-11-01 or an RFC 3339 time."`
	Format  string   `enum:"text,ndjson" default:"text" help:"text, or ndjson: one JSON object a query."`
	Ranges  string   `placeholder:"FILE" help:"Your own address ranges: lines of kind: ranges [= name], kinds egress, cloudpc, scanner, tool, ignore."`
	Version bool     `help:"Print the lists with their dates."`
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
		kong.Description("Which Microsoft services is this address or host, and can a person be behind it? Works offline, on published lists."),
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
		fmt.Fprintln(stderr, "whereis:", err)
		return statusUsage
	}
	set, err := lists(o.Ranges)
	if err == nil {
		out := bufio.NewWriterSize(stdout, 64<<10)
		if o.Version {
			fmt.Fprintln(out, listsWithDates(set))
		} else {
			p := printer{set: set, at: at, ndjson: o.Format == "ndjson", out: out}
			if err = p.all(o.Queries, stdin); err == nil && p.failed {
				err = errNotUnderstood
			}
		}
		err = errors.Join(err, out.Flush())
	}
	if err != nil {
		fmt.Fprintln(stderr, "whereis:", err)
		return statusFailed
	}
	return 0
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
		return nil, err
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

// longestLine is the longest line of standard input. A URL fits.
const longestLine = 1 << 20

type printer struct {
	set    *iprange.Set
	at     time.Time
	ndjson bool
	out    *bufio.Writer
	failed bool // a query was neither an address nor a host
}

func (p *printer) all(queries []string, stdin io.Reader) error {
	if len(queries) == 0 {
		queries = []string{"-"}
	}
	for _, q := range queries {
		if q != "-" {
			if err := p.one(q); err != nil {
				return err
			}
			continue
		}
		lines := bufio.NewScanner(stdin)
		lines.Buffer(nil, longestLine)
		for lines.Scan() {
			if q := strings.TrimSpace(lines.Text()); q != "" {
				if err := p.one(q); err != nil {
					return err
				}
			}
		}
		if err := lines.Err(); err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
	}
	return nil
}

func (p *printer) one(query string) error {
	a := answer{query: query, at: p.at}
	addr, host := parseQuery(query)
	if addr.IsValid() {
		a.matches = p.set.LookupAt(addr, p.at)
	} else if isHost(host) {
		a.matches, a.isHost = p.set.LookupHost(host), true
	} else {
		a.isHost, a.problem, p.failed = true, "address or host expected", true
	}
	if !p.at.IsZero() && !a.isHost {
		a.unreached = unreached(p.set, p.at)
	}
	if p.ndjson {
		return a.writeJSON(p.out)
	}
	return a.writeText(p.out)
}

var errNotUnderstood = errors.New("some queries were neither an address nor a host")

// isHost says whether a name can be a host's. Without a letter it is a piece of
// an address or a range, and "in none of the lists" would say something untrue.
func isHost(name string) bool {
	letter := false
	for _, r := range name {
		switch {
		case unicode.IsLetter(r):
			letter = true
		case unicode.IsDigit(r), unicode.Is(unicode.Mn, r), strings.ContainsRune("-._:", r):
		default:
			return false
		}
	}
	return letter && len(name) <= 1024
}

// parseQuery takes an address or a host out of what logs and reports have: with
// a port, in brackets, defanged, or in a URL.
func parseQuery(q string) (netip.Addr, string) {
	q = strings.NewReplacer("[.]", ".", "(.)", ".", "[:]", ":", "hxxp", "http").Replace(strings.TrimSpace(q))
	if _, rest, ok := strings.Cut(q, "://"); ok {
		q = rest
		if i := strings.IndexAny(q, "/?#"); i >= 0 {
			q = q[:i]
		}
		q = q[strings.LastIndexByte(q, '@')+1:]
	}
	if a, err := netip.ParseAddr(q); err == nil {
		return a, ""
	}
	if a, err := netip.ParseAddrPort(q); err == nil {
		return a.Addr(), ""
	}
	if inner, ok := strings.CutPrefix(q, "["); ok {
		if a, err := netip.ParseAddr(strings.TrimSuffix(inner, "]")); err == nil {
			return a, ""
		}
	}
	return netip.Addr{}, q
}

// unreached names the lists whose versions at hand are all newer than at, so
// that the answer is their oldest version's.
func unreached(s *iprange.Set, at time.Time) []string {
	var names []string
	for _, l := range s.Lists() {
		if len(l.Dates) > 0 && l.Dates[0].After(at) {
			names = append(names, l.Name+" "+l.Dates[0].Format(time.DateOnly))
		}
	}
	return names
}
