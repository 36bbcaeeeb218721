//go:build !race

package clickclass_test

const raceEnabled = false
