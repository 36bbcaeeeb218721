// Command evaluate measures how far verdicts can be trusted: on made-up
// tenants, where the truth is known because it was made up, or on a tenant's
// own labelled clicks.
//
// Figures from made-up tenants are called robustness, never accuracy: the
// generator and the rules table share assumptions, and no public labelled data
// exist to check either. The variants of the generator break the assumptions
// in turn. The variant "hard" is a second generator, whose tenants hold the
// mechanisms that are easily mistaken for one another: intruders of every kind,
// phones behind shared addresses, rotating proxies, robots, previews. No weight
// and no limit of the rules is fitted to any of them.
//
// The headline says what each class holds of owners', intruders' and machines'
// clicks. Its bounds count accounts, intruders, machines and tenants, and not
// rows.
package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

const exitIncomplete = 1 // some rows could not be read; the rest counts

type options struct {
	Files []string `arg:"" optional:"" name:"file" help:"Exports of click and evidence tables whose clicks are labelled. None: made-up tenants."`

	Labels   string  `placeholder:"FILE" help:"The labels of the clicks in the files: CSV or NDJSON with report_id (or file and row), label (machine, owner or other) and source."`
	Model    string  `placeholder:"FILE" help:"Fit the probabilities to the labels, measure the fit by cross-validation, and write the model to FILE."`
	BaseRate float64 `placeholder:"SHARE" help:"Share of automated clicks among all rows, where the labels are no random sample."`

	Tenants     int      `default:"12" help:"Made-up tenants."`
	Seed        uint64   `default:"1" help:"Another seed makes other tenants."`
	Variant     []string `default:"base" help:"Which generator: ${variants}; or all. Several with commas."`
	Training    bool     `help:"Draw tenants from the unshifted ranges."`
	MaxAccounts int      `default:"1500" help:"Accounts of the largest tenant."`
	Networks    bool     `help:"Give the owners of addresses as evidence too, as triage --asn does."`
	Write       string   `placeholder:"DIR" help:"Do not measure: write the made-up tenants into DIR, as exports that triage reads, with their labels beside them."`
	Rounds      int      `default:"500" help:"Bootstrap rounds for intervals."`

	Format string `enum:"text,ndjson" default:"text" help:"Form of the output: text or ndjson."`
	JSON   bool   `name:"json" help:"The same as --format ndjson."`
	Plots  string `placeholder:"DIR" help:"Draw risk-coverage and reliability plots, SVG and PNG, into DIR."`

	cli.Flags `embed:""`
}

func program() cli.Program {
	var names []string
	for _, v := range synth.Variants {
		names = append(names, string(v))
	}
	return cli.Program{
		Name:  "evaluate",
		About: "Measures verdicts on made-up tenants (robustness, not accuracy) or on your own labelled clicks: what each class holds of owners', intruders' and machines' clicks, with bounds that count accounts and tenants, precision of automated, people called automated with an exact bound, recall, Brier, calibration error, abstention, worst tenant, and what each group of rules contributes.",
		Help: `Examples:

    evaluate                                          made-up tenants
    evaluate --variant all --tenants 4                with each assumption broken in turn
    evaluate --labels labels.csv export/              your own labelled clicks
    evaluate --labels labels.csv --model model.json export/
    evaluate --write made-up --tenants 2              write the tenants as exports

Exit status: 0; 1 some rows could not be read; 2 wrong usage or nothing to measure; 130 interrupted.`,
		Data: cli.RulesAndLists,
		Vars: kong.Vars{"variants": strings.Join(names, ", ")},
	}
}

func main() { cli.Main(run) }

// run is the program without the process around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	program := program()
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
	complain := func(err error) { terminal.Complain(stderr, program.Name, err) }
	stdin = cli.Stdin(ctx, stdin, "an export", func(s string) { complain(errors.New(s)) })
	var out printer = &textPrinter{w: stdout}
	if o.JSON || o.Format == "ndjson" {
		out = newJSONPrinter(stdout)
	}
	broken := 0
	switch {
	case len(o.Files) > 0:
		broken, err = labelled(ctx, &o, stdin, out, stderr)
	case o.Write != "":
		err = writeTenants(ctx, &o, stdout)
	default:
		err = robustness(ctx, &o, out)
	}
	if err == nil {
		err = out.close()
	}
	switch {
	case ctx.Err() != nil:
		complain(errors.New("interrupted"))
		return cli.ExitInterrupted
	case err != nil:
		complain(err)
		return cli.ExitUsage
	case broken > 0:
		return exitIncomplete
	}
	return cli.ExitOK
}

func (o *options) check() error {
	switch {
	case len(o.Files) > 0 && o.Labels == "":
		return errors.New("files need --labels FILE")
	case len(o.Files) == 0 && (o.Labels != "" || o.Model != "" || o.BaseRate != 0):
		return errors.New("--labels, --model and --base-rate need files of clicks")
	case o.Write != "" && (len(o.Files) > 0 || o.Plots != ""):
		return errors.New("--write takes neither files nor --plots")
	case o.BaseRate < 0 || o.BaseRate >= 1:
		return errors.New("--base-rate must be between 0 and 1")
	case o.Tenants < 1 || o.Tenants > 10_000:
		return errors.New("--tenants must be between 1 and 10000")
	case o.Rounds < 0 || o.Rounds > 100_000:
		return errors.New("--rounds must be between 0 and 100000")
	}
	return o.checkPlaces()
}
