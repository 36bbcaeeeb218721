package clickclass_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// knows is a Source that gives the same answer to every question.
func knows(facts clickclass.Facts, err error) clickclass.Source {
	return askFunc(func(context.Context, clickclass.Question) (clickclass.Facts, error) { return facts, err })
}

func TestJoin(t *testing.T) {
	errFirst, errSecond := errors.New("first"), errors.New("second")
	first := clickclass.Facts{Mail: &clickclass.MailFacts{URLs: 1}, Network: &clickclass.Network{ASN: 1}}
	second := clickclass.Facts{
		Mail: &clickclass.MailFacts{URLs: 2}, SignIn: &clickclass.SignInFacts{SignIns: 2}, Device: &clickclass.DeviceFacts{Active: true},
		Audit: &clickclass.AuditFacts{FoundLater: true}, Network: &clickclass.Network{ASN: 2},
	}
	tests := map[string]struct {
		sources []clickclass.Source
		want    clickclass.Facts
		errs    []error
	}{
		"no source":   {nil, clickclass.Facts{}, nil},
		"nil sources": {[]clickclass.Source{nil, nil}, clickclass.Facts{}, nil},
		"one":         {[]clickclass.Source{knows(first, nil)}, first, nil},
		"one and nil": {[]clickclass.Source{nil, knows(first, nil), nil}, first, nil},
		"the first answer of each kind counts": {[]clickclass.Source{knows(first, nil), knows(second, nil)},
			clickclass.Facts{Mail: first.Mail, SignIn: second.SignIn, Device: second.Device, Audit: second.Audit, Network: first.Network}, nil},
		"an empty answer is one": {[]clickclass.Source{knows(clickclass.Facts{Mail: &clickclass.MailFacts{}}, nil), knows(first, nil)},
			clickclass.Facts{Mail: &clickclass.MailFacts{}, Network: first.Network}, nil},
		"an error, and the answer of another": {[]clickclass.Source{knows(clickclass.Facts{}, errFirst), knows(second, nil)}, second, []error{errFirst}},
		"an error beside an answer":           {[]clickclass.Source{knows(first, errFirst), knows(clickclass.Facts{}, nil)}, first, []error{errFirst}},
		"all errors":                          {[]clickclass.Source{knows(clickclass.Facts{}, errFirst), knows(first, errSecond)}, first, []error{errFirst, errSecond}},
		"joined twice": {[]clickclass.Source{clickclass.Join(knows(first, errFirst)), clickclass.Join(knows(second, nil), knows(second, errSecond))},
			clickclass.Facts{Mail: first.Mail, SignIn: second.SignIn, Device: second.Device, Audit: second.Audit, Network: first.Network}, []error{errFirst, errSecond}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			j := clickclass.Join(tt.sources...)
			require.Implements(t, (*clickclass.BatchSource)(nil), j)
			one, err := j.Facts(context.Background(), clickclass.Question{Want: allKinds})
			many, err2 := j.(clickclass.BatchSource).FactsBatch(context.Background(), []clickclass.Question{{Want: allKinds}, {Want: allKinds}})
			assert.Equal(t, tt.want, one)
			assert.Equal(t, []clickclass.Facts{tt.want, tt.want}, many)
			for _, err := range []error{err, err2} {
				for _, want := range tt.errs {
					assert.ErrorIs(t, err, want)
				}
				assert.Equal(t, len(tt.errs) > 0, err != nil)
			}
		})
	}
}

// TestJoinAsksForTheRest holds that a source is asked for what no source before it knew.
func TestJoinAsksForTheRest(t *testing.T) {
	var asked []clickclass.Evidence
	spy := func(s clickclass.Source) clickclass.Source {
		return askFunc(func(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
			asked = append(asked, q.Want)
			return s.Facts(ctx, q)
		})
	}
	_, err := clickclass.Join(
		spy(knows(clickclass.Facts{Mail: &clickclass.MailFacts{}}, nil)),
		spy(knows(clickclass.Facts{Device: &clickclass.DeviceFacts{}}, errFailed)),
		spy(knows(clickclass.Facts{}, nil)),
	).Facts(context.Background(), clickclass.Question{Want: allKinds})
	assert.ErrorIs(t, err, errFailed)
	assert.Equal(t, []clickclass.Evidence{allKinds, allKinds &^ clickclass.EvidenceMail, allKinds &^ clickclass.EvidenceMail &^ clickclass.EvidenceDevice}, asked)
}

// TestJoinFailsClickByClick holds that a source which fails for one click spoils no other
// click of the batch.
func TestJoinFailsClickByClick(t *testing.T) {
	broken := founding()
	broken.AccountUpn = "broken@contoso.example"
	flaky := askFunc(func(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
		if q.Account == broken.AccountUpn {
			return clickclass.Facts{}, errFailed
		}
		return clickclass.Facts{}, nil
	})
	network := knows(clickclass.Facts{Network: &clickclass.Network{ASN: 64496, Organization: "Access"}}, nil)
	for name, source := range map[string]clickclass.Source{
		"two sources": clickclass.Join(network, flaky), "nested": clickclass.Join(clickclass.Join(flaky), network),
	} {
		t.Run(name, func(t *testing.T) {
			s := classifier(t, clickclass.Options{Source: source}).NewStream()
			_, err := s.Add(context.Background(), founding(), broken, withDelay(founding(), time.Second))
			assert.ErrorIs(t, err, errFailed)
			results, err := s.Flush(context.Background())
			require.NoError(t, err)
			require.Len(t, results, 3)
			assert.Zero(t, results[0].Verdict.Failed)
			assert.Equal(t, allKinds&^clickclass.EvidenceNetwork, results[1].Verdict.Failed)
			assert.Zero(t, results[2].Verdict.Failed)
		})
	}
}

// TestErrorsAreJoinedOnce holds that a source which is down fills no log.
func TestErrorsAreJoinedOnce(t *testing.T) {
	s := classifier(t, clickclass.Options{Source: knows(clickclass.Facts{}, errFailed)}).NewStream()
	clicks := make([]clickclass.Click, 1000)
	_, err := s.Add(context.Background(), clicks...)
	assert.EqualError(t, err, "clickclass: evidence: "+errFailed.Error())
}
