package service

// The documents in versions 3.0 and 3.1 follow from that in version 2.0.
//
//go:generate go run ../../openapi -dir .
