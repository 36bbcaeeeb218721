package evidence

import (
	"net/netip"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// question is a clickclass.Question as keys, which are 0 for what is not known or wanted.
type question struct {
	message uint64
	account uint64
	name    uint64 // of the account, before the @
	domain  uint64 // of the account
	link    link
	host    uint64
	addr    netip.Addr
	at      int64
}

// keysOf returns the keys of what a question asks by. It brings everything into normal
// form, so that other callers than clickclass need not.
func keysOf(q *clickclass.Question) question {
	upn := normal.Account(q.Account)
	k := question{
		account: keys.Of(upn),
		name:    nameKey(upn),
		domain:  keys.Of(normal.Domain(upn)),
		addr:    q.Addr.Unmap().WithZone(""),
	}
	k.at, _ = nanoseconds(q.At)
	if q.Want.Has(clickclass.EvidenceMail) {
		k.message = messageKey(q.MessageID)
	}
	if q.Want&(clickclass.EvidenceDevice|clickclass.EvidenceChat|clickclass.EvidenceAudit) != 0 {
		url := normal.URL(q.URL)
		k.link, k.host = newLink(url), hostKey(url)
	}
	return k
}

func messageKey(id string) uint64 { return keys.Of(normal.MessageID(id)) }

// urlKey returns the key by which the URLs of a message are told apart, wrapped or not.
func urlKey(raw string) uint64 { return keys.Of(normal.Comparable(normal.URL(raw))) }
