package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// reportContent returns the text of a report and the data within, as they are
// before compression.
func reportContent(t testing.TB, path string) string {
	t.Helper()
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(page), `<script type="application/gzip" id="data">`)
	require.True(t, ok)
	data, _, ok := strings.Cut(rest, "</script>")
	require.True(t, ok)
	zipper, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(data)))
	require.NoError(t, err)
	text, err := io.ReadAll(zipper)
	require.NoError(t, err)
	var values struct{ Strings []string }
	require.NoError(t, json.Unmarshal(text, &values))
	body := before[strings.Index(before, "<body>"):]
	var b bytes.Buffer
	fmt.Fprintln(&b, html.UnescapeString(body), strings.Join(values.Strings, "\n"))
	return b.String()
}
