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
}

const (
	postReach = 2 * time.Minute

	chatDays = 1 // the key of chat.days

	maxPosts   = 64 // messages with one link at one time
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
	s.addChatRow(r.Timestamp)
	at, dated := nanoseconds(r.Timestamp)
	link := linkKey(r.Url)
	if !dated || link == 0 {
		return
	}
	s.addTime(&s.chat.posts, link, at)
	if message := messageKey(r.TeamsMessageId); message != 0 {
		s.addMember(&s.chat.written, keys.Join(link, timeKey(at)), message, at, maxPosts)
	}
}

// addChatPostDelivery notes that the table is there. What was done with a message later
// says nothing of who posted a link.
func (s *Store) addChatPostDelivery(r *ChatPostDelivery) { s.addChatRow(r.Timestamp) }

// facts returns what is known of messages with the link around the time, and nil if no
// rows about messages in chats are known.
func (t *chat) facts(q *question) *clickclass.ChatFacts {
	if len(t.days) == 0 {
		return nil
	}
	gap, found := t.posts.get(q.link.key).nearest(q.at, postReach, postReach)
	if !found {
		return &clickclass.ChatFacts{}
	}
	f := &clickclass.ChatFacts{Posted: true, PostedGap: gap}
	if messages := t.written[keys.Join(q.link.key, timeKey(q.at+int64(gap)))]; messages != nil {
		for _, message := range messages.seen {
			senders := t.senders[message.key]
			f.BySelf = f.BySelf || senders != nil && senders.has(q.account)
		}
	}
	return f
}

// timeKey returns the key of a time. It is never 0.
func timeKey(at int64) uint64 { return uint64(at) | 1<<63 }
