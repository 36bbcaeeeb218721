package service

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"
)

// call is a request that is being answered.
type call struct {
	w      http.ResponseWriter
	r      *http.Request
	id     string
	caller string // the name of its key
	rows   int    // judged or looked up
	bad    int    // rows that could not be read
	status int    // that was written; 0: none
}

// Header, Write and WriteHeader make a call a ResponseWriter that notes the status.
func (c *call) Header() http.Header { return c.w.Header() }

func (c *call) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.w.WriteHeader(status)
}

func (c *call) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	return c.w.Write(b)
}

// Unwrap is for http.ResponseController.
func (c *call) Unwrap() http.ResponseWriter { return c.w }

// send answers with JSON. An error of writing is dropped: the caller is gone, and nobody can
// be told.
func (c *call) send(body []byte) error {
	c.Header().Set("Content-Type", mediaJSON)
	c.Write(body)
	return nil
}

// encode returns v as a line of JSON.
func encode(v any) ([]byte, error) {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return body.Bytes(), err
}

// encode answers with v as JSON.
func (c *call) encode(v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	return c.send(body)
}

// work answers with what f returns. It waits until a processor core is free, so that what many
// requests need at a time is no more memory than few need.
func (s *Service) work(c *call, f func() ([]byte, error)) error {
	select {
	case s.working <- struct{}{}:
	case <-c.r.Context().Done():
		return c.r.Context().Err()
	}
	body, err := func() ([]byte, error) {
		defer func() { <-s.working }()
		return f()
	}()
	if err != nil {
		return err
	}
	return c.send(body)
}

const (
	headerLimit     = 16 << 10
	hardHeaderLimit = 64 << 10 // beyond it, package http answers by itself, without a problem
)

// ServeHTTP answers a request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	c := &call{w: w, r: r, id: rand.Text()}
	w.Header().Set("X-Request-Id", c.id)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if s.draining.Err() != nil {
		w.Header().Set("Connection", "close") // or the next request would come to a connection that ends
	}
	s.metrics.inflight.Add(1)
	route, err := find(r)
	if err == nil {
		err = s.serve(c, route)
	}
	if err != nil && c.status == 0 {
		s.problem(err, c).write(c, c.id)
	}
	s.metrics.inflight.Add(-1)
	s.note(c, route, time.Since(began))
}

// note tells the log and the metrics of a request, and nothing that the caller made up.
func (s *Service) note(c *call, route *route, took time.Duration) {
	name := "other"
	if route != nil {
		name = route.String()
	}
	s.metrics.request(name, c.status, took)
	remote, _, _ := net.SplitHostPort(c.r.RemoteAddr)
	s.options.Log.LogAttrs(context.Background(), slog.LevelInfo, "request",
		slog.String("id", c.id), slog.String("caller", c.caller), slog.String("remote", remote), slog.String("route", name),
		slog.Int("status", c.status), slog.Int("rows", c.rows), slog.Int("bad_rows", c.bad),
		slog.Float64("ms", float64(took.Microseconds())/1000))
}

// serve lets a request in and answers it.
func (s *Service) serve(c *call, route *route) (err error) {
	if n := headerSize(c.r); n > headerLimit {
		p := newProblem(http.StatusRequestHeaderFieldsTooLarge, "")
		p.Limit = headerLimit
		return p
	}
	if s.options.Keys != nil && !route.open {
		name, ok := s.options.Keys.find(secretOf(c.r))
		if !ok {
			return newProblem(http.StatusUnauthorized, "give a key in X-API-Key, as a bearer token, or as the password of basic authentication")
		}
		c.caller = name
	}
	if route.places != nil {
		places := route.places(s)
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
		default:
			return newProblem(http.StatusServiceUnavailable, "too many requests at a time")
		}
	}
	if !route.endless {
		ctx, cancel := context.WithTimeout(c.r.Context(), s.options.Limits.Time)
		defer cancel()
		c.r = c.r.WithContext(ctx)
	}
	defer func() {
		if fault := recover(); fault != nil {
			err = s.fault(c, fault)
		}
	}()
	return route.answer(s, c)
}

// fault logs a panic. Its text is left out unless it is the runtime's: it may have been made of input.
func (s *Service) fault(c *call, fault any) error {
	if fault == http.ErrAbortHandler {
		panic(fault)
	}
	text := fmt.Sprintf("%T", fault)
	if e, ok := fault.(runtime.Error); ok {
		text = e.Error()
	}
	s.options.Log.Error("panic", slog.String("id", c.id), slog.String("fault", text), slog.String("stack", string(debug.Stack())))
	if c.status != 0 {
		panic(http.ErrAbortHandler) // the answer is cut off, so that nobody takes it for whole
	}
	return newProblem(http.StatusInternalServerError, "")
}

// problem returns the problem that err is to the caller.
func (s *Service) problem(err error, c *call) *problem {
	var p *problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, context.DeadlineExceeded):
		return newProblem(http.StatusServiceUnavailable, "not done within %v", s.options.Limits.Time)
	case c.r.Context().Err() != nil:
		return newProblem(http.StatusServiceUnavailable, "the caller is gone")
	}
	s.options.Log.Error("error", slog.String("id", c.id), slog.String("type", fmt.Sprintf("%T", err)))
	return newProblem(http.StatusInternalServerError, "")
}

// headerSize returns about how many bytes the head of a request has.
func headerSize(r *http.Request) int {
	n := len(r.RequestURI)
	for name, values := range r.Header {
		for _, v := range values {
			n += len(name) + len(v) + len(": \r\n")
		}
	}
	return n
}
