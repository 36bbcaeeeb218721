package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/whoclicked/whoclicked/examples/internal/trial"
)

// TestKusto runs the tests of the evaluator of KQL. KUSTO names a node_modules folder with
// Microsoft's parser.
func TestKusto(t *testing.T) {
	node := trial.Program(t, "node")
	if os.Getenv("KUSTO") == "" {
		t.Skip("KUSTO names no node_modules folder")
	}
	c := exec.Command(node, "--test")
	c.Dir = "kusto"
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
