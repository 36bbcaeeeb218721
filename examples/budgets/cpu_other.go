//go:build !unix

package main

import "time"

var start = time.Now()

// processorTime returns the time since the start of the process: other systems have no
// common call for its processor time.
func processorTime() (time.Duration, error) { return time.Since(start), nil }
