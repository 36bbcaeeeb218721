package calibrate

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

func TestSources(t *testing.T) {
	tests := []struct {
		source   Source
		name     string
		rules    []string
		evidence clickclass.Evidence
	}{
		{Analyst, "analyst", nil, 0},
		{Canary, "canary", nil, 0},
		{ClickThrough, "click_through", []string{"a.through", "a.scanwait"}, clickclass.EvidenceAudit},
		{Endpoint, "endpoint", []string{"c.browser", "c.net", "c.net_common", "c.silent"}, clickclass.EvidenceDevice},
		{SignIn, "sign_in", []string{"ip.own_signin", "ip.own_signin30", "ip.fresh_signin", "ip.tenant_signin",
			"ip.shared_nosignin", "ip.no_signin", "g.far", "h.off"}, clickclass.EvidenceSignIn},
		{Scripted, "scripted", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, Source(tt.name), tt.source)
			set, ok := parseSources(tt.source)
			require.True(t, ok)
			assert.Equal(t, tt.source, set.source())
			rules, evidence := set.ruledOut()
			assert.Equal(t, tt.rules, rules)
			assert.Equal(t, tt.evidence, evidence)
		})
	}
	t.Run("combined", func(t *testing.T) {
		set, ok := parseSources("sign_in+analyst")
		require.True(t, ok)
		assert.Equal(t, Source("analyst+sign_in"), set.source())
	})
	for _, bad := range []Source{"oracle", "+", "analyst+", "analyst canary"} {
		_, ok := parseSources(bad)
		assert.False(t, ok, bad)
	}
}

// TestRulesOfSourcesExist: a rule that was renamed would no longer be left out, and labels
// would prove themselves.
func TestRulesOfSourcesExist(t *testing.T) {
	known := map[string]bool{}
	for _, r := range clickclass.Rules() {
		known[r.ID] = true
	}
	for _, info := range sourceInfos {
		for _, id := range info.rules {
			assert.True(t, known[id], "no rule %s", id)
		}
	}
}

// recorder is a Source that knows everything and notes what it was asked.
type recorder struct {
	asked *[]clickclass.Evidence
	err   error
}

var everything = clickclass.Facts{
	Mail: &clickclass.MailFacts{}, SignIn: &clickclass.SignInFacts{}, Device: &clickclass.DeviceFacts{},
	Audit: &clickclass.AuditFacts{}, Network: &clickclass.Network{},
}

func (r recorder) Facts(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
	*r.asked = append(*r.asked, q.Want)
	return everything, r.err
}

type batchRecorder struct{ recorder }

func (r batchRecorder) FactsBatch(ctx context.Context, qs []clickclass.Question) ([]clickclass.Facts, error) {
	facts := make([]clickclass.Facts, len(qs))
	for i, q := range qs {
		facts[i], _ = r.Facts(ctx, q)
	}
	return facts, r.err
}

func TestPartialSource(t *testing.T) {
	const all = clickclass.EvidenceMail | clickclass.EvidenceSignIn | clickclass.EvidenceDevice | clickclass.EvidenceAudit | clickclass.EvidenceNetwork
	tests := []struct {
		name    string
		without clickclass.Evidence
		want    clickclass.Facts
	}{
		{"sign-ins", clickclass.EvidenceSignIn, clickclass.Facts{Mail: everything.Mail, Device: everything.Device, Audit: everything.Audit, Network: everything.Network}},
		{"devices", clickclass.EvidenceDevice, clickclass.Facts{Mail: everything.Mail, SignIn: everything.SignIn, Audit: everything.Audit, Network: everything.Network}},
		{"audit", clickclass.EvidenceAudit, clickclass.Facts{Mail: everything.Mail, SignIn: everything.SignIn, Device: everything.Device, Network: everything.Network}},
		{"two kinds", clickclass.EvidenceSignIn | clickclass.EvidenceDevice, clickclass.Facts{Mail: everything.Mail, Audit: everything.Audit, Network: everything.Network}},
	}
	down := errors.New("down")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked []clickclass.Evidence
			s := without(recorder{&asked, down}, tt.without)
			_, isBatch := s.(clickclass.BatchSource)
			assert.False(t, isBatch)
			facts, err := s.Facts(t.Context(), clickclass.Question{Want: all})
			assert.ErrorIs(t, err, down)
			assert.Equal(t, tt.want, facts)
			assert.Equal(t, []clickclass.Evidence{all &^ tt.without}, asked)

			facts, err = s.Facts(t.Context(), clickclass.Question{Want: tt.without})
			assert.NoError(t, err, "nothing is left to ask")
			assert.Equal(t, clickclass.Facts{}, facts)

			asked = nil
			batch, isBatch := without(batchRecorder{recorder{&asked, down}}, tt.without).(clickclass.BatchSource)
			require.True(t, isBatch)
			questions := []clickclass.Question{{Want: all}, {Want: clickclass.EvidenceMail}}
			list, err := batch.FactsBatch(t.Context(), questions)
			assert.ErrorIs(t, err, down)
			require.Len(t, list, 2)
			assert.Equal(t, tt.want, list[0])
			assert.Equal(t, []clickclass.Evidence{all &^ tt.without, clickclass.EvidenceMail}, asked)
			assert.Equal(t, all, questions[0].Want, "the questions are the caller's")
		})
	}
}
