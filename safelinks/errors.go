package safelinks

import (
	"errors"
	"strconv"
)

// The questions that callers ask of an error. Every error of [Decode],
// [AppendOriginal] and [Unwrap] is one of them or wraps one.
var (
	// ErrNotSafeLink says that the input is not a link that this package
	// decodes. Every other error of Decode, AppendOriginal and Unwrap, except
	// ErrOpaque, answers to it as well, so one errors.Is tells "not wrapped"
	// from "wrapped".
	ErrNotSafeLink = errors.New("safelinks: not a Safe Link")

	// ErrSpoofedHost says that the host only looks like a Safe Links host:
	// another domain behind or around the name, user-info, back-slashes or
	// foreign letters.
	ErrSpoofedHost = errors.New("safelinks: host imitates a Safe Links host")

	// ErrNoTarget says that the host is right but the link holds no target
	// that can be returned: the parameter is missing or empty, or the target
	// is relative or has a scheme other than http, https and ftp.
	ErrNoTarget = errors.New("safelinks: no usable target in the link")

	// ErrOpaque says that the wrapper is known but keeps the target on its
	// server. The Chain that comes with it may hold the target's host.
	ErrOpaque = errors.New("safelinks: the wrapper keeps its target on the server")
)

// maxQuoted bounds the input that an error repeats.
const maxQuoted = 128

// linkError is an error about one link. It repeats the host alone: the rest of
// a link may hold a mail address or a token.
type linkError struct {
	op   string
	kind error
	host string
	why  string
}

func (e *linkError) Error() string {
	s := "safelinks: " + e.op + ": " + e.why
	if e.host == "" {
		return s
	}
	host := e.host
	if len(host) > maxQuoted {
		host = host[:maxQuoted]
	}
	return s + " " + strconv.Quote(host)
}

func (e *linkError) Is(target error) bool {
	return target == e.kind || target == ErrNotSafeLink
}

// outcome is what a decoding step says without building an error.
type outcome uint8

const (
	decoded  outcome = iota
	foreign          // not a wrapper that is known
	spoofed          // a host that imitates one
	noTarget         // the right host without a target
	opaque           // the target is on the server
)

func (o outcome) err(op string, p *parts) error {
	switch o {
	case decoded:
		return nil
	case spoofed:
		return &linkError{op: op, kind: ErrSpoofedHost, host: p.quotableHost(), why: "host imitates a Safe Links host"}
	case noTarget:
		return &linkError{op: op, kind: ErrNoTarget, host: p.quotableHost(), why: "no usable target in the link of"}
	case opaque:
		return ErrOpaque
	}
	return ErrNotSafeLink
}
