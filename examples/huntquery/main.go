// Huntquery prints the rules as a query in the Kusto Query Language, for advanced hunting in
// Microsoft Defender, Microsoft Sentinel and Azure Data Explorer. The query answers for each
// click who made it, how sure that is, and why.
//
//	huntquery                                    the full query for Defender, over seven days
//	huntquery --schema sentinel --since 30d      for Sentinel, as far back as clicks are compared
//	huntquery --form short --tables signin       short enough for an analytics rule
//	huntquery --schema adx --form lists --lists DIR
//	                                             the ranges as CSV, and the query that reads them
//	huntquery --as rule --schema sentinel        an analytics rule; also hunting, workbook, function
//	huntquery --explain                          what a query cannot say
//	huntquery --self-test                        a query to run once, with the answer to expect
//
// The exit status is 0, 1 when writing failed, 2 for usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/examples/internal/cli"
	"github.com/whoclicked/whoclicked/examples/internal/ownranges"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

type options struct {
	Schema   string `enum:"defender,sentinel,adx" default:"defender" help:"Where the rows are: defender (advanced hunting), sentinel or adx (Azure Data Explorer)."`
	Form     string `enum:",short,full,lists" default:"" help:"short: below 10,000 characters; full: a query to save as a function; lists: full, with the ranges outside, see --lists. Unless said: full, and short for a rule."`
	As       string `enum:"query,function,rule,found-later,hunting,workbook" default:"query" help:"query, or ready for use: function, rule, found-later, hunting or workbook."`
	Since    string `placeholder:"SPAN" help:"How far back clicks are judged, such as 12h or 30d; 30 days at most. 7 days, unless said. A rule judges what is new."`
	Tables   string `placeholder:"LIST" help:"The tables of evidence that you have, separated by commas, or mail, signin, device, chat, none. All, unless said."`
	Ranges   string `placeholder:"FILE" help:"Your own address ranges: lines of kind: ranges [= name], kinds egress, cloudpc, scanner, tool, ignore."`
	Lists    string `placeholder:"DIR" help:"With --form lists: write the ranges there, as CSV for two watchlists, tables or addresses."`
	RangesAt string `placeholder:"NAME" help:"With --form lists: how the two watchlists or tables are called, or the address of the two files, without IPv4 and IPv6 at the end."`
	Explain  bool   `help:"Say what the query cannot say and the library can."`
	SelfTest bool   `help:"Print a query to run once in the portal, which shows whether it calculates as this program was tested to."`

	cli.Flags `embed:""`
}

const statusFailed = 1

var program = cli.Program{
	Name:  "huntquery",
	About: "The rules as a query for Defender's advanced hunting, Sentinel or Azure Data Explorer: who made each click, how sure that is, and why.",
	Help: `Examples:

    huntquery                                  the full query for Defender, over seven days
    huntquery --schema sentinel --since 30d    for Sentinel, as far back as clicks are compared
    huntquery --tables mail,signin             a tenant without devices and chats
    huntquery --form short                     below 10,000 characters, for an analytics rule
    huntquery --schema adx --form lists --lists DIR
                                               all ranges as CSV, and the query that reads them
    huntquery --ranges ranges.txt              your own ranges in the query
    huntquery --schema sentinel --as rule      an analytics rule: not the owner's click
    huntquery --schema sentinel --as function  the saved function WhoClicked, to deploy
    huntquery --self-test                      a query to run once, with the answer to expect

Exit status: 0; 1 writing failed; 2 wrong usage.`,
	Data: cli.Lists,
}

func main() { cli.Main(run) }

// run is the program without the process around it.
func run(_ context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	var o options
	done, err := program.Parse(&o, args, stdout, stderr)
	var q kql.Options
	if err == nil && !done {
		q, err = o.query()
	}
	switch {
	case err != nil:
		return program.Refuse(stderr, err)
	case done:
		return cli.ExitOK
	}
	text, err := o.text(q)
	if err != nil {
		return program.Refuse(stderr, err)
	}
	if o.Lists != "" {
		err = writeLists(o.Lists, q)
	}
	if err == nil {
		_, err = io.WriteString(stdout, text)
	}
	if err != nil {
		terminal.Complain(stderr, program.Name, err)
		return statusFailed
	}
	return cli.ExitOK
}

// query returns the options of the query.
func (o *options) query() (kql.Options, error) {
	q := kql.Options{Schema: kql.Schema(o.Schema), RangesAt: o.RangesAt}
	err := o.check()
	if err != nil {
		return q, err
	}
	if q.Form, err = formOf(o.As, q.Schema, kql.Form(o.Form)); err != nil {
		return q, err
	}
	switch {
	case (o.Lists != "" || o.RangesAt != "") && q.Form != kql.Lists:
		return q, errors.New("--lists and --ranges-at go with --form lists")
	case q.Form == kql.Lists && q.Schema == kql.Defender && !strings.HasPrefix(o.RangesAt, "https://"):
		return q, errors.New("--form lists for Defender reads the ranges from an address: say where they will be, such as --ranges-at https://lists.contoso.example/WhoClickedRanges")
	case o.Since != "" && (o.As == "rule" || o.As == "found-later"):
		return q, fmt.Errorf("--since does not go with --as %s: it judges what is new since its last run", o.As)
	case o.Since != "":
		if q.Since, err = parseSpan(o.Since); err != nil {
			return q, fmt.Errorf("--since: %w", err)
		}
	}
	if o.Tables != "" {
		if q.Tables, err = tablesOf(o.Tables); err != nil {
			return q, err
		}
	}
	if o.Ranges != "" {
		q.Ranges, err = ownranges.Open(o.Ranges)
	}
	return q, err
}

// check refuses flags that would have no effect beside others.
func (o *options) check() error {
	calls := o.As == "found-later" || o.As == "hunting" || o.As == "workbook"
	switch others := o.As != "query" || o.Form != "" || o.Since != "" || o.Tables != "" || o.Ranges != "" || o.Lists != "" || o.RangesAt != ""; {
	case o.SelfTest && (others || o.Explain):
		return errors.New("--self-test prints one query for all: only --schema goes with it")
	case o.Explain && o.Lists != "":
		return errors.New("--explain writes nothing: --lists does not go with it")
	case calls && (o.Ranges != "" || o.Form == "lists"):
		return fmt.Errorf("--as %s calls the function WhoClicked: give --ranges and --form to --as function", o.As)
	case o.As == "workbook" && o.Tables != "":
		return errors.New("--as workbook calls the function WhoClicked: give --tables to --as function")
	}
	return nil
}

// tablesOf returns the tables that a list names.
func tablesOf(list string) ([]string, error) {
	tables, none := []string{}, false
	for name := range strings.SplitSeq(list, ",") {
		switch name = strings.TrimSpace(name); name {
		case "":
		case "none":
			none = true
		case "UrlClickEvents":
			return nil, errors.New("--tables: UrlClickEvents is always read; name tables of evidence, or none")
		default:
			tables = append(tables, name)
		}
	}
	if none && len(tables) > 0 {
		return nil, fmt.Errorf("--tables: none does not go with %s", strings.Join(tables, ", "))
	}
	return tables, nil
}

// text returns what is printed.
func (o *options) text(q kql.Options) (string, error) {
	switch {
	case o.SelfTest:
		return kql.SelfTest(), nil
	case o.Explain:
		unsaid, err := kql.Unsaid(q)
		if err != nil {
			return "", err
		}
		return "What this query cannot say, and the library can:\n\n- " + strings.Join(unsaid, "\n- ") + "\n", nil
	}
	return render(o.As, q)
}

// parseSpan parses "90m", "12h" or "7d".
func parseSpan(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var n uint64
		n, err = strconv.ParseUint(days, 10, 16)
		d = time.Duration(n) * 24 * time.Hour
	}
	switch {
	case err != nil:
		return 0, fmt.Errorf("want a span such as 90m, 12h or 30d: %.32q", s)
	case d < time.Minute || d > 30*24*time.Hour:
		return 0, fmt.Errorf("%.32q is not between 1m and 30d", s)
	}
	return d, nil
}
