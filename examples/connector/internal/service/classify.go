package service

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/whoclicked/whoclicked/clickclass"
)

// clickLimit is how many bytes the body of /v1/classify may have.
const clickLimit = 64 << 10

// classify answers with the verdict on one click.
func (s *Service) classify(c *call) error {
	if _, err := c.mediaType(mediaJSON); err != nil {
		return err
	}
	text, err := c.body(min(clickLimit, s.options.Limits.Body))
	if err != nil {
		return err
	}
	return s.work(c, func() ([]byte, error) { return s.classifyText(c, text) })
}

func (s *Service) classifyText(c *call, text []byte) ([]byte, error) {
	p, err := takeApart(text)
	if err != nil {
		return nil, err
	}
	p.table = clickTable
	x, err := read(p, s.options.Limits.Rows)
	if err != nil {
		return nil, err
	}
	c.bad = len(x.errors)
	if len(x.errors) > 0 {
		return nil, notOneClick(x, text)
	}
	if len(x.clicks) != 1 {
		return nil, newProblem(http.StatusUnprocessableEntity, "the body has %d clicks and not one; several go to /v1/batch", len(x.clicks))
	}
	results, err := s.judge(c.r.Context(), x, p.window)
	if err != nil {
		return nil, err
	}
	c.rows = 1
	s.metrics.verdicts(results)
	return append(appendVerdict(nil, &results[0]), '\n'), nil
}

// notOneClick is the problem of a click that could not be read.
func notOneClick(x *content, text []byte) error {
	p := newProblem(http.StatusUnprocessableEntity, "the click could not be read")
	var members map[string]json.RawMessage
	json.Unmarshal(text, &members) // nil if it is no object
	for _, e := range x.errors {
		pointer, message := "", e.Error.Message
		if column := e.Error.Column; column != nil {
			message = *column + ": " + message
			if _, ok := members[*column]; ok {
				pointer = "#/" + *column
			}
		}
		p.at(pointer, message)
	}
	return p
}

// appendVerdict appends the JSON of a result, with the ids of the reasons that counted as a
// flat list: conditions of a playbook compare texts more easily than objects.
func appendVerdict(b []byte, r *clickclass.Result) []byte {
	b = r.AppendJSON(b)
	b = append(b[:len(b)-1], `,"reason_codes":[`...)
	first := true
	for i := range r.Verdict.Reasons {
		if reason := &r.Verdict.Reasons[i]; reason.Counted {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = append(append(append(b, '"'), reason.Rule...), '"')
		}
	}
	return append(b, "]}"...)
}

// members returns the members of a verdict that name the rules and lists, as they stand in its
// JSON. They have no character that JSON escapes.
func (v *version) members() []byte {
	return fmt.Appendf(nil, `,"rules":"%s","lists":"%s"`, v.Rules, v.Lists)
}

// appendVerdictOfBatch is like appendVerdict and leaves out what a batch says once. No text of
// a click can look like these members, since its quotes are escaped.
func (s *Service) appendVerdictOfBatch(b []byte, r *clickclass.Result) []byte {
	start := len(b)
	b = appendVerdict(b, r)
	once := s.version.members()
	if i := bytes.Index(b[start:], once); i >= 0 {
		b = append(b[:start+i], b[start+i+len(once):]...)
	}
	return b
}
