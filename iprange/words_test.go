package iprange_test

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

func TestWords(t *testing.T) {
	assert.Equal(t, "mail_protection", iprange.KindMailProtection.String())
	assert.Equal(t, "own_ignore", iprange.KindOwnIgnore.String())
	assert.Equal(t, "microsoft", iprange.LayerMicrosoft.String())
	assert.Equal(t, "invalid invalid invalid", iprange.Kind(99).String()+" "+iprange.Layer(99).String()+" "+iprange.People(99).String())
}

// word is what every enumeration has.
type word interface {
	encoding.TextMarshaler
	String() string
}

func TestWordsAreTextBothWays(t *testing.T) {
	tests := []struct {
		name string
		of   func(i uint8) word
		read func(text string) (word, error)
		want int // number of values
	}{
		{"layer", func(i uint8) word { return iprange.Layer(i) }, func(s string) (word, error) {
			var l iprange.Layer
			err := l.UnmarshalText([]byte(s))
			return l, err
		}, 6},
		{"people", func(i uint8) word { return iprange.People(i) }, func(s string) (word, error) {
			var p iprange.People
			err := p.UnmarshalText([]byte(s))
			return p, err
		}, 3},
		{"kind", func(i uint8) word { return iprange.Kind(i) }, func(s string) (word, error) {
			var k iprange.Kind
			err := k.UnmarshalText([]byte(s))
			return k, err
		}, 21},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := map[string]bool{}
			for i := range uint8(tt.want) {
				v := tt.of(i)
				text, err := v.MarshalText()
				require.NoError(t, err)
				assert.Equal(t, v.String(), string(text))
				assert.Regexp(t, `^[a-z_]+$`, string(text))
				back, err := tt.read(string(text))
				require.NoError(t, err)
				assert.Equal(t, v, back)
				seen[string(text)] = true
			}
			assert.Len(t, seen, tt.want, "words differ")
			for _, i := range []uint8{uint8(tt.want), 99, 255} {
				_, err := tt.of(i).MarshalText()
				assert.ErrorContains(t, err, "iprange: marshal "+tt.name+": invalid value ")
				assert.Equal(t, "invalid", tt.of(i).String())
			}
			for _, text := range []string{"", "invalid", "None", " none", "1", "a@example.com"} {
				v, err := tt.read(text)
				assert.ErrorContains(t, err, "iprange: unmarshal "+tt.name+": unknown word ", text)
				assert.Equal(t, tt.of(0), v, "unchanged")
				assert.NotContains(t, err.Error(), "@")
			}
		})
	}
}

// roundTrip returns v after encoding and decoding it as JSON and as gob.
func roundTrip[T any](t *testing.T, v T) (fromJSON, fromGob T) {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &fromJSON), string(data))
	var buf bytes.Buffer
	require.NoError(t, gob.NewEncoder(&buf).Encode(v))
	require.NoError(t, gob.NewDecoder(&buf).Decode(&fromGob))
	return fromJSON, fromGob
}

func TestMatchesGoThroughJSONAndGob(t *testing.T) {
	all := []iprange.Match{{}}
	add := func(m iprange.Matches) {
		best, found := m.Best()
		require.True(t, found)
		all = append(all, best)
		for _, x := range m.All() {
			all = append(all, x)
		}
	}
	set, err := iprange.Default().With(own(t, "", "egress: 203.0.113.0/24 = head office"))
	require.NoError(t, err)
	for _, addr := range []string{"52.112.103.113", "2a01:111:f403:d91b::5", "40.94.3.4", "203.0.113.9", "151.206.1.1"} {
		add(set.Lookup(netip.MustParseAddr(addr)))
	}
	add(set.LookupAt(netip.MustParseAddr("52.120.1.1"), time.Date(2022, 11, 1, 0, 0, 0, 0, time.UTC)))
	add(set.LookupHost("outlook.office.com"))
	for _, m := range all {
		fromJSON, fromGob := roundTrip(t, m)
		assert.True(t, m == fromJSON, "%+v\n%+v", m, fromJSON)
		assert.True(t, m == fromGob, "%+v\n%+v", m, fromGob)
	}
	assert.Greater(t, len(all), 20)
}

func TestOtherValuesGoThroughJSONAndGob(t *testing.T) {
	t.Run("layer", func(t *testing.T) { assertRoundTrip(t, iprange.LayerProduct) })
	t.Run("kind", func(t *testing.T) { assertRoundTrip(t, iprange.KindOwnTool) })
	t.Run("people", func(t *testing.T) { assertRoundTrip(t, iprange.PeopleYes) })
	t.Run("map by kind", func(t *testing.T) { assertRoundTrip(t, map[iprange.Kind]int{iprange.KindTeams: 2}) })
	t.Run("lists", func(t *testing.T) { assertRoundTrip(t, iprange.Default().Lists()) })
	t.Run("own", func(t *testing.T) {
		assertRoundTrip(t, iprange.Own{Kind: iprange.KindOwnScanner, Name: "gateway", Prefixes: []netip.Prefix{netip.MustParsePrefix("2001:db8::/48")}})
	})
	t.Run("comparison", func(t *testing.T) {
		c := iprange.Compare(iprange.Default(), iprange.Default().Without("worldwide"))
		require.NotEmpty(t, c.Findings)
		assertRoundTrip(t, c)
		assertRoundTrip(t, c.Findings[0])
	})
	t.Run("zero values", func(t *testing.T) {
		assertRoundTrip(t, iprange.ListInfo{})
		assertRoundTrip(t, iprange.Own{})
		assertRoundTrip(t, iprange.Comparison{})
		assertRoundTrip(t, iprange.Finding{})
	})
}

func assertRoundTrip[T any](t *testing.T, v T) {
	t.Helper()
	fromJSON, fromGob := roundTrip(t, v)
	assert.Equal(t, v, fromJSON)
	assert.Equal(t, v, fromGob)
}
