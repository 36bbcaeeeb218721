package clickclass_test

import (
	"context"
	"fmt"
	"log"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/iprange"
)

// clickOn is a click of an account on a link of one message, from one address.
func clickOn(account, path string, after time.Duration) clickclass.Click {
	return clickclass.Click{
		Timestamp:        time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC).Add(after),
		Url:              "https://news.contoso.example/" + path,
		ActionType:       clickclass.ClickAllowed,
		AccountUpn:       account + "@contoso.example",
		NetworkMessageId: "5f0c2a11-93b4-4e07-1800-08de79e58de1",
		IPAddress:        netip.MustParseAddr("203.0.113.7"),
	}
}

// A finite sequence: an export, a query's answer. Each click is judged beside its
// neighbours, here with the other links of its message.
func ExampleClassifier_All() {
	c, err := clickclass.New(clickclass.Options{})
	if err != nil {
		log.Fatal(err)
	}
	clicks := func(yield func(clickclass.Click, error) bool) {
		for i, path := range []string{"a", "b", "unsubscribe"} {
			if !yield(clickOn("dana", path, time.Duration(i)*200*time.Millisecond), nil) {
				return
			}
		}
		yield(clickclass.Click{}, fmt.Errorf("row 4: the line ends too soon"))
	}
	for r, err := range c.All(context.Background(), clicks) {
		if err != nil {
			fmt.Println(err) // of the sequence, in its place, or of the source of evidence
			continue
		}
		fmt.Println(r.Click.Url, r.Verdict.Class, r.Nearby.MessageURLs, "links")
	}
	// Output:
	// https://news.contoso.example/a not_owner 3 links
	// https://news.contoso.example/b not_owner 3 links
	// https://news.contoso.example/unsubscribe not_owner 3 links
	// row 4: the line ends too soon
}

// When more clicks come than are held back, a click is judged before all of its neighbours
// are known. If they change its verdict, it comes again with a higher Revision: the last
// one counts.
func ExampleClassifier_All_revisions() {
	c, err := clickclass.New(clickclass.Options{Window: clickclass.Window{Rows: 8}})
	if err != nil {
		log.Fatal(err)
	}
	clicks := func(yield func(clickclass.Click, error) bool) {
		for row, account := range []string{"a", "b", "c", "d", "e", "dana", "f", "g", "erin", "kim"} {
			k := clickOn(account, account, time.Duration(row)*time.Second)
			if len(account) > 1 { // these three click on one link at one address
				k = clickOn(account, "campaign", time.Duration(row)*time.Second)
			} else {
				k.IPAddress = netip.AddrFrom4([4]byte{198, 51, 100, byte(row)})
			}
			k.Row = int64(row)
			if !yield(k, nil) {
				return
			}
		}
	}
	last := map[int64]clickclass.Result{}
	for r, err := range c.All(context.Background(), clicks) {
		if err != nil {
			log.Fatal(err)
		}
		if r.Click.AccountUpn == "dana@contoso.example" {
			fmt.Printf("revision %d: %s, %d accounts\n", r.Revision, r.Verdict.Class, r.Nearby.FanAccounts)
		}
		last[r.Click.Row] = r
	}
	fmt.Println(len(last), "clicks")
	// Output:
	// revision 0: unknown, 1 accounts
	// revision 1: not_owner, 3 accounts
	// 10 clicks
}

// A live stream: clicks go in as they come, and every few seconds Flush gives verdicts on
// those that are held back.
func ExampleStream() {
	c, err := clickclass.New(clickclass.Options{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	stream := c.NewStream() // one for each tenant
	emit := func(results []clickclass.Result, err error) {
		if err != nil {
			fmt.Println(err) // the results are valid beside it
		}
		for _, r := range results {
			fmt.Printf("%s, revision %d: %s\n", r.Click.AccountUpn, r.Revision, r.Verdict.Class)
		}
	}
	emit(stream.Add(ctx, clickOn("dana", "a", 0), clickOn("erin", "a", time.Second)))
	held, remembered := stream.Len()
	fmt.Println("held:", held, "remembered:", remembered)
	emit(stream.Flush(ctx)) // called by a ticker
	fmt.Println("and a second later")
	emit(stream.Add(ctx, clickOn("kim", "a", 2*time.Second)))
	emit(stream.Flush(ctx))
	// Output:
	// held: 2 remembered: 0
	// dana@contoso.example, revision 0: unknown
	// erin@contoso.example, revision 0: unknown
	// and a second later
	// dana@contoso.example, revision 1: not_owner
	// erin@contoso.example, revision 1: not_owner
	// kim@contoso.example, revision 0: not_owner
}

// Evidence often arrives minutes after the click.
func ExampleStream_Recheck() {
	var store evidence.Store
	c, err := clickclass.New(clickclass.Options{Source: &store})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	stream := c.NewStream()
	if _, err := stream.Add(ctx, theClick); err != nil {
		log.Fatal(err)
	}
	results, err := stream.Flush(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(results[0].Verdict.Class, "by", results[0].Verdict.Basis)

	store.Add(evidence.BrowserLaunch{
		Timestamp: theClick.Timestamp.Add(2 * time.Second), AccountUpn: theClick.AccountUpn,
		DeviceName: "pc-dana", RemoteUrl: theClick.Url, Process: "outlook.exe",
	})
	results, err = stream.Recheck(ctx, func(k *clickclass.Click) bool { return k.AccountUpn == "dana@contoso.example" })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(results[0].Verdict.Class, "by", results[0].Verdict.Basis, "revision", results[0].Revision)
	// Output:
	// automated by rows
	// likely_owner by device revision 1
}

// A consumer saves the state of its stream with its place in the log, and goes on from
// there after a restart as if nothing had happened.
func ExampleClassifier_ResumeStream() {
	c, err := clickclass.New(clickclass.Options{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	stream, err := c.ResumeStream(nil) // no state yet: an empty Stream
	if err != nil {
		log.Fatal(err)
	}
	if _, err := stream.Add(ctx, clickOn("dana", "a", 0), clickOn("erin", "a", time.Second)); err != nil {
		log.Fatal(err)
	}
	state, err := stream.AppendBinary(nil)
	if err != nil {
		log.Fatal(err)
	}

	// Another process:
	stream, err = c.ResumeStream(state)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := stream.Add(ctx, clickOn("kim", "a", 2*time.Second)); err != nil {
		log.Fatal(err)
	}
	results, err := stream.Flush(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range results {
		fmt.Println(r.Click.AccountUpn, r.Nearby.FanAccounts, "accounts")
	}
	_, err = c.ResumeStream(state[:len(state)/2])
	fmt.Println(err != nil)
	// Output:
	// dana@contoso.example 3 accounts
	// erin@contoso.example 3 accounts
	// kim@contoso.example 3 accounts
	// true
}

// AppendBinary lets the memory of the last state be used again.
func ExampleStream_AppendBinary() {
	c, err := clickclass.New(clickclass.Options{})
	if err != nil {
		log.Fatal(err)
	}
	stream := c.NewStream()
	var state []byte
	for i := range 3 {
		if _, err := stream.Add(context.Background(), clickOn("dana", "a", time.Duration(i)*time.Minute)); err != nil {
			log.Fatal(err)
		}
		state, err = stream.AppendBinary(state[:0])
		if err != nil {
			log.Fatal(err)
		}
		resumed, err := c.ResumeStream(state)
		if err != nil {
			log.Fatal(err)
		}
		held, _ := resumed.Len()
		fmt.Println(held, "clicks in the state")
	}
	// Output:
	// 1 clicks in the state
	// 2 clicks in the state
	// 3 clicks in the state
}

// Address lists are swapped while the program runs: a reader of new lists stores a
// Classifier, and each stream goes on with it.
func ExampleStream_Use() {
	first, err := clickclass.New(clickclass.Options{})
	if err != nil {
		log.Fatal(err)
	}
	var current atomic.Pointer[clickclass.Classifier]
	current.Store(first)
	stream := first.NewStream()
	judge := func() {
		stream.Use(current.Load())
		results, err := stream.Add(context.Background(), clickOn("dana", "a", 0))
		if err != nil {
			log.Fatal(err)
		}
		more, err := stream.Flush(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		for _, r := range append(results, more...) {
			fmt.Printf("%s %q\n", r.Verdict.Class, r.Verdict.Origin.Service)
		}
	}
	judge()

	list, err := iprange.ReadOwn(strings.NewReader("tool: 203.0.113.7 = our sandbox"), "own.txt")
	if err != nil {
		log.Fatal(err)
	}
	ranges, err := iprange.Default().With(list)
	if err != nil {
		log.Fatal(err)
	}
	current.Store(current.Load().With(ranges))
	judge()
	// Output:
	// unknown ""
	// automated "our sandbox"
}
