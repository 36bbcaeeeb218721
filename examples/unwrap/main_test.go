package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

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
		{"long line stays", nil, strings.Repeat("x", 3*longestLine) + "\n" + link + "\n", strings.Repeat("x", 3*longestLine) + "\n" + page + "\n", 0},
		{"redacted line", []string{"--redact"}, link + "\n", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=redacted&sdata=redacted&reserved=0\n", 0},
		{"rewrite", []string{"--rewrite"}, "a <" + link + ">\r\nb", "a <" + page + ">\r\nb", 0},
		{"rewrite HTML", []string{"--rewrite", "--as=html"}, `<a href="` + strings.ReplaceAll(link, "&", "&amp;") + `">`, `<a href="` + page + `">`, 0},
		{"rewrite and redact", []string{"--rewrite", "--redact"}, "a " + link + ".", "a https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=redacted&sdata=redacted&reserved=0.", 0},
		{"find", []string{"--find"}, "a (" + link + ") b " + link + ".", page + "\n" + page + "\n", 0},
		{"find in quoted-printable", []string{"--find", "--quoted-printable"}, "a " + strings.ReplaceAll(strings.ReplaceAll(link, "=", "=3D"), "%2F", "%2=\nF"), page + "\n", 0},
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

func TestLongLineBecomesAnErrorObject(t *testing.T) {
	var out bytes.Buffer
	status := run(t.Context(), []string{"--format=ndjson"}, strings.NewReader(strings.Repeat("x", 2*longestLine)+"\n"+link+"\n"), &out, io.Discard)
	require.Zero(t, status)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	require.Len(t, lines, 2)
	var r result
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &r))
	assert.Len(t, r.Input, 128)
	assert.Equal(t, "unwrap: line longer than 1 MiB", *r.Error)
}

func TestCutLinksAreSaidOnStandardError(t *testing.T) {
	text := "> https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flist\n> s.example.com%2F&data=05%7C02\n"
	var out, errs bytes.Buffer
	assert.Zero(t, run(t.Context(), []string{"--rewrite"}, strings.NewReader(text), &out, &errs))
	assert.Equal(t, text, out.String())
	assert.Equal(t, "unwrap: links that seem to be cut by a line break, left as they are: 1\n", errs.String())
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
