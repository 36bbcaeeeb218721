package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	encoding "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/whoclicked/whoclicked/examples/internal/terminal"
	"github.com/whoclicked/whoclicked/iprange"
)

// printer answers one query after the other.
type printer struct {
	terminal.Output
	set    *iprange.Set
	at     time.Time
	ndjson bool
	out    *bufio.Writer
	stderr io.Writer
	failed bool // a query was not understood
}

func (p *printer) all(queries []string, stdin io.Reader) error {
	if len(queries) == 0 {
		queries = []string{"-"}
	}
	for _, q := range queries {
		var err error
		if q == "-" {
			err = p.standardInput(stdin)
		} else {
			err = p.argument(q)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// argument answers an argument. Who gives a file means its lines.
func (p *printer) argument(q string) error {
	if info, err := os.Stat(q); err == nil && info.Mode().IsRegular() {
		return p.refuse(q, 0, errors.New("a file; to look up what stands in it, give it on standard input: whereis < FILE"))
	}
	return p.query(q, 0)
}

// longestLine is the longest line of standard input that is read. A URL fits.
const longestLine = 1 << 20

// standardInput answers what stands in each line. The text may be UTF-8 or, with a byte
// order mark, UTF-16, as Windows programs write it.
func (p *printer) standardInput(stdin io.Reader) error {
	text := transform.NewReader(stdin, encoding.BOMOverride(transform.Nop))
	lines := bufio.NewScanner(flushBefore{text, p.out})
	lines.Buffer(nil, longestLine+2)
	var split lineSplitter
	lines.Split(split.next)
	for n := 1; lines.Scan(); n++ {
		if split.tooLong {
			if err := p.refuse(string(lines.Bytes()[:64]), n, errors.New("the line is longer than 1 MiB")); err != nil {
				return err
			}
			continue
		}
		if q := lines.Text(); !empty(q) {
			if err := p.query(q, n); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	return nil
}

// flushBefore writes what is answered before it waits for more input, so that whoever
// feeds a pipe line by line gets each answer at once.
type flushBefore struct {
	io.Reader
	out *bufio.Writer
}

func (f flushBefore) Read(b []byte) (int, error) {
	if err := f.out.Flush(); err != nil {
		return 0, err
	}
	return f.Reader.Read(b)
}

// lineSplitter splits at LF, CR LF and CR. Of a line that is too long it returns the
// beginning, and passes over the rest.
type lineSplitter struct {
	tooLong bool // the line just returned
	inRest  bool
}

func (s *lineSplitter) next(data []byte, atEOF bool) (advance int, token []byte, err error) {
	end := bytes.IndexAny(data, "\r\n")
	switch {
	case end >= 0 && data[end] == '\r' && end+1 == len(data) && !atEOF && end < longestLine:
		return 0, nil, nil // a LF may follow
	case end >= 0:
		advance = end + 1
		if data[end] == '\r' && end+1 < len(data) && data[end+1] == '\n' {
			advance++
		}
	case s.inRest && len(data) > 0:
		return len(data), nil, nil
	case len(data) <= longestLine && !atEOF || len(data) == 0:
		return 0, nil, nil
	default:
		end, advance = len(data), len(data)
	}
	if s.inRest {
		s.inRest = false
		return advance, nil, nil
	}
	s.tooLong = end > longestLine
	s.inRest = s.tooLong && advance == end
	return advance, data[:end:end], nil
}

// empty says whether a line asks for nothing: it has no letter or digit, or it is a
// comment.
func empty(line string) bool {
	line = strings.TrimSpace(line)
	isComment := strings.HasPrefix(line, "#")
	return isComment || line != "::" && !strings.ContainsFunc(line, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	})
}

// query answers what stands in a text: an argument, or a line of standard input.
func (p *printer) query(text string, n int) error {
	for _, f := range findItems(p.set, text) {
		err := f.err
		if err != nil {
			err = p.refuse(f.query, n, err)
		} else {
			err = p.answer(f.item, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *printer) answer(it item, n int) error {
	var a interface {
		line() line
		text() (headline string, rows [][]string)
	}
	if it.first == it.last {
		a = lookUp(p.set, it, p.at)
	} else {
		a = lookUpSpan(p.set, it, p.at)
	}
	l := a.line()
	if p.ndjson {
		l.Line = n
		return p.object(l)
	}
	headline, rows := a.text()
	fmt.Fprintln(p.out, p.Paint(terminal.Clean(headline), terminal.Bold))
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i := range row {
			row[i] = terminal.Clean(row[i])
		}
		fmt.Fprintf(t, "  %s\n", strings.Join(row, "\t"))
	}
	err := t.Flush()
	if len(l.OldestUsed) > 0 {
		_, err = fmt.Fprintf(p.out, "  not known that far back, oldest version used: %s\n", terminal.Clean(strings.Join(l.OldestUsed, ", ")))
	}
	return err
}

// refuse says why a query has no answer.
func (p *printer) refuse(query string, n int, reason error) error {
	p.failed = true
	if p.ndjson {
		const longest = 1024
		return p.object(line{
			Query: strings.ToValidUTF8(query[:min(len(query), longest)], ""), Line: n,
			Matches: []matchLine{}, People: iprange.PeoplePossible.String(), Error: reason.Error(),
		})
	}
	place := ""
	if n > 0 {
		place = fmt.Sprintf("line %d: ", n)
	}
	if err := p.out.Flush(); err != nil { // so that the line comes after the answers before it
		return err
	}
	_, err := fmt.Fprintf(p.stderr, "whereis: %s%s: %s\n", place, quote(query), terminal.Clean(reason.Error()))
	return err
}

// quote returns a query for an error, cut and without control characters. Text that may
// have a mail address is not repeated.
func quote(s string) string {
	const longest = 64
	if strings.Contains(s, "@") {
		return fmt.Sprintf("text of %d bytes", len(s))
	}
	if len(s) > longest {
		return strconv.Quote(strings.ToValidUTF8(s[:longest], "")) + "..."
	}
	return strconv.Quote(s)
}

func (p *printer) object(l line) error {
	b, err := marshal(l)
	if err != nil {
		return err
	}
	_, err = p.out.Write(b)
	return err
}
