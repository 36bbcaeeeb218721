package clickclass_test

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

func TestRulesTable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range clickclass.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			assert.False(t, seen[r.ID], "given twice")
			seen[r.ID] = true
			assert.LessOrEqual(t, r.Min, r.Weight)
			assert.GreaterOrEqual(t, r.Max, r.Weight)
			assert.Contains(t, []string{"none", "low", "medium", "high"}, r.Confidence)
			assert.NotEmpty(t, r.Text)
			assert.NotEmpty(t, r.Source)
			assert.NotEqual(t, "invalid", r.Group.String())
			assert.NotContains(t, r.Text+r.Source, "|", "would break the Markdown table")
		})
	}
}

// TestRulesCopy holds that a caller cannot change the table.
func TestRulesCopy(t *testing.T) {
	clickclass.Rules()[0].Weight = 99
	assert.NotEqual(t, 99.0, clickclass.Rules()[0].Weight)
}

func TestRulesDoc(t *testing.T) {
	var want bytes.Buffer
	require.NoError(t, clickclass.WriteRules(&want))
	got, err := os.ReadFile("RULES.md")
	require.NoError(t, err)
	assert.Equal(t, want.String(), strings.ReplaceAll(string(got), "\r\n", "\n"), "run go generate ./clickclass")
}

func bytesReader(b []byte) *bytes.Reader { return bytes.NewReader(b) }

func nan() float64 { return math.NaN() }
