package clickclass_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass"
)

// TestTeamsClock holds which ids of messages in Teams hold a clock, and which clocks are
// believed.
func TestTeamsClock(t *testing.T) {
	const chat = "/chats/19:2b41f9d0_7c55@unq.gbl.spaces/messages/"
	ago := func(d time.Duration) string { return strconv.FormatInt(noon.Add(-d).UnixMilli(), 10) }
	four := ago(4 * time.Second)
	tests := []struct {
		name, workload, messageID, sourceID string
		clock                               clickclass.Clock
		delay                               time.Duration
		noClock                             bool
	}{
		{"behind a chat", "Teams", "", chat + four, clickclass.ClockMessageID, 4 * time.Second, false},
		{"alone", "Teams", "", four, clickclass.ClockMessageID, 4 * time.Second, false},
		{"behind a channel", "Teams", "", "19:2b41@thread.v2;messageid=" + four, clickclass.ClockMessageID, 4 * time.Second, false},
		{"a reply", "Teams", "", chat + ago(time.Hour) + "/replies/" + four, clickclass.ClockMessageID, 4 * time.Second, false},
		{"a link to the message", "Teams", "", "https://teams.microsoft.com/l/message/19:2b41@thread.v2/" + four + "?context=1", clickclass.ClockMessageID, 4 * time.Second, false},
		{"a slash behind it", "Teams", "", chat + four + "/", clickclass.ClockMessageID, 4 * time.Second, false},
		{"as the message's id", "Teams", four, "", clickclass.ClockMessageID, 4 * time.Second, false},
		{"years ago", "Teams", "", chat + ago(5*365*24*time.Hour), clickclass.ClockMessageID, 5 * 365 * 24 * time.Hour, false},
		{"a minute ahead", "Teams", "", chat + ago(-time.Minute), clickclass.ClockMessageID, -time.Minute, false},

		{"an hour ahead", "Teams", "", chat + ago(-time.Hour), clickclass.ClockNone, 0, true},
		{"before Teams", "Teams", "", chat + "1451606399999", clickclass.ClockNone, 0, false},
		{"in a mail", "Email", "", chat + four, clickclass.ClockNone, 0, false},
		{"twelve digits", "Teams", "", chat + four[1:], clickclass.ClockNone, 0, false},
		{"fourteen digits", "Teams", "", chat + "1" + four, clickclass.ClockNone, 0, false},
		{"the end of a word", "Teams", "", "message" + four, clickclass.ClockNone, 0, false},
		{"not at the end", "Teams", "", four + "/x", clickclass.ClockNone, 0, false},
		{"none", "Teams", "", "", clickclass.ClockNone, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := founding()
			k.Workload, k.NetworkMessageId, k.SourceId = tt.workload, tt.messageID, tt.sourceID
			v := clickclass.Score(k)
			assert.Equal(t, tt.clock, v.Clock)
			assert.Equal(t, tt.delay, v.Delay.Round(time.Millisecond))
			assert.Equal(t, tt.noClock, v.Flags.Has(clickclass.FlagNoMessageClock))
		})
	}
	for _, seconds := range []int{0, 10, 11} {
		t.Run(fmt.Sprintf("%d s at a Teams address", seconds), func(t *testing.T) {
			k := founding()
			k.Workload, k.NetworkMessageId, k.SourceId = "Teams", "", chat+ago(time.Duration(seconds)*time.Second)
			v := clickclass.Score(k)
			assert.Equal(t, seconds <= 10, speaks(&v, "w.teams_fast"))
		})
	}
}

// TestLinkClockBesideTheMessages holds what a clock in a Safe Link says where the message has
// none, and where it has another.
func TestLinkClockBesideTheMessages(t *testing.T) {
	wrapped := func(before time.Duration) clickclass.Click {
		k := founding()
		written := noon.Add(-before).Unix()*1e7 + 621355968000000000
		k.Url = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2F1&data=05%7C02%7Cdana%40contoso.example%7C" +
			"11111111111111111111111111111111%7C72f988bf86f141af91ab2d7cd011db47%7C0%7C0%7C" + strconv.FormatInt(written, 10) + "%7CUnknown&sdata=x&reserved=0"
		return k
	}
	v := clickclass.Score(wrapped(15 * time.Second))
	assert.Equal(t, clickclass.ClockLink, v.Clock)
	assert.Equal(t, 15*time.Second, v.Delay)
	v = clickclass.Score(wrapped(-time.Hour))
	assert.Equal(t, clickclass.ClockNone, v.Clock, "it was written after the click")

	// The message was received an hour before the click.
	for name, tt := range map[string]struct {
		before    time.Duration // the click, when the link was written
		disagrees bool
	}{
		"with the message":          {time.Hour - 2*time.Second, false},
		"ten minutes after it":      {50 * time.Minute, false},
		"long after it":             {49 * time.Minute, true},
		"at the click":              {0, true},
		"after the click":           {-time.Minute, false},
		"before it, in another one": {20 * 24 * time.Hour, false},
	} {
		t.Run("written "+name, func(t *testing.T) {
			k := withDelay(wrapped(tt.before), time.Hour)
			v := clickclass.Score(k)
			assert.Equal(t, clickclass.ClockMessageID, v.Clock)
			assert.InDelta(t, 3600, v.Delay.Seconds(), 0.01)
			assert.Equal(t, tt.disagrees, v.Flags.Has(clickclass.FlagClockDisagrees))
			k.NetworkMessageId = "message-7"
			received := knows(clickclass.Facts{Mail: &clickclass.MailFacts{Received: noon.Add(-time.Hour)}}, nil)
			v = classify(t, clickclass.Options{Source: received}, k)
			assert.Equal(t, clickclass.ClockMail, v.Clock)
			assert.Equal(t, tt.disagrees, v.Flags.Has(clickclass.FlagClockDisagrees))
		})
	}
}
