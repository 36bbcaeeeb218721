package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
)

const (
	link = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=01%7C01%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C72f988bf86f141af91ab2d7cd011db47%7C0&sdata=Ji5IrmJjqAoHkXWZL91G9nzkfLX5Bg%2B3liA6q4IBNv4%3D&reserved=0"
	page = "https://www.example.com/"

	isolated = "https://urlisolation.com/browser?traceToken=1777863721;contoso_hosted;https:/www.example.com&url=https%3A%2F%2Fwww.example.com%2F"
	damaged  = "https://eu-central-1.protection.sophos.com/?d=example.com&u=****"
)

func TestRun(t *testing.T) {
	for _, c := range []struct {
		name   string
		args   []string
		stdin  string
		want   string
		status int
	}{
		{"arguments", []string{link, page}, "", page + "\n" + page + "\n", 0},
		{"lines", nil, link + "\n\n" + page + "\r\n" + link, page + "\n\n" + page + "\n" + page + "\n", 0},
		{"no wrapper stays", nil, "not a link\n", "not a link\n", 0},
		{"opaque stays", nil, "https://protect-eu.mimecast.com/s/AbC\n", "https://protect-eu.mimecast.com/s/AbC\n", 0},
		{"redacted line", []string{"--redact"}, link + "\n", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=redacted&sdata=redacted&reserved=0\n", 0},
		{"rewrite", []string{"--rewrite"}, "a <" + link + ">\r\nb", "a <" + page + ">\r\nb", 0},
		{"rewrite HTML", []string{"--rewrite", "--as=html"}, `<a href="` + strings.ReplaceAll(link, "&", "&amp;") + `">`, `<a href="` + page + `">`, 0},
		{"rewrite and redact", []string{"--rewrite", "--redact"}, "a " + link + ".", "a https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=redacted&sdata=redacted&reserved=0.", 0},
		{"find", []string{"--find"}, "a (" + link + ") b " + link + ".", page + "\n" + page + "\n", 0},
		{"find in quoted-printable", []string{"--find", "--quoted-printable"}, "a " + strings.ReplaceAll(strings.ReplaceAll(link, "=", "=3D"), "%2F", "%2=\nF"), page + "\n", 0},
		{"find in a mail", []string{"--find"}, "Message-ID: <1@contoso.example>\nList-Unsubscribe: <" + link + ">\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte("see "+link)) + "\n", page + "\n" + page + "\n", 0},
		{"find in UTF-16", []string{"--find"}, inUTF16("\ufeffa <" + link + ">"), page + "\n", 0},
		{"find in quoted-printable that nobody names", []string{"--find"}, "a " + strings.ReplaceAll(strings.ReplaceAll(link, "=", "=3D"), "%2F", "%2=\nF"), page + "\n", 0},
		{"find a broken link", []string{"--find"}, "> " + broken + "\n> Bye", page + "\n", 0},
		{"rewrite a broken link", []string{"--rewrite"}, "> " + broken + "\n> Bye", "> " + page + "\n> Bye", 0},
		{"rewrite UTF-16", []string{"--rewrite"}, inUTF16("\ufeffa <" + link + ">"), inUTF16("\ufeffa <" + page + ">"), 0},
		{"lines in UTF-16", nil, inUTF16(link + "\r\n" + page + "\r\n"), page + "\n" + page + "\n", 0},
		{"a broken link among lines", nil, page + "\n" + broken + "\n" + link + "\nword\n", page + "\n" + page + "\n" + page + "\nword\n", 0},
		{"a broken link as the last line", nil, broken, page + "\n", 0},
		{"a broken link in brackets among lines", nil, "<" + broken + ">,\nword\n", page + "\nword\n", 0},
		{"a broken link as an argument", []string{broken}, "", page + "\n", 0},
		{"a broken link, redacted", []string{"--redact"}, broken + "\nword\n", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=redacted&sdata=redacted&reserved=0\nword\n", 0},
		{"label and link", nil, "[a page](" + link + ")\na page<" + link + ">\n[" + link + "],\n", page + "\n" + page + "\n" + page + "\n", 0},
		{"a list of links in a line", nil, link + "," + link + "; " + link + "\n", page + "\n" + page + "\n" + page + "\n", 0},
		{"a list of links in a line, redacted", []string{"--redact"}, "https://protect-eu.mimecast.com/s/AbC, https://protect-eu.mimecast.com/s/DeF\n", "https://protect-eu.mimecast.com/s/redacted, https://protect-eu.mimecast.com/s/redacted\n", 0},
		{"a line of a log", nil, "2026-07-19 17:02:06 GET " + link + " 200\nno link: here\n", page + "\nno link: here\n", 0},
		{"a list that begins with another link", nil, page + " " + link + "\n", page + " " + link + "\n", 0},
		{"soft line breaks of quoted-printable", nil, strings.ReplaceAll(strings.ReplaceAll(link, "=", "=3D"), "%2F", "%2=\nF") + "\nword\n", page + "\nword\n", 0},
		{"NDJSON of another link", []string{"--format=ndjson", page}, "", `{"input":"https://www.example.com/","original":null,"layers":[],"flags":[],"error":"safelinks: not a wrapped link"}` + "\n", 0},
		{"NDJSON of a Safe Link", []string{"--format=ndjson"}, link + "\n\n", `{"input":"` + link + `","original":"https://www.example.com/","layers":[{"kind":"safelinks","url":"https://www.example.com/","form":"mail","region":"eur01","cloud":"commercial","field_count":6,"version":"01","mail_type":"01","recipient":"adele.vance@contoso.com","message_guid":"3246927a-20c5-43a9-d37b-08dc713331d6","is_network_message_id":true,"message_time_utc":"2024-05-10T20:53:07.3146880Z","tenant":"72f988bf-86f1-41af-91ab-2d7cd011db47","flag1":"0","sdata_bytes":32,"reserved":"0"}],"flags":[],"error":null}` + "\n", 0},
		{"NDJSON, redacted", []string{"--format=ndjson", "--redact"}, link + "\n", `{"input":"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=redacted&sdata=redacted&reserved=0","original":"https://www.example.com/","layers":[{"kind":"safelinks","url":"https://www.example.com/","form":"mail","region":"eur01","cloud":"commercial","field_count":6,"version":"01","mail_type":"01","recipient":"redacted","message_time_utc":"2024-05-10T20:53:07.3146880Z","flag1":"0","sdata_bytes":32,"reserved":"0"}],"flags":[],"error":null}` + "\n", 0},
		{"NDJSON of an opaque link", []string{"--format=ndjson", "https://protect-eu.mimecast.com/s/AbC?domain=example.com"}, "", `{"input":"https://protect-eu.mimecast.com/s/AbC?domain=example.com","original":null,"layers":[{"kind":"mimecast","host_hint":"example.com","flags":["opaque"]}],"flags":["opaque"],"error":"safelinks: target is stored on the wrapper's server"}` + "\n", 0},
		{"NDJSON of a vendor's link", []string{"--format=ndjson", isolated}, "", `{"input":"` + isolated + `","original":"https://www.example.com/","layers":[{"kind":"proofpoint-isolation","url":"https://www.example.com/","click_time":"2026-05-04T03:02:01Z","customer":"contoso_hosted"}],"flags":[],"error":null}` + "\n", 0},
		{"NDJSON of a damaged link", []string{"--format=ndjson", damaged}, "", `{"input":"` + damaged + `","original":null,"layers":[{"kind":"sophos","host_hint":"example.com","flags":["perhaps_cut"]}],"flags":["perhaps_cut"],"error":"safelinks: no usable target: \"eu-central-1.protection.sophos.com\""}` + "\n", 0},
		{"unknown flag", []string{"--nope"}, "", "", cli.ExitUsage},
		{"unknown format", []string{"--format=xml"}, "", "", cli.ExitUsage},
		{"rewrite with a link", []string{"--rewrite", link}, "", "", cli.ExitUsage},
		{"two modes", []string{"--rewrite", "--find"}, "", "", cli.ExitUsage},
		{"quoted-printable alone", []string{"--quoted-printable"}, "", "", cli.ExitUsage},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			status := run(t.Context(), c.args, strings.NewReader(c.stdin), &out, &errs)
			assert.Equal(t, c.status, status, errs.String())
			assert.Equal(t, c.want, out.String())
			assert.Equal(t, c.status != 0, errs.Len() > 0, errs.String())
		})
	}
}

// broken is the link as a mail program breaks it.
var broken = link[:70] + "\n> " + link[70:140] + "\n> " + link[140:]

func inUTF16(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", 3*longestLine) + "\n"
	redactedLink := "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=redacted&sdata=redacted&reserved=0"
	for _, c := range []struct {
		name      string
		args      []string
		out, errs string
	}{
		{"text", nil, long + page + "\n", "unwrap: lines of more than 1 MiB, not looked at: 1\n"},
		{"redacted", []string{"--redact"}, removed + "\n" + redactedLink + "\n", "unwrap: line longer than 1 MiB: removed\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			require.Zero(t, run(t.Context(), c.args, strings.NewReader(long+link+"\n"), &out, &errs))
			assert.True(t, c.out == out.String())
			assert.Equal(t, c.errs, errs.String())
		})
	}
	for input, args := range map[string][]string{long[:128]: {"--format=ndjson"}, removed: {"--format=ndjson", "--redact"}} {
		var out, errs bytes.Buffer
		require.Zero(t, run(t.Context(), args, strings.NewReader(long+link+"\n"), &out, &errs))
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		require.Len(t, lines, 2)
		var r result
		require.NoError(t, json.Unmarshal([]byte(lines[0]), &r))
		assert.Equal(t, "unwrap: line longer than 1 MiB", *r.Error)
		assert.Equal(t, input, r.Input)
		assert.Empty(t, errs.String())
	}
}

func TestWhatStaysIsSaidOnStandardError(t *testing.T) {
	cut := "> https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flist\n> s.example.com%2F&data=05%7C02\n"
	long := "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F" + strings.Repeat("a", 64<<10) + "\n"
	for _, c := range []struct {
		name string
		args []string
		text string
		out  string
		errs string
	}{
		{"cut", []string{"--rewrite"}, cut, cut, "unwrap: links that seem to be cut by a line break, left as they are: 1\n"},
		{"long", []string{"--rewrite"}, long, long, "unwrap: links of more than 64 KiB, left as they are: 1\n"},
		{"cut, found", []string{"--find"}, cut, "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flist\n", "unwrap: links that seem to be cut by a line break, left as they are: 1\n"},
		{"long, found", []string{"--find"}, long, "https://eur01.safelinks.protection.outlook.com/\n", "unwrap: links of more than 64 KiB, left as they are: 1\n"},
		{"cut, NDJSON", []string{"--find", "--format=ndjson"}, cut, `{"input":"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flist","original":null,"layers":[],"flags":["perhaps_cut"],"error":"safelinks: no usable target"}` + "\n", "unwrap: links that seem to be cut by a line break, left as they are: 1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			assert.Zero(t, run(t.Context(), c.args, strings.NewReader(c.text), &out, &errs))
			assert.Equal(t, c.out, out.String())
			assert.Equal(t, c.errs, errs.String())
		})
	}
}

func TestRedactedLinksNameNoShorterHost(t *testing.T) {
	text := "> https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flist\n> s.example.com%2F&data=05%7C02\n"
	for _, format := range []string{"text", "ndjson"} {
		var out bytes.Buffer
		assert.Zero(t, run(t.Context(), []string{"--find", "--redact", "--format", format}, strings.NewReader(text), &out, io.Discard))
		assert.Contains(t, out.String(), "https://eur01.safelinks.protection.outlook.com/")
		assert.NotContains(t, out.String(), "list")
	}
}

func TestHelp(t *testing.T) {
	var out bytes.Buffer
	assert.Zero(t, run(t.Context(), []string{"--help"}, strings.NewReader(""), &out, io.Discard))
	for _, flag := range []string{"--format", "--rewrite", "--redact", "--find"} {
		assert.Contains(t, out.String(), flag)
	}
}

func TestReadErrors(t *testing.T) {
	broken := iotest.ErrReader(errors.New("broken"))
	for _, args := range [][]string{nil, {"--find"}, {"--rewrite"}} {
		var errs bytes.Buffer
		assert.Equal(t, statusFailed, run(t.Context(), args, broken, io.Discard, &errs))
		assert.Equal(t, "unwrap: broken\n", errs.String())
	}
}
