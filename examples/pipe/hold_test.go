package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fan is three accounts that click on one link of one message at one address.
var fan = []string{clickOn("dana", "a", 0), clickOn("erin", "a", 1), clickOn("kim", "a", 2)}

func TestHeldClicksAreJudgedBesideTheirNeighbours(t *testing.T) {
	got := pipe(t, strings.Join(fan, "\n"), "--hold=10")
	require.Equal(t, []string{"1:verdict", "2:verdict", "3:verdict"}, gists(got))
	for _, a := range got {
		assert.Equal(t, 3, a.Nearby.FanAccounts)
		assert.Equal(t, "not_owner", a.Class)
	}
}

func TestRowsOfALineComeOneByOneWhenHeld(t *testing.T) {
	got := pipe(t, "["+strings.Join(fan[:2], ",")+","+badTime+"]\nx\n"+fan[2]+"\n", "--hold=10")
	assert.Equal(t, []string{"1:verdict", "1:verdict", "1:error", "2:error", "3:verdict"}, gists(got))
}

// Every click has a first verdict, every other line an error, in the order of the lines.
func TestHoldLosesNothing(t *testing.T) {
	const n = 200
	var input strings.Builder
	for i := range n {
		switch i % 5 {
		case 4:
			input.WriteString("x\n")
		default:
			input.WriteString(strings.Replace(clickOn("dana", "a", i%60), "12:00", "12:"+[]string{"00", "07", "31", "59"}[i%4], 1) + "\n")
		}
	}
	for _, hold := range []string{"1", "2", "7", "50", "1000", "24h"} {
		t.Run(hold, func(t *testing.T) {
			firsts, errors, last := 0, 0, int64(0)
			for _, a := range pipe(t, input.String(), "--hold="+hold) {
				switch {
				case a.Revision > 0:
					continue
				case a.Error != nil:
					errors++
				default:
					firsts++
				}
				assert.Equal(t, last+1, a.Row)
				last = a.Row
			}
			assert.Equal(t, n/5, errors)
			assert.Equal(t, n-n/5, firsts)
		})
	}
}

func TestHoldForADuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		d := start(t.Context(), "--hold=5s")
		d.say(t, fan[0]+"\n")
		time.Sleep(3 * time.Second)
		d.say(t, fan[1]+"\nx\n")
		for _, want := range []string{"1:verdict", "2:verdict", "3:error"} {
			assert.Equal(t, want, d.hear(t).gist())
		}
		assert.Equal(t, 5*time.Second, time.Since(began), "five seconds after the first that is held")

		time.Sleep(time.Hour)
		d.say(t, fan[2]+"\n")
		said := time.Now()
		for _, want := range []string{"1:revision 1", "2:revision 1", "4:verdict"} {
			a := d.hear(t)
			assert.Equal(t, want, a.gist())
			assert.Equal(t, "not_owner", a.Class)
		}
		assert.Equal(t, 5*time.Second, time.Since(said))
		d.in.Close()
		assert.Zero(t, <-d.status)
	})
}

// An error that waits for no click comes at once, and a flood of them does not pile up.
func TestErrorsAreNotHeldForLong(t *testing.T) {
	d := start(t.Context(), "--hold=5")
	d.say(t, "x\n")
	assert.Equal(t, "1:error", d.hear(t).gist())
	go func() {
		io.WriteString(d.in, fan[0]+"\n"+strings.Repeat("x\n", maxErrors+1))
	}()
	assert.Equal(t, "2:verdict", d.hear(t).gist())
	for n := range int64(maxErrors + 1) {
		assert.Equal(t, n+3, d.hear(t).Row)
	}
	d.in.Close()
	assert.Zero(t, <-d.status)
}

// Lines that keep coming do not keep the clicks back.
func TestHoldUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := start(t.Context(), "--hold=1s")
		go func() {
			for range 300 {
				io.WriteString(d.in, fan[0]+"\n")
				time.Sleep(10 * time.Millisecond)
			}
			d.in.Close()
		}()
		began := time.Now()
		assert.Equal(t, int64(1), d.hear(t).Row)
		assert.Equal(t, time.Second, time.Since(began))
		for n := 1; n < 300; n++ {
			assert.Equal(t, int64(n+1), d.hear(t).Row)
		}
		assert.Zero(t, <-d.status)
	})
}

func TestStateGoesOn(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	got := pipe(t, fan[0]+"\nx\n"+fan[1]+"\n", "--hold=1m", "--state="+state)
	require.Equal(t, []string{"1:verdict", "2:error", "3:verdict"}, gists(got))
	info, err := os.Stat(state)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	got = pipe(t, fan[2]+"\n", "--hold=1m", "--state="+state)
	require.Equal(t, []string{"1:revision 1", "3:revision 1", "4:verdict"}, gists(got))
	assert.Equal(t, 3, got[2].Nearby.FanAccounts)

	assert.Empty(t, pipe(t, "", "--hold=1m", "--state="+state))
	left, err := os.ReadDir(filepath.Dir(state))
	require.NoError(t, err)
	assert.Len(t, left, 1, "no temporary file is left")
}

func TestAnEmptyFileIsAnEmptyState(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	require.NoError(t, os.WriteFile(state, nil, 0o600))
	assert.Equal(t, []string{"1:verdict"}, gists(pipe(t, fan[0], "--hold=5", "--state="+state)))
}

func TestDamagedStatesAreLeftAsTheyAre(t *testing.T) {
	good := filepath.Join(t.TempDir(), "state")
	pipe(t, fan[0], "--hold=5", "--state="+good)
	whole, err := os.ReadFile(good)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"cut":           string(whole[:len(whole)-9]),
		"head alone":    string(whole[:bytes.IndexByte(whole, '\n')+1]),
		"another file":  "Timestamp,Url\n",
		"later version": strings.Replace(string(whole), "pipe 1", "pipe 2", 1),
	} {
		t.Run(name, func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "state")
			require.NoError(t, os.WriteFile(state, []byte(text), 0o600))
			var errs bytes.Buffer
			assert.Equal(t, statusUsage, run(context.Background(), []string{"--hold=5", "--state=" + state}, strings.NewReader(fan[0]), io.Discard, &errs))
			assert.Contains(t, errs.String(), "--state")
			after, err := os.ReadFile(state)
			require.NoError(t, err)
			assert.Equal(t, text, string(after))
		})
	}
}

// A program that is killed goes on from the state of the last minute: what was held then is
// still answered.
func TestStateOfEachMinute(t *testing.T) {
	dir := t.TempDir()
	state, kept := filepath.Join(dir, "state"), filepath.Join(dir, "kept")
	synctest.Test(t, func(t *testing.T) {
		d := start(t.Context(), "--hold=1000", "--state="+state)
		d.say(t, fan[0]+"\n")
		time.Sleep(2 * time.Minute)
		d.say(t, fan[1]+"\n")
		synctest.Wait()
		require.NoError(t, os.Rename(state, kept))
		d.say(t, fan[2]+"\n")
		d.in.Close()
		_, err := io.Copy(io.Discard, d.out)
		require.NoError(t, err)
		assert.Zero(t, <-d.status)
	})
	got := pipe(t, "", "--hold=1000", "--state="+kept)
	assert.Equal(t, []string{"1:verdict", "2:verdict"}, gists(got))
}

func TestASignalIsTheEndOfTheInput(t *testing.T) {
	for signal, want := range map[syscall.Signal]int{syscall.SIGTERM: 0, syscall.SIGINT: statusInterrupted} {
		t.Run(signal.String(), func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "state")
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(context.Background())
				d := start(ctx, "--hold=1h", "--state="+state)
				d.say(t, fan[0]+"\n")
				synctest.Wait()
				cancel(&signalError{signal})
				assert.Equal(t, "1:verdict", d.hear(t).gist())
				assert.Equal(t, want, <-d.status)
				d.in.Close()
			})
			assert.FileExists(t, state)
		})
	}
}

// Whatever comes in and however it is held, each line is answered, in the order of the lines.
func FuzzHold(f *testing.F) {
	f.Add([]byte(strings.Join(fan, "\n")+"\nx\n\n"+badTime), uint8(2))
	f.Add([]byte("["+strings.Join(fan, ",")+"]\nx\n"+fan[0]+"\n"), uint8(1))
	f.Fuzz(func(t *testing.T, input []byte, rows uint8) {
		output, lines := judgeLines(t, input, options{Hold: hold{Rows: 1 + int(rows)}})
		last := int64(0)
		for _, a := range decode(t, output) {
			if a.Revision > 0 {
				assert.LessOrEqual(t, a.Row, last)
				continue
			}
			if a.Row != last {
				assert.Equal(t, last+1, a.Row)
			}
			last = a.Row
		}
		assert.EqualValues(t, lines, last)
	})
}
