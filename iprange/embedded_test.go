package iprange

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documents holds the published documents, where they are at hand. A name has
// the instance or cloud and the date.
const documents = "../../shared/data"

// embeddedFiles are the documents in the embedded lists. AzureGermany is left
// out: its last document is years old and its addresses have other uses now.
// The plain list of Bingbot is left out: ipverse's list has the same prefixes.
var embeddedFiles = []struct {
	folder string
	name   *regexp.Regexp
}{
	{"endpoints", regexp.MustCompile(`^[a-z]+_\d{4}-\d\d-\d\d(_withMEM)?\.json$`)},
	{"servicetags", regexp.MustCompile(`^ServiceTags_(Public|AzureGovernment|China)_[\d-]+[._].*json$`)},
	{"microsoft_public_ips", regexp.MustCompile(`^MSFT_PublicIPs_\d{4}-\d\d-\d\d\.csv$`)},
	{"clouds", regexp.MustCompile(`^[a-z]+_ipv[46]_\d{4}-\d\d-\d\d\.txt$`)},
	{"crawlers", regexp.MustCompile(`^(ipverse-.*\.json|security-copilot-egress\.txt)$`)},
	{"proxies", regexp.MustCompile(`\.(txt|json)$`)},
}

// datesOfUndated has the dates of documents whose file names have none: that in
// the document, or the day on which our copy was taken.
var datesOfUndated = map[string]string{
	"security-copilot-egress.txt": "2026-11-29",
	"zscaler-cenr-2026.json":      "2026-11-29",
	"microsoft-mdca-proxy.json":   "2026-08-19",
}

var writeLists = flag.Bool("write-lists", false, "write data/lists.bin")

// TestEmbeddedLists makes the embedded lists from the published documents. With
// -write-lists, as go generate calls it, it writes them; else it checks that the
// committed file is what it would write. It never uses the network, and equal
// documents give equal bytes.
func TestEmbeddedLists(t *testing.T) {
	if _, err := os.Stat(documents); err != nil && !*writeLists {
		t.Skip("the published documents are not beside the repository")
	}
	if testing.Short() {
		t.Skip("takes seconds")
	}
	lists := []*List{knownList()}
	var oldest *List
	for _, f := range embeddedFiles {
		entries, err := os.ReadDir(filepath.Join(documents, f.folder))
		require.NoError(t, err)
		found := false
		for _, e := range entries {
			if !f.name.MatchString(e.Name()) {
				continue
			}
			found = true
			l := readFile(t, filepath.Join(documents, f.folder, e.Name()))
			lists = append(lists, l)
			if l.Info.Name == "worldwide" && (oldest == nil || l.Info.Dates[0].Before(oldest.Info.Dates[0])) {
				oldest = l
			}
		}
		require.True(t, found, "no documents in %s", f.folder)
	}
	history, err := os.Open("history.txt")
	require.NoError(t, err)
	defer history.Close()
	past, err := readHistory(history, oldest)
	require.NoError(t, err)

	s, err := new(Set).WithHistory(append(lists, past...)...)
	require.NoError(t, err)
	if *writeLists {
		require.NoError(t, os.WriteFile("data/lists.bin", []byte(s.data), 0o644))
		return
	}
	assert.True(t, s.data == embedded, "data/lists.bin is not what go generate would write")
}

// readFile reads a published document in which every row must be readable.
func readFile(t *testing.T, path string) *List {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	l, err := Read(f, path)
	require.NoError(t, err, path)
	require.Empty(t, l.Skipped, path)
	if date, found := datesOfUndated[filepath.Base(path)]; found {
		day, err := time.Parse(time.DateOnly, date)
		require.NoError(t, err)
		l.Info.Dates = []time.Time{day}
	}
	require.Len(t, l.Info.Dates, 1, path)
	return l
}
