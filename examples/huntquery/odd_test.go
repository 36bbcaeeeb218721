package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
)

// TestAgreeOdd compares on odd rows.
func TestAgreeOdd(t *testing.T) {
	e := newEngine(t)
	for seed := range uint64(1 + *moreFlag) {
		schema := tenantfiles.Schemas[int(seed)%len(tenantfiles.Schemas)]
		t.Run(fmt.Sprint(schema, " ", seed), func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, newOdd(seed, 400).write(dir, schema))
			e.compareFiles(t, dir, schema, nil, nil)
		})
	}
}

var _ = time.Now
