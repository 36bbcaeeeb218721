// Unwrap prints the original URL of Safe Links and of other rewritten links, with all
// fields of the wrappers, or rewrites a whole text.
//
//	unwrap [URL...]            URLs as arguments, or one a line on standard input, also with text around it
//	unwrap --json              one JSON object a link: layers, fields, flags
//	unwrap --find              links out of any text
//	unwrap --rewrite           filters text, HTML or .eml
//	unwrap --redact            with any of them: without people, tenants, messages and secrets
//
// A link that a mail program broke into lines is put together. Input in UTF-16 is read too.
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

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

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
	Redact          bool     `help:"Take out people, tenants, message ids and secrets, in and around links, instead of unwrapping."`
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
		return program.Refuse(stderr, errors.New(safelinks.Redact(err.Error())))
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
	p := printer{o: o, out: out, stderr: stderr}
	var r remarks
	defer r.print(stderr)
	switch {
	case o.Rewrite:
		return o.rewrite(out, stdin, &r)
	case o.Find:
		return o.find(p, stdin, &r)
	case len(o.URLs) > 0:
		for _, link := range o.URLs {
			if err := p.link(link); err != nil {
				return err
			}
		}
		return nil
	}
	return p.lines(stdin, &r)
}

// remarks counts what is said on standard error at the end.
type remarks struct {
	cut       int // links that a line break cuts
	longLinks int
	longLines int
}

func (r *remarks) count(f safelinks.Found) {
	if f.Cut {
		r.cut++
	}
	if errors.Is(f.Err, safelinks.ErrTooLong) {
		r.longLinks++
	}
}

func (r *remarks) print(stderr io.Writer) {
	for _, remark := range []struct {
		text string
		n    int
	}{
		{"links that seem to be cut by a line break, left as they are", r.cut},
		{"links of more than 64 KiB, left as they are", r.longLinks},
		{"lines of more than 1 MiB, not looked at", r.longLines},
	} {
		if remark.n > 0 {
			fmt.Fprintf(stderr, "unwrap: %s: %d\n", remark.text, remark.n)
		}
	}
}

// find prints the wrapped links of a text. Rewrite decodes the text and reports them.
func (o *options) find(p printer, stdin io.Reader, r *remarks) error {
	format := safelinks.FormatAuto
	if o.QuotedPrintable {
		format = safelinks.FormatQuoted
	}
	var printErr error
	err := safelinks.Rewrite(io.Discard, stdin, safelinks.RewriteOptions{
		Format: format,
		Report: func(f safelinks.Found) {
			r.count(f)
			printErr = cmp.Or(printErr, p.print(f))
		},
	})
	return cmp.Or(err, printErr)
}

var formats = map[string]safelinks.Format{
	"auto": safelinks.FormatAuto, "text": safelinks.FormatPlain, "html": safelinks.FormatHTML, "mail": safelinks.FormatMail,
}

func (o *options) rewrite(out io.Writer, stdin io.Reader, r *remarks) error {
	return safelinks.Rewrite(out, stdin, safelinks.RewriteOptions{
		Format: formats[o.As],
		Redact: o.Redact,
		Report: func(f safelinks.Found) {
			if !o.Redact {
				r.count(f)
			}
		},
	})
}

// printer writes one result after the other.
type printer struct {
	o      *options
	out    *bufio.Writer
	stderr io.Writer
}

// longestLine is the longest line of standard input that is looked at.
const longestLine = 1 << 20

// lines unwraps one link a line. A line that is too long for a link passes
// through, is removed to redact, or becomes an error object.
func (p printer) lines(stdin io.Reader, r *remarks) error {
	in := bufio.NewReaderSize(decodeUTF16(stdin), longestLine)
	if err := mistakenLines(in); err != nil {
		return err
	}
	for {
		line, err := in.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			if p.o.Format == "text" && !p.o.Redact {
				r.longLines++
			}
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
			if err := p.line(string(text), in); err != nil {
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

// maxRest is how much of the lines behind a broken link is looked at.
const maxRest = 8 << 10

// line prints what a line holds. If a link goes on in the lines that are already there, it
// takes them too.
func (p printer) line(line string, in *bufio.Reader) error {
	rest, err := in.Peek(min(in.Buffered(), maxRest))
	if err != nil || !hasSlashes(line) {
		return p.link(line)
	}
	if !goesOn(rest) {
		return p.within(line)
	}
	for f := range safelinks.Find(append([]byte(line+"\n"), rest...)) {
		if f.Start > len(line) || f.End <= len(line) && !f.Cut {
			break
		}
		if f.End > len(line) {
			end := f.End - len(line) - len("\n")
			if i := bytes.IndexByte(rest[end:], '\n'); i >= 0 {
				end += i + 1
			} else {
				end = len(rest)
			}
			if _, err := in.Discard(end); err != nil {
				return err
			}
		}
		return p.print(f)
	}
	return p.within(line)
}

// within prints what a line with slashes holds: a link, a list of wrapped links, or text
// around them. A line that is redacted stays one.
func (p printer) within(line string) error {
	startsWithLink := strings.HasPrefix(strings.TrimLeft(line, " \t"), "http")
	if startsWithLink && strings.Count(line, ":/") < 2 || p.o.Redact && p.o.Format == "text" {
		return p.link(line)
	}
	var found []safelinks.Found
	end, isList := 0, true
	for f := range safelinks.Find([]byte(line)) {
		isList = isList && strings.Trim(line[end:f.Start], " \t,;|") == ""
		found, end = append(found, f), f.End
	}
	_, err := safelinks.Unwrap(line)
	isText := !startsWithLink && errors.Is(err, safelinks.ErrNotWrapped)
	if !(isList && len(found) > 1) && !(isText && len(found) > 0) {
		return p.link(line)
	}
	for _, f := range found {
		if err := p.print(f); err != nil {
			return err
		}
	}
	return nil
}

// hasSlashes reports whether a line has what follows the scheme of a link.
func hasSlashes(line string) bool {
	return strings.Contains(line, ":/") || strings.Contains(line, "]/") || strings.Contains(line, `:\`)
}

// goesOn reports whether a line may be a part of a link: one word, behind the marks of
// quoted mail, that is no link.
func goesOn(rest []byte) bool {
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	line = bytes.TrimSpace(bytes.TrimLeft(line, "> \t|"))
	return len(line) > 0 && !bytes.Contains(line, []byte("://"))
}

// decodeUTF16 returns a reader of UTF-8. Text in UTF-16 is known by its byte order mark, or
// by a zero beside its first letter.
func decodeUTF16(r io.Reader) io.Reader {
	in := bufio.NewReaderSize(r, 64<<10)
	head, _ := in.Peek(2) // an error comes again
	if len(head) < 2 {
		return in
	}
	order := unicode.LittleEndian
	switch a, b := head[0], head[1]; {
	case a == 0xff && b == 0xfe, a != 0 && b == 0:
	case a == 0xfe && b == 0xff, a == 0 && b != 0:
		order = unicode.BigEndian
	default:
		return in
	}
	return transform.NewReader(in, unicode.UTF16(order, unicode.UseBOM).NewDecoder())
}

// long deals with a line that begins with a buffer full of text.
func (p printer) long(in *bufio.Reader, line []byte) error {
	const reason = "unwrap: line longer than 1 MiB"
	passes := false
	switch {
	case p.o.Format == "ndjson":
		c, _ := safelinks.Unwrap(string(line[:128])) // for the cookie of a Teams page
		if p.o.Redact {
			c.Input = removed
		}
		if err := p.object(result{Input: c.Input, Error: text(reason)}); err != nil {
			return err
		}
	case p.o.Redact:
		fmt.Fprintln(p.stderr, reason+": removed")
		if _, err := p.out.WriteString(removed + "\n"); err != nil {
			return err
		}
	default:
		passes = true
	}
	for {
		if passes {
			if _, err := p.out.Write(line); err != nil {
				return err
			}
		}
		if bytes.HasSuffix(line, []byte("\n")) {
			return nil
		}
		var err error
		line, err = in.ReadSlice('\n')
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		if err != nil && err != bufio.ErrBufferFull && err != io.EOF {
			return err
		}
	}
}

// removed stands for a line that is removed.
const removed = "redacted"

func (p printer) link(raw string) error {
	if raw == "" && p.o.Format == "ndjson" {
		return nil
	}
	c, err := safelinks.Unwrap(raw)
	return p.print(safelinks.Found{Chain: c, Err: err})
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

func (p printer) print(f safelinks.Found) error {
	c := f.Chain
	if f.Cut {
		c.Flags |= safelinks.FlagCut
		if f.Err != nil && p.o.Redact {
			c.Input, _, _ = strings.Cut(c.Input, "?") // the host of the target is cut
		}
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
	if f.Err != nil {
		r.Error = text(f.Err.Error())
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
