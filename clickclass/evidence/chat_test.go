package evidence

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

func TestChatFacts(t *testing.T) {
	const message, colleague = "1785758400000", "erin@contoso.example"
	link := aboutNoon().URL
	posted := func(id, url string, gap time.Duration) Row {
		return ChatUrl{Timestamp: noon.Add(gap), TeamsMessageId: id, Url: url}
	}
	by := func(id, sender string) Row {
		return ChatMessage{Timestamp: noon.Add(time.Hour), TeamsMessageId: id, SenderEmailAddress: sender}
	}
	removed := func(id string, gap time.Duration, action, result, threat string) Row {
		return ChatPostDelivery{Timestamp: noon.Add(gap), TeamsMessageId: id, ActionType: action, ActionResult: result, ThreatTypes: threat}
	}
	type facts = clickclass.ChatFacts
	tests := []struct {
		name string
		rows []Row
		want *facts
	}{
		{"no rows", nil, nil},
		{"no rows of chats", []Row{Email{Timestamp: noon, NetworkMessageId: message}}, nil},
		{"another link", []Row{posted(message, "https://docs.fabrikam.example/b", 0)}, &facts{}},
		{"only what was done later", []Row{ChatPostDelivery{Timestamp: noon, TeamsMessageId: message, ThreatTypes: "Phish"}}, &facts{}},
		{"only messages, without a time", []Row{ChatMessage{TeamsMessageId: message, SenderEmailAddress: me}}, &facts{}},
		{"posted by nobody known", []Row{posted(message, link, -time.Second)}, &facts{Posted: true, PostedGap: -time.Second}},
		{"posted without an id", []Row{posted("", link, 0), by("", me)}, &facts{Posted: true}},
		{"posted by a colleague", []Row{posted(message, link, 0), by(message, colleague)}, &facts{Posted: true}},
		{"posted by the account", []Row{posted(message, link, 0), by(message, "Dana@Contoso.example")}, &facts{Posted: true, BySelf: true}},
		{"the sender comes first", []Row{by(message, me), posted(message, link, 0)}, &facts{Posted: true, BySelf: true}},
		{"the wrapper", []Row{posted(message, wrap(link), 0), by(message, me)}, &facts{Posted: true, BySelf: true}},
		{"a slash at the end", []Row{posted(message, link+"/", 0)}, &facts{Posted: true}},
		{"two minutes before", []Row{posted(message, link, -2*time.Minute)}, &facts{Posted: true, PostedGap: -2 * time.Minute}},
		{"more than two minutes before", []Row{posted(message, link, -2*time.Minute-1)}, &facts{}},
		{"two minutes after", []Row{posted(message, link, 2*time.Minute)}, &facts{Posted: true, PostedGap: 2 * time.Minute}},
		{"more than two minutes after", []Row{posted(message, link, 2*time.Minute+1)}, &facts{}},
		{"no time", []Row{ChatUrl{TeamsMessageId: message, Url: link}}, &facts{}},
		{"the nearer message counts", []Row{posted("a", link, time.Second), by("a", colleague), posted("b", link, time.Minute), by("b", me)}, &facts{Posted: true, PostedGap: time.Second}},
		{"removed later", []Row{posted(message, link, 0), removed(message, time.Hour, "Phish ZAP", "Success", "Phish")}, &facts{Posted: true, Removed: noon.Add(time.Hour)}},
		{"removed, by the other order", []Row{removed(message, time.Hour, "Phish ZAP", "", ""), posted(message, wrap(link), 0)}, &facts{Posted: true, Removed: noon.Add(time.Hour)}},
		{"removed, posted days before", []Row{posted(message, link, -5*day), removed(message, 3*day, "Manual remediation", "Success", "Malware")}, &facts{Removed: noon.Add(3 * day)}},
		{"removed, posted nobody knows when", []Row{ChatUrl{TeamsMessageId: message, Url: link}, removed(message, time.Hour, "Phish ZAP", "Success", "Phish")}, &facts{Removed: noon.Add(time.Hour)}},
		{"removed twice", []Row{posted(message, link, 0), removed(message, 2*time.Hour, "Phish ZAP", "Success", ""), removed(message, time.Hour, "Phish ZAP", "Success", "")}, &facts{Posted: true, Removed: noon.Add(time.Hour)}},
		{"two messages removed", []Row{posted("a", link, 0), posted("b", link, -day), removed("a", 2*time.Hour, "Phish ZAP", "Success", ""), removed("b", -time.Hour, "Phish ZAP", "Success", "")}, &facts{Posted: true, Removed: noon.Add(-time.Hour)}},
		{"removal failed", []Row{posted(message, link, 0), removed(message, time.Hour, "Phish ZAP", "Failed", "Phish")}, &facts{Posted: true}},
		{"moved without a threat", []Row{posted(message, link, 0), removed(message, time.Hour, "Manual remediation", "Success", "")}, &facts{Posted: true}},
		{"removed nobody knows when", []Row{posted(message, link, 0), ChatPostDelivery{TeamsMessageId: message, ActionType: "Phish ZAP"}}, &facts{Posted: true}},
		{"another message removed", []Row{posted(message, link, 0), removed("b", time.Hour, "Phish ZAP", "Success", "Phish")}, &facts{Posted: true}},
		{"a message with another link removed", []Row{posted(message, "https://docs.fabrikam.example/b", 0), removed(message, time.Hour, "Phish ZAP", "Success", "Phish")}, &facts{}},
		{"without ids", []Row{posted("", link, 0), removed("", time.Hour, "Phish ZAP", "Success", "Phish")}, &facts{Posted: true}},
		{"two at one time", []Row{posted("a", link, 0), by("a", colleague), posted("b", link, 0), by("b", me)}, &facts{Posted: true, BySelf: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, factsOf(t, aboutNoon(), tt.rows...).Chat)
			if len(tt.rows) == 0 {
				return
			}
			q := aboutNoon()
			q.Account = ""
			f := factsOf(t, q, tt.rows...).Chat
			if tt.want != nil {
				tt.want.BySelf = false
			}
			assert.Equal(t, tt.want, f, "without an account")
			q.At = time.Time{}
			assert.Nil(t, factsOf(t, q, tt.rows...).Chat, "without a time")
			q = aboutNoon()
			q.Want = everything &^ clickclass.EvidenceChat
			assert.Nil(t, factsOf(t, q, tt.rows...).Chat, "not wanted")
		})
	}
}

// TestChatManyMessages holds that of very many messages with a link, those seen last count.
func TestChatManyMessages(t *testing.T) {
	var s Store
	q := aboutNoon()
	for i := range 3 * maxWithURL {
		id, at := fmt.Sprint(i), noon.Add(time.Duration(i)*time.Hour)
		s.Add(ChatUrl{Timestamp: at, TeamsMessageId: id, Url: q.URL}, ChatPostDelivery{Timestamp: at, TeamsMessageId: id, ActionType: "Phish ZAP"})
	}
	f, err := s.Facts(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, noon.Add(2*maxWithURL*time.Hour), f.Chat.Removed)
	assert.Equal(t, maxWithURL, s.chat.messages[linkKey(q.URL)].len())
}

// TestChatKeep holds that rows of chats age as others do.
func TestChatKeep(t *testing.T) {
	s := Store{Keep: time.Hour}
	q := aboutNoon()
	ask := func() *clickclass.ChatFacts {
		f, err := s.Facts(t.Context(), q)
		require.NoError(t, err)
		return f.Chat
	}
	s.Add(ChatUrl{Timestamp: noon, TeamsMessageId: "m", Url: q.URL}, ChatMessage{Timestamp: noon, TeamsMessageId: "m", SenderEmailAddress: me})
	assert.Equal(t, &clickclass.ChatFacts{Posted: true, BySelf: true}, ask())
	s.Add(signInAt(me, "203.0.113.7", noon.Add(time.Hour)))
	assert.Equal(t, &clickclass.ChatFacts{Posted: true, BySelf: true}, ask())
	s.Add(signInAt(me, "203.0.113.7", noon.Add(time.Hour+1)))
	assert.Equal(t, &clickclass.ChatFacts{}, ask(), "that chats are known is kept by the day")
	s.Add(signInAt(me, "203.0.113.7", noon.Add(13*time.Hour)))
	assert.Nil(t, ask())
}
