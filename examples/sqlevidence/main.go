// Sqlevidence judges clicks by evidence that stays in a data base: SQLite here, and with
// another driver any other that database/sql reaches.
//
//	sqlevidence                             a made-up data base and clicks
//	sqlevidence --db evidence.db clicks.csv clicks from a file, - for standard input
//
// It writes one JSON object a click. The tables are those of schema.sql. For each batch of
// clicks it makes one query. If the data base does not answer in time, the clicks of the
// batch are judged without it: their "failed" names what could not be looked up, and none
// of them is called automated. The next batch tries again.
//
// The exit status is 0, 1 if rows could not be read or look-ups failed, 2 for usage, and
// 130 if it was interrupted.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/cli"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

type options struct {
	Clicks  string        `arg:"" optional:"" name:"clicks" help:"An export of UrlClickEvents; - for standard input. None: made-up clicks."`
	DB      string        `name:"db" placeholder:"FILE" help:"The SQLite data base with the tables of schema.sql. It is opened for reading only."`
	Timeout time.Duration `default:"5s" help:"Of one query."`

	cli.Flags `embed:""`
}

const statusIncomplete = 1

var program = cli.Program{
	Name:  "sqlevidence",
	About: "Who clicked? With evidence from a data base.",
	Help: `Examples:

    sqlevidence                                a made-up data base and clicks
    sqlevidence --db evidence.db clicks.csv    a JSON object for each click

Exit status: 0; 1 rows could not be read or look-ups failed; 2 wrong usage; 130 interrupted.`,
	Data: cli.RulesAndLists,
}

func main() { cli.Main(run) }

// run is the program without the process around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var o options
	done, err := program.Parse(&o, args, stdout, stderr)
	if err == nil && (o.DB == "") != (o.Clicks == "") {
		err = errors.New("name both a data base and clicks, or neither")
	}
	switch {
	case err != nil:
		return program.Refuse(stderr, err)
	case done:
		return cli.ExitOK
	}
	remark := func(err error) { terminal.Complain(stderr, program.Name, err) }
	stdin = cli.Stdin(ctx, stdin, "an export", func(s string) { remark(errors.New(s)) })
	failures, err := o.judge(ctx, stdin, stdout, remark)
	switch {
	case ctx.Err() != nil:
		return cli.ExitInterrupted
	case err != nil:
		remark(err)
		return statusIncomplete
	case failures > 0:
		return statusIncomplete
	}
	return 0
}

// judge writes the verdicts, and returns how many rows and look-ups failed.
func (o *options) judge(ctx context.Context, stdin io.Reader, stdout io.Writer, remark func(error)) (failures int, err error) {
	name, clicks, file := "sample", sampleClicks(), o.DB
	if o.Clicks == "" {
		dir, err := os.MkdirTemp("", "sqlevidence")
		if err != nil {
			return 0, err
		}
		defer os.RemoveAll(dir)
		file = filepath.Join(dir, "sample.db")
		if err := makeSample(ctx, file); err != nil {
			return 0, err
		}
	} else if name, clicks = o.Clicks, stdin; o.Clicks != "-" {
		f, err := os.Open(o.Clicks)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		clicks = f
	}

	db, err := open(file, "ro")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	r, err := tables.NewReader(name, clicks, tables.Options{})
	if err != nil {
		return 0, err
	}
	c, err := clickclass.New(clickclass.Options{Source: &source{db: db, timeout: o.Timeout}})
	if err != nil {
		return 0, err
	}
	out := bufio.NewWriter(terminal.CleanWriter(stdout))
	var line []byte
	for result, err := range c.All(ctx, r.Clicks(nil)) {
		if err != nil {
			failures++
			remark(err)
			continue
		}
		line = append(result.AppendJSON(line[:0]), '\n')
		if _, err := out.Write(line); err != nil {
			return failures, err
		}
	}
	return failures, out.Flush()
}

// open opens a data base. Nothing is read before the first query. mode is "ro", or "rwc"
// to create it.
//
// No connection is kept open while there is nothing to ask, so that a data base that was
// away is found again. A server's driver notices a broken connection by itself; there,
// leave that limit out.
func open(file, mode string) (*sql.DB, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	if path = filepath.ToSlash(path); path[0] != '/' {
		path = "/" + path // a drive letter
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: "mode=" + mode}
	db, err := sql.Open("sqlite", name.String())
	if err == nil {
		db.SetMaxIdleConns(0)
	}
	return db, err
}
