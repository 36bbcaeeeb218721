package idn

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestToASCII has A-labels of RFC 3492, section 7.1, and of registries' published examples.
func TestToASCII(t *testing.T) {
	for host, want := range map[string]string{
		"":                                "",
		"docs.example":                    "docs.example",
		"m\u00fcnchen.example":            "xn--mnchen-3ya.example",
		"M\u00dcNCHEN.Example":            "xn--mnchen-3ya.example",
		"b\u00fccher.example":             "xn--bcher-kva.example",
		"\u4f8b\u3048.\u30c6\u30b9\u30c8": "xn--r8jz45g.xn--zckzah",
		"\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587": "xn--ihqwcrb4cv8a8dqg056pqjye",
		"a\u3002b\uff0ec\uff61d":                                 "a.b.c.d",
		"\uff44\uff4f\uff43\uff53.example":                       "docs.example",
		"xn--mnchen-3ya.example":                                 "xn--mnchen-3ya.example",
	} {
		assert.Equal(t, want, ToASCII(host), "%q", host)
	}
	long := strings.Repeat("\u00e4", maxLabel)
	assert.NotEqual(t, long, ToASCII(long))
	assert.Equal(t, long+"\u00e4.example", ToASCII(long+"\u00e4.Example"), "no label of DNS")
}
