// Command triage answers "who clicked?" for every row of the click tables in any mix of
// exports: the account's owner or an automated service, which service, how certain that
// is, why, and what evidence would settle it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/alecthomas/kong"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
)

// The exit statuses.
const (
	exitOK          = cli.ExitOK
	exitIncomplete  = 1 // some rows or files could not be read; the rest counts
	exitUsage       = cli.ExitUsage
	exitFound       = 3 // --fail-on found what it was told to look for
	exitInterrupted = cli.ExitInterrupted
)

type options struct {
	Files    []string `arg:"" optional:"" name:"file" help:"Exports of click tables and of evidence tables, in any order: files, folders, globs, .xlsx, .gz, .zst, .zip, or - for standard input. None: what is piped in, or a built-in sample."`
	Format   string   `enum:"text,ndjson,csv,ecs,ocsf,timesketch" default:"text" help:"Form of the output: text; ndjson or csv, a line for each click; ecs (Elastic Common Schema), ocsf (a Detection Finding for each click) or timesketch, lines of JSON as others read them. Rows that could not be read are lines of ndjson, csv and ecs."`
	JSON     bool     `name:"json" help:"The same as --format ndjson."`
	Findings bool     `help:"With ndjson, ecs, ocsf and timesketch: lines that say what happened, after those of the clicks; in ecs those that deserve a look are alerts."`
	Schema   bool     `help:"Print the JSON Schema of the lines of ndjson."`
	HTML     string   `name:"html" placeholder:"FILE" help:"Write a report to FILE as well, one page that needs no network. The same as --output html=FILE."`
	Output   []string `sep:"none" placeholder:"FORMAT=FILE" help:"Write FORMAT (those of --format, or html) to FILE as well; may be given again. Only files that this program wrote are replaced, and only by whole ones."`
	FailOn   []string `placeholder:"WORDS" help:"End with status 3 if a click that is shown is of these classes, or dangerous_owner, dangerous_opened, taken_over."`

	filterOptions `embed:"" group:"What is shown:"`
	Ranges        string        `placeholder:"FILE" help:"Your own address ranges: lines of kind: ranges [= name], kinds egress, cloudpc, scanner, tool, ignore."`
	ASN           string        `name:"asn" placeholder:"FILE.mmdb" help:"A database of autonomous systems, such as GeoLite2-ASN."`
	Labels        string        `placeholder:"FILE" help:"Clicks whose truth is known (report_id or file and row, label, source): says how the verdicts agree, and fits the probabilities to them."`
	Prior         float64       `default:"0.1" help:"P(machine) before any evidence."`
	Window        time.Duration `default:"720h" help:"How far apart clicks still count as neighbours; 720h is the longest."`
	Workers       int           `default:"${workers}" help:"Processor cores to use."`
	NoProgress    bool          `help:"No progress bar."`
	Redact        bool          `help:"Pseudonyms for accounts, sites in place of URLs: output that can be shared."`
	cli.Flags     `embed:""`
}

var program = cli.Program{
	Name:  "triage",
	About: "Who clicked? Says for every row of UrlClickEvents and its relatives whether the account's owner or an automated service made the click, which service, how sure that is and why.",
	Help: `Examples:

    triage                                              the built-in sample
    triage UrlClickEvents.csv                           what happened, as text
    triage export/ --html report.html                   all of a folder, with a report to look at
    triage --json export/ | jq 'select(.priority == 1)' a JSON object for each click
    triage --account dana@contoso.example export/       of one account
    triage --redact export.zip                          to be shared
    triage --fail-on dangerous_opened export/ || echo   for scripts

Exit status: 0 all rows were read, 1 some rows or files could not be read, 2 wrong usage or nothing readable, 3 a click that is shown is one that --fail-on names, 130 interrupted: the output holds what was done by then.`,
	Data: cli.RulesAndLists,
	Vars: kong.Vars{"workers": fmt.Sprint(runtime.GOMAXPROCS(0))},
}

func main() { cli.Main(run) }

// run is the program without the process around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var o options
	done, err := program.Parse(&o, args, stdout, stderr)
	if err == nil && !done {
		err = o.check()
	}
	switch {
	case err != nil:
		return program.Refuse(stderr, err)
	case o.Schema && !done:
		stdout.Write(schema) // the shell tells of a broken pipe
		return exitOK
	case done:
		return exitOK
	}
	t := &triage{options: o, ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr}
	err = t.run()
	if err == nil && t.found {
		return exitFound
	}
	var usage *usageError
	switch {
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &usage):
		t.complain(usage.err)
		return exitUsage
	case err != nil:
		t.complain(err)
		return exitIncomplete
	case t.incomplete():
		return exitIncomplete
	}
	return exitOK
}

// usageError is an error of what the user asked for: nothing was done.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

func (o *options) check() error {
	if o.JSON {
		o.Format = "ndjson"
	}
	switch {
	case o.Workers < 1 || o.Workers > 1024:
		return fmt.Errorf("--workers %d is not between 1 and 1024", o.Workers)
	case !(o.Prior > 0 && o.Prior < 1):
		return fmt.Errorf("--prior %v is not between 0 and 1", o.Prior)
	case o.Window <= 0 || o.Window > 30*24*time.Hour:
		return fmt.Errorf("--window %v is not between 0 and 720h", o.Window)
	}
	return nil
}
