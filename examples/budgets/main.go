// Budgets measures what the library promises of speed and size, and prints each figure
// beside its limit. Speeds are ratios to a reference in the same run, because nanoseconds
// differ between machines and ratios hardly do.
//
//	budgets                     every budget, as a table
//	budgets --format ndjson     {"budget","measured","limit","unit","ok"}
//	budgets --only lookup       budgets with this text in their name
//
// It runs the go command to build programs. The exit status is 0, 1 if a budget is exceeded
// or could not be measured, and 2 for wrong usage.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

type options struct {
	Format string `enum:"text,ndjson" default:"text" help:"text or ndjson."`
	Only   string `placeholder:"TEXT" help:"Only the budgets with TEXT in their name."`
	Rounds int    `default:"5" help:"Rounds of each comparison; the median counts, of runs of triage the fastest."`
	Rows   int    `default:"10000000" help:"Rows of the memory budgets, which compare with a tenth of them."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	var o options
	helped := false
	parser, err := kong.New(&o, kong.Name("budgets"),
		kong.Description("What the library promises of speed and size, measured."),
		kong.Writers(stdout, stderr), kong.Exit(func(int) { helped = true }))
	if err == nil {
		_, err = parser.Parse(args)
	}
	if helped {
		return 0
	}
	if err == nil && o.Rounds < 1 {
		err = fmt.Errorf("--rounds must be at least 1")
	}
	if err == nil && o.Rows < 10 {
		err = fmt.Errorf("--rows must be at least 10")
	}
	if err != nil {
		fmt.Fprintln(stderr, "budgets:", err)
		return 2
	}
	memoryRows = o.Rows
	testing.Init()
	status := 0
	for _, b := range budgets {
		if !strings.Contains(b.name, o.Only) {
			continue
		}
		measured, err := b.measure(o.Rounds)
		if err != nil {
			fmt.Fprintf(stderr, "budgets: %s: %v\n", b.name, err)
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
