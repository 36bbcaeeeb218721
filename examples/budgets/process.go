package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Budgets that can be measured only from outside a process: sizes of programs, the first
// look-up, the heap, the cost of an import.

const examples = "github.com/whoclicked/whoclicked/examples/"

// build builds a program of the examples in dir and returns its path.
func build(dir, name string) (string, error) {
	out := filepath.Join(dir, filepath.Base(name)+".exe")
	var stderr bytes.Buffer
	cmd := exec.Command("go", "build", "-o", out, examples+name)
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go build %s: %w: %.500s", name, err, stderr.String())
	}
	return out, nil
}

// withPrograms builds programs, calls f with their paths, and removes them.
func withPrograms(f func(paths []string) (float64, error), names ...string) (float64, error) {
	dir, err := os.MkdirTemp("", "budgets")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	var paths []string
	for _, name := range names {
		path, err := build(dir, name)
		if err != nil {
			return 0, err
		}
		paths = append(paths, path)
	}
	return f(paths)
}

// probeColumn runs probe/ranges once a round, and picks one of the figures in a column of
// the output.
func probeColumn(rounds, column int, unit float64, pick func([]float64) float64) (float64, error) {
	return withPrograms(func(paths []string) (float64, error) {
		var all []float64
		for range rounds {
			out, err := exec.Command(paths[0]).Output()
			if err != nil {
				return 0, err
			}
			f := strings.Fields(string(out))
			if len(f) <= column {
				return 0, fmt.Errorf("unexpected output %.100q", out)
			}
			v, err := strconv.ParseFloat(f[column], 64)
			if err != nil {
				return 0, err
			}
			all = append(all, v/unit)
		}
		return pick(all), nil
	}, "budgets/probe/ranges")
}

// firstLookup returns the least of ten processes or more, because whatever else the machine
// does only adds to the time.
func firstLookup(rounds int) (float64, error) {
	return probeColumn(max(rounds, 10), 0, 1e6, slices.Min)
}
func heapOfLists(rounds int) (float64, error) { return probeColumn(rounds, 1, 1e6, median) }

func binaryGrowth(int) (float64, error) {
	return withPrograms(func(paths []string) (float64, error) {
		bare, err := os.Stat(paths[0])
		if err != nil {
			return 0, err
		}
		with, err := os.Stat(paths[1])
		if err != nil {
			return 0, err
		}
		return float64(with.Size()-bare.Size()) / 1e6, nil
	}, "budgets/probe/bare", "budgets/probe/ranges")
}

// importCost returns the time that the library's packages take to initialise, in
// microseconds, as the runtime reports it.
func importCost(rounds int) (float64, error) {
	return withPrograms(func(paths []string) (float64, error) {
		var all []float64
		for range rounds {
			cmd := exec.Command(paths[0])
			cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
			var trace bytes.Buffer
			cmd.Stderr = &trace
			out, err := cmd.Output()
			if err != nil {
				return 0, err
			}
			if strings.TrimSpace(string(out)) != "1" {
				return 0, fmt.Errorf("goroutines after importing: %.20s", out)
			}
			if !strings.Contains(trace.String(), "init runtime") {
				return 0, fmt.Errorf("the runtime gave no trace of initialisation")
			}
			sum := 0.0
			for line := range strings.Lines(trace.String()) {
				// init PACKAGE @0.1 ms, 0.02 ms clock, 100 bytes, 1 allocs
				f := strings.Fields(line)
				if len(f) > 4 && strings.HasPrefix(f[1], "github.com/whoclicked/") {
					ms, err := strconv.ParseFloat(f[4], 64)
					if err != nil {
						return 0, err
					}
					sum += 1000 * ms
				}
			}
			all = append(all, sum)
		}
		return median(all), nil
	}, "budgets/probe/all")
}
