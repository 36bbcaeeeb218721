package main

import (
	"hash/maphash"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// mails are the subjects and senders of messages, for the report. Of further messages than it
// has room for, nothing is known. The zero mails is ready for use.
type mails struct {
	texts texts
	byID  map[uint64]mail // by the hash of the NetworkMessageId
}

// mail is a subject and a sender, as the numbers of their texts.
type mail struct{ subject, sender uint32 }

const (
	maxMails     = 500_000
	maxMailBytes = 32 << 20 // of different texts
)

// add remembers a message, unless it has no links.
func (m *mails) add(e *evidence.Email) {
	id := mailKey(e.NetworkMessageId)
	if _, ok := m.byID[id]; ok || e.UrlCount == 0 || e.NetworkMessageId == "" || len(m.byID) >= maxMails || m.texts.bytes >= maxMailBytes {
		return
	}
	if m.byID == nil {
		m.byID = map[uint64]mail{}
	}
	m.byID[id] = mail{m.texts.add(e.Subject, maxReportText), m.texts.add(e.SenderFromAddress, maxReportText)}
}

// of returns the subject and the sender of a message, "" if they are not known.
func (m *mails) of(id string) (subject, sender string) {
	if m == nil || id == "" {
		return "", ""
	}
	one := m.byID[mailKey(id)]
	return m.texts.of(one.subject), m.texts.of(one.sender)
}

func mailKey(id string) uint64 {
	return maphash.String(hashSeed, strings.ToLower(strings.TrimSpace(id)))
}
