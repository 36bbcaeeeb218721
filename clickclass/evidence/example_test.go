package evidence_test

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// A click counts as the owner's if the account signs in from the address.
func ExampleStore() {
	clicked := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	click := clickclass.Click{
		Timestamp:  clicked,
		Url:        "https://docs.fabrikam.example/a",
		AccountUpn: "dana@contoso.example",
		IPAddress:  netip.MustParseAddr("203.0.113.7"),
	}

	var store evidence.Store
	c, err := clickclass.New(clickclass.Options{Source: &store})
	if err != nil {
		panic(err)
	}
	v, _ := c.Classify(context.Background(), click)
	fmt.Println("without rows:", v.Class, v.Basis)

	store.Add(
		evidence.SignIn{Timestamp: clicked.Add(-3 * 24 * time.Hour), AccountUpn: "dana@contoso.example",
			IPAddress: netip.MustParseAddr("203.0.113.7"), Success: true, Interactive: true},
		evidence.BrowserLaunch{Timestamp: clicked.Add(time.Second), AccountUpn: "dana@contoso.example",
			DeviceName: "pc-17", RemoteUrl: "https://docs.fabrikam.example/a"},
	)
	v, _ = c.Classify(context.Background(), click)
	fmt.Println("with rows:", v.Class, v.Basis)
	// Output:
	// without rows: unknown row
	// with rows: owner device
}

// A part of the answer is nil where nothing is known.
func ExampleStore_Facts() {
	clicked := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	var store evidence.Store
	store.Add(
		evidence.Email{Timestamp: clicked.Add(-time.Hour), NetworkMessageId: "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6",
			RecipientEmailAddress: "dana@contoso.example", UrlCount: 2},
		evidence.SignIn{Timestamp: clicked.Add(-time.Hour), AccountUpn: "dana@contoso.example",
			IPAddress: netip.MustParseAddr("203.0.113.7"), Success: true, Interactive: true},
	)

	f, err := store.Facts(context.Background(), clickclass.Question{
		Want:      clickclass.EvidenceMail | clickclass.EvidenceSignIn | clickclass.EvidenceDevice,
		MessageID: "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6",
		Account:   "dana@contoso.example",
		Addr:      netip.MustParseAddr("203.0.113.7"),
		At:        clicked,
	})
	fmt.Println(err)
	fmt.Println("links in the message:", f.Mail.URLs, "recipient:", f.Mail.IsRecipient)
	fmt.Println("signed in from the address:", f.SignIn.Day)
	fmt.Println("devices known:", f.Device != nil)
	// Output:
	// <nil>
	// links in the message: 2 recipient: true
	// signed in from the address: true
	// devices known: false
}

// Rows can be added in any order, also while clicks are judged.
func ExampleStore_Add() {
	removed := time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
	message := clickclass.Question{Want: clickclass.EvidenceMail, MessageID: "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6"}

	var store evidence.Store
	store.Add(evidence.EmailUrl{NetworkMessageId: "{6A1F0F7E-6B8D-4C8E-9A57-D1B2C3A4E5F6}", Url: "https://docs.fabrikam.example/a"})
	before, _ := store.Facts(context.Background(), message)
	store.Add(evidence.PostDelivery{Timestamp: removed, NetworkMessageId: "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6", ActionType: "Phish ZAP"})
	after, _ := store.Facts(context.Background(), message)

	fmt.Println(before.Mail.URLs, before.Mail.Removed.IsZero())
	fmt.Println(after.Mail.URLs, after.Mail.Removed.Format(time.TimeOnly))
	// Output:
	// 1 true
	// 1 15:00:00
}

// A live consumer bounds what it keeps: sign-ins say something for 31 days.
func ExampleStore_bounds() {
	store := evidence.Store{Keep: 31 * 24 * time.Hour, Bytes: 256 << 20}
	signIn := evidence.SignIn{AccountUpn: "dana@contoso.example", IPAddress: netip.MustParseAddr("203.0.113.7"), Success: true, Interactive: true}
	march := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for _, signIn.Timestamp = range []time.Time{march, march.AddDate(0, 0, 20), march.AddDate(0, 0, 40)} {
		store.Add(signIn)
		f, _ := store.Facts(context.Background(), clickclass.Question{
			Want: clickclass.EvidenceSignIn, Account: "dana@contoso.example", Addr: signIn.IPAddress, At: march,
		})
		fmt.Println(signIn.Timestamp.Format(time.DateOnly), "sign-ins in March known:", f.SignIn != nil)
	}
	// Output:
	// 2026-03-04 sign-ins in March known: true
	// 2026-03-24 sign-ins in March known: true
	// 2026-04-13 sign-ins in March known: false
}

// A link that somebody wrote into a chat is fetched for its preview.
func ExampleChatUrl() {
	clicked := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	var store evidence.Store
	store.Add(
		evidence.ChatUrl{Timestamp: clicked.Add(-2 * time.Second), TeamsMessageId: "/chats/19:x/messages/1", Url: "https://docs.fabrikam.example/a"},
		evidence.ChatMessage{Timestamp: clicked.Add(-2 * time.Second), TeamsMessageId: "/chats/19:x/messages/1", SenderEmailAddress: "dana@contoso.example"},
	)
	f, _ := store.Facts(context.Background(), clickclass.Question{
		Want:    clickclass.EvidenceChat,
		Account: "dana@contoso.example",
		URL:     "https://docs.fabrikam.example/a",
		At:      clicked,
	})
	fmt.Println("posted:", f.Chat.Posted, f.Chat.PostedGap, "by the account:", f.Chat.BySelf)
	// Output:
	// posted: true -2s by the account: true
}
