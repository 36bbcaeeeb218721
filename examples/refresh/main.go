// Refresh keeps a folder of the published address lists up to date, and checks
// each new list before it replaces the last good one. A file may be an answer
// of the endpoints method as JSON, Azure service tags of any cloud, the CSV of
// the Microsoft Public IP Space, or a list of named ranges, such as crawlers and
// the ranges of other clouds. Which one is told by its content, and of plain
// lists of prefixes by the file name: see Read in package iprange. The web service
// has the endpoints alone.
//
//	refresh FILE                                   check a list, keep nothing
//	refresh --dir DIR --instance Worldwide FILE    take a list from a file, - for standard input
//	refresh --dir DIR --fetch                      ask the web service
//
// The network is used only with --fetch. Then the version is asked first, at
// most once an hour, with a client id of this folder's own; the list is asked
// for only when there is a newer one; and an answer of "too many requests" is
// remembered. A list that shrank, lost a whole address family or a service area,
// or is older, is refused; --force takes it all the same.
//
// The date and the instance of a list are those of its file name, unless --date and
// --instance say them; an undated list is refused in place of a dated one. No file that
// refresh did not write is overwritten: it gets the name NAME.aside-1, and so does a
// state that is damaged, and a line on standard error says so.
//
// The exit status is 0, 1 when the list was refused or could not be had, 2 for usage,
// and 130 if it was interrupted.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
)

type options struct {
	File     string        `arg:"" optional:"" help:"A list of endpoints, service tags, Public IP Space or named ranges, as published; - for standard input."`
	Dir      string        `placeholder:"DIR" help:"Folder that holds the lists and the state. None: check a file against the embedded list and keep nothing."`
	Instance string        `placeholder:"NAME" help:"Of the endpoints: Worldwide, China, USGovDoD or USGovGCCHigh. None: that of the file name, else Worldwide."`
	Date     string        `placeholder:"DATE" help:"Date of the list in the file, such as 2026-08-02. None: that of the file name."`
	Fetch    bool          `help:"Ask the web service. Without this the network is not used."`
	Force    bool          `help:"Take a list that the check refuses."`
	URL      string        `default:"https://endpoints.office.com" help:"The web service."`
	Timeout  time.Duration `default:"30s" help:"For each answer."`

	cli.Flags `embed:""`
}

var program = cli.Program{
	Name:  "refresh",
	About: "Keeps published address lists up to date, and checks them first.",
	Help: `Examples:

    refresh ServiceTags_Public_20260810.json               check a list, keep nothing
    refresh --dir lists worldwide_2026-08-02.json          keep it if it is good
    refresh --dir lists --instance China --date 2026-08-02 - < list.json
    refresh --dir lists --fetch                            ask the web service

Exit status: 0; 1 the list was refused or could not be had; 2 wrong usage; 130 interrupted.`,
	Data: cli.Lists,
}

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var o options
	done, err := program.Parse(&o, args, stdout, stderr)
	if done && err == nil {
		return cli.ExitOK
	}
	var day time.Time
	if err == nil && o.Date != "" {
		if day, err = time.Parse(time.DateOnly, o.Date); err != nil || !isListDay(day) {
			err = fmt.Errorf("--date: want a day such as 2026-08-02: %.40q", o.Date)
		}
	}
	if err == nil && o.Instance != "" {
		o.Instance, err = instanceOf(o.Instance)
	}
	if err == nil && o.Fetch == (o.File != "") {
		err = errors.New("want either a file or --fetch")
	}
	if err == nil && o.Fetch && o.Dir == "" {
		err = errors.New("--fetch needs --dir, to keep its state")
	}
	if err != nil {
		return program.Refuse(stderr, err)
	}
	stdin = cli.Stdin(ctx, stdin, "a list", func(s string) { say(stderr, "refresh: %s", s) })
	u := updater{
		store:    store{dir: o.Dir, ext: ".json", remark: func(s string) { say(stderr, "refresh: %s", s) }},
		instance: o.Instance, day: day, force: o.Force, out: stdout, remarks: stderr,
		service: o.URL, client: &http.Client{Timeout: o.Timeout}, now: time.Now,
	}
	err = u.store.sweep()
	switch {
	case err != nil:
	case o.Fetch:
		err = u.fetch(ctx)
	default:
		err = u.file(ctx, o.File, stdin)
	}
	switch {
	case ctx.Err() != nil:
		say(stderr, "refresh: interrupted")
		return cli.ExitInterrupted
	case err != nil:
		complain(stderr, err)
		return 1
	}
	return cli.ExitOK
}

// instanceOf returns an instance as the web service spells it.
func instanceOf(s string) (string, error) {
	for _, instance := range instances {
		if strings.EqualFold(s, instance) {
			return instance, nil
		}
	}
	return "", fmt.Errorf("--instance: want %s: %.40q", oneOf(instances), s)
}

// oneOf returns "a, b or c".
func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func (u *updater) file(ctx context.Context, name string, stdin io.Reader) error {
	in := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	data, err := readLimited(in)
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return err
	}
	d, err := readDocument(data, u.instance, name)
	if err != nil {
		return err
	}
	day := u.day
	if day.IsZero() {
		day = d.day()
	}
	return u.take(d, day, "")
}
