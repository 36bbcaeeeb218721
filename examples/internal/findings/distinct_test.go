package findings

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDistinct(t *testing.T) {
	var d distinct
	for _, s := range []string{"", "a", "b", "a", ""} {
		d.add(s)
	}
	assert.Len(t, d.seen, 2)
	for n := range maxDistinct + 10 {
		d.add(strconv.Itoa(n))
	}
	assert.Len(t, d.seen, maxDistinct)
}
