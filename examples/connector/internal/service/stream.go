package service

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// lineLimit bounds a line of a stream. No row is longer than 1 MiB.
const lineLimit = 1 << 20

// errLongLine means that a line is longer than lineLimit. The next one can be read.
var errLongLine = errors.New("longer than 1 MiB")

// lines answers a stream: every line by itself, in order.
type lines struct {
	s        *Service
	c        *call
	in       *bufio.Reader
	out      *bufio.Writer
	response *http.ResponseController
	n        int64 // lines so far
}

// stream answers every line of the body with a line: a verdict, or why there is none.
func (s *Service) stream(c *call) error {
	if _, err := c.mediaType(mediaNDJSON, mediaJSON); err != nil {
		return err
	}
	if s.stopping.Err() != nil {
		return newProblem(http.StatusServiceUnavailable, "the service is about to stop")
	}
	l := &lines{s: s, c: c, out: bufio.NewWriterSize(c, 32<<10), response: http.NewResponseController(c)}
	l.in = bufio.NewReaderSize(l, 64<<10)
	l.response.EnableFullDuplex() // fails where answers may always come early
	c.Header().Set("Content-Type", mediaNDJSON)
	c.WriteHeader(http.StatusOK)
	wake := func() { l.response.SetReadDeadline(time.Unix(1, 0)) }
	defer context.AfterFunc(s.stopping, wake)()
	if err := l.answer(); err != nil && !errors.Is(err, io.EOF) {
		l.n++
		l.write(newRowError(l.n, "", l.whyEnded(err)).appendJSON(nil))
	}
	l.flush() // an error means that the caller is gone
	return nil
}

// Read reads the body. What has been answered is sent before, since the body may not go on
// until the caller has it.
func (l *lines) Read(b []byte) (int, error) {
	if err := l.flush(); err != nil {
		return 0, err
	}
	l.response.SetReadDeadline(time.Now().Add(l.s.options.Limits.Idle))
	if l.s.stopping.Err() != nil {
		return 0, errStopping
	}
	return l.c.r.Body.Read(b)
}

var errStopping = errors.New("the service is stopping")

func (l *lines) whyEnded(err error) string {
	switch {
	case l.s.stopping.Err() != nil:
		return "the service is stopping: this line and those after it were not judged"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "no line came in time: the stream ends"
	}
	return "the stream broke off: this line was not judged"
}

func (l *lines) flush() error {
	l.response.SetWriteDeadline(time.Now().Add(l.s.options.Limits.Idle))
	if err := l.out.Flush(); err != nil {
		return err
	}
	return l.response.Flush()
}

// answer answers lines until the body ends.
func (l *lines) answer() error {
	for {
		text, err := l.next()
		switch {
		case errors.Is(err, errLongLine):
			l.n++
			err = l.refuse(errLongLine.Error())
		case err == nil:
			l.n++
			err = l.judge(text)
		}
		if err != nil {
			return err
		}
	}
}

// next returns the next line without its end. The last one may lack it.
func (l *lines) next() ([]byte, error) {
	var text []byte
	long := false
	for {
		part, err := l.in.ReadSlice('\n')
		if long = long || len(text)+len(part) > lineLimit+1; long {
			text = nil
		} else {
			text = append(text, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && (long || len(text) > 0):
		case err != nil:
			return nil, err
		}
		if long {
			return nil, errLongLine
		}
		return bytes.TrimRight(text, "\r\n"), nil
	}
}

func (l *lines) write(object []byte) error {
	_, err := l.out.Write(append(object, '\n'))
	return err
}

// refuse answers a line that could not be read.
func (l *lines) refuse(message string) error {
	l.c.bad++
	return l.write(newRowError(l.n, "", message).appendJSON(nil))
}

// judge answers a line: with one object if it holds one row, else with those of all rows.
func (l *lines) judge(text []byte) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return l.refuse("empty")
	}
	x, err := read(parts{rows: text, table: clickTable}, l.s.options.Limits.Rows)
	var p *problem
	if errors.As(err, &p) {
		return l.refuse(p.Detail)
	}
	if err != nil {
		return err
	}
	if len(x.clicks)+len(x.errors) == 0 {
		return l.refuse("no click; evidence goes with the clicks to /v1/batch")
	}
	results, err := l.s.judge(l.c.r.Context(), x, 0)
	if err != nil {
		return err
	}
	l.c.rows += len(results)
	l.c.bad += len(x.errors)
	l.s.metrics.verdicts(results)
	l.s.metrics.rejected(x.errors)
	return l.write(l.appendAnswer(nil, results, x.errors))
}

func (l *lines) appendAnswer(b []byte, results []clickclass.Result, errs []rowError) []byte {
	for i := range results {
		results[i].Click.Row = l.n
	}
	for i := range errs {
		errs[i].Row = &l.n
	}
	if len(results)+len(errs) == 1 {
		if len(errs) == 1 {
			return errs[0].appendJSON(b)
		}
		return appendVerdict(b, &results[0])
	}
	b = append(b, `{"row":`...)
	b = strconv.AppendInt(b, l.n, 10)
	b = append(b, `,"results":[`...)
	for i := range results {
		b = append(appendVerdict(b, &results[i]), ',')
	}
	for i := range errs {
		b = append(errs[i].appendJSON(b), ',')
	}
	return append(b[:len(b)-1], "]}"...)
}

func (e rowError) appendJSON(b []byte) []byte {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // texts and numbers can be encoded
	}
	return append(b, text...)
}
