package main

import (
	"hash/maphash"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// pseudonyms numbers accounts and URLs in the order in which they appear. Unlike a hash,
// a number cannot be compared with a list of addresses. The same input gives the same
// numbers.
type pseudonyms struct {
	accounts, urls numbers
}

func newPseudonyms() *pseudonyms { return &pseudonyms{accounts: numbers{}, urls: numbers{}} }

// numbers has the number of each text, from 1 up, by its hash.
type numbers map[uint64]uint32

// maxNumbers is how many texts get numbers of their own, at most: 40 MB. Those that come later
// share a name.
const maxNumbers = 1 << 20

// of returns the name of a text: prefix and its number.
func (m numbers) of(prefix, text string) string {
	key := maphash.String(hashSeed, text)
	n, ok := m[key]
	if !ok && len(m) == maxNumbers {
		return prefix + "later"
	}
	if !ok {
		n = uint32(len(m) + 1)
		m[key] = n
	}
	return prefix + strconv.FormatUint(uint64(n), 10)
}

// full reports whether there were more accounts or links than have names of their own.
func (p *pseudonyms) full() bool {
	return len(p.accounts) == maxNumbers || len(p.urls) == maxNumbers
}

// redact removes from a click what names a person or opens a link. The address stays,
// because the verdict cannot be understood without it, and so do the ids, which mean
// nothing outside the tenant.
func (p *pseudonyms) redact(k *clickclass.Click) {
	if k.AccountUpn != "" {
		k.AccountUpn = p.accounts.of("account-", strings.ToLower(k.AccountUpn))
	}
	if k.Url != "" {
		k.Url = redactURL(k, p.urls.of("redacted-", k.OriginalURL()))
	}
	k.UrlChain = ""
	// A cell may have slipped into another column.
	for _, id := range []*string{&k.ReportId, &k.NetworkMessageId, &k.SourceId} {
		if _, err := safelinks.ParseGUID(*id); err != nil && *id != "" {
			*id = "redacted"
		}
	}
	k.ActionType = clickclass.ActionType(redactWord(string(k.ActionType)))
	k.Workload, k.ThreatTypes = redactWord(k.Workload), redactWord(k.ThreatTypes)
	k.AppName = redactWord(k.AppName)
	k.DetectionMethods, k.AppVersion = "", ""
	k.IPAddress = k.IPAddress.WithZone("")
	for i, a := range k.MoreIPs {
		k.MoreIPs[i] = a.WithZone("")
	}
}

var word = regexp.MustCompile(`^[A-Za-z, ]{0,40}$`)

// redactWord returns s if it can be a name that Microsoft gave.
func redactWord(s string) string {
	if word.MatchString(s) {
		return s
	}
	return "redacted"
}

// redactOrigin removes the name of an own range, which may be a person's.
func redactOrigin(o *clickclass.Origin) {
	if o.Layer == iprange.LayerOwn {
		o.Service = "own range"
	}
}

// redactError removes from an unreadable row what its message quotes.
func (t *triage) redactError(e *rowError) *rowError {
	return &rowError{file: t.fileName(e.file), row: e.row, column: redactWord(e.column), message: t.redactText(e.message)}
}

// redactURL returns the site of a click's URL with the name that stands for the rest. Paths, queries
// and names of hosts below the site may carry tokens.
func redactURL(k *clickclass.Click, name string) string {
	scheme, _, _ := strings.Cut(k.OriginalURL(), "://")
	site := k.Site()
	if scheme = strings.ToLower(scheme); site == "" || scheme != "http" && scheme != "https" || safelinks.Redact(site) != site {
		return name
	}
	return scheme + "://" + site + "/" + name
}

var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// aPath is a word with a slash between letters: the name of a folder or an account.
var aPath = regexp.MustCompile(`\S*(?:[\pL~.][/\\]|[/\\][\pL~.])\S*?([:,;.]?(?:\s|$))`)

// redactText removes from a message the names of files, quoted text, paths, accounts and
// secrets.
func (t *triage) redactText(s string) string {
	return redactWords(t.names.replaceIn(s))
}

// redactWords is redactText for a text without the names of files.
func redactWords(s string) string {
	return safelinks.Redact(aPath.ReplaceAllString(quoted.ReplaceAllString(s, `"(redacted)"`), "(path)$1"))
}

// fileName returns the name under which a file is shown.
func (t *triage) fileName(name string) string {
	switch {
	case !t.Redact:
		return name
	case t.sample:
		return filepath.Base(filepath.ToSlash(name))
	}
	return t.names.of(name)
}

// fileNames numbers files in the order in which they appear: home folders, exports and
// members of archives are often named after people. It is ready for use, also concurrently.
type fileNames struct {
	mu    sync.Mutex
	shown map[string]string
}

// of returns the pseudonym of a file, such as "file-1.csv".
func (n *fileNames) of(name string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if name == "" || name == inputs.Stdin {
		return name
	}
	shown, ok := n.shown[name]
	if !ok {
		if n.shown == nil {
			n.shown = map[string]string{}
		}
		shown = "file-" + strconv.Itoa(len(n.shown)+1) + knownExtension(name)
		n.shown[name] = shown
	}
	return shown
}

// knownExtension returns what follows the first dots of a name as far as it says what a
// file is.
func knownExtension(name string) string {
	extension := ""
	for {
		e := strings.ToLower(filepath.Ext(name))
		if !slices.Contains([]string{".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl", ".log", ".xlsx", ".html", ".mmdb", ".gz", ".zst", ".zip"}, e) {
			return extension
		}
		extension = e + extension
		name = name[:len(name)-len(e)]
	}
}

// replaceIn returns a message with the pseudonyms of the files that it names. Names stand
// between colons, commas and the word "is".
func (n *fileNames) replaceIn(text string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var b strings.Builder
	for text != "" {
		piece, mark := text, ""
		for _, m := range [...]string{": ", ", ", " is "} {
			if i := strings.Index(piece, m); i >= 0 {
				piece, mark = piece[:i], m
			}
		}
		text = text[len(piece)+len(mark):]
		if shown, ok := n.shown[piece]; ok {
			piece = shown
		}
		b.WriteString(piece + mark)
	}
	return b.String()
}

// nameFiles gives the files of the command line and the sources their numbers.
func (t *triage) nameFiles(sources []inputs.Source) {
	if !t.Redact || t.sample {
		return
	}
	for _, s := range sources {
		t.names.of(s.Name)
	}
	for _, name := range append([]string{t.Labels, t.Ranges, t.ASN, t.HTML}, t.Files...) {
		t.names.of(name)
	}
}
