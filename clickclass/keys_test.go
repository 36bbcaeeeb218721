package clickclass

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/safelinks"
)

// slowURL is the text that urlKey is the key of, made in a step for each thing
// that is cut off.
func slowURL(raw string) string {
	if link, err := safelinks.Decode(raw); err == nil && strings.Contains(raw, "?") {
		raw = link.Original
	}
	raw, _, _ = strings.Cut(raw, "#")
	port := ""
	for _, scheme := range []string{"https", "http"} {
		if n := len(scheme + "://"); port == "" && len(raw) >= n && strings.EqualFold(raw[:n], scheme+"://") {
			raw, port = raw[n:], map[string]string{"https": ":443", "http": ":80"}[scheme]
		}
	}
	host, rest := raw, ""
	if i := strings.IndexAny(raw, "/?"); i >= 0 {
		host, rest = raw[:i], raw[i:]
	}
	if rest == "/" {
		rest = ""
	}
	return slowLower(strings.TrimSuffix(host, port)) + rest
}

func slowLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lowerByte(c)
	}
	return string(b)
}

// randomText strings together parts of URLs, accounts and ids.
func randomText(rng *rand.Rand) string {
	parts := []string{"https://", "HTTPS://", "http://", "example.org", "Example.ORG", "a", "A", "/", "/", "?", "#", ":443", ":80", "@", ".",
		"/path/to?campaign=", "ärger", "\xff", "person.number17", "CONTOSO.example", "5f0c2a11-93b4-4e07-bd1c-08de79b3a4f1", "{", "}", "-",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2FA.example%2Fb%23c&data=x", strings.Repeat("long/", 60)}
	var b strings.Builder
	for range rng.IntN(7) {
		b.WriteString(parts[rng.IntN(len(parts))])
	}
	return b.String()
}

// checkKeys holds that texts have the same key exactly when they stand for the
// same.
func checkKeys(t *testing.T, texts ...string) {
	t.Helper()
	kinds := map[string]struct {
		key  func(string) uint64
		slow func(string) string
	}{
		"url":     {urlKey, slowURL},
		"fold":    {foldKey, slowLower},
		"account": {func(s string) uint64 { account, _ := keys().account(s); return account }, slowLower},
		"domain": {domainKey, func(s string) string {
			_, domain, _ := strings.Cut(s, "@")
			return slowLower(domain)
		}},
	}
	for name, kind := range kinds {
		meant := map[uint64]string{}
		for _, s := range texts {
			want := kind.slow(s)
			key := kind.key(s)
			if before, ok := meant[key]; ok && before != want {
				t.Errorf("%s: %q and %q have one key", name, before, want)
			}
			meant[key] = want
			if got := kind.key(want); name != "url" && name != "domain" && got != key {
				t.Errorf("%s: %q and %q have two keys", name, s, want)
			}
		}
		keysOf := map[string]uint64{}
		for _, s := range texts {
			want, key := kind.slow(s), kind.key(s)
			if before, ok := keysOf[want]; ok && before != key {
				t.Errorf("%s: %q, from %q, has two keys", name, want, s)
			}
			keysOf[want] = key
		}
	}
}

func TestKeys(t *testing.T) {
	checkKeys(t,
		"", "#", "/", "?", "https://", "https://#", "https:///", "HTTP://A.Example:80", "http://a.example/", "a.example", "A.EXAMPLE#b",
		"https://a.example:443/b?c#d", "https://a.example/b?c", "http://a.example:443/b?c", "a.example:443/b?c", "https://a.example/B?c",
		"https://A.example:443#/", "https://a.example:443:443", ":443", "https://:443", "https://a#b/c", "https://a/b#c#d", "https://a?b/c:443",
		"http#://a", "ann@one.example", "ANN@one.EXAMPLE", "ann@", "ann", "@one.example", "ann@one@two", "@", "seven b", "eight by", "Nine byte",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2FA.example%2Fb%23c&data=x", "https://a.example/b",
		strings.Repeat("A", 127), strings.Repeat("a", 127), strings.Repeat("A", 129), strings.Repeat("a", 129),
		"https://A.example/"+strings.Repeat("b", 300), "https://a.example/"+strings.Repeat("b", 300))
	_, domain := keys().account("Ann@One.Example")
	assert.Equal(t, domainKey("bob@one.example"), domain)

	rng := rand.New(rand.NewPCG(5, 5))
	texts := make([]string, 5000)
	for i := range texts {
		texts[i] = randomText(rng)
	}
	checkKeys(t, texts...)
}

// TestCapitals compares eight bytes at a time with one at a time.
func TestCapitals(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	for c := range 256 {
		for range 20 {
			b := []byte("a.b-c1_d@ef.gh/ijkl?mn")[:rng.IntN(23)]
			if len(b) > 0 {
				b[rng.IntN(len(b))] = byte(c)
			}
			require.Equal(t, slowLower(string(b)) != string(b), hasCapital(string(b)), "%q", b)
		}
	}
}

// TestIDKey holds that an id has one key however it is written.
func TestIDKey(t *testing.T) {
	const id = "5f0c2a11-93b4-4e07-bd1c-08de79b3a4f1"
	for _, same := range []string{strings.ToUpper(id), "{" + id + "}", strings.ReplaceAll(id, "-", "")} {
		assert.Equal(t, idKey(id), idKey(same))
	}
	assert.NotEqual(t, idKey(id), idKey(id[:35]+"2"))
	assert.NotEqual(t, idKey(id), idKey("6"+id[1:]))
	assert.Equal(t, idKey("Message-7"), idKey("{message7}"))
	assert.NotEqual(t, idKey("message-7"), idKey("message-8"))
}

// FuzzKeys holds that two texts have the same key exactly when they stand for
// the same.
func FuzzKeys(f *testing.F) {
	f.Add("https://A.example:443/b#c", "http://a.example/b") // scheme, case, port and fragment
	f.Add("ann@one.example", "Ann@ONE.example")              // an account in two cases
	f.Add("https://a.example?b/", "a.example?b")             // a query without a path
	f.Add("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2FA.example%2Fb", "https://a.example/b")
	f.Fuzz(func(t *testing.T, a, b string) { checkKeys(t, a, b) })
}
