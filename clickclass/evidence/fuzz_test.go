package evidence

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// bytesSource gives a generator its random numbers from the bytes of a fuzz input, so that
// a small change of the input is a small change of the rows.
type bytesSource struct {
	rest []byte
	more rand.PCG // when no bytes are left
}

func (b *bytesSource) Uint64() uint64 {
	if len(b.rest) == 0 {
		return b.more.Uint64()
	}
	next := b.rest[0]
	b.rest = b.rest[1:]
	return uint64(next) * 0x0101_0101_0101_0101 // whichever bits are looked at
}

// FuzzStore asks whether a Store, with or without bounds, answers as its twin does: no
// order of rows and questions may make it forget a row that it should have, or keep one
// that it should not. The first two bytes are the bounds, the others the rows.
func FuzzStore(f *testing.F) {
	f.Add([]byte{0, 0})                                        // no bounds, no rows
	f.Add([]byte{0, 0, 9, 200, 200, 17, 3, 3, 200, 200, 0, 0}) // an unbounded Store
	f.Add([]byte{1, 0, 250, 90, 10, 99, 1, 99, 1, 2, 2, 3, 3}) // a minute; times outside the believed years
	f.Add([]byte{3, 0, 77, 77, 77, 77, 50, 50, 50, 50, 1, 1})  // 31 days
	f.Add([]byte{0, 9, 30, 60, 90, 120, 150, 180, 210, 240})   // 2,304 bytes
	f.Add([]byte{2, 40, 1, 2, 4, 8, 16, 32, 64, 128, 255, 0})  // both bounds
	f.Fuzz(func(t *testing.T, in []byte) {
		if len(in) < 2 || len(in) > 512 {
			return
		}
		s := Store{Keep: [...]time.Duration{0, time.Minute, 3 * day, 31 * day, 1<<63 - 1}[in[0]%5], Bytes: int64(in[1]) << 8}
		b := &bytesSource{rest: in[2:]}
		g := &generator{Rand: rand.New(b), accounts: someAccounts}
		compareWithTwin(t, &s, func(yield func(Row, []clickclass.Question)) {
			for len(b.rest) > 0 {
				row := randomRow(g)
				yield(row, []clickclass.Question{questionAbout(g, row), randomQuestion(g)})
			}
		}, map[string]int{})
	})
}

// FuzzTexts asks whether any text in a row or a question can make a Store panic, and
// whether a row is found again by its own texts.
func FuzzTexts(f *testing.F) {
	f.Add("dana@contoso.example", "https://docs.fabrikam.example/a", "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6", "pc1", "DE", "203.0.113.7")                       // a usual row
	f.Add("", "", "", "", "", "")                                                                                                                              // nothing
	f.Add("@", "://", "{}", "\x00", "\xff\xff", "::1%eth0")                                                                                                    // only marks
	f.Add("a@b@c", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx", "{00000000-0000-0000-0000-000000000000}", "", "ß", "::ffff:1.2.3.4") // nested
	f.Add("DOM\\alex", "https://[::1]:443/#", "-", "İ", "de", "fe80::1")                                                                                       // case and brackets
	f.Fuzz(func(t *testing.T, account, url, id, device, country, ip string) {
		addr, _ := netip.ParseAddr(ip)
		for _, s := range []*Store{{}, {Keep: day, Bytes: 1 << 16}} {
			s.Add(
				Email{Timestamp: noon, NetworkMessageId: id, RecipientEmailAddress: account},
				EmailUrl{Timestamp: noon, NetworkMessageId: id, Url: url},
				PostDelivery{Timestamp: noon, NetworkMessageId: id, ActionType: device, ActionResult: country, ThreatTypes: url},
				SignIn{Timestamp: noon, AccountUpn: account, IPAddress: addr, Success: true, Interactive: true, Risk: device, Country: country},
				BrowserLaunch{Timestamp: noon, AccountUpn: account, Account: device, DeviceName: device, RemoteUrl: url},
				Connection{Timestamp: noon, AccountUpn: account, Account: device, DeviceId: device, RemoteUrl: url, Process: "safari"},
				Audited{Timestamp: noon, AccountUpn: account, Url: url, IPAddress: addr})
			f, err := s.Facts(t.Context(), clickclass.Question{Want: everything, MessageID: id, Account: account, URL: url, Addr: addr, At: noon})
			if err != nil {
				t.Fatal(err)
			}
			if (f.Mail != nil) != (messageKey(id) != 0) {
				t.Errorf("mail known: %v", f.Mail != nil)
			}
			if f.Mail != nil && f.Mail.IsRecipient != (account != "") {
				t.Error("the account is the recipient")
			}
			if (f.SignIn != nil && f.SignIn.Day) != (account != "" && addr.IsValid() && device != "medium" && device != "high") {
				t.Errorf("sign-in known: %+v", f.SignIn)
			}
			if (f.Device != nil) != (account != "") {
				t.Errorf("device known: %v", f.Device != nil)
			}
			if (f.Audit != nil) != (account != "") {
				t.Errorf("audit known: %v", f.Audit != nil)
			}
		}
	})
}
