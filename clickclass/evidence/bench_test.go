package evidence

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// tenant returns rows of n people over 30 days: each has a message with a link, signs in
// ten times and opens the link in a browser.
func tenant(n int) (rows []Row, questions []clickclass.Question) {
	for i := range n {
		upn := fmt.Sprintf("person%d@contoso.example", i)
		id := fmt.Sprintf("6a1f0f7e-6b8d-4c8e-9a57-%012x", i)
		addr := netip.AddrFrom4([4]byte{100, 64 + byte(i>>14), byte(i >> 7), byte(i) & 127})
		at := noon.Add(time.Duration(i) * 7 * time.Second)
		link := fmt.Sprintf("https://site%d.fabrikam.example/page/%d", i%500, i)
		rows = append(rows,
			Email{Timestamp: at.Add(-time.Hour), NetworkMessageId: id, RecipientEmailAddress: upn},
			EmailUrl{Timestamp: at.Add(-time.Hour), NetworkMessageId: id, Url: link},
			BrowserLaunch{Timestamp: at, AccountUpn: upn, DeviceName: upn, RemoteUrl: link},
			Connection{Timestamp: at.Add(time.Second), AccountUpn: upn, DeviceName: upn, RemoteUrl: link, Process: "msedge.exe"},
			Audited{Timestamp: at, AccountUpn: upn, Url: link, IPAddress: addr})
		for d := range 10 {
			rows = append(rows, SignIn{Timestamp: at.Add(-time.Duration(3*d) * day), AccountUpn: upn, IPAddress: addr, Success: true, Interactive: true, Country: "DE"})
		}
		questions = append(questions, clickclass.Question{Want: everything, MessageID: id, Account: upn, URL: link, Addr: addr, At: at})
	}
	return rows, questions
}

// BenchmarkFacts prints how long an answer takes against parsing the URL of the click.
func BenchmarkFacts(b *testing.B) {
	for _, people := range []int{1, 20_000} {
		rows, questions := tenant(people)
		var s Store
		s.Add(rows...)
		reference := parseTime(b, questions)
		for _, want := range []clickclass.Evidence{clickclass.EvidenceMail, clickclass.EvidenceSignIn, clickclass.EvidenceDevice, clickclass.EvidenceAudit, everything} {
			b.Run(fmt.Sprintf("people=%d/%v", people, want), func(b *testing.B) {
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					q := questions[i%len(questions)]
					q.Want = want
					if _, err := s.Facts(context.Background(), q); err != nil {
						b.Fatal(err)
					}
					i++
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/reference, "x-url.Parse")
			})
		}
	}
}

// parseTime returns how many nanoseconds url.Parse takes for the URL of a question.
func parseTime(b *testing.B, questions []clickclass.Question) float64 {
	const n = 200_000
	start := time.Now()
	for i := range n {
		if u, err := url.Parse(questions[i%len(questions)].URL); err != nil || u.Query().Get("url") != "" {
			b.Fatal("no URL")
		}
	}
	return float64(time.Since(start).Nanoseconds()) / n
}

// BenchmarkAdd prints how long a row takes in a bounded Store against an unbounded one.
func BenchmarkAdd(b *testing.B) {
	rows, _ := tenant(20_000)
	var reference float64
	for _, tt := range []struct {
		name  string
		keep  time.Duration
		bytes int64
	}{{name: "unbounded"}, {name: "Keep", keep: day}, {name: "Bytes", bytes: 4 << 20}} {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				s := Store{Keep: tt.keep, Bytes: tt.bytes}
				s.Add(rows...)
				n += len(rows)
			}
			perRow := float64(b.Elapsed().Nanoseconds()) / float64(n)
			if reference == 0 {
				reference = perRow
			}
			b.ReportMetric(perRow, "ns/row")
			b.ReportMetric(perRow/reference, "x-unbounded")
		})
	}
}

// BenchmarkGrowth prints how many times as long four times the rows and questions take,
// for inputs that are made to be slow. Linear is 4; more than 5 is a defect.
func BenchmarkGrowth(b *testing.B) {
	upn := func(i int) string { return fmt.Sprintf("person%d@contoso.example", i) }
	signIn := func(upn string, at time.Time, country string) SignIn {
		return SignIn{Timestamp: at, AccountUpn: upn, IPAddress: netip.MustParseAddr("203.0.113.7"), Success: true, Interactive: true, Country: country}
	}
	second := func(i int) time.Time { return noon.Add(time.Duration(i) * time.Second) }
	shapes := []struct {
		name string
		row  func(i, n int) Row
		ask  func(i, n int) clickclass.Question
	}{
		{"accounts at one address", func(i, n int) Row { return signIn(upn(i), second(i), "DE") }, func(i, n int) clickclass.Question { return clickclass.Question{Account: upn(i), At: second(i)} }},
		{"accounts at one address, asked of before they came", func(i, n int) Row { return signIn(upn(i), second(i), "DE") }, func(i, n int) clickclass.Question {
			return clickclass.Question{Account: upn(i), At: noon.Add(-2 * day)}
		}},
		{"accounts at one address, asked of after they left", func(i, n int) Row { return signIn(upn(i), second(i), "DE") }, func(i, n int) clickclass.Question {
			return clickclass.Question{Account: upn(i), At: noon.Add(99 * day)}
		}},
		{"sign-ins of one account, newest first", func(i, n int) Row { return signIn(me, second(n-i), "DE") }, func(i, n int) clickclass.Question { return clickclass.Question{Account: me, At: second(i)} }},
		{"sign-ins of one account, in no order", func(i, n int) Row { return signIn(me, second(i*7919%n), "DE") }, func(i, n int) clickclass.Question { return clickclass.Question{Account: me, At: second(i)} }},
		{"countries", func(i, n int) Row {
			return signIn(me, second(i), string([]byte{'A' + byte(i/26%26), 'A' + byte(i%26)}))
		}, func(i, n int) clickclass.Question { return clickclass.Question{Account: me, At: second(i)} }},
		{"recipients of one message", func(i, n int) Row {
			return Email{Timestamp: noon, NetworkMessageId: "m", RecipientEmailAddress: upn(i)}
		}, func(i, n int) clickclass.Question { return clickclass.Question{MessageID: "m", Account: upn(i)} }},
		{"devices at one host", func(i, n int) Row {
			return Connection{Timestamp: second(i), AccountUpn: upn(i), DeviceName: upn(i), RemoteUrl: "host.example", Process: "safari"}
		}, func(i, n int) clickclass.Question {
			return clickclass.Question{Account: upn(i), URL: "https://host.example/", At: second(i)}
		}},
		{"accounts of one name", func(i, n int) Row { return signIn(fmt.Sprintf("dana@contoso%d.example", i), second(i), "DE") }, func(i, n int) clickclass.Question { return clickclass.Question{Account: me, At: second(i)} }},
	}
	for _, shape := range shapes {
		for name, keep := range map[string]time.Duration{"unbounded": 0, "bounded": time.Hour} {
			b.Run(shape.name+"/"+name, func(b *testing.B) {
				run := func(n int) time.Duration {
					start := time.Now()
					s := Store{Keep: keep}
					for i := range n { // a question after each row
						s.Add(shape.row(i, n))
						q := shape.ask(i, n)
						q.Want, q.Addr = everything, netip.MustParseAddr("203.0.113.7")
						if _, err := s.Facts(context.Background(), q); err != nil {
							b.Fatal(err)
						}
					}
					return time.Since(start)
				}
				const n = 25_000
				var small, large time.Duration
				for b.Loop() {
					small += run(n)
					large += run(4 * n)
				}
				b.ReportMetric(float64(large)/float64(small), "x-for-4n")
			})
		}
	}
}
