package kql

import _ "embed"

//go:embed selftest/selftest.kql
var selfTest string

// SelfTest returns a query for a person to run once where the other queries will run. It
// reads no table. Its comment says which answer shows that the engine calculates as the other
// queries take it to.
func SelfTest() string { return selfTest }
