// Budgets measures what the library promises of speed and size, and prints each figure
// beside its limit. Speeds are ratios to a reference in the same run, because nanoseconds
// differ between machines and ratios hardly do.
//
//	budgets                     every budget, as a table
//	budgets --json              {"budget","measured","limit","unit","ok"}
//	budgets --only lookup       budgets with this text in their name
//
// It runs the go command to build programs. The exit status is 0, 1 if a budget is exceeded
// or could not be measured, 2 for wrong usage, and 130 if it was interrupted.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

type options struct {
	Format string `enum:"text,ndjson" default:"text" help:"text or ndjson."`
	Only   string `placeholder:"TEXT" help:"Only the budgets with TEXT in their name."`
	Rounds int    `default:"5" help:"Rounds of each comparison; the median counts, of runs of triage the fastest."`
	Rows   int    `default:"10000000" help:"Rows of the memory budgets, which compare with a tenth of them."`
	JSON   bool   `name:"json" help:"The same as --format ndjson."`

	cli.Flags `embed:""`
}

var program = cli.Program{
	Name:  "budgets",
	About: "What the library promises of speed and size, measured.",
	Help: `Examples:

    budgets                 every budget
    budgets --only lookup   those with this text in their name
    budgets --json          {"budget","measured","limit","unit","ok"}

Exit status: 0; 1 a budget is exceeded or could not be measured; 2 wrong usage; 130 interrupted.`,
	Data: cli.RulesAndLists,
}

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	var o options
	done, err := program.Parse(&o, args, stdout, stderr)
	if err == nil && !done {
		err = o.check()
	}
	switch {
	case err != nil:
		return program.Refuse(stderr, err)
	case done:
		return cli.ExitOK
	}
	memoryRows = o.Rows
	testing.Init()
	status := 0
	for _, b := range budgets {
		if !strings.Contains(b.name, o.Only) {
			continue
		}
		if ctx.Err() != nil {
			return cli.ExitInterrupted
		}
		measured, err := b.measure(o.Rounds)
		if err != nil {
			terminal.Complain(stderr, program.Name, fmt.Errorf("%s: %w", b.name, err))
			status = 1
			continue
		}
		r := result{b.name, round(measured), b.limit, b.unit, b.holds(measured)}
		if !r.OK && !b.forComparison {
			status = 1
		}
		r.print(stdout, o.Format, b)
	}
	return status
}

func (o *options) check() error {
	if o.JSON {
		o.Format = "ndjson"
	}
	switch {
	case o.Rounds < 1:
		return errors.New("--rounds must be at least 1")
	case o.Rows < 10:
		return errors.New("--rows must be at least 10")
	}
	return nil
}

// budget is one promise.
type budget struct {
	name    string
	limit   float64
	unit    string // "ratio", "MB", "ms", ...
	atLeast bool   // the limit is a lower one
	measure func(rounds int) (float64, error)
	// forComparison: there is no limit, the figure is only shown.
	forComparison bool
}

func (b *budget) holds(measured float64) bool {
	if b.atLeast {
		return measured >= b.limit
	}
	return measured <= b.limit
}

type result struct {
	Budget   string  `json:"budget"`
	Measured float64 `json:"measured"`
	Limit    float64 `json:"limit"`
	Unit     string  `json:"unit"`
	OK       bool    `json:"ok"`
}

func (r result) print(w io.Writer, format string, b budget) {
	if format == "ndjson" {
		if !b.forComparison {
			line, _ := json.Marshal(r)
			fmt.Fprintf(w, "%s\n", line)
		}
		return
	}
	limit, verdict := "at most", "ok"
	if b.atLeast {
		limit = "at least"
	}
	if !r.OK {
		verdict = "EXCEEDED"
	}
	if b.forComparison {
		fmt.Fprintf(w, "%-62s %10.4g %s\n", r.Budget, r.Measured, r.Unit)
		return
	}
	fmt.Fprintf(w, "%-62s %10.4g %-10s %s %g: %s\n", r.Budget, r.Measured, r.Unit, limit, r.Limit, verdict)
}

func round(x float64) float64 {
	var v float64
	fmt.Sscanf(fmt.Sprintf("%.4g", x), "%g", &v)
	return v
}

// ratio returns how many times as long an operation of a takes as one of b, the median of
// the rounds. The two take turns, so that whatever else the machine does slows both.
func ratio(rounds int, a, b func(*testing.B)) (float64, error) {
	var all []float64
	for range rounds {
		x, y := perOp(a), perOp(b)
		if x == 0 || y == 0 {
			return 0, fmt.Errorf("a benchmark failed")
		}
		all = append(all, x/y)
	}
	return median(all), nil
}

func perOp(f func(*testing.B)) float64 {
	r := testing.Benchmark(f)
	if r.N == 0 {
		return 0
	}
	return float64(r.T.Nanoseconds()) / float64(r.N)
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}
