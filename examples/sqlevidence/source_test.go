package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

var _ clickclass.BatchSource = (*source)(nil)

// counting counts queries.
type counting struct {
	querier
	queries int
}

func (c *counting) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	c.queries++
	return c.querier.QueryContext(ctx, query, args...)
}

// batches counts batches of questions.
type batches struct {
	*source
	sizes []int
}

func (b *batches) FactsBatch(ctx context.Context, qs []clickclass.Question) ([]clickclass.Facts, error) {
	b.sizes = append(b.sizes, len(qs))
	return b.source.FactsBatch(ctx, qs)
}

// newDB returns a data base with these rows, and its file.
func newDB(t *testing.T, rows ...evidence.Row) (*sql.DB, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a name with ?, % and blanks.db")
	require.NoError(t, makeDB(t.Context(), file, rows...))
	db, err := open(file, "ro")
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	return db, file
}

// manyClicks returns n clicks of many accounts, every other one from a machine's address
// seconds after its message, and what is known of their accounts.
func manyClicks(n int) (clicks []clickclass.Click, rows []evidence.Row) {
	for i := range n {
		k := clickclass.Click{Timestamp: noon.Add(time.Duration(i) * time.Minute), Url: fmt.Sprintf("https://site%d.example/", i%40),
			ActionType: clickclass.ClickAllowed, AccountUpn: fmt.Sprintf("person%d@contoso.example", i%100), Workload: "Email",
			NetworkMessageId: "5f0c2a11-93b4-4e07-1800-08de79e58de1", IPAddress: netip.AddrFrom4([4]byte{203, 0, 113, byte(i % 100)}), Row: int64(i + 1)}
		if i%2 == 0 {
			k.IPAddress, k.Timestamp = netip.MustParseAddr("52.112.103.113"), noon.Add(time.Duration(i)*time.Millisecond)
		} else {
			rows = append(rows,
				evidence.SignIn{Timestamp: k.Timestamp.Add(-30 * time.Hour), AccountUpn: k.AccountUpn, IPAddress: k.IPAddress, Success: true, Interactive: true, Country: "DE"},
				evidence.BrowserLaunch{Timestamp: k.Timestamp.Add(time.Second), AccountUpn: k.AccountUpn, DeviceName: "pc", RemoteUrl: k.Url})
		}
		clicks = append(clicks, k)
	}
	return clicks, rows
}

func sequence(clicks []clickclass.Click) func(func(clickclass.Click, error) bool) {
	return func(yield func(clickclass.Click, error) bool) {
		for _, k := range clicks {
			if !yield(k, nil) {
				return
			}
		}
	}
}

// judge returns the last verdict on every click, and the errors.
func judge(t *testing.T, c *clickclass.Classifier, clicks []clickclass.Click) (map[int64]clickclass.Verdict, []error) {
	t.Helper()
	verdicts := map[int64]clickclass.Verdict{}
	var errs []error
	for r, err := range c.All(t.Context(), sequence(clicks)) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		verdicts[r.Click.Row] = r.Verdict
	}
	require.Len(t, verdicts, len(clicks), "every click has a verdict")
	return verdicts, errs
}

func newClassifier(t *testing.T, s clickclass.Source) *clickclass.Classifier {
	t.Helper()
	c, err := clickclass.New(clickclass.Options{Source: s, Workers: 1})
	require.NoError(t, err)
	return c
}

func TestOneQueryABatch(t *testing.T) {
	clicks, rows := manyClicks(1000)
	db, _ := newDB(t, rows...)
	count := &counting{querier: db}
	b := &batches{source: &source{db: count}}
	verdicts, errs := judge(t, newClassifier(t, b), clicks)
	assert.Empty(t, errs)
	assert.Equal(t, len(b.sizes), count.queries)
	assert.Less(t, count.queries, 50, "of 1,000 clicks")
	owners := 0
	for _, v := range verdicts {
		assert.Zero(t, v.Failed)
		if v.Class == clickclass.ClassOwner {
			owners++
		}
	}
	assert.Equal(t, 500, owners)

	t.Run("a live stream", func(t *testing.T) {
		count.queries, b.sizes = 0, nil
		s := newClassifier(t, b).NewStream()
		_, err := s.Add(t.Context(), clicks[:100]...)
		require.NoError(t, err)
		results, err := s.Flush(t.Context())
		require.NoError(t, err)
		assert.Len(t, results, 100)
		assert.Equal(t, len(b.sizes), count.queries)
		assert.Less(t, count.queries, 5)
	})
	t.Run("nothing to ask", func(t *testing.T) {
		count.queries = 0
		facts, err := b.FactsBatch(t.Context(), []clickclass.Question{{Want: answered}, {Want: clickclass.EvidenceMail, Account: "dana@contoso.example", At: noon}})
		require.NoError(t, err)
		assert.Equal(t, make([]clickclass.Facts, 2), facts)
		assert.Zero(t, count.queries)
	})
}

// TestAnswers holds that a data base says what a Store with the same rows says, and that
// it does not matter which other questions are asked with one.
func TestAnswers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	account := func() string {
		return pick("dana@contoso.example", "Erin@contoso.example", "finn@fabrikam.example", "gwen@fabrikam.example")
	}
	address := func() netip.Addr {
		return netip.MustParseAddr(pick("203.0.113.7", "::ffff:203.0.113.7", "203.0.113.8", "198.51.100.9", "2001:db8::1", "2001:db8::2", "2001:db8:1::1"))
	}
	at := func() time.Time {
		return noon.Add(time.Duration(r.IntN(29*24)-14*24) * time.Hour).Add(time.Duration(r.IntN(180)) * time.Second)
	}
	var rows []evidence.Row
	for range 120 {
		rows = append(rows,
			evidence.SignIn{Timestamp: at(), AccountUpn: account(), IPAddress: address(), Success: true, Interactive: r.IntN(3) > 0, Risk: pick("", "none", "high"), Country: "DE"},
			evidence.BrowserLaunch{Timestamp: at(), AccountUpn: account(), DeviceName: "pc", RemoteUrl: pick("https://a.example/", "https://b.example/")})
	}
	db, _ := newDB(t, rows...)
	var store evidence.Store
	store.Add(rows...)
	s := &source{db: db}
	var questions []clickclass.Question
	for range 500 {
		q := clickclass.Question{Want: answered, Account: account(), Addr: address().Unmap(), URL: pick("https://a.example/", "https://b.example/"), At: at()}
		q.Account = map[bool]string{true: "erin@contoso.example", false: q.Account}[q.Account == "Erin@contoso.example"]
		questions = append(questions, q)
	}
	questions = append(questions, clickclass.Question{Want: answered, Account: "unknown@contoso.example", Addr: netip.MustParseAddr("192.0.2.1"), At: noon}, clickclass.Question{Want: answered})
	together, err := s.FactsBatch(t.Context(), questions)
	require.NoError(t, err)
	known := 0
	for i, q := range questions {
		alone, err := s.Facts(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, alone, together[i])
		want, err := store.Facts(t.Context(), q)
		require.NoError(t, err)
		if want.SignIn != nil {
			require.NotNil(t, together[i].SignIn, "%+v", q)
			want.SignIn.OffHours = together[i].SignIn.OffHours // rests on rows that are further away
			known++
		}
		require.Equal(t, want, together[i], "%+v", q)
	}
	assert.Greater(t, known, 300)
}

// endless makes a table that no query comes to the end of.
const endless = `DROP TABLE launches;
CREATE VIEW launches AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
SELECT 0 AS at, 'nobody' || x AS account, '' AS device, '' AS url FROM n`

func TestTimeout(t *testing.T) {
	clicks, rows := manyClicks(20)
	db, file := newDB(t, rows...)
	writer, err := open(file, "rwc")
	require.NoError(t, err)
	defer writer.Close()
	_, err = writer.ExecContext(t.Context(), endless)
	require.NoError(t, err)

	t.Run("of the query", func(t *testing.T) {
		verdicts, errs := judge(t, newClassifier(t, &source{db: db, timeout: 50 * time.Millisecond}), clicks)
		require.NotEmpty(t, errs)
		assert.ErrorIs(t, errs[0], context.DeadlineExceeded)
		assertFailed(t, verdicts)
	})
	t.Run("of the caller", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		v, err := newClassifier(t, &source{db: db, timeout: time.Hour}).Classify(ctx, clicks[0])
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assertFailed(t, map[int64]clickclass.Verdict{1: v})
	})
}

// assertFailed holds that no verdict without its evidence calls a click automated.
func assertFailed(t *testing.T, verdicts map[int64]clickclass.Verdict) {
	t.Helper()
	for row, v := range verdicts {
		assert.True(t, v.Failed.Has(answered), "row %d: %v", row, v.Failed)
		assert.NotContains(t, []clickclass.Class{clickclass.ClassAutomated, clickclass.ClassLikelyAutomated}, v.Class, "row %d", row)
	}
}

// TestGoneAndBack holds that a data base that goes away fails the batches of that time and
// no others.
func TestGoneAndBack(t *testing.T) {
	clicks, rows := manyClicks(100)
	db, file := newDB(t, rows...)
	s := newClassifier(t, &source{db: db}).NewStream()
	judged := func(of []clickclass.Click) (map[int64]clickclass.Verdict, error) {
		verdicts := map[int64]clickclass.Verdict{}
		ready, err := s.Add(t.Context(), of...)
		rest, err2 := s.Flush(t.Context())
		for _, r := range append(ready, rest...) {
			if r.Revision == 0 {
				verdicts[r.Click.Row] = r.Verdict
			}
		}
		require.Len(t, verdicts, len(of))
		return verdicts, errors.Join(err, err2)
	}

	verdicts, err := judged(clicks[:40])
	require.NoError(t, err)
	automated := 0
	for _, v := range verdicts {
		assert.Zero(t, v.Failed)
		if v.Class == clickclass.ClassAutomated || v.Class == clickclass.ClassLikelyAutomated {
			automated++
		}
	}
	assert.Positive(t, automated, "or the next step would show nothing")

	require.NoError(t, os.Rename(file, file+".away"))
	verdicts, err = judged(clicks[40:70])
	assert.ErrorContains(t, err, "sqlevidence: look up: ")
	assertFailed(t, verdicts)

	require.NoError(t, os.Rename(file+".away", file))
	verdicts, err = judged(clicks[70:])
	require.NoError(t, err)
	for _, v := range verdicts {
		assert.Zero(t, v.Failed)
	}

	// What failed can be judged again.
	again, err := s.Recheck(t.Context(), func(k *clickclass.Click) bool { return k.Row > 40 && k.Row <= 70 })
	require.NoError(t, err)
	assert.Len(t, again, 30, "each verdict changed: it no longer names what failed")
	for _, r := range again {
		assert.Zero(t, r.Verdict.Failed)
	}
}

// TestDamagedRow holds that a row that cannot be read fails the batch, since the others
// alone would say something else.
func TestDamagedRow(t *testing.T) {
	clicks, rows := manyClicks(20)
	db, file := newDB(t, rows...)
	writer, err := open(file, "rwc")
	require.NoError(t, err)
	defer writer.Close()
	_, err = writer.ExecContext(t.Context(), "UPDATE signins SET address = 'somewhere'")
	require.NoError(t, err)
	verdicts, errs := judge(t, newClassifier(t, &source{db: db}), clicks)
	assert.NotEmpty(t, errs)
	assertFailed(t, verdicts)
}
