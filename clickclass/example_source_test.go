package clickclass_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// Evidence from rows in memory: the owner's own browser opened the link.
func ExampleClassifier_Classify() {
	var store evidence.Store
	store.Add(evidence.BrowserLaunch{
		Timestamp:  theClick.Timestamp.Add(2 * time.Second),
		AccountUpn: "dana@contoso.example",
		DeviceName: "pc-dana",
		RemoteUrl:  "https://login.contoso-docs.example/a",
	})
	c, err := clickclass.New(clickclass.Options{Source: &store})
	if err != nil {
		log.Fatal(err)
	}
	v, err := c.Classify(context.Background(), theClick)
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range []clickclass.Verdict{clickclass.Score(theClick), v} {
		fmt.Println(v.Class, "by", v.Basis)
	}
	// Output:
	// automated by row
	// likely_owner by device
}

// networks is a Source of one's own: it knows the networks of addresses, as a database of
// autonomous systems does.
type networks map[string]clickclass.Network

var errNetworks = errors.New("the network database is being updated")

func (n networks) Facts(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
	if !q.Want.Has(clickclass.EvidenceNetwork) || !q.Addr.IsValid() {
		return clickclass.Facts{}, nil // not known is no error
	}
	if n == nil {
		return clickclass.Facts{}, errNetworks
	}
	if network, ok := n[q.Addr.String()]; ok {
		return clickclass.Facts{Network: &network}, nil
	}
	return clickclass.Facts{}, nil
}

// A look-up that fails is named in the verdict, and the click is never called automated.
func ExampleSource() {
	k := clickOn("dana", "a", 0)
	for _, source := range []clickclass.Source{
		networks{"203.0.113.7": {ASN: 64496, Organization: "Mimecast"}},
		networks(nil),
	} {
		c, err := clickclass.New(clickclass.Options{Source: source})
		if err != nil {
			log.Fatal(err)
		}
		v, err := c.Classify(context.Background(), k)
		fmt.Printf("%s, network %d, error: %v\n", v.Class, v.Origin.Network.ASN, err)
		if v.Failed != 0 {
			fmt.Println("judge again for", v.Failed)
		}
	}
	// Output:
	// likely_automated, network 64496, error: <nil>
	// unknown, network 0, error: clickclass: evidence: the network database is being updated
	// judge again for mail,signin,device,audit,network,chat
}

// accounts is a BatchSource: Stream and All ask it once for many clicks.
type accounts struct{ asked int }

func (a *accounts) Facts(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
	facts, err := a.FactsBatch(ctx, []clickclass.Question{q})
	return facts[0], err
}

func (a *accounts) FactsBatch(ctx context.Context, qs []clickclass.Question) ([]clickclass.Facts, error) {
	a.asked++ // one query: select … where account in (…)
	facts := make([]clickclass.Facts, len(qs))
	for i, q := range qs {
		if q.Account == "dana@contoso.example" {
			facts[i].SignIn = &clickclass.SignInFacts{SignIns: 12, Day: true, Month: true, Settled: true}
		}
	}
	return facts, ctx.Err()
}

func ExampleBatchSource() {
	source := new(accounts)
	c, err := clickclass.New(clickclass.Options{Source: source, Workers: 1})
	if err != nil {
		log.Fatal(err)
	}
	clicks := func(yield func(clickclass.Click, error) bool) {
		for _, account := range []string{"dana", "erin", "kim"} {
			if !yield(clickOn(account, account, 0), nil) {
				return
			}
		}
	}
	for r, err := range c.All(context.Background(), clicks) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(r.Click.AccountUpn, r.Verdict.Basis)
	}
	fmt.Println("asked:", source.asked)
	// Output:
	// dana@contoso.example signin
	// erin@contoso.example rows
	// kim@contoso.example rows
	// asked: 1
}

// Several sources: each is asked for what no source before it knew.
func ExampleJoin() {
	var store evidence.Store
	for _, before := range []time.Duration{8 * 24 * time.Hour, 2 * time.Hour} { // a first sign-in would show nobody
		store.Add(evidence.SignIn{
			Timestamp: theClick.Timestamp.Add(-before), AccountUpn: "dana@contoso.example",
			IPAddress: clickOn("dana", "a", 0).IPAddress, Success: true, Interactive: true,
		})
	}
	source := clickclass.Join(&store, networks{"203.0.113.7": {ASN: 64496, Organization: "City Fibre"}})
	c, err := clickclass.New(clickclass.Options{Source: source})
	if err != nil {
		log.Fatal(err)
	}
	v, err := c.Classify(context.Background(), clickOn("dana", "a", 3*time.Hour))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(v.Class, "by", v.Basis, "from", v.Origin.Network.Organization)
	// Output:
	// owner by signin from City Fibre
}

// sharpened is a Calibration. Package calibrate fits one to labelled clicks.
type sharpened struct{}

func (sharpened) Calibrate(b clickclass.Basis, logOdds float64) float64 { return 1.5 * logOdds }

func ExampleCalibration() {
	c, err := clickclass.New(clickclass.Options{Calibration: sharpened{}})
	if err != nil {
		log.Fatal(err)
	}
	k := clickOn("dana", "a", 0)
	v, _ := c.Classify(context.Background(), k)
	fmt.Printf("%.3f %.3f\n", clickclass.Score(k).P.Machine, v.P.Machine)
	// Output:
	// 0.641 0.705
}
