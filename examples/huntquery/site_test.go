package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/kql"
)

// TestEndings holds that the endings under which a query tells sites apart are public
// suffixes, under which others register.
func TestEndings(t *testing.T) {
	text, err := kql.Query(kql.Options{Schema: kql.Defender, Form: kql.Lists, RangesAt: "https://lists.contoso.example/", Since: time.Hour})
	require.NoError(t, err)
	_, text, _ = strings.Cut(text, "let site_of")
	text, _, found := strings.Cut(text, "};")
	require.True(t, found)
	// The endings are "name\.top" and "(?:name|name)\.top".
	n := 0
	for _, m := range regexp.MustCompile(`(?:\(\?:([a-z0-9|]+)\)|([a-z0-9]+))\\\.([a-z]+)\b`).FindAllStringSubmatch(text, -1) {
		for name := range strings.SplitSeq(m[1]+m[2], "|") {
			k := clickclass.Click{Url: "https://www.contoso." + name + "." + m[3] + "/x"}
			assert.Equal(t, "contoso."+name+"."+m[3], k.Site())
			n++
		}
	}
	assert.Greater(t, n, 15)
}
