package safelinks

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUnwrapParametersThatWentIntoTheTarget(t *testing.T) {
	const page = "https%3A%2F%2Fwww.example.com%2F"
	data := "&data=" + fields05 + signature
	encodedAnd := strings.NewReplacer("&", "%26", "=", "%3D").Replace(data)
	for _, c := range []struct{ name, query, want string }{
		{"ampersand encoded", page + encodedAnd, "https://www.example.com/"},
		{"entity encoded", page + strings.ReplaceAll(encodedAnd, "%26", "%26amp%3B"), "https://www.example.com/"},
		{"entity of an entity", page + strings.ReplaceAll(encodedAnd, "%26", "%26amp%3Bamp%3B"), "https://www.example.com/"},
		{"numeric entity", page + strings.ReplaceAll(encodedAnd, "%26", "%26%2338%3B"), "https://www.example.com/"},
		{"all of it encoded once more", page + escapeParam(data), "https://www.example.com/"},
		{"only the first", page + "%26data%3D" + fields05 + signature, "https://www.example.com/"},
		{"ampersand lost", page + "index.php" + data[1:], "https://www.example.com/index.php"},
		{"ampersand lost behind an s", page + "news" + data[1:], "https://www.example.com/news"},
		{"no recipient", page + strings.ReplaceAll(encodedAnd, "adele.vance%40contoso.com", ""), "https://www.example.com/"},
		{"placeholders", page + "%26data%3Dx%26sdata%3Dy%26reserved%3D0", "https://www.example.com/"},
		{"a query of its own", page + "%3Fa%3D1%26data%3D2" + encodedAnd, "https://www.example.com/?a=1&data=2"},
		{"around a Safe Link", escapeParam(wrapped(page)) + escapeParam(data), wrapped(page)},
		{"around a Safe Link, encoded alike", escapeParam(wrapped(page)) + encodedAnd, wrapped(page)},
		{"raw", "https://www.example.com/" + encodedAnd, "https://www.example.com/"},

		{"ampersand of an entity lost", page + "amp;data=" + fields05 + signature, "https://www.example.com/"},
		{"semicolons", page + ";data=" + fields05 + signature, "https://www.example.com/"},
		{"entity with its semicolon encoded", page + strings.ReplaceAll(data, "&", "&amp%3B"), "https://www.example.com/"},
		{"ampersand encoded twice, the rest not", page + strings.ReplaceAll(data, "&", "%2526"), "https://www.example.com/"},
		{"entity encoded twice, the rest not", page + strings.ReplaceAll(data, "&", "%2526amp%253B"), "https://www.example.com/"},
		{"entity, encoded once more", page + strings.ReplaceAll(strings.ReplaceAll(encodedAnd, "%26", "%26amp%3B"), "%", "%25"), "https://www.example.com/"},
		{"encoded once more", page + strings.ReplaceAll(encodedAnd, "%", "%25"), "https://www.example.com/"},

		// A target keeps what belongs to it.
		{"kept: data of its own", page + "%3Fq%3D1%26data%3Dx%26b%3D2" + data, "https://www.example.com/?q=1&data=x&b=2"},
		{"kept: data of its own at the end", page + "%3Fq%3D1%26data%3Dx", "https://www.example.com/?q=1&data=x"},
		{"kept: data of its own with numbers", page + "%3Fdata%3D01%7C02%7C03", "https://www.example.com/?data=01|02|03"},
		{"kept: layout of its own, and of the wrapper", page + "%3Fq%3D1%26data%3D" + fields05 + data, "https://www.example.com/?q=1&data=" + unescape(fields05)},
		{"kept: a Safe Link whose wrapper was cut", escapeParam(wrapped(page)), wrapped(page)},
		{"kept: reserved of its own", page + "%3Freserved%3D0", "https://www.example.com/?reserved=0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			chain, err := Unwrap(mailHost + "?url=" + c.query)
			require.NoError(t, err)
			l := chain.Layers[0]
			assert.Equal(t, c.want, l.URL)
			repaired := !strings.HasPrefix(c.name, "kept")
			assert.Equal(t, repaired, l.Flags.Has(FlagMangled))
			if repaired && c.name != "placeholders" {
				assert.Equal(t, "05", l.Link.Version)
				assert.Equal(t, c.name != "no recipient", l.Link.Recipient == "adele.vance@contoso.com")
				assert.True(t, l.Link.Signed)
				assert.Equal(t, "0", l.Link.Raw["reserved"], l.Link.Raw)
			}
			if repaired {
				assert.NotContains(t, Redact(chain.Input), "3246927a")
			}
		})
	}
}

func TestUnwrapParametersThatWentIntoTheTargetOfTeams(t *testing.T) {
	front, back, ok := strings.Cut(teamsLink, "&locale")
	require.True(t, ok)
	for name, and := range map[string]string{"ampersand": "%26", "entity": "%26amp%3B"} {
		t.Run(name, func(t *testing.T) {
			link := front + strings.NewReplacer("&", and, "=", "%3D").Replace("&locale"+back)
			c, err := Unwrap(link)
			require.NoError(t, err)
			assert.Equal(t, "https://www.example.com/", c.Original())
			assert.Equal(t, "de-de", c.Layers[0].Link.Teams.Locale)
			assert.True(t, c.Flags.Has(FlagMangled))
			assert.NotContains(t, string(marshal(t, c)), "COOKIE")
		})
	}
	// A target may have parameters of these names.
	c, err := Unwrap(front + "%3Fa%3Db%26locale%3Den%26ring%3Dx")
	require.NoError(t, err)
	assert.Equal(t, "https://www.example.com/?a=b&locale=en&ring=x", c.Original())
}

func TestUnwrapRepeatedTarget(t *testing.T) {
	for _, link := range []string{
		mailHost + "?url=https%3A%2F%2Fwww.example.com%2F&url=https%3A%2F%2Fb.example%2F&data=" + fields05 + signature,
		mailHost + "?url=https%3A%2F%2Fwww.example.com%2F&data=" + fields05 + signature + "&url=https%3A%2F%2Fb.example%2F",
		teamsLink + "&url=https%3A%2F%2Fb.example%2F",
		mailHost + "?url=&url=https%3A%2F%2Fwww.example.com%2F&data=" + fields05 + signature,
		mailHost + "?url=https://www.example.com/&url=https://b.example/&data=" + fields05 + signature,
	} {
		c, err := Unwrap(link)
		require.NoError(t, err)
		assert.Equal(t, "https://www.example.com/", c.Original())
		assert.True(t, c.Flags.Has(FlagRepeated|FlagEdited))
		assert.Contains(t, c.Flags.String(), "url_repeated")
	}
}
