package evidence

import (
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// chat is what the Teams message tables say of links.
type chat struct {
	days    seriesMap // of all rows, by a constant; the ends of days
	posts   seriesMap // messages with a link, by the link
	written groupMap  // the same messages, by the link and the time
	senders groupMap  // by the message

	messages groupMap  // with a link, of any time, by the link
	removed  seriesMap // when messages were removed for a threat, by the message
}

const (
	postReach = 2 * time.Minute

	chatDays = 1 // the key of chat.days

	maxPosts   = 64 // messages with one link at one time
	maxWithURL = 64 // messages with one link at any time; of what was removed, the last say enough
	maxSenders = 16 // of one message; there is one, unless two chats have messages of one id
)

// addChatRow notes that there is a row about messages in chats, and returns its time or
// what counts in its place.
func (s *Store) addChatRow(timestamp time.Time) int64 {
	at := s.observeOr(timestamp)
	end := at
	if at != undated {
		end = endOf(at, day)
	}
	s.addTime(&s.chat.days, chatDays, end)
	return at
}

func (s *Store) addChatMessage(r *ChatMessage) {
	at := s.addChatRow(r.Timestamp)
	message, sender := messageKey(r.TeamsMessageId), keys.Of(normal.Account(r.SenderEmailAddress))
	if message != 0 && sender != 0 {
		s.addMember(&s.chat.senders, message, sender, at, maxSenders)
	}
}

func (s *Store) addChatUrl(r *ChatUrl) {
	age := s.addChatRow(r.Timestamp)
	link, message := linkKey(r.Url), messageKey(r.TeamsMessageId)
	if link == 0 {
		return
	}
	if message != 0 {
		s.addMember(&s.chat.messages, link, message, age, maxWithURL)
	}
	at, dated := nanoseconds(r.Timestamp)
	if !dated {
		return
	}
	s.addTime(&s.chat.posts, link, at)
	if message != 0 {
		s.addMember(&s.chat.written, keys.Join(link, timeKey(at)), message, at, maxPosts)
	}
}

func (s *Store) addChatPostDelivery(r *ChatPostDelivery) {
	s.addChatRow(r.Timestamp)
	at, dated := nanoseconds(r.Timestamp)
	if dated && removesThreat(r.ActionType, r.ActionResult, r.ThreatTypes) {
		s.addTime(&s.chat.removed, messageKey(r.TeamsMessageId), at)
	}
}

// facts returns what is known of messages with the link, and nil if no rows about messages
// in chats are known.
func (t *chat) facts(q *question) *clickclass.ChatFacts {
	if len(t.days) == 0 {
		return nil
	}
	f := &clickclass.ChatFacts{Removed: timeOf(t.firstRemoved(q.link.key))}
	gap, found := t.posts.get(q.link.key).nearest(q.at, postReach, postReach)
	if !found {
		return f
	}
	f.Posted, f.PostedGap = true, gap
	if messages := t.written[keys.Join(q.link.key, timeKey(q.at+int64(gap)))]; messages != nil {
		for _, message := range messages.seen {
			senders := t.senders[message.key]
			f.BySelf = f.BySelf || senders != nil && senders.has(q.account)
		}
	}
	return f
}

// firstRemoved returns when the first message with a link was removed for a threat, and
// noTime if none was.
func (t *chat) firstRemoved(link uint64) int64 {
	first := int64(noTime)
	messages := t.messages[link]
	if messages == nil || len(t.removed) == 0 {
		return first
	}
	for _, message := range messages.seen {
		if removed := t.removed.get(message.key); removed != nil {
			first = earlier(first, removed.first())
		}
	}
	return first
}

// timeKey returns the key of a time. It is never 0.
func timeKey(at int64) uint64 { return uint64(at) | 1<<63 }
