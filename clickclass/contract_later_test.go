package clickclass_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// TestFoundLater holds what counts as found malicious only after an allowed click.
func TestFoundLater(t *testing.T) {
	const flag = clickclass.FlagVerdictChangedLater
	k := stranger()
	k.Url, k.Row = "https://www.contoso-docs.example/login?token=dana", 1
	with := func(k clickclass.Click, change func(*clickclass.Click)) clickclass.Click { change(&k); return k }
	// blocked is a click of another account on another link, an hour later.
	blocked := func(change func(*clickclass.Click)) clickclass.Click {
		b := with(k, func(b *clickclass.Click) {
			b.Timestamp, b.Row, b.AccountUpn = noon.Add(time.Hour), 2, "erin@contoso.example"
			b.ActionType, b.NetworkMessageId = clickclass.ClickBlocked, idAt("7acb31b0-de17-442f", noon)
		})
		change(&b)
		return b
	}
	hosted := with(k, func(k *clickclass.Click) { k.Url = "https://contoso.sharepoint.com/:x:/dana" })
	email := evidence.Email{Timestamp: noon.Add(-2 * time.Hour), NetworkMessageId: k.NetworkMessageId, RecipientEmailAddress: k.AccountUpn}
	tests := map[string]struct {
		click clickclass.Click
		more  []clickclass.Click
		rows  []evidence.Row
		want  bool
	}{
		"nothing":                         {k, nil, []evidence.Row{email}, false},
		"the same link":                   {k, []clickclass.Click{blocked(func(*clickclass.Click) {})}, nil, true},
		"the same link, blocked before":   {k, []clickclass.Click{blocked(func(b *clickclass.Click) { b.Timestamp = noon.Add(-time.Hour) })}, nil, false},
		"another token":                   {k, []clickclass.Click{blocked(func(b *clickclass.Click) { b.Url = "https://www.contoso-docs.example/login?token=erin" })}, nil, true},
		"another host of the site":        {k, []clickclass.Click{blocked(func(b *clickclass.Click) { b.Url = "https://cdn.contoso-docs.example/" })}, nil, true},
		"another site":                    {k, []clickclass.Click{blocked(func(b *clickclass.Click) { b.Url = "https://fabrikam.example/" })}, nil, false},
		"another page of shared hosting":  {hosted, []clickclass.Click{blocked(func(b *clickclass.Click) { b.Url = "https://fabrikam.sharepoint.com/:x:/erin" })}, nil, false},
		"the same page of shared hosting": {hosted, []clickclass.Click{blocked(func(b *clickclass.Click) { b.Url = hosted.Url })}, nil, true},
		"of another tenant":               {k, []clickclass.Click{blocked(func(b *clickclass.Click) { b.AccountUpn = "kim@fabrikam.example" })}, nil, false},
		"of another tenant, in the same message": {k, []clickclass.Click{blocked(func(b *clickclass.Click) {
			b.AccountUpn, b.NetworkMessageId = "kim@fabrikam.example", k.NetworkMessageId
		})}, nil, true},
		"the message was removed": {k, nil, []evidence.Row{email,
			evidence.PostDelivery{Timestamp: noon.Add(time.Hour), NetworkMessageId: k.NetworkMessageId, ActionType: "Phish ZAP"}}, true},
		"the message was removed before": {k, nil, []evidence.Row{email,
			evidence.PostDelivery{Timestamp: noon.Add(-time.Hour), NetworkMessageId: k.NetworkMessageId, ActionType: "Phish ZAP"}}, false},
		"another message was removed": {k, nil, []evidence.Row{email,
			evidence.PostDelivery{Timestamp: noon.Add(time.Hour), NetworkMessageId: "another", ActionType: "Phish ZAP"}}, false},
		"removed from a chat": {k, nil, []evidence.Row{
			evidence.ChatUrl{Timestamp: noon.Add(-oneDay), TeamsMessageId: "1", Url: k.Url},
			evidence.ChatPostDelivery{Timestamp: noon.Add(time.Hour), TeamsMessageId: "1", ActionType: "Phish ZAP", ActionResult: "Success"}}, true},
		"another link removed from a chat": {k, nil, []evidence.Row{
			evidence.ChatUrl{Timestamp: noon.Add(-oneDay), TeamsMessageId: "1", Url: "https://example.net/"},
			evidence.ChatPostDelivery{Timestamp: noon.Add(time.Hour), TeamsMessageId: "1", ActionType: "Phish ZAP", ActionResult: "Success"}}, false},
		"the message's threat": {k, nil, []evidence.Row{
			evidence.Email{Timestamp: email.Timestamp, NetworkMessageId: k.NetworkMessageId, RecipientEmailAddress: k.AccountUpn, ThreatTypes: "Phish"}}, true},
		"the click was blocked itself": {with(k, func(k *clickclass.Click) { k.ActionType = clickclass.ClickBlocked }), nil, []evidence.Row{
			evidence.Email{Timestamp: email.Timestamp, NetworkMessageId: k.NetworkMessageId, ThreatTypes: "Phish"}}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var store evidence.Store
			store.Add(tt.rows...)
			v := lastVerdicts(judgeAll(t, clickclass.Options{Source: &store}, append([]clickclass.Click{tt.click}, tt.more...)))[place{"", 1}]
			assert.Equal(t, tt.want, v.Flags.Has(flag))
		})
	}
}

// TestChatPreview holds that a link which somebody wrote into a chat when a Teams address
// asked has the preview as its first cause, and that the query would show it where chats are
// not known.
func TestChatPreview(t *testing.T) {
	k := founding()
	post := func(at time.Duration, url string) []evidence.Row {
		return []evidence.Row{
			evidence.ChatMessage{Timestamp: noon.Add(at), TeamsMessageId: "1", SenderEmailAddress: "erin@contoso.example"},
			evidence.ChatUrl{Timestamp: noon.Add(at), TeamsMessageId: "1", Url: url},
		}
	}
	wrapped := "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.contoso-docs.example%2Fa&data=05%7C02%7C&reserved=0"
	late := withDelay(k, 2*time.Hour)
	for name, tt := range map[string]struct {
		click  clickclass.Click
		rows   []evidence.Row
		posted bool // the reason speaks
		cause  bool // the first one
	}{
		"posted before":      {k, post(-20*time.Second, k.Url), true, true},
		"posted after":       {k, post(90*time.Second, k.Url), true, true},
		"wrapped":            {k, post(-20*time.Second, wrapped), true, true},
		"hours after mail":   {late, post(-20*time.Second, k.Url), true, true},
		"too early":          {k, post(-3*time.Minute, k.Url), false, true}, // it is the best guess at a Teams address
		"another link":       {k, post(-20*time.Second, "https://example.net/b"), false, true},
		"not Teams' address": {stranger(), post(-20*time.Second, k.Url), false, true},
		"no Teams, no post":  {stranger(), nil, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			var store evidence.Store
			store.Add(tt.rows...)
			v := classify(t, clickclass.Options{Source: &store}, tt.click)
			assert.Equal(t, tt.posted, speaks(&v, "w.posted"))
			assert.Equal(t, tt.cause, len(v.Causes) > 0 && v.Causes[0] == clickclass.CauseChatPreview, "%v", v.Causes)
			assert.False(t, v.Missing.Has(clickclass.EvidenceChat), "it is known, or no Teams address asked")
		})
	}

	v := clickclass.Score(k)
	assert.True(t, v.Missing.Has(clickclass.EvidenceChat))
	kql := clickclass.EvidenceChat.KQL(&k)
	for _, part := range []string{"MessageUrlInfo", "MessageEvents", `"login.contoso-docs.example"`, "t - 2m .. t + 2m", "TeamsMessageId"} {
		assert.Contains(t, kql, part)
	}
	unknown := clickclass.Score(stranger())
	assert.False(t, unknown.Missing.Has(clickclass.EvidenceChat), "no Teams address asked")
	assert.Empty(t, clickclass.EvidenceChat.KQL(&clickclass.Click{Url: k.Url}), "nothing to ask by")
}
