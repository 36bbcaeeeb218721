package service

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"
)

// TestMain checks that nothing is left running after the tests.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(status int) {
		http.DefaultClient.CloseIdleConnections()
	}))
}
