package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/rowgen"
)

// The budgets of triage run the program as a process, with made-up rows as NDJSON in and
// verdicts as NDJSON out.

// memoryRows is how many rows the memory budget compares with a tenth of them.
var memoryRows = 10_000_000

// speedRows is so many that the start of the program and the filling of the window do
// not count.
const speedRows = 1_000_000

func writeRows(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	_, err = io.Copy(w, rowgen.NewReader(n))
	if err == nil {
		err = w.Flush()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

func triageArgs(workers int, input string) []string {
	return []string{"--format", "ndjson", "--no-progress", "--workers", strconv.Itoa(workers), input}
}

// triageTime returns how long triage takes for the rows of a file.
func triageTime(program string, workers int, path string) (float64, error) {
	began := time.Now()
	err := exec.Command(program, triageArgs(workers, path)...).Run()
	return time.Since(began).Seconds(), err
}

// bareClick is a Click without its UnmarshalJSON.
type bareClick clickclass.Click

// unmarshalTime returns how long a bare Unmarshal of the rows takes on one processor.
func unmarshalTime(rows []byte) (float64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	began := time.Now()
	for line := range bytes.Lines(rows) {
		var k bareClick
		if err := json.Unmarshal(line, &k); err != nil {
			return 0, err
		}
	}
	return time.Since(began).Seconds(), nil
}

// withTriage builds triage, writes speedRows rows, and returns how many times as long a
// takes as b. The fastest of the rounds counts for each, because whatever else the machine
// does only adds to a time.
func withTriage(rounds int, a, b func(program, path string, rows []byte) (float64, error)) (float64, error) {
	return withPrograms(func(programs []string) (float64, error) {
		path := filepath.Join(filepath.Dir(programs[0]), "rows.ndjson")
		if err := writeRows(path, speedRows); err != nil {
			return 0, err
		}
		rows, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		fastest := [2]float64{math.Inf(1), math.Inf(1)}
		for range rounds {
			for i, f := range [...]func(string, string, []byte) (float64, error){a, b} {
				v, err := f(programs[0], path, rows)
				if err != nil {
					return 0, err
				}
				fastest[i] = min(fastest[i], v)
			}
		}
		return fastest[0] / fastest[1], nil
	}, "triage")
}

func withWorkers(n int) func(string, string, []byte) (float64, error) {
	return func(program, path string, _ []byte) (float64, error) { return triageTime(program, n, path) }
}

func triageAgainstJSON(rounds int) (float64, error) {
	bare := func(_, _ string, rows []byte) (float64, error) { return unmarshalTime(rows) }
	return withTriage(rounds, bare, withWorkers(1))
}

func triageTwoWorkers(rounds int) (float64, error) {
	return withTriage(rounds, withWorkers(1), withWorkers(2))
}

// triagePeaks returns the peak memory of triage with a tenth of memoryRows and with all of
// them, in MB. Both budgets use one measurement.
var triagePeaks = sync.OnceValues(func() (peaks [2]float64, err error) {
	_, err = withPrograms(func(programs []string) (float64, error) {
		for i, n := range [...]int{memoryRows / 10, memoryRows} {
			cmd := exec.Command(programs[0], append([]string{programs[1]}, triageArgs(2, "-")...)...)
			cmd.Stdin = rowgen.NewReader(n)
			out, err := cmd.Output()
			if err != nil {
				return 0, err
			}
			bytes, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
			if err != nil {
				return 0, fmt.Errorf("unexpected output %.100q", out)
			}
			peaks[i] = bytes / 1e6
		}
		return 0, nil
	}, "budgets/probe/peak", "triage")
	return peaks, err
})

func triageMemory(int) (float64, error) {
	peaks, err := triagePeaks()
	return peaks[1], err
}

func triageMemoryGrowth(int) (float64, error) {
	peaks, err := triagePeaks()
	return peaks[1] / peaks[0], err
}
