package safelinks

import (
	"errors"
	"strconv"
)

// Errors of this package. ErrSpoofedHost and ErrNoTarget also match ErrNotWrapped with
// errors.Is.
var (
	// ErrNotWrapped means that the input is not a link this package can decode.
	ErrNotWrapped = errors.New("safelinks: not a wrapped link")

	// ErrSpoofedHost means that the host imitates a Safe Links host: another
	// domain behind or around its name, user-info, back-slashes, foreign letters.
	ErrSpoofedHost error = &refusal{"safelinks: host imitates a Safe Links host"}

	// ErrNoTarget means that the link is wrapped but has no http, https or ftp
	// target: the parameter is missing or empty, or holds something else.
	ErrNoTarget error = &refusal{"safelinks: no usable target"}

	// ErrOpaque means that only the wrapper's server knows the target. The Chain
	// may still have its host, see [Layer].
	ErrOpaque = errors.New("safelinks: target is stored on the wrapper's server")

	// ErrTooLong is an error of [Find] and of reports of [Rewrite]: a wrapped link has
	// more than 64 KiB. It also matches ErrNotWrapped.
	ErrTooLong error = &refusal{"safelinks: link of more than 64 KiB"}
)

// refusal is an error that is also an ErrNotWrapped.
type refusal struct{ text string }

func (e *refusal) Error() string { return e.text }
func (e *refusal) Unwrap() error { return ErrNotWrapped }

// maxQuoted is the number of bytes of the input that an error repeats.
const maxQuoted = 128

// hostError adds the host of a link to one of the errors above. It repeats the
// redacted host alone: the rest of a link may hold a mail address or a token.
type hostError struct {
	reason error
	host   string
}

func (e *hostError) Error() string {
	return e.reason.Error() + ": " + strconv.Quote(Redact(e.host[:min(len(e.host), maxQuoted)]))
}

func (e *hostError) Unwrap() error { return e.reason }

// outcome is the result of a decoding step, of which [Unwrap] makes an error.
type outcome uint8

const (
	decoded  outcome = iota
	foreign          // not a known wrapper
	spoofed          // a host that imitates a known one
	noTarget         // a known wrapper without a target
	opaque           // a known wrapper whose server keeps the target
)

// err returns the error for o; p is the link.
func (o outcome) err(p *parts) error {
	reason := ErrNotWrapped
	switch o {
	case decoded:
		return nil
	case opaque:
		return ErrOpaque
	case spoofed:
		reason = ErrSpoofedHost
	case noTarget:
		reason = ErrNoTarget
	}
	if host := p.quotableHost(); o != foreign && host != "" {
		return &hostError{reason: reason, host: host}
	}
	return reason
}
