package main

import (
	"os"
	"testing"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/kql"
)

func TestQ(t *testing.T) {
	for _, s := range []kql.Schema{kql.Defender, kql.Sentinel, kql.ADX} {
		text, err := kql.Query(kql.Options{Schema: s, Form: kql.Short, Since: 30 * 24 * time.Hour})
		t.Log(s, len(text), err)
		os.WriteFile("/tmp/w/forms/tmp/short_"+string(s)+".kql", []byte(text), 0o644)
	}
}
