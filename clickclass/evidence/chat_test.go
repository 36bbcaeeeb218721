package evidence

import (
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
