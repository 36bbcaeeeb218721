package evidence

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestHostKey holds which hosts of connections and of links are the same.
func TestHostKey(t *testing.T) {
	tests := []struct {
		name, a, b string
		same       bool
	}{
		{"bare and in a link", "docs.fabrikam.example", "https://docs.fabrikam.example/a", true},
		{"root dot", "docs.fabrikam.example.", "https://docs.fabrikam.example/a", true},
		{"port", "docs.fabrikam.example:443", "https://docs.fabrikam.example/a", true},
		{"Unicode", "xn--bcher-kva.example", "https://B\u00fccher.example/a", true},
		{"Unicode, bare", "b\u00fccher.example", "https://xn--bcher-kva.example/a", true},
		{"blanks", " docs.fabrikam.example ", "https://docs.fabrikam.example/a", true},
		{"user's name", "docs.fabrikam.example", "https://login.example@docs.fabrikam.example/a", true},
		{"backslashes", "docs.fabrikam.example", `https:\\docs.fabrikam.example\a`, true},
		{"two regions of Safe Links", "eur01.safelinks.protection.outlook.com", "https://nam12.safelinks.protection.outlook.com/?url=x", true},
		{"a subdomain", "www.fabrikam.example", "https://fabrikam.example/", false},
		{"an imitation of Safe Links", "eur01.safelinks.protection.outlook.com.example", "nam12.safelinks.protection.outlook.com.example", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.NotZero(t, hostKey(tt.a))
			assert.Equal(t, tt.same, hostKey(tt.a) == hostKey(tt.b))
		})
	}
	assert.Zero(t, hostKey(""))
	assert.Zero(t, hostKey(" "))
}
