// Unwrap prints the original URL of Safe Links and of other rewritten links, with all
// fields of the wrappers, or rewrites a whole text.
//
//	unwrap [URL...]            URLs as arguments, or one a line on standard input
//	unwrap --json              one JSON object a link: layers, fields, flags
//	unwrap --find              links out of any text
//	unwrap --rewrite           filters text, HTML or .eml
//	unwrap --redact            with any of them: without what Safe Links say of recipients
//
// The exit status is 0, 1 when reading or writing failed, 2 for usage, and 130 if it was
// interrupted.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
	"github.com/whoclicked/whoclicked/safelinks"
)

// options are the command line.
type options struct {
	URLs            []string `arg:"" optional:"" name:"url" help:"Links to unwrap. None: one a line on standard input."`
	Format          string   `enum:"text,ndjson" default:"text" help:"text: the original URL alone, the input where nothing wraps it. ndjson: one JSON object a link."`
	Find            bool     `xor:"mode" help:"Print the wrapped links of any text on standard input."`
	QuotedPrintable bool     `help:"With --find: standard input is a quoted-printable body."`
	Rewrite         bool     `xor:"mode" help:"Copy standard input with every wrapped link replaced and nothing else changed."`
	As              string   `enum:"auto,text,html,mail" default:"auto" help:"With --rewrite: what standard input is (auto,text,html,mail)."`
	Redact          bool     `help:"Take out recipients, tenants, message ids and tokens instead of unwrapping."`
	JSON            bool     `name:"json" help:"The same as --format ndjson."`
	cli.Flags       `embed:""`
}

const statusFailed = 1

var program = cli.Program{
	Name:  "unwrap",
	About: "Safe Links and other rewritten links: the original URL, and what the link tells.",
	Help: `Examples:

    unwrap 'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example&data=05'
    unwrap < links.txt                  a link a line
    unwrap --find < message.txt         the links in any text
    unwrap --rewrite < in.eml > out.eml with the original links
    unwrap --rewrite --redact < in.html > out.html
    unwrap --json --find < message.txt | jq -r '.layers[].fields'

Exit status: 0; 1 reading or writing failed; 2 wrong usage; 130 interrupted.`,
}

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
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
	stdin = cli.Stdin(ctx, stdin, o.wanted(), func(s string) { terminal.Complain(stderr, program.Name, errors.New(s)) })
	out := bufio.NewWriterSize(terminal.CleanWriter(stdout), 64<<10)
	err = o.run(out, stdin, stderr)
	if ferr := out.Flush(); err == nil {
		err = ferr
	}
	if err != nil {
		terminal.Complain(stderr, program.Name, err)
	}
	var mistake *mistakeError
	switch {
	case errors.As(err, &mistake):
		return cli.ExitUsage
	case err != nil:
		return statusFailed
	case ctx.Err() != nil:
		return cli.ExitInterrupted
	}
	return cli.ExitOK
}

func (o *options) check() error {
	if o.JSON {
		o.Format = "ndjson"
	}
	switch {
	case len(o.URLs) > 0 && (o.Find || o.Rewrite):
		return errors.New("--find and --rewrite read standard input and take no links")
	case o.QuotedPrintable && !o.Find:
		return errors.New("--quoted-printable goes with --find")
	}
	return o.mistaken()
}

// wanted says what standard input should be.
func (o *options) wanted() string {
	if o.Find || o.Rewrite {
		return "a text"
	}
	return "links, one a line,"
}

func (o *options) run(out *bufio.Writer, stdin io.Reader, stderr io.Writer) error {
	p := printer{o: o, out: out}
	switch {
	case o.Rewrite:
		return o.rewrite(out, stdin, stderr)
	case o.Find:
		return o.find(p, stdin)
	case len(o.URLs) > 0:
		for _, link := range o.URLs {
			if err := p.link(link); err != nil {
				return err
			}
		}
		return nil
	}
	return p.lines(stdin)
}

// find prints the wrapped links of a text.
func (o *options) find(p printer, stdin io.Reader) error {
	if o.QuotedPrintable {
		// Rewrite decodes the text and reports what it finds.
		var printErr error
		err := safelinks.Rewrite(io.Discard, stdin, safelinks.RewriteOptions{
			Format: safelinks.FormatQuoted,
			Report: func(f safelinks.Found) { printErr = cmp.Or(printErr, p.print(f.Chain, f.Err, f.Cut)) },
		})
		return cmp.Or(err, printErr)
	}
	text, err := io.ReadAll(stdin)
	if err != nil {
		return err
	}
	for f := range safelinks.Find(text) {
		if err := p.print(f.Chain, f.Err, f.Cut); err != nil {
			return err
		}
	}
	return nil
}

var formats = map[string]safelinks.Format{
	"auto": safelinks.FormatAuto, "text": safelinks.FormatPlain, "html": safelinks.FormatHTML, "mail": safelinks.FormatMail,
}

func (o *options) rewrite(out io.Writer, stdin io.Reader, stderr io.Writer) error {
	cut := 0
	err := safelinks.Rewrite(out, stdin, safelinks.RewriteOptions{
		Format: formats[o.As],
		Redact: o.Redact,
		Report: func(f safelinks.Found) {
			if f.Cut {
				cut++
			}
		},
	})
	if cut > 0 && !o.Redact {
		fmt.Fprintf(stderr, "unwrap: links that seem to be cut by a line break, left as they are: %d\n", cut)
	}
	return err
}

// printer writes one result after the other.
type printer struct {
	o   *options
	out *bufio.Writer
}

// longestLine is the longest line of standard input that is looked at.
const longestLine = 1 << 20

// lines unwraps one link a line. A line that is too long for a link passes
// through, or becomes an error object.
func (p printer) lines(stdin io.Reader) error {
	in := bufio.NewReaderSize(stdin, longestLine)
	if err := mistakenLines(in); err != nil {
		return err
	}
	for {
		line, err := in.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			if err := p.long(in, line); err != nil {
				return err
			}
			continue
		}
		if err != nil && err != io.EOF {
			return err
		}
		atEnd := err == io.EOF
		if len(line) > 0 {
			text := bytes.TrimSuffix(line, []byte("\n"))
			text = bytes.TrimSuffix(text, []byte("\r"))
			if err := p.link(string(text)); err != nil {
				return err
			}
		}
		// Who feeds a pipe line by line gets each answer at once.
		if in.Buffered() == 0 {
			if err := p.out.Flush(); err != nil {
				return err
			}
		}
		if atEnd {
			return nil
		}
	}
}

func (p printer) long(in *bufio.Reader, line []byte) error {
	ndjson := p.o.Format == "ndjson"
	if ndjson {
		if err := p.object(result{Input: string(line[:128]), Error: text("unwrap: line longer than 1 MiB")}); err != nil {
			return err
		}
	}
	for {
		if !ndjson {
			if _, err := p.out.Write(line); err != nil {
				return err
			}
		}
		var err error
		line, err = in.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			continue
		}
		if !ndjson {
			if _, err := p.out.Write(line); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		return err
	}
}

func (p printer) link(raw string) error {
	if raw == "" && p.o.Format == "ndjson" {
		return nil
	}
	c, err := safelinks.Unwrap(raw)
	return p.print(c, err, false)
}

// result is one line of NDJSON.
type result struct {
	Input    string            `json:"input"`
	Original *string           `json:"original"`
	Layers   []safelinks.Layer `json:"layers"`
	Flags    []string          `json:"flags"`
	Error    *string           `json:"error"`
}

func text(s string) *string { return &s }

func (p printer) print(c safelinks.Chain, err error, cut bool) error {
	if cut {
		c.Flags |= safelinks.FlagCut
	}
	if p.o.Format == "text" {
		shown := c.Original()
		if p.o.Redact {
			shown = safelinks.Redact(c.Input)
		}
		_, err := p.out.WriteString(shown + "\n")
		return err
	}
	if p.o.Redact {
		c = c.Redact()
	}
	r := result{Input: c.Input, Layers: c.Layers}
	if c.Flags != 0 {
		r.Flags = strings.Split(c.Flags.String(), ",")
	}
	if err != nil {
		r.Error = text(err.Error())
	} else {
		r.Original = text(c.Original())
	}
	return p.object(r)
}

func (p printer) object(r result) error {
	if r.Layers == nil {
		r.Layers = []safelinks.Layer{}
	}
	if r.Flags == nil {
		r.Flags = []string{}
	}
	e := json.NewEncoder(p.out)
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
