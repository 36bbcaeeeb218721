package safelinks

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGUIDText(t *testing.T) {
	g, err := ParseGUID("3246927A20C543A9D37B08DC713331D6")
	require.NoError(t, err)
	assert.Equal(t, "3246927a-20c5-43a9-d37b-08dc713331d6", g.String())
	assert.Equal(t, "", GUID{}.String())
	assert.True(t, GUID{}.IsZero())
	for _, want := range []GUID{g, {}} {
		b, err := want.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want.String(), string(b))
		got := GUID{1}
		require.NoError(t, got.UnmarshalText(b))
		assert.Equal(t, want, got)
	}
	kept := GUID{1}
	require.Error(t, kept.UnmarshalText([]byte("x")))
	assert.Equal(t, GUID{1}, kept, "the value before a failed call")
}

func TestParseGUIDErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", `safelinks: parse GUID: not 32 hexadecimal digits: ""`},
		{"short", "3246927a", `safelinks: parse GUID: not 32 hexadecimal digits: text of 8 bytes`},
		{"31 digits", "3246927a-20c5-43a9-d37b-08dc713331d", `safelinks: parse GUID: not 32 hexadecimal digits: text of 35 bytes`},
		{"braces on one side", "{3246927a-20c5-43a9-d37b-08dc713331d6", `safelinks: parse GUID: not 32 hexadecimal digits: text of 37 bytes`},
		{"an address", "abc@contoso.com", `safelinks: parse GUID: not 32 hexadecimal digits: text of 15 bytes`},
		{"a name", "adele.vance", `safelinks: parse GUID: not 32 hexadecimal digits: text of 11 bytes`},
		{"a long token", strings.Repeat("abcdef0123456789", 5000), `safelinks: parse GUID: not 32 hexadecimal digits: text of 80000 bytes`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := ParseGUID(c.text)
			require.EqualError(t, err, c.want)
			assert.Zero(t, g)
		})
	}
}

// TestParseGUIDBytes puts every byte at every place.
func TestParseGUIDBytes(t *testing.T) {
	for _, id := range []string{"3246927a-20c5-43a9-d37b-08dc713331d6", "3246927a20c543a9d37b08dc713331d6", "{3246927a20c543a9d37b08dc713331d6}"} {
		b := []byte(id)
		for i := range b {
			for c := range 256 {
				b[i] = byte(c)
				got, err := ParseGUID(string(b))
				want, ok := slowParseGUID(string(b))
				if got != want || (err == nil) != ok {
					t.Errorf("%q: %v, %v, not %v, %v", b, got, err, want, ok)
				}
			}
			b[i] = id[i]
		}
	}
}
