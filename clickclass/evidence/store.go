// Package evidence holds rows of mail, sign-in, device, chat and audit tables in memory and
// answers questions about them.
//
//	var store evidence.Store
//	store.Add(evidence.SignIn{…}, evidence.Email{…})
//	c, err := clickclass.New(clickclass.Options{Source: &store})
//
// A row counts once, however often and in whatever order rows are added. What the
// answers mean is said where their types are: [clickclass.MailFacts],
// [clickclass.SignInFacts], [clickclass.DeviceFacts], [clickclass.ChatFacts] and
// [clickclass.AuditFacts].
//
// # Links
//
// Other tables write a link differently from UrlClickEvents. Two links are the same here if
// browsers send them alike: if they differ only in wrappers, scheme, default port, case of
// the host and of escapes, needless or missing escapes, "." and ".." in the path, a host in
// Unicode or A-labels, its root dot, blanks, backslashes or the fragment. Nor does "&amp;"
// for "&", a slash at the end of the path, or "microsoft-edge:" in front tell links apart.
//
// A RemoteUrl of 200 characters or more may be cut, so it names every link that begins with
// it. A launch whose RemoteUrl is no more than a host, such as that of Safe Links, names no
// link: by a person, it counts as a connection to the host. A launch of anything but http
// and https, such as a file, shows only that the device was in use.
//
// # Launches
//
// A Store does not assign launches to clicks. An answer is about one click and names the
// launch of the link that is nearest to it. If an account clicked a link twice within
// minutes, both answers may name the same launch. Package clickclass, which sees both
// clicks, decides to which of them it belongs.
//
// # Rows in a data base
//
// A Source over rows that are kept elsewhere fetches those that its questions are about,
// and asks a Store that holds nothing else. A Store to which every batch is added grows
// without end, unless it has bounds. If not all rows could be fetched, the Source must not
// ask the Store at all: what is missing would look like a person who did nothing.
//
// The rows that an answer needs, by the time of the click:
//
//	mail     all rows of the message
//	sign-in  of the account and of the address (in IPv6 of its /64), good or not: from 30
//	         days before to a day after; the first good one of the domain
//	device   of the account: within a day and a minute. Of other accounts: connections to
//	         the host, and any row of an account with the same name before the @
//	audit    of the account, in the same second
package evidence

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Store is a [clickclass.Source] over rows in memory. The zero Store is empty, unbounded
// and ready. It is safe for concurrent use: rows can be added while clicks are judged. It
// must not be copied after the first Add.
//
// The texts of rows are not kept, only 64-bit hashes of them. Times outside the years
// 2013 to 2041 count as missing. A sign-in or a row of a device without a time is
// ignored.
//
// In a bounded Store, a row that was dropped counts as if it had never been added, with
// some exceptions: the rows of one message stay until the newest of them is dropped, and
// the activity of devices is kept by the minute, sign-ins that clients renewed by the hour,
// that chats are known by the day, and clicks of the audit log by the second. The sign-ins
// of an account from an address then begin with the oldest that is kept, so
// [clickclass.SignInFacts.Settled], Near and Others mean little if Keep is less than
// [clickclass.SignInReach]. The time of the first good sign-in
// of a domain's accounts is not forgotten: the earliest that was ever added counts, also if
// it was dropped or came too late to be kept. That of 5,000 domains is known.
type Store struct {
	// Keep bounds how long rows are kept, by their own time against the newest row;
	// 0: no bound. It must not change after the first Add.
	//
	// A row that is more than a year ahead of all others is a clock gone wrong. It does
	// not count as the newest until rows of eight different times are as far ahead. A
	// row without a time is as old as the row that was newest when it was added.
	Keep time.Duration
	// Bytes bounds the memory; the oldest rows go first. 0: no bound. It is an estimate
	// of what the rows take; with the room that maps have once grown to, up to twice as
	// much is in use. It must not change after the first Add.
	Bytes int64

	mu      sync.RWMutex
	mail    mail
	signIns signIns
	devices devices
	chat    chat
	audit   audit
	bounds  bounds
}

// rowsPerLock is how many rows Add adds before it lets questions pass.
const rowsPerLock = 256

// Add adds rows in any order. Rows of types that are not of this package are ignored.
func (s *Store) Add(rows ...Row) {
	for part := range slices.Chunk(rows, rowsPerLock) {
		s.mu.Lock()
		for _, row := range part {
			s.add(row)
			s.dropOld()
		}
		s.mu.Unlock()
	}
}

// add adds a row or a pointer to one.
func (s *Store) add(row Row) {
	switch r := row.(type) {
	case Email:
		s.addEmail(&r)
	case EmailUrl:
		s.addEmailUrl(&r)
	case PostDelivery:
		s.addPostDelivery(&r)
	case SignIn:
		s.addSignIn(&r)
	case BrowserLaunch:
		s.addBrowserLaunch(&r)
	case Connection:
		s.addConnection(&r)
	case ChatMessage:
		s.addChatMessage(&r)
	case ChatUrl:
		s.addChatUrl(&r)
	case ChatPostDelivery:
		s.addChatPostDelivery(&r)
	case Audited:
		s.addAudited(&r)
	case *Email:
		addPointer(r, s.addEmail)
	case *EmailUrl:
		addPointer(r, s.addEmailUrl)
	case *PostDelivery:
		addPointer(r, s.addPostDelivery)
	case *SignIn:
		addPointer(r, s.addSignIn)
	case *BrowserLaunch:
		addPointer(r, s.addBrowserLaunch)
	case *Connection:
		addPointer(r, s.addConnection)
	case *ChatMessage:
		addPointer(r, s.addChatMessage)
	case *ChatUrl:
		addPointer(r, s.addChatUrl)
	case *ChatPostDelivery:
		addPointer(r, s.addChatPostDelivery)
	case *Audited:
		addPointer(r, s.addAudited)
	}
}

func addPointer[R any](row *R, add func(*R)) {
	if row != nil {
		add(row)
	}
}

// Facts implements [clickclass.Source]. The error is always nil. The answer belongs to
// the caller.
//
// Only the parts in q.Want are computed. A part is nil if the Store has no rows of the
// kind, or if the question lacks what the part is looked up by: the message, the time, and
// but for chats the account, for sign-ins also the address. Network is always nil.
func (s *Store) Facts(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
	var f clickclass.Facts
	k := keysOf(&q)

	s.mu.RLock()
	defer s.mu.RUnlock()
	if q.Want.Has(clickclass.EvidenceMail) {
		f.Mail = s.mail.facts(&k)
	}
	if k.at != noTime && q.Want.Has(clickclass.EvidenceChat) {
		f.Chat = s.chat.facts(&k)
	}
	if k.at == noTime || k.account == 0 {
		return f, nil
	}
	if q.Want.Has(clickclass.EvidenceSignIn) {
		f.SignIn = s.signIns.facts(&k)
	}
	if q.Want.Has(clickclass.EvidenceDevice) {
		f.Device = s.devices.facts(&k)
	}
	if q.Want.Has(clickclass.EvidenceAudit) {
		f.Audit = s.audit.facts(&k)
	}
	return f, nil
}
