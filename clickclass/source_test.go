package clickclass_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

const allKinds = clickclass.EvidenceMail | clickclass.EvidenceSignIn | clickclass.EvidenceDevice | clickclass.EvidenceAudit | clickclass.EvidenceNetwork | clickclass.EvidenceChat

// failingSource fails for some kinds of evidence on some clicks, and knows all others.
type failingSource struct {
	kinds clickclass.Evidence
	fails func(q clickclass.Question) bool
}

func (s failingSource) Facts(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
	facts := clickclass.Facts{
		Mail: &clickclass.MailFacts{URLs: 1}, SignIn: &clickclass.SignInFacts{SignIns: 9}, Device: &clickclass.DeviceFacts{},
		Audit: &clickclass.AuditFacts{}, Network: &clickclass.Network{ASN: 64496, Organization: "Access"},
		Chat: &clickclass.ChatFacts{},
	}
	if s.kinds != 0 && s.fails(q) {
		return only(facts, allKinds&^s.kinds), errFailed
	}
	return facts, nil
}

// TestFailedEvidence fails every set of kinds of evidence for half of the clicks, which a
// machine made beyond doubt.
func TestFailedEvidence(t *testing.T) {
	var clicks []clickclass.Click
	for i := range 40 {
		k := withDelay(founding(), 3*time.Second)
		k.AccountUpn = fmt.Sprintf("person%d@contoso.example", i)
		k.Row = int64(i)
		clicks = append(clicks, k)
	}
	broken := func(k *clickclass.Click) bool { return k.Row%2 == 1 }
	fails := func(q clickclass.Question) bool {
		var i int
		_, err := fmt.Sscanf(q.Account, "person%d@", &i)
		return err == nil && i%2 == 1
	}
	check := func(t *testing.T, failed clickclass.Evidence, k *clickclass.Click, v *clickclass.Verdict) {
		t.Helper()
		if failed == 0 || !broken(k) {
			assert.Zero(t, v.Failed, "click %d", k.Row)
			assert.Equal(t, clickclass.ClassAutomated, v.Class, "click %d", k.Row)
			return
		}
		assert.Equal(t, failed, v.Failed, "click %d", k.Row)
		assert.Equal(t, clickclass.ClassUnknown, v.Class, "click %d", k.Row)
	}
	for failed := range allKinds + 1 {
		t.Run(failed.String(), func(t *testing.T) {
			one := failingSource{failed, fails}
			batch := askBatchFunc(func(ctx context.Context, qs []clickclass.Question) ([]clickclass.Facts, error) {
				facts := make([]clickclass.Facts, len(qs))
				var errs []error
				for i, q := range qs {
					var err error
					facts[i], err = one.Facts(ctx, q)
					errs = append(errs, err)
				}
				return facts, errors.Join(errs...)
			})
			// A batch that fails in parts gives the parts that it has.
			for name, source := range map[string]clickclass.Source{"one by one": one, "batch": batch, "joined": clickclass.Join(one)} {
				wantErr := func(t *testing.T, err error, want bool) {
					t.Helper()
					if want {
						assert.ErrorIs(t, err, errFailed)
						assert.ErrorContains(t, err, "clickclass: evidence: ")
					} else {
						assert.NoError(t, err)
					}
				}
				for _, workers := range []int{1, 3} {
					c := classifier(t, clickclass.Options{Source: source, Workers: workers})
					t.Run(fmt.Sprintf("%s, %d workers, Classify", name, workers), func(t *testing.T) {
						for i := range clicks {
							v, err := c.Classify(context.Background(), clicks[i])
							wantErr(t, err, failed != 0 && broken(&clicks[i]))
							check(t, failed, &clicks[i], &v)
						}
					})
					t.Run(fmt.Sprintf("%s, %d workers, All", name, workers), func(t *testing.T) {
						var all error
						judged := 0
						for r, err := range c.All(context.Background(), sequence(clicks, nil)) {
							if err != nil {
								assert.Zero(t, judged, "the error comes before the results of its batch")
								all = errors.Join(all, err)
								continue
							}
							judged++
							check(t, failed, &r.Click, &r.Verdict)
						}
						wantErr(t, all, failed != 0)
						assert.Equal(t, len(clicks), judged)
					})
					t.Run(fmt.Sprintf("%s, %d workers, Stream", name, workers), func(t *testing.T) {
						s := c.NewStream()
						results, err := s.Add(context.Background(), clicks...)
						wantErr(t, err, failed != 0)
						more, err := s.Flush(context.Background())
						assert.NoError(t, err, "nothing is asked again")
						results = append(results, more...)
						assert.Len(t, results, len(clicks))
						for i := range results {
							check(t, failed, &results[i].Click, &results[i].Verdict)
						}
					})
				}
			}
		})
	}
}

// TestFailedEvidenceOfAnyClick holds the same for clicks and answers of all kinds.
func TestFailedEvidenceOfAnyClick(t *testing.T) {
	failed := 0
	forRandomResults(t, func(r *clickclass.Result) {
		v := &r.Verdict
		if v.Failed == 0 {
			return
		}
		failed++
		require.NotEqual(t, clickclass.ClassAutomated, v.Class)
		require.NotEqual(t, clickclass.ClassLikelyAutomated, v.Class)
	})
	assert.NotZero(t, failed)
}

// TestFailedPersonStays holds that failed evidence takes no evidence of a person away.
func TestFailedPersonStays(t *testing.T) {
	source := askFunc(func(context.Context, clickclass.Question) (clickclass.Facts, error) {
		return clickclass.Facts{Device: &clickclass.DeviceFacts{Launch: true, LaunchGap: time.Second}}, errFailed
	})
	v, err := classifier(t, clickclass.Options{Source: source}).Classify(context.Background(), stranger())
	assert.ErrorIs(t, err, errFailed)
	assert.Equal(t, clickclass.ClassOwner, v.Class)
	assert.Equal(t, allKinds&^clickclass.EvidenceDevice, v.Failed)
}

// TestQuestions holds that questions are in the form that the doc of Question says.
func TestQuestions(t *testing.T) {
	at := time.Date(2026, 3, 4, 13, 0, 0, 0, time.FixedZone("", 3600))
	click := clickclass.Click{
		Timestamp: at, AccountUpn: "Dana@Contoso.EXAMPLE", NetworkMessageId: "{5F0C2A1193B44E07180008DE79E58DE1}",
		Url:       "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2FShop.example%2FA&data=05%7C02%7C&reserved=0",
		IPAddress: netip.MustParseAddr("::ffff:203.0.113.7%eth0"),
	}
	want := clickclass.Question{
		Want: allKinds, MessageID: "5f0c2a11-93b4-4e07-1800-08de79e58de1", Account: "dana@contoso.example",
		URL: "https://Shop.example/A", Addr: netip.MustParseAddr("203.0.113.7"), At: noon,
	}
	with := func(click func(*clickclass.Click), want func(*clickclass.Question)) func(*clickclass.Click, *clickclass.Question) {
		return func(k *clickclass.Click, q *clickclass.Question) { click(k); want(q) }
	}
	tests := map[string]func(*clickclass.Click, *clickclass.Question){
		"as it is": func(*clickclass.Click, *clickclass.Question) {},
		"an id that is no GUID": with(func(k *clickclass.Click) { k.NetworkMessageId = "<Message-7>" },
			func(q *clickclass.Question) { q.MessageID = "<message-7>" }),
		"IPv6 with a zone": with(func(k *clickclass.Click) { k.IPAddress = netip.MustParseAddr("fe80::1%eth0") },
			func(q *clickclass.Question) { q.Addr = netip.MustParseAddr("fe80::1") }),
		"the clock of ReportId refines a time cut to seconds": with(func(k *clickclass.Click) { k.ReportId = idAt("7acb31b0-de17-442f", noon.Add(123456700)) },
			func(q *clickclass.Question) { q.At = noon.Add(123456700) }),
		"no time, but the clock of ReportId": with(func(k *clickclass.Click) { k.Timestamp, k.ReportId = time.Time{}, idAt("7acb31b0-de17-442f", noon) },
			func(q *clickclass.Question) {}),
		"a time past all years": with(func(k *clickclass.Click) { k.Timestamp = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) },
			func(q *clickclass.Question) { q.At = time.Time{} }),
		"an empty click": func(k *clickclass.Click, q *clickclass.Question) {
			*k, *q = clickclass.Click{}, clickclass.Question{Want: allKinds}
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			k, want := click, want
			change(&k, &want)
			var got []clickclass.Question
			c := classifier(t, clickclass.Options{Workers: 1, Source: askFunc(func(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
				got = append(got, q)
				return clickclass.Facts{}, nil
			})})
			_, err := c.Classify(context.Background(), k)
			require.NoError(t, err)
			for range c.All(context.Background(), sequence([]clickclass.Click{k}, nil)) {
			}
			_, err = c.NewStream().Add(context.Background(), k)
			require.NoError(t, err)
			assert.Equal(t, []clickclass.Question{want, want, want}, got)
		})
	}
}

// TestTwinQuestions holds that the sign-ins at a twin's address are asked for where they
// decide whose a device's evidence is, and that their failure is not lost.
func TestTwinQuestions(t *testing.T) {
	there := stranger()
	there.IPAddress = netip.MustParseAddr("198.51.100.7")
	there.Timestamp = there.Timestamp.Add(5 * time.Second)
	clicks := []clickclass.Click{stranger(), there}
	for _, fails := range []bool{false, true} {
		t.Run(fmt.Sprintf("fails: %v", fails), func(t *testing.T) {
			asked := map[string]int{}
			c := classifier(t, clickclass.Options{Workers: 1, Source: askFunc(func(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
				if q.Want == clickclass.EvidenceSignIn {
					asked[q.Addr.String()]++
					if fails {
						return clickclass.Facts{}, errFailed
					}
				}
				own := q.Addr == there.IPAddress // the account signs in there
				return clickclass.Facts{
					SignIn: &clickclass.SignInFacts{SignIns: 9, Day: own, Month: own, Settled: own},
					Device: &clickclass.DeviceFacts{Launch: true, LaunchGap: time.Second},
				}, nil
			})})
			var results []clickclass.Result
			var err error
			for r, e := range c.All(context.Background(), sequence(clicks, nil)) {
				if err = errors.Join(err, e); e == nil {
					results = append(results, r)
				}
			}
			require.Len(t, results, 2)
			assert.Equal(t, map[string]int{"198.51.100.7": 1, "203.0.113.7": 1}, asked)
			if fails {
				assert.ErrorIs(t, err, errFailed)
				assert.Equal(t, clickclass.EvidenceSignIn, results[0].Verdict.Failed)
				return
			}
			assert.NoError(t, err)
			assert.True(t, results[0].Verdict.Flags.Has(clickclass.FlagEvidenceElsewhere), "the launch is of the click where the account signs in")
			assert.False(t, results[1].Verdict.Flags.Has(clickclass.FlagEvidenceElsewhere))
		})
	}
}

// TestBatchSource holds that a batch source is asked once for many clicks, in order, and
// never click by click.
func TestBatchSource(t *testing.T) {
	clicks := randomClicks(rand.New(rand.NewPCG(1, 1)), 1000, 24*time.Hour)
	for i := range clicks {
		clicks[i].Url = fmt.Sprintf("https://a.example/%d", i)
	}
	var mu sync.Mutex
	var sizes []int
	var urls []string
	source := askBatchFunc(func(_ context.Context, qs []clickclass.Question) ([]clickclass.Facts, error) {
		mu.Lock()
		defer mu.Unlock()
		sizes = append(sizes, len(qs))
		for _, q := range qs {
			urls = append(urls, q.URL)
		}
		return make([]clickclass.Facts, len(qs)), nil
	})
	check := func(t *testing.T, err error) {
		t.Helper()
		assert.NoError(t, err)
		assert.Equal(t, []int{256, 256, 256, 232}, sizes)
		for i := range clicks {
			assert.Equal(t, clicks[i].Url, urls[i])
		}
		sizes, urls = nil, nil
	}
	c := classifier(t, clickclass.Options{Source: source, Workers: 1})
	for _, err := range c.All(context.Background(), sequence(clicks, nil)) {
		require.NoError(t, err)
	}
	check(t, nil)
	_, err := c.NewStream().Add(context.Background(), clicks...)
	check(t, err)

	c = classifier(t, clickclass.Options{Source: source, Workers: 2})
	for _, err := range c.All(context.Background(), sequence(clicks, nil)) {
		require.NoError(t, err)
	}
	slices.Sort(sizes)
	assert.Equal(t, []int{232, 256, 256, 256}, sizes)
}

// TestWrongNumberOfAnswers holds that answers which cannot be told apart are not used.
func TestWrongNumberOfAnswers(t *testing.T) {
	launch := clickclass.Facts{Device: &clickclass.DeviceFacts{Launch: true}}
	for name, answers := range map[string][]clickclass.Facts{"none": nil, "too few": {launch}, "too many": {launch, launch, launch}} {
		t.Run(name, func(t *testing.T) {
			c := classifier(t, clickclass.Options{Source: askBatchFunc(func(context.Context, []clickclass.Question) ([]clickclass.Facts, error) {
				return answers, nil
			})})
			s := c.NewStream()
			_, err := s.Add(context.Background(), founding(), stranger())
			assert.EqualError(t, err, fmt.Sprintf("clickclass: evidence: source: %d answers to 2 questions", len(answers)))
			results, err := s.Flush(context.Background())
			assert.NoError(t, err)
			require.Len(t, results, 2)
			for _, r := range results {
				assert.Equal(t, allKinds, r.Verdict.Failed)
				assert.Equal(t, clickclass.BasisRows, r.Verdict.Basis)
			}
		})
	}
	t.Run("none beside an error", func(t *testing.T) {
		c := classifier(t, clickclass.Options{Source: askBatchFunc(func(context.Context, []clickclass.Question) ([]clickclass.Facts, error) {
			return nil, errFailed
		})})
		_, err := c.NewStream().Add(context.Background(), founding(), stranger())
		assert.EqualError(t, err, "clickclass: evidence: "+errFailed.Error(), "an answer is not to be had beside an error")
	})
}

// partialSource has only some kinds of evidence, and fails.
type partialSource struct{ kinds clickclass.Evidence }

func (s partialSource) Kinds() clickclass.Evidence { return s.kinds }

func (s partialSource) Facts(context.Context, clickclass.Question) (clickclass.Facts, error) {
	return clickclass.Facts{}, errFailed
}

type partialBatchSource struct{ partialSource }

func (s partialBatchSource) FactsBatch(context.Context, []clickclass.Question) ([]clickclass.Facts, error) {
	return nil, errFailed
}

// TestFailedKinds holds that a source which fails has failed for the kinds that it has.
func TestFailedKinds(t *testing.T) {
	network, signIn := partialSource{clickclass.EvidenceNetwork}, partialBatchSource{partialSource{clickclass.EvidenceSignIn | clickclass.EvidenceDevice}}
	for name, tt := range map[string]struct {
		source clickclass.Source
		want   clickclass.Evidence
	}{
		"one by one":                {network, clickclass.EvidenceNetwork},
		"batch":                     {signIn, clickclass.EvidenceSignIn | clickclass.EvidenceDevice},
		"joined":                    {clickclass.Join(network, signIn), clickclass.EvidenceNetwork | clickclass.EvidenceSignIn | clickclass.EvidenceDevice},
		"joined twice":              {clickclass.Join(clickclass.Join(network), signIn), clickclass.EvidenceNetwork | clickclass.EvidenceSignIn | clickclass.EvidenceDevice},
		"another source answers":    {clickclass.Join(signIn, knows(clickclass.Facts{Device: &clickclass.DeviceFacts{}}, nil)), clickclass.EvidenceSignIn},
		"another source answers it": {clickclass.Join(network, knows(clickclass.Facts{Network: &clickclass.Network{ASN: 64496}}, nil)), 0},
		"the source does not say":   {knows(clickclass.Facts{}, errFailed), allKinds},
	} {
		t.Run(name, func(t *testing.T) {
			c := classifier(t, clickclass.Options{Source: tt.source})
			v, err := c.Classify(context.Background(), founding())
			assert.ErrorIs(t, err, errFailed)
			assert.Equal(t, tt.want, v.Failed)
			for r, err := range c.All(context.Background(), sequence([]clickclass.Click{founding()}, nil)) {
				if err == nil {
					assert.Equal(t, tt.want, r.Verdict.Failed)
				}
			}
		})
	}
}
