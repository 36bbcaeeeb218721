package clickclass_test

import (
	"context"
	"hash/maphash"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// stringsOf returns all strings and lists of strings that a result holds.
func stringsOf(r *clickclass.Result) []string {
	k, o, v := &r.Click, &r.Verdict.Origin, &r.Verdict
	all := []string{k.Url, string(k.ActionType), k.AccountUpn, k.Workload, k.NetworkMessageId, k.ThreatTypes, k.DetectionMethods, k.UrlChain,
		k.ReportId, k.AppName, k.AppVersion, k.SourceId, string(k.Feed), k.File, k.IPAddress.Zone(),
		o.Service, o.Area, o.Category, o.Region, o.List, o.Network.Organization, string(v.Clock), v.Rules, v.Lists}
	all = append(all, o.Tags...)
	for _, c := range v.Causes {
		all = append(all, string(c))
	}
	for _, reason := range v.Reasons {
		all = append(all, reason.Rule, reason.Saw.Kind)
	}
	return slices.Clip(slices.DeleteFunc(all, func(s string) bool { return s == "" }))
}

// keeper keeps the strings of results, and what they said when they were handed out.
type keeper struct {
	seed    maphash.Seed
	results []keptStrings
	strings int
}

type keptStrings struct {
	strings []string
	sum     uint64
}

func (k *keeper) sum(list []string) uint64 {
	var h maphash.Hash
	h.SetSeed(k.seed)
	for _, s := range list {
		h.WriteString(s)
		h.WriteByte(0)
	}
	return h.Sum64()
}

func (k *keeper) keep(r *clickclass.Result) {
	list := stringsOf(r)
	k.strings += len(list)
	k.results = append(k.results, keptStrings{list, k.sum(list)})
}

// changed counts the results of which a string says something else now.
func (k *keeper) changed() int {
	n := 0
	for _, r := range k.results {
		if k.sum(r.strings) != r.sum {
			n++
		}
	}
	return n
}

// TestNothingIsVolatile keeps every string that All and a Stream hand out over many rows,
// and compares all of them at the end.
func TestNothingIsVolatile(t *testing.T) {
	n := 200_000
	if testing.Short() {
		n = 10_000
	}
	options := clickclass.Options{Workers: 3, Source: randomSource{}, Window: clickclass.Window{Span: time.Hour, Rows: 5000}}
	check := func(t *testing.T, k *keeper) {
		t.Helper()
		runtime.GC()
		assert.GreaterOrEqual(t, len(k.results), n)
		assert.Greater(t, k.strings, 15*n)
		assert.Zero(t, k.changed(), "results with a string that changed after it was handed out")
	}
	t.Run("All", func(t *testing.T) {
		k := keeper{seed: maphash.MakeSeed()}
		var line []byte
		for r, err := range classifier(t, options).All(context.Background(), newClickLog(3*time.Second).clicks(n)) {
			require.NoError(t, err)
			k.keep(&r)
			line = r.AppendJSON(line[:0])
		}
		check(t, &k)
	})
	t.Run("Stream", func(t *testing.T) {
		k := keeper{seed: maphash.MakeSeed()}
		s := classifier(t, options).NewStream()
		log := newClickLog(3 * time.Second)
		var batch []clickclass.Click
		take := func(results []clickclass.Result, err error) {
			require.NoError(t, err)
			for i := range results {
				k.keep(&results[i])
			}
			clear(results) // they are ours
		}
		for i := range n {
			batch = append(batch, log.next())
			if len(batch) == 100 || i == n-1 {
				take(s.Add(context.Background(), batch...))
				clear(batch) // and so is this
				batch = batch[:0]
			}
			if i%20_000 == 0 {
				take(s.Flush(context.Background()))
				take(s.Recheck(context.Background(), func(k *clickclass.Click) bool { return k.Row%10 == 0 }))
			}
		}
		take(s.Flush(context.Background()))
		check(t, &k)
	})
}
