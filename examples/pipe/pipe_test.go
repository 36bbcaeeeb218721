package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// clickOn is a row as the hunting API returns it: of an account, on a link of one message,
// some seconds after noon.
func clickOn(account, path string, second int) string {
	return fmt.Sprintf(`{"Timestamp":"2026-03-04T12:00:%02dZ","Url":"https://news.contoso.example/%s","ActionType":"ClickAllowed","AccountUpn":"%s@contoso.example","Workload":"Email","NetworkMessageId":"5f0c2a11-93b4-4e07-1800-08de79e58de1","IPAddress":"203.0.113.7"}`, second, path, account)
}

const (
	badTime = `{"Timestamp":"yesterday","Url":"https://news.contoso.example/a","ActionType":"ClickAllowed","AccountUpn":"dana@contoso.example"}`
	email   = `{"Timestamp":"2026-03-04T11:59:57Z","NetworkMessageId":"5f0c2a11-93b4-4e07-1800-08de79e58de1","RecipientEmailAddress":"dana@contoso.example","DeliveryAction":"Delivered"}`
)

// answer is a line of output, as far as tests look at it.
type answer struct {
	Row      int64
	Revision int
	Class    string
	Account  string
	Basis    string
	Error    *struct{ Column, Message string }
	Nearby   struct {
		FanAccounts int `json:"fan_accounts"`
		MessageURLs int `json:"message_urls"`
	}
	Results []answer
}

// gist says in one word what an answer is.
func (a answer) gist() string {
	switch {
	case a.Error != nil:
		return fmt.Sprintf("%d:error", a.Row)
	case a.Results != nil:
		return fmt.Sprintf("%d:%d results", a.Row, len(a.Results))
	case a.Class == "":
		return fmt.Sprintf("%d:nothing", a.Row)
	case a.Revision > 0:
		return fmt.Sprintf("%d:revision %d", a.Row, a.Revision)
	}
	return fmt.Sprintf("%d:verdict", a.Row)
}

func gists(answers []answer) []string {
	var out []string
	for _, a := range answers {
		out = append(out, a.gist())
	}
	return out
}

func decode(t *testing.T, output string) []answer {
	t.Helper()
	var out []answer
	for line := range strings.Lines(output) {
		var a answer
		require.NoError(t, json.Unmarshal([]byte(line), &a), line)
		out = append(out, a)
	}
	return out
}

// pipe runs the program on an input and returns its answers.
func pipe(t *testing.T, input string, args ...string) []answer {
	t.Helper()
	var out, errs bytes.Buffer
	status := run(context.Background(), args, strings.NewReader(input), &out, &errs)
	require.Zero(t, status, errs.String())
	require.Empty(t, errs.String())
	return decode(t, out.String())
}

func TestOneLineOutForEveryLineIn(t *testing.T) {
	dana := clickOn("dana", "a", 0)
	long := strings.Repeat("x", longestLine)
	for _, c := range []struct {
		name, input string
		want        []string
	}{
		{"nothing", "", nil},
		{"a click", dana + "\n", []string{"1:verdict"}},
		{"without an end", dana + "\n" + dana, []string{"1:verdict", "2:verdict"}},
		{"ends of Windows", dana + "\r\n" + dana + "\r\n", []string{"1:verdict", "2:verdict"}},
		{"an empty line", "\n" + dana + "\n \n", []string{"1:error", "2:verdict", "3:error"}},
		{"a bad cell", badTime + "\n" + dana + "\n", []string{"1:error", "2:verdict"}},
		{"half a line", dana[:50] + "\n" + dana + "\n", []string{"1:error", "2:verdict"}},
		{"no object", "42\n[]\nnull\n\"text\"\nwords of a log\n{}\n", []string{"1:error", "2:error", "3:error", "4:error", "5:error", "6:error"}},
		{"CSV", "Timestamp,Url,ActionType,AccountUpn\n" + dana, []string{"1:error", "2:verdict"}},
		{"evidence alone", email + "\n" + dana + "\n", []string{"1:error", "2:verdict"}},
		{"an array of one", "[" + dana + "]\n", []string{"1:verdict"}},
		{"an array", "[" + dana + "," + badTime + "," + dana + "]\n" + dana + "\n", []string{"1:3 results", "2:verdict"}},
		{"an answer of Graph", `{"schema":[],"results":[` + dana + "," + dana + "]}\n", []string{"1:2 results"}},
		{"records of an Event Hub", `{"records":[{"time":"2026-03-04T12:00:01Z","category":"AdvancedHunting-UrlClickEvents","properties":` + dana + "}]}\n", []string{"1:verdict"}},
		{"text in a log shipper's object", `{"host":"relay","message":` + quote(dana) + "}\n", []string{"1:verdict"}},
		{"the longest line", long + "\n" + dana + "\n", []string{"1:error", "2:verdict"}},
		{"a longer line", long + "x\n" + dana + "\n", []string{"1:error", "2:verdict"}},
		{"a longer line at the end", dana + "\n" + long + long, []string{"1:verdict", "2:error"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, gists(pipe(t, c.input)))
		})
	}
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func TestTheVerdictIsThatOfTheLibrary(t *testing.T) {
	var out bytes.Buffer
	require.Zero(t, run(context.Background(), nil, strings.NewReader(clickOn("dana", "a", 3)), &out, io.Discard))
	k := clickclass.Click{
		Timestamp: time.Date(2026, 3, 4, 12, 0, 3, 0, time.UTC), Url: "https://news.contoso.example/a", ActionType: clickclass.ClickAllowed,
		AccountUpn: "dana@contoso.example", Workload: "Email", NetworkMessageId: "5f0c2a11-93b4-4e07-1800-08de79e58de1",
		IPAddress: netip.MustParseAddr("203.0.113.7"), Row: 1,
	}
	want := clickclass.Result{Click: k, Verdict: clickclass.Score(k)}
	assert.JSONEq(t, string(want.AppendJSON(nil)), out.String())
}

func TestRowsOfALineAreNeighbours(t *testing.T) {
	got := pipe(t, "["+clickOn("dana", "a", 0)+","+clickOn("dana", "b", 1)+"]\n"+clickOn("dana", "c", 2)+"\n")
	require.Len(t, got, 2)
	for _, r := range got[0].Results {
		assert.Equal(t, int64(1), r.Row)
		assert.Equal(t, 2, r.Nearby.MessageURLs)
	}
	assert.LessOrEqual(t, got[1].Nearby.MessageURLs, 1, "the next line does not know of them")
}

func TestEvidenceCountsForItsLine(t *testing.T) {
	for _, args := range [][]string{nil, {"--hold=10"}} {
		got := pipe(t, clickOn("dana", "a", 3)+"\n["+email+","+clickOn("dana", "a", 3)+"]\n", args...)
		require.Equal(t, []string{"1:verdict", "2:verdict"}, gists(got), args)
		assert.NotEqual(t, "mail", got[0].Basis)
		assert.Equal(t, "mail", got[1].Basis)
	}
}

func TestErrorsNameTheColumnAndRepeatNoInput(t *testing.T) {
	got := pipe(t, badTime+"\ndana@contoso.example https://news.contoso.example/?token=secret\n")
	require.Equal(t, []string{"1:error", "2:error"}, gists(got))
	assert.Equal(t, "Timestamp", got[0].Error.Column)
	assert.Contains(t, got[0].Error.Message, "line 1")
	assert.NotContains(t, got[1].Error.Message, "dana")
	assert.NotContains(t, got[1].Error.Message, "secret")
}

func TestOwnRangesCount(t *testing.T) {
	ranges := filepath.Join(t.TempDir(), "ranges.txt")
	require.NoError(t, os.WriteFile(ranges, []byte("tool: 203.0.113.7 = our sandbox\n"), 0o600))
	lines := clickOn("dana", "a", 0) + "\n[" + email + "," + clickOn("dana", "a", 0) + "]\n"
	for _, args := range [][]string{{"--ranges=" + ranges}, {"--ranges=" + ranges, "--hold=9"}} {
		for _, a := range pipe(t, lines, args...) {
			assert.Equal(t, "automated", a.Class)
		}
	}
}

func TestRsyslog(t *testing.T) {
	var out bytes.Buffer
	input := clickOn("dana", "a", 0) + "\nnot JSON\n[" + clickOn("dana", "a", 0) + "," + clickOn("dana", "b", 0) + "]\n"
	require.Zero(t, run(context.Background(), []string{"--rsyslog"}, strings.NewReader(input), &out, io.Discard))
	var inner strings.Builder
	for line := range strings.Lines(out.String()) {
		var reply map[string]map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(line), &reply), line)
		require.Contains(t, reply, "$!")
		require.Len(t, reply, 1)
		inner.Write(append(reply["$!"]["whoclicked"], '\n'))
	}
	assert.Equal(t, []string{"1:verdict", "2:error", "3:2 results"}, gists(decode(t, inner.String())))
}

// dialogue is a program that runs and that a test speaks to.
type dialogue struct {
	in     *io.PipeWriter
	out    *bufio.Reader
	status chan int
}

func start(ctx context.Context, args ...string) dialogue {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	d := dialogue{inW, bufio.NewReader(outR), make(chan int, 1)}
	go func() {
		d.status <- run(ctx, args, inR, outW, io.Discard)
		outW.Close()
	}()
	return d
}

func (d dialogue) say(t *testing.T, text string) {
	t.Helper()
	_, err := io.WriteString(d.in, text)
	require.NoError(t, err)
}

func (d dialogue) hear(t *testing.T) answer {
	t.Helper()
	line, err := d.out.ReadString('\n')
	require.NoError(t, err)
	return decode(t, line)[0]
}

func TestAnswersComeAtOnce(t *testing.T) {
	d := start(t.Context())
	for i := range int64(3) {
		d.say(t, clickOn("dana", "a", 0)+"\n")
		assert.Equal(t, i+1, d.hear(t).Row)
	}
	d.in.Close()
	assert.Zero(t, <-d.status)
}

func TestFailures(t *testing.T) {
	dana := clickOn("dana", "a", 0) + "\n"
	t.Run("reading", func(t *testing.T) {
		var out, errs bytes.Buffer
		in := io.MultiReader(strings.NewReader(dana), iotest.ErrReader(errors.New("broken")))
		assert.Equal(t, statusFailed, run(context.Background(), []string{"--hold=9"}, in, &out, &errs))
		assert.Equal(t, []string{"1:verdict"}, gists(decode(t, out.String())), "what was read is answered")
		assert.Equal(t, "pipe: broken\n", errs.String())
	})
	t.Run("writing", func(t *testing.T) {
		r, w := io.Pipe()
		r.CloseWithError(errors.New("gone"))
		var errs bytes.Buffer
		assert.Equal(t, statusFailed, run(context.Background(), nil, strings.NewReader(dana), w, &errs))
		assert.Equal(t, "pipe: gone\n", errs.String())
	})
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{
		{"--nope"}, {"file.json"}, {"--hold=x"}, {"--hold=0"}, {"--hold=-1"}, {"--hold=1000001"}, {"--hold=1ms"}, {"--hold=25h"}, {"--hold=-5s"},
		{"--state=x"}, {"--hold=5", "--rsyslog"}, {"--hold=5", "--state=pipe_test.go"}, {"--hold=5", "--state=."}, {"--ranges=nowhere"}, {"--ranges=pipe_test.go"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			var out, errs bytes.Buffer
			assert.Equal(t, statusUsage, run(context.Background(), args, strings.NewReader(""), &out, &errs))
			assert.Empty(t, out.String())
			assert.NotEmpty(t, errs.String())
		})
	}
	_, err := os.Stat("pipe_test.go")
	assert.NoError(t, err)
	var out bytes.Buffer
	assert.Zero(t, run(context.Background(), []string{"--help"}, strings.NewReader(""), &out, io.Discard))
	assert.Contains(t, out.String(), "--rsyslog")
	out.Reset()
	assert.Zero(t, run(context.Background(), []string{"--version"}, strings.NewReader(""), &out, io.Discard))
	assert.Contains(t, out.String(), "rules "+clickclass.RulesVersion)
}

// judgeLines gives the lines of an input to a judge, without the goroutines that make the
// coverage of a fuzz target depend on chance. It returns the output and the number of lines.
func judgeLines(t *testing.T, input []byte, args options) (string, int) {
	var text bytes.Buffer
	out := bufio.NewWriter(&text)
	j, err := args.newJudge(out)
	require.NoError(t, err)
	n := 0
	for line := range bytes.Lines(input) {
		n++
		require.NoError(t, j.line(bytes.TrimSuffix(line, []byte("\n")), false))
	}
	require.NoError(t, j.end())
	require.NoError(t, out.Flush())
	return text.String(), n
}

// Whatever comes in, each line is answered by one line of JSON with its number.
func FuzzOneLineOutForEveryLineIn(f *testing.F) {
	f.Add([]byte(clickOn("dana", "a", 0)+"\n"+badTime+"\n"), true)
	f.Add([]byte("[{\"Url\":1}]\n\r\n{}\x00\xff\n"), false)
	f.Add([]byte("Timestamp,Url,ActionType\n\xff\xfe{\x00\n"), false)
	f.Fuzz(func(t *testing.T, input []byte, rsyslog bool) {
		output, lines := judgeLines(t, input, options{Rsyslog: rsyslog})
		n := 0
		for line := range strings.Lines(output) {
			n++
			var object map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(line), &object))
			if !rsyslog {
				assert.JSONEq(t, fmt.Sprint(n), string(object["row"]))
			}
		}
		assert.Equal(t, lines, n)
	})
}
