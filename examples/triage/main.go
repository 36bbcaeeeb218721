// Command triage answers "who clicked?" for every row of the click tables in any mix of
// exports: the account's owner or an automated service, which service, how certain that
// is, why, and what evidence would settle it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"time"

	"github.com/alecthomas/kong"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
	"github.com/whoclicked/whoclicked/iprange"
)

// The exit statuses.
const (
	exitOK          = 0
	exitIncomplete  = 1   // some rows or files could not be read; the rest counts
	exitUsage       = 2   // nothing could be done
	exitFound       = 3   // --fail-on found what it was told to look for
	exitInterrupted = 130 // as a shell reports SIGINT
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
	Version       bool          `help:"Print the versions of the rules and the address lists."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends the program at once
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	os.Exit(status)
}

// run is the program without the process around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var o options
	helped := false
	parser, err := kong.New(&o,
		kong.Name("triage"),
		kong.Description("Who clicked? Says for every row of UrlClickEvents and its relatives whether the account's owner or an automated service made the click, which service, how sure that is and why.\n\nExit status: 0 all rows were read, 1 some rows or files could not be read, 2 wrong usage or nothing readable, 3 a click that is shown is one that --fail-on names, 130 interrupted."),
		kong.Vars{"workers": fmt.Sprint(runtime.GOMAXPROCS(0))},
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		terminal.Complain(stderr, "triage", err)
		return exitUsage
	}
	_, err = parser.Parse(args)
	if helped {
		return exitOK
	}
	if err == nil {
		err = o.check()
	}
	if err != nil {
		terminal.Complain(stderr, "triage", err)
		fmt.Fprintln(stderr, "Run triage --help for the flags.")
		return exitUsage
	}
	if o.Schema {
		stdout.Write(schema) // the shell tells of a broken pipe
		return exitOK
	}
	if o.Version {
		fmt.Fprintf(stdout, "rules %s\nlists %s\n", clickclass.RulesVersion, iprange.Default().Version())
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
