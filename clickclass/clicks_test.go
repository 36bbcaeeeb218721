package clickclass_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Clicks and small helpers that the tests share.

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// idAt makes an id with the clock t, as Microsoft 365 writes them: the last twelve digits
// are the upper 48 bits of the .NET tick count, the four before them the lower 16.
func idAt(head string, t time.Time) string {
	ticks := uint64(t.Unix()*1e7 + int64(t.Nanosecond())/100 + 621355968000000000)
	return fmt.Sprintf("%s-%04x-%012x", head, ticks&0xffff, ticks>>16)
}

// randomID makes a new id with the clock t.
func randomID(rng *rand.Rand, t time.Time) string {
	return idAt(fmt.Sprintf("%08x-%04x-%04x", rng.Uint32(), rng.Uint32N(1<<16), rng.Uint32N(1<<16)), t)
}

// founding is the row that the project began with.
func founding() clickclass.Click {
	return clickclass.Click{
		Timestamp:  noon,
		Url:        "https://login.contoso-docs.example/a",
		ActionType: clickclass.ClickAllowed,
		AccountUpn: "dana@contoso.example",
		Workload:   "Email",
		IPAddress:  netip.MustParseAddr("52.112.103.113"),
	}
}

// stranger is a click from an address that no list has, two hours after the message.
func stranger() clickclass.Click {
	k := founding()
	k.IPAddress = netip.MustParseAddr("203.0.113.7")
	return withDelay(k, 2*time.Hour)
}

// withDelay makes k a click so long after its message.
func withDelay(k clickclass.Click, d time.Duration) clickclass.Click {
	k.NetworkMessageId = idAt("5f0c2a11-93b4-4e07", k.Timestamp.Add(-d))
	return k
}

// fullClick has all columns.
func fullClick() clickclass.Click {
	k := withDelay(founding(), 4*time.Second)
	k.ReportId = idAt("7acb31b0-de17-442f", noon)
	k.ThreatTypes, k.DetectionMethods = "Phish", "URL detonation"
	k.MoreIPs = []netip.Addr{netip.MustParseAddr("2001:db8::7"), netip.MustParseAddr("192.0.2.9")}
	k.IsClickedThrough = true
	k.UrlChain = `["https://a.example/","https://b.example/"]`
	k.AppName, k.AppVersion, k.SourceId = "Outlook", "16.0.1", "source-7"
	k.Feed = clickclass.FeedAudit
	k.File, k.Row = "clicks.csv", 1<<60+7
	return k
}

// randomClicks makes up n clicks within a time, with few different values, so that much
// falls together: equal times, shared addresses, pairs, duplicates, rows with missing
// parts. Row is the place of the click.
func randomClicks(rng *rand.Rand, n int, within time.Duration) []clickclass.Click {
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	step := []time.Duration{100, time.Millisecond, time.Second, time.Minute}[rng.IntN(4)]
	addrs := []string{"52.112.103.113", "40.107.218.12", "40.64.64.200", "151.206.1.1", "20.190.130.1", "2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"}
	clicks := make([]clickclass.Click, 0, n)
	for len(clicks) < n {
		row := int64(len(clicks))
		if row > 0 && rng.IntN(6) == 0 { // the same click again, or its other half
			k := clicks[rng.IntN(len(clicks))]
			switch rng.IntN(4) {
			case 0:
				k.IsClickedThrough = !k.IsClickedThrough
			case 1:
				if !k.Timestamp.IsZero() {
					k.Timestamp = k.Timestamp.Add(time.Duration(rng.IntN(5)) * time.Second)
				}
			case 2:
				k.AccountUpn = strings.ToUpper(k.AccountUpn)
			}
			k.Row = row
			clicks = append(clicks, k)
			continue
		}
		k := clickclass.Click{
			Timestamp: noon.Add(time.Duration(rng.Int64N(int64(within))).Truncate(step)),
			Url: pick("", "https://a.example/1", "https://a.example/2", "https://b.example/", "https://b.example/?x",
				"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2F1&data=05%7C02%7C&reserved=0"),
			ActionType:       clickclass.ActionType(pick("ClickAllowed", "ClickAllowed", "ClickBlocked", "ClickBlockedByTenantPolicy", "UrlScanInProgress", "UrlErrorPage", "ClickedThrough", "Else")),
			AccountUpn:       pick("", "ann@one.example", "bob@one.example", "kim@one.example", "eve@two.example", "dan@two.example", "local"),
			Workload:         pick("", "Email", "Email", "Teams", "Office"),
			NetworkMessageId: pick("", "m1", idAt("00000000-0000-0001", noon), idAt("00000000-0000-0002", noon.Add(within/2))),
			ReportId:         pick("", "", "r1", "r2", "r3", "r4"),
			AppVersion:       pick("", "", "", "16.0"),
			IsClickedThrough: rng.IntN(9) == 0,
			File:             "random", Row: row,
		}
		if rng.IntN(8) > 0 {
			k.IPAddress = netip.MustParseAddr(pick(addrs...))
		}
		switch rng.IntN(60) {
		case 0:
			k.Timestamp = time.Time{}
		case 1:
			k.Timestamp = time.Date(9999, 6, 1, 23, 59, 59, 0, time.UTC)
		case 2:
			k.MoreIPs = []netip.Addr{netip.MustParseAddr("198.51.100.4")}
		}
		clicks = append(clicks, k)
	}
	return clicks
}

// sequence yields clicks, and each error of failures before the click of that place.
func sequence(clicks []clickclass.Click, failures map[int]error) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for i, k := range clicks {
			if err := failures[i]; err != nil && !yield(clickclass.Click{}, err) {
				return
			}
			if !yield(k, nil) {
				return
			}
		}
		if err := failures[len(clicks)]; err != nil {
			yield(clickclass.Click{}, err)
		}
	}
}

func classifier(t testing.TB, o clickclass.Options) *clickclass.Classifier {
	t.Helper()
	c, err := clickclass.New(o)
	require.NoError(t, err)
	return c
}

// classify judges a click by itself; no look-up may fail.
func classify(t testing.TB, o clickclass.Options, k clickclass.Click) clickclass.Verdict {
	t.Helper()
	v, err := classifier(t, o).Classify(context.Background(), k)
	require.NoError(t, err)
	return v
}

// judgeAll returns all results on clicks; none may be an error.
func judgeAll(t testing.TB, o clickclass.Options, clicks []clickclass.Click) []clickclass.Result {
	t.Helper()
	var out []clickclass.Result
	for r, err := range classifier(t, o).All(context.Background(), sequence(clicks, nil)) {
		require.NoError(t, err)
		out = append(out, r)
	}
	return out
}

// place names a click, wherever it stands in the input.
type place struct {
	file string
	row  int64
}

// lastVerdicts returns the last verdict on every click.
func lastVerdicts(results []clickclass.Result) map[place]clickclass.Verdict {
	last := make(map[place]clickclass.Verdict)
	for _, r := range results {
		last[place{r.Click.File, r.Click.Row}] = r.Verdict
	}
	return last
}

// requireEqualVerdicts holds that two verdicts say the same, and shows both if not.
func requireEqualVerdicts(t testing.TB, want, got *clickclass.Verdict, format string, args ...any) {
	t.Helper()
	if !want.Equal(got) {
		require.Equal(t, want, got, "%s", fmt.Sprintf(format, args...))
		require.Fail(t, "Equal is wrong", "%s", fmt.Sprintf(format, args...))
	}
}

// ruleIDs returns the rules of the reasons that counted, or of those that did not.
func ruleIDs(v *clickclass.Verdict, counted bool) []string {
	var ids []string
	for _, r := range v.Reasons {
		if r.Counted == counted {
			ids = append(ids, r.Rule)
		}
	}
	return ids
}

func hasReason(v *clickclass.Verdict, id string) bool {
	return slices.ContainsFunc(v.Reasons, func(r clickclass.Reason) bool { return r.Rule == id })
}

// askFunc is a Source.
type askFunc func(ctx context.Context, q clickclass.Question) (clickclass.Facts, error)

func (f askFunc) Facts(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
	return f(ctx, q)
}

// askBatchFunc is a BatchSource.
type askBatchFunc func(ctx context.Context, qs []clickclass.Question) ([]clickclass.Facts, error)

func (f askBatchFunc) Facts(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
	facts, err := f(ctx, []clickclass.Question{q})
	return facts[0], err
}

func (f askBatchFunc) FactsBatch(ctx context.Context, qs []clickclass.Question) ([]clickclass.Facts, error) {
	return f(ctx, qs)
}

// askAccounts is a Source that knows what there is to know by account.
type askAccounts func(account string) clickclass.Facts

func (f askAccounts) Facts(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
	return f(q.Account), nil
}
