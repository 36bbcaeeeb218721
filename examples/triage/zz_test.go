package main
import ("testing";"context";"bytes";"io")
func TestZZ(t *testing.T){ for range 2 {run(context.Background(), []string{"--format","ndjson","--no-progress","--workers","1","/tmp/p/1m.ndjson"}, bytes.NewReader(nil), io.Discard, io.Discard)}}
