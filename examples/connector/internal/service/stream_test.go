package service

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lineAnswer is what a line of a stream is answered with.
type lineAnswer struct {
	Row     int64
	Class   string
	Account string
	Error   *fault
	Results []lineAnswer
}

func readLines(t testing.TB, body string) (list []lineAnswer) {
	for _, line := range strings.Split(strings.TrimSuffix(body, "\n"), "\n") {
		var a lineAnswer
		require.NoError(t, json.Unmarshal([]byte(line), &a), line)
		list = append(list, a)
	}
	return list
}

func TestStream(t *testing.T) {
	url, _ := start(t, Options{})
	streaming := `{"time":"2026-09-28T10:41:00Z","category":"AdvancedHunting-UrlClickEvents","properties":` + teamsClick + `}`
	long := `{"Url":"https://a.example/` + strings.Repeat("x", lineLimit) + `"}`
	tests := []struct {
		name, line string
		class, err string
	}{
		{"a row", teamsClick, "likely_automated", ""},
		{"a row of the Streaming API", streaming, "likely_automated", ""},
		{"a row that says little", `{"Url":"https://a.example"}`, "unknown", ""},
		{"nothing", "", "", "empty"},
		{"blanks", " \t\r", "", "empty"},
		{"no JSON", "no row", "", "cannot be read: not a supported table"},
		{"a cut row", teamsClick[:50], "", "cut off at the end of the input"},
		{"a bad cell", badClick, "", `bad address "203.0.113.700"`},
		{"evidence", alexLaunch, "", "no click; evidence goes with the clicks to /v1/batch"},
		{"an empty document", `{"results":[]}`, "", "no click; evidence goes with the clicks to /v1/batch"},
		{"a long line", long, "", "longer than 1 MiB"},
		{"a row again", teamsClick, "likely_automated", ""},
	}
	var body strings.Builder
	for _, tt := range tests {
		body.WriteString(tt.line + "\n")
	}
	a := do(t, "POST", url+"/v1/stream", mediaNDJSON, strings.TrimSuffix(body.String(), "\n"))
	require.Equal(t, 200, a.status)
	assert.Equal(t, mediaNDJSON, a.header.Get("Content-Type"))
	answers := readLines(t, a.body)
	require.Len(t, answers, len(tests), "a line for every line")
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.EqualValues(t, i+1, answers[i].Row)
			assert.Equal(t, tt.class, answers[i].Class)
			if tt.err == "" {
				assert.Nil(t, answers[i].Error)
				return
			}
			require.NotNil(t, answers[i].Error)
			assert.Contains(t, answers[i].Error.Message, tt.err)
		})
	}
}

func TestStreamLineWithSeveralRows(t *testing.T) {
	url, _ := start(t, Options{})
	a := do(t, "POST", url+"/v1/stream", mediaNDJSON, teamsClick+"\n"+`{"results":[`+teamsClick+`,`+badClick+`,`+otherClick+`]}`+"\n")
	answers := readLines(t, a.body)
	require.Len(t, answers, 2)
	assert.EqualValues(t, 2, answers[1].Row)
	require.Len(t, answers[1].Results, 3)
	for _, r := range answers[1].Results {
		assert.EqualValues(t, 2, r.Row)
	}
	assert.NotNil(t, answers[1].Results[2].Error)
}

// talk is a stream whose lines are written one by one.
type talk struct {
	t   testing.TB
	in  *io.PipeWriter
	out *bufio.Reader
	res *http.Response
}

func newTalk(t testing.TB, url string) *talk {
	reader, writer := io.Pipe()
	r, err := http.NewRequest("POST", url+"/v1/stream", reader)
	require.NoError(t, err)
	r.Header.Set("Content-Type", mediaNDJSON)
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.Equal(t, 200, res.StatusCode)
	k := &talk{t, writer, bufio.NewReader(res.Body), res}
	t.Cleanup(func() {
		writer.Close()
		res.Body.Close()
	})
	return k
}

func (k *talk) say(text string) { _, _ = io.WriteString(k.in, text) }

// hear returns the next line, and false at the end.
func (k *talk) hear() (a lineAnswer, ok bool) {
	line, err := k.out.ReadString('\n')
	if err == io.EOF && line == "" {
		return a, false
	}
	require.NoError(k.t, err)
	require.NoError(k.t, json.Unmarshal([]byte(line), &a))
	return a, true
}

// TestStreamAnswersAtOnce: an answer comes before the next line is sent.
func TestStreamAnswersAtOnce(t *testing.T) {
	url, _ := start(t, Options{})
	k := newTalk(t, url)
	for i := range 3 {
		k.say(teamsClick + "\n" + otherClick[:20])
		a, ok := k.hear()
		require.True(t, ok)
		assert.EqualValues(t, 2*i+1, a.Row)
		assert.Equal(t, "likely_automated", a.Class)
		k.say(otherClick[20:] + "\n")
		a, ok = k.hear()
		require.True(t, ok)
		assert.EqualValues(t, 2*i+2, a.Row)
		assert.Equal(t, "alex@contoso.example", a.Account)
	}
	k.in.Close()
	_, ok := k.hear()
	assert.False(t, ok)
}

// TestStopWithinAStream: what was read is answered, and the stream says why it ends.
func TestStopWithinAStream(t *testing.T) {
	url, s := start(t, Options{})
	k := newTalk(t, url)
	k.say(teamsClick + "\n" + otherClick + "\n" + teamsClick[:30])
	for i := range 2 {
		a, ok := k.hear()
		require.True(t, ok)
		assert.EqualValues(t, i+1, a.Row)
	}
	s.Stop()
	a, ok := k.hear()
	require.True(t, ok)
	assert.EqualValues(t, 3, a.Row)
	require.NotNil(t, a.Error)
	assert.Contains(t, a.Error.Message, "the service is stopping")
	_, ok = k.hear()
	assert.False(t, ok)
	assert.Equal(t, 503, do(t, "POST", url+"/v1/stream", mediaNDJSON, teamsClick).status)
}

func TestIdleStream(t *testing.T) {
	url, _ := start(t, Options{Limits: Limits{Idle: 50 * time.Millisecond}})
	k := newTalk(t, url)
	k.say(teamsClick + "\n")
	_, ok := k.hear()
	require.True(t, ok)
	a, ok := k.hear()
	require.True(t, ok)
	require.NotNil(t, a.Error)
	assert.Contains(t, a.Error.Message, "no line came in time")
	_, ok = k.hear()
	assert.False(t, ok)
}

// TestStreamOutlivesTheServersTimes: a stream may last longer than a request.
func TestStreamOutlivesTheServersTimes(t *testing.T) {
	url, _ := start(t, Options{Limits: Limits{Time: 20 * time.Millisecond}})
	k := newTalk(t, url)
	for range 3 {
		k.say(teamsClick + "\n")
		_, ok := k.hear()
		require.True(t, ok)
		time.Sleep(30 * time.Millisecond)
	}
}

func TestStreamsDoNotMix(t *testing.T) {
	url, _ := start(t, Options{})
	const streams, rows = 8, 200
	done := make(chan error, streams)
	for i := range streams {
		go func() { done <- checkOwnRows(url, i, rows) }()
	}
	for range streams {
		assert.NoError(t, <-done)
	}
}

// checkOwnRows sends rows of a tenant and checks that the answers are about them, and about
// nothing else.
func checkOwnRows(url string, tenant, rows int) error {
	var body strings.Builder
	for i := range rows {
		fmt.Fprintf(&body, `{"Url":"https://t%d.example/%d","AccountUpn":"u%[2]d@t%[1]d.example","IPAddress":"203.0.113.7"}`+"\n", tenant, i)
	}
	res, err := http.Post(url+"/v1/stream", mediaNDJSON, strings.NewReader(body.String()))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	n := 0
	for ; lines.Scan(); n++ {
		var a lineAnswer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return err
		}
		if want := fmt.Sprintf("u%d@t%d.example", n, tenant); a.Account != want || a.Row != int64(n+1) {
			return fmt.Errorf("row %d of %s, and not row %d of %s", a.Row, a.Account, n+1, want)
		}
		if strings.Count(lines.Text(), ".example") != strings.Count(lines.Text(), fmt.Sprintf("t%d.example", tenant)) {
			return fmt.Errorf("a row of another tenant: %s", lines.Text())
		}
	}
	if n != rows {
		return fmt.Errorf("%d answers to %d lines", n, rows)
	}
	return lines.Err()
}
