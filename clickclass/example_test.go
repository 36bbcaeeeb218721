package clickclass_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
)

// theClick is the row of the question that this project began with: an address of
// Microsoft, and a user who denies the click.
var theClick = clickclass.Click{
	Timestamp:        time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC),
	Url:              "https://login.contoso-docs.example/a",
	ActionType:       clickclass.ClickAllowed,
	AccountUpn:       "dana@contoso.example",
	Workload:         "Email",
	NetworkMessageId: "5f0c2a11-93b4-4e07-1800-08de79e58de1",
	IPAddress:        netip.MustParseAddr("52.112.103.113"),
}

// One click, by itself, with the lists and weights that ship with the package.
func ExampleScore() {
	v := clickclass.Score(theClick)
	fmt.Printf("%s, P(machine) = %.2f, %s\n", v.Class, v.P.Machine, v.Origin.Service)
	fmt.Printf("%v after the message\n", v.Delay)
	for _, r := range v.Reasons {
		fmt.Printf("%+.1f %s\n", r.Machine, r.Text())
	}
	// Output:
	// automated, P(machine) = 0.98, Microsoft Teams
	// 3.2s after the message
	// +4.2 Microsoft publishes the address as a Teams server; that no person leaves from it is an inference (52.112.0.0/14)
	// +2.8 the click came 3 to 10 seconds after the message (3.2 s)
}

// A Classifier is made once and used from many goroutines.
func ExampleNew() {
	c, err := clickclass.New(clickclass.Options{Prior: clickclass.Prior{Machine: 0.3}})
	if err != nil {
		log.Fatal(err)
	}
	v, err := c.Classify(context.Background(), theClick)
	if err != nil {
		log.Fatal(err) // an error of the source of evidence; here is none
	}
	fmt.Printf("%s, P(machine) = %.3f\n", v.Class, v.P.Machine)

	_, err = clickclass.New(clickclass.Options{Weights: map[string]clickclass.Odds{"ip.temas": {Machine: 1}}})
	fmt.Println(err)
	// Output:
	// automated, P(machine) = 0.995
	// clickclass: new: weights: no rule "ip.temas"
}

// A mail gateway of one's own, a rule that is not believed, and bounds for the neighbours.
func ExampleOptions() {
	own, err := iprange.ReadOwn(strings.NewReader("scanner: 203.0.113.0/28 = mail gateway"), "")
	if err != nil {
		log.Fatal(err)
	}
	ranges, err := iprange.Default().With(own)
	if err != nil {
		log.Fatal(err)
	}
	c, err := clickclass.New(clickclass.Options{
		Ranges:  ranges,
		Weights: map[string]clickclass.Odds{"ip.teams": {}}, // the zero Odds silence a rule
		Window:  clickclass.Window{Span: 24 * time.Hour, Rows: 10_000},
		Workers: 1,
	})
	if err != nil {
		log.Fatal(err)
	}
	gateway := theClick
	gateway.IPAddress = netip.MustParseAddr("203.0.113.7")
	for _, k := range []clickclass.Click{gateway, theClick} {
		v, _ := c.Classify(context.Background(), k)
		fmt.Println(v.Class, v.Origin.Service)
	}
	// Output:
	// automated mail gateway
	// unknown Microsoft Teams
}

// The tenant's Safe Links policies say whether links are scanned while a person waits.
func ExamplePolicy() {
	k := theClick
	k.IPAddress = netip.MustParseAddr("40.107.218.12")
	for _, policies := range [][]clickclass.Policy{nil, {{Name: "All mail", Email: true, ScanURLs: true}}} {
		c, err := clickclass.New(clickclass.Options{Policies: policies})
		if err != nil {
			log.Fatal(err)
		}
		v, _ := c.Classify(context.Background(), k)
		fmt.Println(v.Causes)
	}
	// Output:
	// [mail_flow_scan]
	// [mail_flow_scan policy_scan]
}

// Newer lists make a new Classifier; the old one goes on with its own.
func ExampleClassifier_With() {
	c, err := clickclass.New(clickclass.Options{})
	if err != nil {
		log.Fatal(err)
	}
	sandbox, err := iprange.OwnList("our sandboxes", iprange.Own{
		Kind: iprange.KindOwnTool, Name: "sandbox", Prefixes: []netip.Prefix{netip.MustParsePrefix("52.112.103.113/32")},
	})
	if err != nil {
		log.Fatal(err)
	}
	ranges, err := iprange.Default().With(sandbox)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range []*clickclass.Classifier{c, c.With(ranges)} {
		v, _ := c.Classify(context.Background(), theClick)
		fmt.Println(v.Class, v.Origin.Service, v.Causes)
	}
	// Output:
	// automated Microsoft Teams [chat_preview mail_flow_scan]
	// automated sandbox [own_tool]
}

// The table of rules, with what each weight rests on.
func ExampleRules() {
	for _, r := range clickclass.Rules() {
		if r.Group == "action" {
			fmt.Printf("%s %+.1f (%+.1f to %+.1f, %s): %s\n", r.ID, r.Machine.Value, r.Machine.Min, r.Machine.Max, r.Confidence, r.Text)
		}
	}
	// Output:
	// a.through -4.0 (-5.0 to -3.0, high): Continue anyway was pressed on the warning page: a person, which one is open
	// a.scanwait -0.8 (-1.5 to -0.5, low): the page that asks to wait for the scan of the link was shown, and the click went on
}

func ExampleReason_Text() {
	v := clickclass.Score(theClick)
	fmt.Println(v.Reasons[0].Text())
	fmt.Println(clickclass.Reason{Rule: "b.fan", Saw: clickclass.Saw{Kind: "count", Count: 12}}.Text())
	// Output:
	// Microsoft publishes the address as a Teams server; that no person leaves from it is an inference (52.112.0.0/14)
	// three or more accounts asked for the same link from one address within 10 seconds (12)
}

// What a rule saw is not only text.
func ExampleSaw() {
	for _, r := range clickclass.Score(theClick).Reasons {
		switch r.Saw.Kind {
		case "prefix":
			fmt.Println("a network of", 1<<(32-r.Saw.Prefix.Bits()), "addresses")
		case "gap":
			fmt.Println(r.Saw.Gap.Milliseconds(), "ms")
		}
	}
	// Output:
	// a network of 262144 addresses
	// 3200 ms
}

// The query that fetches what could change the verdict most.
func ExampleEvidence_KQL() {
	v := clickclass.Score(theClick)
	fmt.Println("missing:", v.Missing)
	fmt.Println(v.Next.KQL(&theClick))
	// Output:
	// missing: mail,signin,device,chat
	// let t = datetime(2026-03-04T12:00:00Z);
	// union withsource=SourceTable DeviceEvents, DeviceNetworkEvents
	// | where Timestamp between (t - 30m .. t + 30m)
	// | where InitiatingProcessAccountUpn =~ "dana@contoso.example"
	// | where ActionType in ("BrowserLaunchedToOpenUrl", "ConnectionSuccess")
	// | project SourceTable, Timestamp, DeviceId, DeviceName, ActionType, RemoteUrl, RemoteIP, InitiatingProcessFileName, InitiatingProcessAccountName, InitiatingProcessAccountUpn
}

func ExampleFlags() {
	v := clickclass.Score(theClick)
	if v.Flags.Has(clickclass.FlagRecipientNotShown) {
		fmt.Println("nothing shows that the owner was there")
	}
	b, err := json.Marshal(v.Flags | clickclass.FlagWrappedURL)
	fmt.Println(string(b), err)
	// Output:
	// nothing shows that the owner was there
	// ["recipient_not_shown","wrapped_url","assumption"] <nil>
}

// A verdict can be stored in any encoding and compared with what it was.
func ExampleVerdict_Equal() {
	v := clickclass.Score(theClick)
	stored, err := json.Marshal(v)
	if err != nil {
		log.Fatal(err)
	}

	var was clickclass.Verdict
	if err := json.Unmarshal(stored, &was); err != nil {
		log.Fatal(err)
	}
	fmt.Println(v.Equal(&was))
	later := theClick
	later.Timestamp = later.Timestamp.Add(time.Hour)
	now := clickclass.Score(later)
	fmt.Println(now.Equal(&was), was.Class, "is now", now.Class)
	// Output:
	// true
	// false automated is now likely_automated
}

// One line of NDJSON for each result.
func ExampleResult_AppendJSON() {
	r := clickclass.Result{Click: clickclass.Click{AccountUpn: "kim@contoso.example", Workload: "Email", IsClickedThrough: true}}
	r.Verdict = clickclass.Score(r.Click)
	r.Verdict.Lists = "2026-08-02-4f1c9a" // of the lists in use
	line := append(r.AppendJSON(nil), '\n')
	fmt.Print(string(line))

	var read clickclass.Result
	err := json.Unmarshal(line, &read)
	fmt.Println(read.Verdict.Equal(&r.Verdict), err)
	// Output:
	// {"timestamp":null,"class":"likely_owner","p_automated":0.002031,"p_owner":0.98688,"p_other":0.011089,"p_range":[0.000748,0.005501],"account":"kim@contoso.example","action":null,"workload":"Email","ip":null,"url":null,"original_url":null,"site":null,"threat":null,"clicked_through":true,"network_message_id":null,"report_id":null,"origin":{"layer":"none","kind":"unknown","service":null,"area":null,"sets":[],"category":null,"prefix":null,"tags":[],"region":null,"people":"possible","list":null,"asn":null,"organization":null},"causes":["owner"],"delay_seconds":null,"delay_source":null,"basis":"row","reasons":[{"rule":"a.through","group":"action","machine":-4,"other":0,"counted":true,"saw":null,"text":"Continue anyway was pressed on the warning page: a person, which one is open"}],"flags":["recipient_not_shown","no_address"],"missing":["mail","signin","device"],"failed":[],"next":null,"rules":"3","lists":"2026-08-02-4f1c9a","priority":1,"revision":0,"nearby":{"message_urls":0,"fan_accounts":0,"address_accounts":0,"address_urls":0},"file":null,"row":0}
	// true <nil>
}

func ExampleClick_Site() {
	k := clickclass.Click{Url: "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.shop.example.co.uk%2Fa&data=05%7C02%7C&reserved=0"}
	fmt.Println(k.OriginalURL())
	fmt.Println(k.Site())
	// Output:
	// https://www.shop.example.co.uk/a
	// example.co.uk
}
