package clickclass_test

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

func ExampleScore() {
	v := clickclass.Score(clickclass.Click{
		Timestamp:        time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC),
		Url:              "https://login.contoso-docs.example/a",
		ActionType:       clickclass.ClickAllowed,
		AccountUpn:       "dana@contoso.example",
		Workload:         "Email",
		NetworkMessageId: "5f0c2a11-93b4-4e07-1800-08de79e58de1",
		IPAddress:        netip.MustParseAddr("52.112.103.113"),
	})
	fmt.Printf("%s, P = %.2f, %s\n", v.Class, v.P, v.Origin.Service)
	fmt.Printf("%.1f s after the message\n", v.Delay.Seconds())
	for _, s := range v.Signals() {
		fmt.Printf("%+.1f %s (%s)\n", s.Weight, s.Rule.Text, s.Detail())
	}
	// Output:
	// automated, P = 0.98, Microsoft Teams
	// 3.2 s after the message
	// +4.2 the address belongs to Microsoft Teams, where no person's traffic leaves (52.112.0.0/14)
	// +2.8 the click came 3 to 10 seconds after the message (3.2 s)
}

func ExampleClassifier_Classify() {
	k := clickclass.Click{
		Timestamp:  time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC),
		Url:        "https://login.contoso-docs.example/a",
		ActionType: clickclass.ClickAllowed,
		AccountUpn: "dana@contoso.example",
		Workload:   "Email",
		IPAddress:  netip.MustParseAddr("52.112.103.113"),
	}

	store := clickclass.NewStore()
	store.AddBrowserLaunch(clickclass.BrowserLaunch{
		Timestamp:  k.Timestamp.Add(2 * time.Second),
		AccountUpn: "dana@contoso.example",
		DeviceName: "pc-dana",
		RemoteUrl:  "https://login.contoso-docs.example/a",
	})
	c, err := clickclass.New(clickclass.Options{Evidence: store.Evidence()})
	if err != nil {
		panic(err)
	}

	for _, v := range []clickclass.Verdict{clickclass.Score(k), c.Classify(k)} {
		fmt.Printf("%s by %s evidence\n", v.Class, v.Regime)
	}
	// Output:
	// likely_automated by row evidence
	// likely_human by endpoint evidence
}

func ExampleVerdict_Next() {
	k := clickclass.Click{
		Timestamp:  time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC),
		AccountUpn: "dana@contoso.example",
		Workload:   "Email",
		IPAddress:  netip.MustParseAddr("52.112.103.113"),
	}
	v := clickclass.Score(k)
	missing, ok := v.Next()
	fmt.Println(ok)
	fmt.Println(missing.Query(&k))
	// Output:
	// true
	// let t = datetime(2026-03-04T12:00:00Z);
	// union withsource=SourceTable DeviceEvents, DeviceNetworkEvents
	// | where Timestamp between (t - 30m .. t + 30m)
	// | where InitiatingProcessAccountUpn =~ "dana@contoso.example"
	// | where ActionType in ("BrowserLaunchedToOpenUrl", "ConnectionSuccess")
	// | project SourceTable, Timestamp, DeviceId, DeviceName, ActionType, RemoteUrl, RemoteIP, InitiatingProcessFileName, InitiatingProcessAccountName, InitiatingProcessAccountUpn
}

func ExampleRules() {
	for _, r := range clickclass.Rules() {
		if r.Group == clickclass.GroupAction {
			fmt.Printf("%s %+.1f (%s): %s\n", r.ID, r.Weight, r.Confidence, r.Text)
		}
	}
	// Output:
	// a.through -4.0 (high): somebody pressed Continue anyway on the warning page
	// a.scanwait -0.8 (low): somebody waited for the scan of the link and went on
}

func ExampleSite() {
	fmt.Println(clickclass.Site("https://www.example.co.uk/a?b"))
	// Output: example.co.uk
}

func ExampleClassifier_ClassifyAll() {
	at := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	rows := func(yield func(clickclass.Click, error) bool) {
		for i, path := range []string{"a", "b", "unsubscribe"} {
			if !yield(clickclass.Click{
				Timestamp:        at.Add(time.Duration(i) * 200 * time.Millisecond),
				Url:              "https://news.contoso.example/" + path,
				AccountUpn:       "dana@contoso.example",
				NetworkMessageId: "5f0c2a11-93b4-4e07-1800-08de79e58de1",
				IPAddress:        netip.MustParseAddr("203.0.113.7"),
			}, nil) {
				return
			}
		}
	}
	c, err := clickclass.New(clickclass.Options{})
	if err != nil {
		panic(err)
	}
	for r, err := range c.ClassifyAll(rows) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Click.Url, r.Verdict.Class, r.Verdict.Signals()[0].Rule.ID)
	}
	// Output:
	// https://news.contoso.example/a likely_automated b.all
	// https://news.contoso.example/b likely_automated b.all
	// https://news.contoso.example/unsubscribe likely_automated b.all
}

func ExampleNewWindow() {
	at := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	w := clickclass.NewWindow(0)
	show := func(n *clickclass.Near) bool {
		var k clickclass.Click
		n.Unpack(&k)
		fmt.Println(k.AccountUpn, n.Neighbours().FanAccounts)
		return true
	}
	for i, account := range []string{"dana@contoso.example", "erin@contoso.example", "kim@contoso.example"} {
		row := clickclass.NewRow(&clickclass.Click{
			Timestamp:  at.Add(time.Duration(i) * time.Second),
			Url:        "https://news.contoso.example/a",
			AccountUpn: account,
			IPAddress:  netip.MustParseAddr("203.0.113.7"),
		})
		w.Add(&row, show)
	}
	w.Flush(show)
	// Output:
	// dana@contoso.example 3
	// erin@contoso.example 3
	// kim@contoso.example 3
}

// A stream of any length goes through in the same memory: rows are made in pieces
// of memory that are used again when the window has let go of them, and what is to
// be judged elsewhere is kept until then.
func ExampleKeeper() {
	c, err := clickclass.New(clickclass.Options{})
	if err != nil {
		panic(err)
	}
	type batch struct {
		rows []clickclass.Near
		kept clickclass.Keeper
	}
	batches := make(chan *batch)
	var judge sync.WaitGroup
	judge.Go(func() {
		classes := map[clickclass.Class]int{}
		var result clickclass.Result
		for b := range batches {
			for i := range b.rows {
				b.rows[i].Unpack(&result.Click)
				c.ClassifyNear(&b.rows[i], &result.Verdict)
				classes[result.Verdict.Class]++
			}
			b.kept.Release()
		}
		fmt.Println(classes)
	})

	made := clickclass.Rows{Classifier: c, Reuse: true}
	w := clickclass.NewWindow(time.Hour)
	b := new(batch)
	collect := func(n *clickclass.Near) bool {
		b.rows = append(b.rows, *n)
		b.kept.Keep(n)
		if len(b.rows) == 100 {
			batches <- b
			b = new(batch)
		}
		return true
	}
	at := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	const clicks = 100_050
	for i := range clicks {
		made.Add(&clickclass.Click{
			Timestamp:  at.Add(time.Duration(i) * time.Minute),
			Url:        "https://news.contoso.example/a",
			AccountUpn: "dana@contoso.example",
			IPAddress:  netip.MustParseAddr("52.112.103.113"),
		})
		if made.Len() < 500 && i+1 < clicks {
			continue
		}
		rows := made.Take()
		for j := range rows {
			w.Add(&rows[j], collect)
		}
	}
	w.Flush(collect)
	batches <- b
	close(batches)
	judge.Wait()
	// Output: map[likely_automated:100050]
}
