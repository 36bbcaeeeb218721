// Package cli is what the programs have in common: how arguments are read, the flags that
// every program has, and how a program ends when it is interrupted.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/whoclicked/whoclicked/examples/internal/newfile"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// The exit statuses that all programs have.
const (
	ExitOK          = 0
	ExitUsage       = 2
	ExitInterrupted = 130 // as a shell reports SIGINT
)

// Program is what a program says of itself.
type Program struct {
	Name  string
	About string          // one or two sentences
	Help  string          // examples and exit statuses, shown below About
	Data  func() []string // the data that it holds, with their dates, a line each; may be nil
	Vars  kong.Vars
}

// Flags are the flags that every program has. Options embed them.
type Flags struct {
	Color      terminal.Colour `enum:"auto,always,never" default:"auto" help:"Colour: auto, always or never. NO_COLOR and CLICOLOR_FORCE count for auto."`
	Completion string          `enum:",bash,zsh,fish" default:"" placeholder:"SHELL" help:"Print a script that completes the flags in bash, zsh or fish."`
	Version    bool            `help:"Print the versions of the program and of its data."`
}

func (f *Flags) common() *Flags { return f }

// Options are a pointer to a struct that embeds Flags.
type Options interface{ common() *Flags }

// Parse reads arguments into options. Done: the program has nothing more to do, because the
// arguments asked for help, for versions or for a script.
func (p Program) Parse(options Options, args []string, stdout, stderr io.Writer) (done bool, err error) {
	helped := false
	parser, err := p.parser(options, stdout, stderr, func(int) { helped = true })
	if err != nil {
		return false, err
	}
	_, err = parser.Parse(args)
	flags := options.common()
	switch {
	case helped:
		return true, nil
	case err != nil:
		return false, err
	case flags.Version:
		return true, p.version(stdout)
	case flags.Completion != "":
		return true, complete(stdout, flags.Completion, parser.Model)
	}
	return false, nil
}

func (p Program) parser(options any, stdout, stderr io.Writer, exit func(int)) (*kong.Kong, error) {
	parser, err := kong.New(options, kong.Name(p.Name), kong.Description(p.About), p.Vars,
		kong.Writers(stdout, stderr), kong.Exit(exit), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err == nil {
		parser.Model.Detail = p.Help
	}
	return parser, err
}

// Refuse tells what is wrong with the arguments, and returns the exit status.
func (p Program) Refuse(stderr io.Writer, err error) (status int) {
	var unknown *kong.ParseError // the other errors say what is wanted
	if errors.As(err, &unknown) {
		err = fmt.Errorf("%w; %s --help lists the flags", err, p.Name)
	}
	terminal.Complain(stderr, p.Name, err)
	return ExitUsage
}

// Main runs a program and ends the process. The first Ctrl-C ends the context; the second ends
// the process at once.
func Main(run func(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (status int)) {
	ctx, stop := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		stop()
		<-signals
		newfile.DiscardAll()
		os.Exit(ExitInterrupted)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
