// Command connector answers over HTTP who clicked: for playbooks and for every program that
// can send JSON.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/connector/internal/service"
	"github.com/whoclicked/whoclicked/examples/internal/ownranges"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
	"github.com/whoclicked/whoclicked/iprange"
)

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // it stopped because of an error, or not all requests could be answered
	exitUsage  = 2 // nothing was done
)

type options struct {
	Addr    string `default:"127.0.0.1:8700" placeholder:"HOST:PORT" help:"Where to listen, 127.0.0.1:8700 by default. Without --keys only on this machine."`
	Metrics string `placeholder:"HOST:PORT" help:"Where to listen for GET /metrics. It asks for no key."`
	Keys    string `placeholder:"FILE" help:"Keys of the callers: lines of a name and the SHA-256 of the key. The file is read once."`
	NewKey  string `placeholder:"NAME" help:"Print a line for the file of keys, and the key itself on standard error, and end."`
	TLSCert string `name:"tls-cert" placeholder:"FILE" help:"Certificate, with --tls-key: serve HTTPS."`
	TLSKey  string `name:"tls-key" placeholder:"FILE" help:"Key of the certificate."`
	Ranges  string `placeholder:"FILE" help:"Your own address ranges: lines of kind: ranges [= name], kinds egress, cloudpc, scanner, tool, ignore."`

	MaxBody     int64         `default:"3000000" help:"Bytes of a body."`
	MaxRows     int           `default:"10000" help:"Clicks of a batch, up to 40000."`
	MaxRequests int           `default:"64" help:"Requests at a time; more are answered with 503."`
	MaxStreams  int           `default:"16" help:"Streams at a time."`
	Timeout     time.Duration `default:"90s" help:"For one request."`
	Drain       time.Duration `default:"1s" help:"How long to be not ready before the end, so that no more requests are sent here."`
	Quiet       bool          `help:"No log of requests that were answered."`
	Version     bool          `help:"Print the versions of the rules and the address lists."`
}

const description = `Who clicked? Answers over HTTP whether the account's owner or an automated service clicked a link.

Examples:
  connector                                          on http://127.0.0.1:8700, without keys
  connector --new-key playbook >> keys.txt           a key for a caller; the program prints it once
  connector --keys keys.txt --addr :8443 --tls-cert cert.pem --tls-key key.pem
  curl -s http://127.0.0.1:8700/v1/batch -H 'Content-Type: application/json' --data-binary @hunting.json

Ctrl-C or SIGTERM ends it: what was taken is answered first. Exit status: 0 all was answered, 1 an error, 2 wrong usage.`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program without the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o options
	helped := false
	parser, err := kong.New(&o,
		kong.Name("connector"),
		kong.Description(description),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
	)
	if err != nil {
		terminal.Complain(stderr, "connector", err)
		return exitUsage
	}
	_, err = parser.Parse(args)
	if helped {
		return exitOK
	}
	var p *program
	if err == nil {
		switch {
		case o.Version:
			fmt.Fprintf(stdout, "rules %s\nlists %s\n", clickclass.RulesVersion, iprange.Default().Version())
			return exitOK
		case o.NewKey != "":
			err = printKey(stdout, stderr, o.NewKey)
			if err == nil {
				return exitOK
			}
		default:
			p, err = prepare(&o, stderr)
		}
	}
	if err != nil {
		terminal.Complain(stderr, "connector", err)
		fmt.Fprintln(stderr, "Run connector --help for the flags.")
		return exitUsage
	}
	if err := p.serve(ctx); err != nil {
		p.log.Error("stopped", slog.String("error", err.Error()))
		return exitFailed
	}
	return exitOK
}

func printKey(stdout, stderr io.Writer, name string) error {
	secret, line, err := service.NewKey(name)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "key of %s, which is not stored anywhere: %s\n", name, secret)
	_, err = fmt.Fprintln(stdout, line)
	return err
}

// program is what serves.
type program struct {
	service  *service.Service
	log      *slog.Logger
	drain    time.Duration
	listener net.Listener
	metrics  net.Listener // nil: none
	tls      *tls.Config  // nil: HTTP
}

// prepare opens everything that serving needs. Nothing is answered yet.
func prepare(o *options, stderr io.Writer) (*program, error) {
	level := slog.LevelInfo
	if o.Quiet {
		level = slog.LevelWarn
	}
	p := &program{log: slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: level})), drain: o.Drain}
	config := service.Options{Log: p.log, Limits: service.Limits{
		Body: o.MaxBody, Rows: o.MaxRows, Requests: o.MaxRequests, Streams: o.MaxStreams, Time: o.Timeout,
	}}
	var err error
	if p.tls, err = tlsConfig(o.TLSCert, o.TLSKey); err != nil {
		return nil, err
	}
	if o.Keys != "" {
		if config.Keys, err = readKeys(o.Keys); err != nil {
			return nil, fmt.Errorf("--keys: %w", err)
		}
	} else if !isLoopback(o.Addr) {
		return nil, fmt.Errorf("--addr %s: without --keys the service listens on this machine only, such as 127.0.0.1:8700", o.Addr)
	}
	if o.Ranges != "" {
		if config.Ranges, err = ownranges.Open(o.Ranges); err != nil {
			return nil, fmt.Errorf("--ranges: %w", err)
		}
	}
	if p.service, err = service.New(config); err != nil {
		return nil, err
	}
	if p.listener, err = net.Listen("tcp", o.Addr); err != nil {
		return nil, fmt.Errorf("--addr: %w", err)
	}
	if o.Metrics != "" {
		if p.metrics, err = net.Listen("tcp", o.Metrics); err != nil {
			p.listener.Close()
			return nil, fmt.Errorf("--metrics: %w", err)
		}
	}
	return p, nil
}

// tlsConfig returns nil if neither file is named.
func tlsConfig(cert, key string) (*tls.Config, error) {
	switch {
	case cert == "" && key == "":
		return nil, nil
	case cert == "" || key == "":
		return nil, errors.New("--tls-cert and --tls-key go together")
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}, nil
}

func readKeys(path string) (*service.Keys, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	keys, err := service.ReadKeys(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}

// isLoopback reports whether only this machine can reach an address.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// answerTime is how long requests may take after the service stopped listening.
const answerTime = 25 * time.Second

// serve answers until ctx ends, and then all that was taken.
func (p *program) serve(ctx context.Context) error {
	failed := make(chan error, 2)
	server := p.service.Server()
	server.TLSConfig = p.tls
	go func() {
		if p.tls != nil {
			failed <- server.ServeTLS(p.listener, "", "")
		} else {
			failed <- server.Serve(p.listener)
		}
	}()
	metrics := &http.Server{Handler: p.service.Metrics(), ReadTimeout: answerTime, WriteTimeout: answerTime}
	defer metrics.Close()
	if p.metrics != nil {
		go func() { failed <- metrics.Serve(p.metrics) }()
		p.log.Info("metrics", slog.String("addr", p.metrics.Addr().String()))
	}
	p.log.Info("listening", slog.String("addr", p.listener.Addr().String()), slog.Bool("tls", p.tls != nil))
	select {
	case err := <-failed:
		server.Close()
		return err
	case <-ctx.Done():
	}
	p.log.Info("stopping")
	p.service.Drain()
	time.Sleep(p.drain)
	p.service.Stop()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	if err := server.Shutdown(late); err != nil {
		server.Close()
		return fmt.Errorf("not all requests were answered within %v: %w", answerTime, err)
	}
	p.log.Info("stopped")
	return nil
}
