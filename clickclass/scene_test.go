package clickclass_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// scene is a handful of accounts with their mail, clicks and evidence.
type scene struct {
	clicks      []clickclass.Click
	emails      []evidence.Email
	urls        []evidence.EmailUrl
	signIns     []evidence.SignIn
	launches    []evidence.BrowserLaunch
	connections []evidence.Connection
}

var sceneStart = time.Date(2026, 7, 14, 9, 0, 0, 0, time.UTC)

// newScene makes up a tenant of the given name, whose accounts, messages and hosts no other
// tenant has. Its clicks are in the order of their times.
func newScene(rng *rand.Rand, name string) *scene {
	s := new(scene)
	within := func(d time.Duration) time.Duration {
		return time.Duration(rng.Int64N(int64(d))).Truncate(100 * time.Nanosecond)
	}
	home := netip.AddrFrom4([4]byte{84, byte(130 + rng.IntN(60)), byte(rng.IntN(256)), byte(rng.IntN(256))})
	addrs := []netip.Addr{
		home, home.Next().Next(),
		netip.AddrFrom4([4]byte{193, byte(16 + rng.IntN(8)), byte(rng.IntN(256)), byte(rng.IntN(256))}),
		netip.AddrFrom4([4]byte{52, 112, byte(rng.IntN(256)), byte(rng.IntN(256))}),     // Teams
		netip.AddrFrom4([4]byte{40, 107, byte(rng.IntN(256)), byte(rng.IntN(256))}),     // mail protection
		netip.AddrFrom4([4]byte{20, 224, byte(rng.IntN(256)), byte(rng.IntN(256))}),     // Azure
		netip.AddrFrom4([4]byte{151, 206, byte(rng.IntN(256)), byte(rng.IntN(256))}),    // Global Secure Access
		netip.MustParseAddr(fmt.Sprintf("2003:%x::%x", rng.IntN(1<<12), rng.IntN(9)+1)), // an access provider
		{},
	}
	var accounts []string
	for i := range 2 + rng.IntN(5) {
		accounts = append(accounts, fmt.Sprintf("person%d@%s.example", i, name))
	}
	type message struct {
		id       string
		received time.Time
		urls     []string
	}
	var messages []message
	for range 1 + rng.IntN(4) {
		m := message{received: sceneStart.Add(within(4 * time.Hour))}
		m.id = randomID(rng, m.received)
		for range 1 + rng.IntN(4) {
			m.urls = append(m.urls, fmt.Sprintf("https://www%d.%s-site.example/%d", rng.IntN(3), name, rng.IntN(1e6)))
		}
		messages = append(messages, m)
		if rng.IntN(3) == 0 {
			continue // the mail tables lack it
		}
		for _, account := range accounts {
			s.emails = append(s.emails, evidence.Email{Timestamp: m.received.Add(2 * time.Second), NetworkMessageId: m.id,
				RecipientEmailAddress: account, DeliveryAction: "Delivered", UrlCount: len(m.urls)})
		}
		for _, url := range m.urls {
			s.urls = append(s.urls, evidence.EmailUrl{Timestamp: m.received, NetworkMessageId: m.id, Url: url})
		}
	}
	delays := []time.Duration{20 * time.Second, 5 * time.Minute, 90 * time.Minute, 10 * time.Hour}
	for len(s.clicks) < 6+rng.IntN(20) {
		m := messages[rng.IntN(len(messages))]
		account := accounts[rng.IntN(len(accounts))]
		k := clickclass.Click{
			Timestamp:  m.received.Add(within(delays[rng.IntN(len(delays))])),
			ActionType: clickclass.ClickAllowed, AccountUpn: account, Workload: "Email", NetworkMessageId: m.id,
			IPAddress: addrs[rng.IntN(len(addrs))],
		}
		if rng.IntN(6) == 0 {
			k.Workload, k.NetworkMessageId = "Teams", ""
		}
		if rng.IntN(10) == 0 {
			k.ActionType = clickclass.UrlScanInProgress
		}
		t := k.Timestamp
		for _, url := range m.urls[:1+rng.IntN(len(m.urls))] {
			k.Timestamp, k.Url = t, url
			k.ReportId = randomID(rng, t)
			s.clicks = append(s.clicks, k)
			t = t.Add(within(1500 * time.Millisecond))
		}
		last := s.clicks[len(s.clicks)-1]
		switch rng.IntN(5) {
		case 0: // pressed Continue anyway
			s.clicks[len(s.clicks)-1].ActionType = clickclass.ClickBlocked
			last.ActionType, last.IsClickedThrough = clickclass.ClickBlocked, true
			last.Timestamp = last.Timestamp.Add(4 * time.Second)
			s.clicks = append(s.clicks, last)
		case 1: // shadowed from elsewhere
			last.Timestamp = last.Timestamp.Add(within(15 * time.Second))
			last.IPAddress = addrs[rng.IntN(len(addrs))]
			last.ReportId = randomID(rng, last.Timestamp)
			s.clicks = append(s.clicks, last)
		}
	}
	slices.SortStableFunc(s.clicks, byTime)
	for i := range s.clicks {
		s.clicks[i].File, s.clicks[i].Row = name, int64(i+1)
	}
	for range rng.IntN(40) {
		s.signIns = append(s.signIns, evidence.SignIn{
			Timestamp:  sceneStart.Add(within(8*24*time.Hour) - 7*24*time.Hour),
			AccountUpn: accounts[rng.IntN(len(accounts))], IPAddress: addrs[rng.IntN(len(addrs)-1)],
			Success: rng.IntN(4) > 0, Interactive: rng.IntN(3) > 0, Risk: []string{"", "none", "high"}[rng.IntN(3)], Table: "SigninLogs",
		})
	}
	// Those who work where one of the clicks came from sign in there daily.
	if k := s.clicks[rng.IntN(len(s.clicks))]; k.IPAddress.IsValid() {
		staff := []string{k.AccountUpn}
		if rng.IntN(2) == 0 {
			staff = accounts
		}
		for day := range 10 * len(staff) {
			s.signIns = append(s.signIns, evidence.SignIn{Timestamp: k.Timestamp.Add(-time.Hour - time.Duration(day/len(staff))*24*time.Hour),
				AccountUpn: staff[day%len(staff)], IPAddress: k.IPAddress, Success: true, Interactive: true, Table: "SigninLogs"})
		}
	}
	for range rng.IntN(12) {
		k := s.clicks[rng.IntN(len(s.clicks))]
		device := "pc-" + k.AccountUpn
		if rng.IntN(2) == 0 {
			s.launches = append(s.launches, evidence.BrowserLaunch{Timestamp: k.Timestamp.Add(within(6*time.Minute) - 3*time.Minute),
				AccountUpn: k.AccountUpn, DeviceId: device, RemoteUrl: k.Url, Process: []string{"outlook.exe", "UiPath.Executor.exe"}[rng.IntN(4)/3]})
			continue
		}
		host := hostOf(k.Url)
		if len(s.connections)%3 == 2 {
			host = "eur01.safelinks.protection.outlook.com"
		}
		s.connections = append(s.connections, evidence.Connection{Timestamp: k.Timestamp.Add(within(2 * time.Minute)),
			AccountUpn: k.AccountUpn, DeviceId: device, RemoteUrl: host, Process: "msedge.exe"})
	}
	return s
}

func hostOf(url string) string { return strings.Split(url, "/")[2] }

func byTime(a, b clickclass.Click) int { return a.Timestamp.Compare(b.Timestamp) }

// and returns the scene with another one's rows and evidence added, the clicks by time.
func (s *scene) and(o *scene) *scene {
	both := &scene{
		slices.Concat(s.clicks, o.clicks), slices.Concat(s.emails, o.emails), slices.Concat(s.urls, o.urls),
		slices.Concat(s.signIns, o.signIns), slices.Concat(s.launches, o.launches), slices.Concat(s.connections, o.connections),
	}
	slices.SortStableFunc(both.clicks, byTime)
	return both
}

// store returns the evidence of the scene.
func (s *scene) store() *evidence.Store {
	store := new(evidence.Store)
	addRows(store, s.emails)
	addRows(store, s.urls)
	addRows(store, s.signIns)
	addRows(store, s.launches)
	addRows(store, s.connections)
	return store
}

func addRows[R evidence.Row](store *evidence.Store, rows []R) {
	for _, row := range rows {
		store.Add(row)
	}
}

// judge returns the last verdict on every click of the scene, with its evidence and its
// neighbours.
func (s *scene) judge(t testing.TB) map[place]clickclass.Verdict {
	t.Helper()
	return s.judgeWith(t, clickclass.Options{})
}

func (s *scene) judgeWith(t testing.TB, o clickclass.Options) map[place]clickclass.Verdict {
	t.Helper()
	o.Source = s.store()
	return lastVerdicts(judgeAll(t, o, s.clicks))
}

// tenants makes up a log of n clicks of many tenants, in the order of their times, and the
// evidence on them.
func tenants(rng *rand.Rand, n, count int) *scene {
	all := new(scene)
	for i := 0; len(all.clicks) < n; i++ {
		s := newScene(rng, fmt.Sprintf("tenant%d", i%count))
		late := time.Duration(i/count) * 7 * time.Hour // another day of the same tenant
		for j := range s.clicks {
			k := &s.clicks[j]
			k.Timestamp, k.ReportId = k.Timestamp.Add(late), randomID(rng, k.Timestamp.Add(late))
		}
		all.clicks = append(all.clicks, s.clicks...)
		all.emails = append(all.emails, s.emails...)
		all.urls = append(all.urls, s.urls...)
		all.signIns = append(all.signIns, s.signIns...)
		all.launches = append(all.launches, s.launches...)
		all.connections = append(all.connections, s.connections...)
	}
	all.clicks = all.clicks[:n]
	slices.SortStableFunc(all.clicks, byTime)
	for i := range all.clicks {
		all.clicks[i].Row = int64(i)
	}
	return all
}

// forScenes runs a property over many scenes.
func forScenes(t *testing.T, property func(t *testing.T, seed uint64, rng *rand.Rand, s *scene)) {
	t.Helper()
	n := uint64(150)
	if testing.Short() {
		n = 20
	}
	for seed := range n {
		rng := rand.New(rand.NewPCG(seed, 5))
		property(t, seed, rng, newScene(rng, "tenant"))
	}
}

// forRandomResults calls f with results on clicks of all kinds: of scenes with their
// evidence, and of clicks with missing parts and made-up answers, some of which failed.
func forRandomResults(t testing.TB, f func(r *clickclass.Result)) {
	t.Helper()
	n := uint64(60)
	if testing.Short() {
		n = 8
	}
	for seed := range n {
		rng := rand.New(rand.NewPCG(seed, 6))
		s := newScene(rng, "tenant")
		for _, in := range []struct {
			source clickclass.Source
			clicks []clickclass.Click
		}{{s.store(), s.clicks}, {randomSource{fails: true}, randomClicks(rng, 200, time.Hour)}} {
			for r, err := range classifier(t, clickclass.Options{Source: in.source}).All(context.Background(), sequence(in.clicks, nil)) {
				if err == nil {
					f(&r)
				}
			}
		}
	}
}

// randomSource makes up answers. Equal questions have equal answers.
type randomSource struct{ fails bool }

var errFailed = errors.New("made up to fail")

func (s randomSource) Facts(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
	h := fnv.New64a()
	fmt.Fprint(h, q.MessageID, q.Account, q.URL, q.Addr, q.At)
	rng := rand.New(rand.NewPCG(h.Sum64(), 1))
	facts := randomFacts(rng, q)
	if s.fails && rng.IntN(4) == 0 {
		return only(facts, clickclass.Evidence(rng.IntN(int(allKinds)+1))), errFailed
	}
	return facts, nil
}

// randomFacts makes up an answer to a question, of which each part may be missing.
func randomFacts(rng *rand.Rand, q clickclass.Question) clickclass.Facts {
	coin := func() bool { return rng.IntN(2) == 0 }
	rarely := func() bool { return rng.IntN(6) == 0 }
	near := func(within time.Duration) time.Time {
		if q.At.IsZero() || rarely() {
			return time.Time{}
		}
		return q.At.Add(time.Duration(rng.Int64N(int64(2*within))) - within)
	}
	gap := func() time.Duration {
		return time.Duration(rng.Int64N(int64(time.Minute)) - int64(30*time.Second)).Truncate(time.Millisecond)
	}
	facts := clickclass.Facts{
		Mail: &clickclass.MailFacts{Received: near(time.Hour), URLs: rng.IntN(8), RecipientsKnow: coin(), IsRecipient: coin()},
		SignIn: &clickclass.SignInFacts{SignIns: rng.IntN(30), Day: rarely(), Month: rarely(), Near: rarely(), Settled: coin(),
			After: rarely(), Risky: rarely(), Age: time.Duration(rng.IntN(30)) * 24 * time.Hour, RenewalsKnown: coin(), Others: rng.IntN(4), Renewed: rarely(), FarCountry: rarely(), OffHours: rarely()},
		Device: &clickclass.DeviceFacts{Launch: rarely(), LaunchGap: gap(), ByRobot: coin(), Watched: coin(), Connection: rarely(), ConnectionGap: gap(),
			Rarity: rng.Float64(), Active: coin()},
		Audit: &clickclass.AuditFacts{ClickedThrough: rarely(), FoundLater: rarely()},
		Chat:  &clickclass.ChatFacts{Posted: rarely(), PostedGap: gap(), BySelf: rarely()},
		Network: []*clickclass.Network{{ASN: 64496, Organization: "Access"}, {ASN: 16509, Organization: "Amazon"},
			{ASN: 22616, Organization: "Zscaler"}, {ASN: 64497, Organization: "Mimecast"}, {}}[rng.IntN(5)],
	}
	if rarely() {
		facts.Mail.Removed = near(2 * time.Hour)
	}
	if rarely() {
		facts.Chat.Removed = near(2 * time.Hour)
	}
	return only(facts, clickclass.Evidence(rng.IntN(int(allKinds)+1)))
}

// only returns the parts of an answer that are of these kinds.
func only(f clickclass.Facts, kinds clickclass.Evidence) clickclass.Facts {
	if !kinds.Has(clickclass.EvidenceMail) {
		f.Mail = nil
	}
	if !kinds.Has(clickclass.EvidenceSignIn) {
		f.SignIn = nil
	}
	if !kinds.Has(clickclass.EvidenceDevice) {
		f.Device = nil
	}
	if !kinds.Has(clickclass.EvidenceAudit) {
		f.Audit = nil
	}
	if !kinds.Has(clickclass.EvidenceNetwork) {
		f.Network = nil
	}
	if !kinds.Has(clickclass.EvidenceChat) {
		f.Chat = nil
	}
	return f
}
