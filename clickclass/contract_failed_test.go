package clickclass_test

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass"
)

// TestFailedEvidenceOfEachKind holds that a click for which a look-up failed is unknown at most on the
// machine's side, whichever kind failed, and keeps what shows a person.
func TestFailedEvidenceOfEachKind(t *testing.T) {
	down := errors.New("the database is down")
	through := withDelay(founding(), 3*time.Second)
	through.IPAddress, through.IsClickedThrough = netip.MustParseAddr("203.0.113.7"), true
	for _, kind := range []clickclass.Evidence{clickclass.EvidenceMail, clickclass.EvidenceSignIn, clickclass.EvidenceDevice,
		clickclass.EvidenceAudit, clickclass.EvidenceNetwork, clickclass.EvidenceChat} {
		t.Run(kind.String(), func(t *testing.T) {
			all := clickclass.Facts{Mail: &clickclass.MailFacts{}, SignIn: &clickclass.SignInFacts{SignIns: 1}, Device: &clickclass.DeviceFacts{},
				Audit: &clickclass.AuditFacts{}, Network: &clickclass.Network{ASN: 8075}, Chat: &clickclass.ChatFacts{}}
			c := classifier(t, clickclass.Options{Source: askFunc(func(context.Context, clickclass.Question) (clickclass.Facts, error) {
				return only(all, allKinds&^kind), down
			})})
			for name, k := range map[string]clickclass.Click{
				"automated": withDelay(founding(), 3*time.Second), "likely automated": founding(),
			} {
				v, err := c.Classify(context.Background(), k)
				assert.ErrorIs(t, err, down, name)
				assert.Equal(t, kind, v.Failed, name)
				assert.Equal(t, clickclass.ClassUnknown, v.Class, name)
			}
			v, err := c.Classify(context.Background(), through)
			assert.ErrorIs(t, err, down)
			assert.NotContains(t, []clickclass.Class{clickclass.ClassAutomated, clickclass.ClassLikelyAutomated, clickclass.ClassNotOwner}, v.Class)
		})
	}
	t.Run("what shows a person stays", func(t *testing.T) {
		k := from(founding(), "203.0.113.7")
		k.IsClickedThrough = true
		c := classifier(t, clickclass.Options{Source: askFunc(func(context.Context, clickclass.Question) (clickclass.Facts, error) {
			return clickclass.Facts{}, down
		})})
		v, err := c.Classify(context.Background(), k)
		assert.ErrorIs(t, err, down)
		assert.Equal(t, clickclass.ClassLikelyOwner, v.Class)
	})
	t.Run("a burst", func(t *testing.T) {
		clicks := allLinks(withDelay(from(founding(), "203.0.113.7"), 2*time.Second), 3, time.Second)
		c := classifier(t, clickclass.Options{Source: askFunc(func(context.Context, clickclass.Question) (clickclass.Facts, error) {
			return clickclass.Facts{}, down
		})})
		n := 0
		for r, err := range c.All(context.Background(), sequence(clicks, nil)) {
			if err != nil {
				assert.ErrorIs(t, err, down)
				continue
			}
			assert.Equal(t, clickclass.ClassUnknown, r.Verdict.Class)
			n++
		}
		assert.Equal(t, len(clicks), n)
	})
}
