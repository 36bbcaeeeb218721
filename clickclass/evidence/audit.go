package evidence

import (
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// audit is clicks as the audit log has them.
type audit struct {
	clicks map[auditKey]*audited
}

// auditKey is what both tables say of a click. Their times agree to the second.
type auditKey struct {
	account, url uint64
	address      uint64 // 0 in an alert, which names none
	second       int64  // its end
}

type audited struct {
	turn
	key   auditKey
	facts clickclass.AuditFacts
}

// addAudited adds a record of a click (TIUrlClickData) or the entity of an alert.
func (s *Store) addAudited(r *Audited) {
	at, ok := nanoseconds(r.Timestamp)
	if !ok || r.AccountUpn == "" {
		return
	}
	s.observe(at)
	key := auditKeyOf(keys.Of(normal.Account(r.AccountUpn)), urlKey(r.Url), r.IPAddress.Unmap().WithZone(""), at)
	a := s.audit.clicks[key]
	if a == nil {
		if s.audit.clicks == nil {
			s.audit.clicks = map[auditKey]*audited{}
		}
		a = &audited{key: key}
		s.audit.clicks[key] = a
		s.bounds.bytes += auditedBytes
	}
	if r.IsClickedThrough || r.ActionType == clickclass.ClickedThrough {
		a.facts.ClickedThrough = true
	}
	if r.Feed == clickclass.FeedAlert && r.ActionType == clickclass.ClickAllowed {
		a.facts.FoundLater = true
	}
	s.enqueue(a, key.second)
}

func (a *audited) forget(s *Store, limit int64) (int64, bool) {
	if a.key.second >= limit {
		return a.key.second, true
	}
	delete(s.audit.clicks, a.key)
	s.bounds.bytes -= auditedBytes
	return 0, false
}

func auditKeyOf(account, url uint64, addr netip.Addr, at int64) auditKey {
	return auditKey{account, url, keys.OfAddr(addr), endOf(at, time.Second)}
}

// facts returns what the audit log says of a click, and nil if it does not have it. An
// alert, which names no address, speaks of every click of that second.
func (t *audit) facts(q *question) *clickclass.AuditFacts {
	if len(t.clicks) == 0 {
		return nil
	}
	key := auditKeyOf(q.account, q.url, q.addr, q.at)
	record := t.clicks[key]
	key.address = 0
	alert := t.clicks[key]
	if record == nil && alert == nil {
		return nil
	}
	var f clickclass.AuditFacts
	for _, a := range [...]*audited{record, alert} {
		if a != nil {
			f.ClickedThrough = f.ClickedThrough || a.facts.ClickedThrough
			f.FoundLater = f.FoundLater || a.facts.FoundLater
		}
	}
	return &f
}
