package main

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestNumbers holds that a text keeps its number, and that their number is bounded.
func TestNumbers(t *testing.T) {
	m := numbers{}
	assert.Equal(t, "account-1", m.of("account-", "a"))
	assert.Equal(t, "account-2", m.of("account-", "b"))
	assert.Equal(t, "account-1", m.of("account-", "a"))
	for n := range maxNumbers {
		m.of("account-", strconv.Itoa(n))
	}
	assert.Equal(t, "account-later", m.of("account-", "c"))
	assert.Equal(t, "account-2", m.of("account-", "b"))
	assert.Len(t, m, maxNumbers)
}
