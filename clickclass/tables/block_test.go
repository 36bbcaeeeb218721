package tables

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBlocksAgain holds that what is released is read into again.
func TestBlocksAgain(t *testing.T) {
	const blocks = 60
	for _, release := range []bool{true, false} {
		s := &source{r: strings.NewReader(strings.Repeat("x", blocks*readSize))}
		used := map[*block]bool{}
		for s.more() {
			n := len(s.buf)
			text, lease := s.text(n)
			require.Len(t, text, n)
			used[lease.block] = true
			s.discard(n)
			if release {
				lease.end()
				lease.end() // says nothing new
			}
		}
		if release {
			assert.Less(t, len(used), blocks*3/4)
		} else {
			assert.Len(t, used, blocks)
		}
	}
}
