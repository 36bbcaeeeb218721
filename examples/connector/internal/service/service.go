// Package service answers over HTTP who clicked.
//
// It keeps nothing between requests: every answer is made of its request alone.
package service

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
)

// Options configures a Service. The zero value asks for no key and has the default limits.
type Options struct {
	Ranges *iprange.Set      // nil: iprange.Default()
	Source clickclass.Source // evidence beside that of the requests; nil: none
	Keys   *Keys             // nil: no key is asked for
	Limits Limits
	Log    *slog.Logger // nil: no log
}

// Limits bound what callers can make the service do. Zero fields: the defaults.
type Limits struct {
	Body     int64         // bytes of a body, not of a stream; 0: 3,000,000
	Rows     int           // clicks of a batch; 0: 10,000, at most 40,000
	Requests int           // with a body, at a time; 0: 64
	Streams  int           // at a time; 0: 16
	Time     time.Duration // for a request, not for a stream; 0: 90 s
	Idle     time.Duration // how long a stream waits for a line, or for the caller to read; 0: 2 min
}

const (
	defaultBody     = 3_000_000 // under the 3,182,218 bytes of the on-premises gateway of Logic Apps
	defaultRows     = 10_000
	maxRows         = 40_000 // beyond the window of a Classifier, verdicts would come in revisions
	defaultRequests = 64
	defaultStreams  = 16
	defaultTime     = 90 * time.Second // under the 120 s that Logic Apps waits
	defaultIdle     = 2 * time.Minute
)

func (l *Limits) complete() error {
	if l.Body < 0 || l.Rows < 0 || l.Requests < 0 || l.Streams < 0 || l.Time < 0 || l.Idle < 0 {
		return errors.New("service: a limit is negative")
	}
	if l.Rows > maxRows {
		return errors.New("service: more than 40,000 clicks in a batch")
	}
	if l.Body == 0 {
		l.Body = defaultBody
	}
	if l.Rows == 0 {
		l.Rows = defaultRows
	}
	if l.Requests == 0 {
		l.Requests = defaultRequests
	}
	if l.Streams == 0 {
		l.Streams = defaultStreams
	}
	if l.Time == 0 {
		l.Time = defaultTime
	}
	if l.Idle == 0 {
		l.Idle = defaultIdle
	}
	return nil
}

// Service answers requests. It is an http.Handler, safe for concurrent use.
type Service struct {
	options    Options
	classifier *clickclass.Classifier // without the evidence of a request
	version    version
	words      []byte // the answer of /v1/words
	metrics    metrics

	requests chan struct{} // a place for each request with a body
	streams  chan struct{}
	working  chan struct{} // a place for each processor core

	draining context.Context // done: the service is about to stop
	drain    context.CancelFunc
	stopping context.Context // done: streams end
	stop     context.CancelFunc
}

// New returns a Service, or an error that names the wrong option.
func New(o Options) (*Service, error) {
	if err := o.Limits.complete(); err != nil {
		return nil, err
	}
	if o.Ranges == nil {
		o.Ranges = iprange.Default()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{
		options:  o,
		requests: make(chan struct{}, o.Limits.Requests),
		streams:  make(chan struct{}, o.Limits.Streams),
		working:  make(chan struct{}, runtime.GOMAXPROCS(0)),
		version:  newVersion(o.Ranges),
		words:    newWords(),
	}
	var err error
	if s.classifier, err = clickclass.New(s.classifierOptions()); err != nil {
		return nil, err
	}
	s.draining, s.drain = context.WithCancel(context.Background())
	s.stopping, s.stop = context.WithCancel(context.Background())
	return s, nil
}

// classifierOptions are those of every request. One request keeps one core busy.
func (s *Service) classifierOptions() clickclass.Options {
	return clickclass.Options{Ranges: s.options.Ranges, Source: s.options.Source, Workers: 1}
}

// Drain makes the readiness check fail, so that no new requests are sent here. Everything is
// still answered.
func (s *Service) Drain() { s.drain() }

// Stop ends streams after the line that they are at, and refuses new ones.
func (s *Service) Stop() { s.drain(); s.stop() }

// The time-outs of the server around a Service.
const (
	headerTime = 5 * time.Second
	bodyTime   = 30 * time.Second
	idleTime   = 2 * time.Minute
	writeTime  = 10 * time.Second // beyond Limits.Time
)

// Server returns a server for s, without an address.
func (s *Service) Server() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       bodyTime,
		WriteTimeout:      s.options.Limits.Time + writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    hardHeaderLimit,
		ErrorLog:          slog.NewLogLogger(s.options.Log.Handler(), slog.LevelDebug),

		DisableGeneralOptionsHandler: true,
	}
}
