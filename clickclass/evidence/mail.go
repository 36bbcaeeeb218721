package evidence

import (
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// mail is what the mail tables say of messages.
type mail struct {
	messages map[uint64]*message // by id
}

// message is what is known of one message. Its rows stay together, with the newest.
type message struct {
	turn
	key        uint64
	received   int64 // noTime: not known
	removed    int64 // noTime: never
	newest     int64 // of the rows
	urlCount   int   // as Email.UrlCount says
	threat     bool  // Email.ThreatTypes names phishing or malware
	urls       []uint64
	recipients []uint64
}

// Limits of what is kept of one message; what comes after is not kept.
const (
	maxRecipients  = 10_000
	maxMessageURLs = 1_000
)

// messageOf returns the message that a row speaks of, a new one if there is none, and nil
// if the id is empty.
func (s *Store) messageOf(id string, timestamp time.Time) *message {
	key := messageKey(id)
	if key == 0 {
		return nil
	}
	at := s.observeOr(timestamp)
	m := s.mail.messages[key]
	if m == nil {
		if s.mail.messages == nil {
			s.mail.messages = map[uint64]*message{}
		}
		m = &message{key: key, received: noTime, removed: noTime, newest: at}
		s.mail.messages[key] = m
		s.bounds.bytes += messageBytes
	}
	m.newest = max(m.newest, at)
	s.enqueue(m, m.newest)
	return m
}

func (m *message) forget(s *Store, limit int64) (int64, bool) {
	if m.newest >= limit {
		return m.newest, true
	}
	delete(s.mail.messages, m.key)
	s.bounds.bytes -= messageBytes + keyBytes*int64(len(m.urls)+len(m.recipients))
	return 0, false
}

func (s *Store) addEmail(r *Email) {
	m := s.messageOf(r.NetworkMessageId, r.Timestamp)
	if m == nil {
		return
	}
	// The stream writes a new record when a verdict changes: the first counts.
	received, _ := nanoseconds(r.Timestamp)
	m.received = earlier(m.received, received)
	m.urlCount = max(m.urlCount, r.UrlCount)
	m.threat = m.threat || isDangerous(r.ThreatTypes)
	if r.RecipientEmailAddress != "" {
		m.recipients = s.addKey(m.recipients, keys.Of(normal.Account(r.RecipientEmailAddress)), maxRecipients)
	}
}

func (s *Store) addEmailUrl(r *EmailUrl) {
	if m := s.messageOf(r.NetworkMessageId, r.Timestamp); m != nil && r.Url != "" {
		m.urls = s.addKey(m.urls, urlKey(r.Url), maxMessageURLs)
	}
}

func (s *Store) addPostDelivery(r *PostDelivery) {
	if m := s.messageOf(r.NetworkMessageId, r.Timestamp); m != nil && removesThreat(r.ActionType, r.ActionResult, r.ThreatTypes) {
		removed, _ := nanoseconds(r.Timestamp)
		m.removed = earlier(m.removed, removed)
	}
}

// isDangerous reports whether one of the threats, such as "Phish, Spam", is more than spam.
func isDangerous(threats string) bool {
	threats = strings.ToLower(threats)
	return strings.Contains(threats, "phish") || strings.Contains(threats, "malware")
}

// removesThreat reports whether what was done with a message, in mail or in Teams, removed
// it because of a threat.
func removesThreat(action, result, threats string) bool {
	result = strings.ToLower(result)
	if strings.Contains(result, "fail") || strings.Contains(result, "error") {
		return false
	}
	return threats != "" || strings.Contains(strings.ToLower(action), "zap")
}

// addKey adds a key to a sorted list that holds up to limit of them.
func (s *Store) addKey(list []uint64, key uint64, limit int) []uint64 {
	place, found := slices.BinarySearch(list, key)
	if found || len(list) >= limit {
		return list
	}
	s.bounds.bytes += keyBytes
	return slices.Insert(list, place, key)
}

// facts returns what is known of the message and of the account's part in it, and nil if
// the message is not known.
func (t *mail) facts(q *question) *clickclass.MailFacts {
	m := t.messages[q.message]
	if m == nil {
		return nil
	}
	_, isRecipient := slices.BinarySearch(m.recipients, q.account)
	return &clickclass.MailFacts{
		Received:       timeOf(m.received),
		Removed:        timeOf(m.removed),
		URLs:           max(m.urlCount, len(m.urls)),
		RecipientsKnow: len(m.recipients) > 0 && len(m.recipients) < maxRecipients,
		IsRecipient:    isRecipient,
		Threat:         m.threat,
	}
}
