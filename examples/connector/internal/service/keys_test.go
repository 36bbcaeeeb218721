package service

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const secretHash = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b" // of "secret"

func TestReadKeys(t *testing.T) {
	tests := []struct {
		name, text, err string
	}{
		{"one", "soar " + secretHash, ""},
		{"comments, empty lines, blanks", "# keys\n\n  soar\t" + secretHash + "  # of the playbook\n", ""},
		{"upper case digits", "soar " + strings.ToUpper(secretHash), ""},
		{"several", "soar " + secretHash + "\nn8n " + strings.Repeat("0", 64), ""},
		{"none", "# nothing\n", "keys: there is none"},
		{"the key and not its hash", "soar secret", "keys: line 1: not 64 hexadecimal digits after the name"},
		{"a hash that is cut", "\nsoar " + secretHash[:62], "keys: line 2: not 64 hexadecimal digits after the name"},
		{"no name", secretHash, "keys: line 1: not a name and a SHA-256"},
		{"a name with a quote", `so"ar ` + secretHash, "keys: line 1: a name has up to 64 letters, digits, dots, dashes and underscores"},
		{"a name twice", "soar " + secretHash + "\nsoar " + secretHash, "keys: line 2: the name is there before"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, err := ReadKeys(strings.NewReader(tt.text))
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				assert.NotContains(t, err.Error(), "secret")
				return
			}
			require.NoError(t, err)
			name, ok := k.find("secret")
			assert.True(t, ok)
			assert.Equal(t, "soar", name)
			_, ok = k.find("")
			assert.False(t, ok)
		})
	}
}

func TestNewKey(t *testing.T) {
	secret, line, err := NewKey("soar")
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(secret), 26, "128 bits in base 32")
	assert.NotContains(t, line, secret)
	k, err := ReadKeys(strings.NewReader(line))
	require.NoError(t, err)
	name, ok := k.find(secret)
	assert.True(t, ok)
	assert.Equal(t, "soar", name)
	_, _, err = NewKey("two words")
	assert.Error(t, err)
}

func TestKeyOfRequest(t *testing.T) {
	keys, err := ReadKeys(strings.NewReader("first " + strings.Repeat("0", 64) + "\nsoar " + secretHash))
	require.NoError(t, err)
	url, _ := start(t, Options{Keys: keys})
	tests := []struct {
		name   string
		header []string
		status int
	}{
		{"none", nil, 401},
		{"X-API-Key", []string{"X-API-Key", "secret"}, 200},
		{"bearer", []string{"Authorization", "Bearer secret"}, 200},
		{"bearer in lower case", []string{"Authorization", "bearer secret"}, 200},
		{"basic with any user", []string{"Authorization", "Basic YW55Ym9keTpzZWNyZXQ="}, 200},
		{"wrong", []string{"X-API-Key", "secreT"}, 401},
		{"empty", []string{"X-API-Key", ""}, 401},
		{"the hash", []string{"X-API-Key", secretHash}, 401},
		{"another scheme", []string{"Authorization", "Digest secret"}, 401},
		{"broken basic", []string{"Authorization", "Basic !"}, 401},
		{"a long one", []string{"X-API-Key", strings.Repeat("x", 10_000)}, 401},
		{"the first counts", []string{"X-API-Key", "wrong", "Authorization", "Bearer secret"}, 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := do(t, "GET", url+"/v1/version", "", "", tt.header...)
			assert.Equal(t, tt.status, a.status)
			if tt.status == 401 {
				checkProblem(t, a, "unauthorized")
				assert.NotEmpty(t, a.header.Get("WWW-Authenticate"))
				assert.NotContains(t, a.body, "secret")
			}
		})
	}
	for _, path := range []string{"/healthz", "/readyz", "/openapi2.json", "/openapi3.json", "/openapi31.json"} {
		assert.Equal(t, 200, do(t, "GET", url+path, "", "").status, path)
	}
}
