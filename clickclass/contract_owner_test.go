package clickclass_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// Tests of what shows a person, and of what shows the owner.

const oneDay = 24 * time.Hour

// workdays is an account that comes back to one address on several days, hours after its
// messages, before noon's. Their rows are negative.
func workdays(account, ip string) (clicks []clickclass.Click) {
	for day := range 5 {
		k := from(founding(), ip)
		k.AccountUpn = account
		k.Timestamp = noon.Add(-time.Duration(5-day)*oneDay + time.Duration(day)*time.Hour)
		k.Url = fmt.Sprintf("https://work%d.example/", day)
		k = withDelay(k, 3*time.Hour)
		k.Row = -int64(day) - 1
		clicks = append(clicks, k)
	}
	return clicks
}

// signedIn is the evidence of an account that signs in daily from an address.
func signedIn(account, ip string) (rows []evidence.SignIn) {
	for day := range 15 {
		rows = append(rows, goodSignIn(account, ip, noon.Add(-time.Duration(day)*oneDay-time.Hour)))
	}
	return rows
}

func goodSignIn(account, ip string, at time.Time) evidence.SignIn {
	return evidence.SignIn{Timestamp: at, AccountUpn: account, IPAddress: netip.MustParseAddr(ip), Success: true, Interactive: true, Country: "DE"}
}

// TestRegularsFirst holds that speed and bursts do not speak for a machine where the account
// is a regular or signs in.
func TestRegularsFirst(t *testing.T) {
	const office, phone = "203.0.113.7", "198.18.1.7"
	quick := withDelay(from(founding(), office), time.Second)
	quick.Row = 1

	list := allLinks(withDelay(from(founding(), office), 2*time.Hour), 5, 50*time.Second)
	var urls []evidence.EmailUrl
	for i := range list {
		list[i].Row = int64(i + 1)
		list[i].NetworkMessageId = list[0].NetworkMessageId
		urls = append(urls, evidence.EmailUrl{Timestamp: noon.Add(-2 * time.Hour), NetworkMessageId: list[0].NetworkMessageId, Url: list[i].Url})
	}

	var fan []clickclass.Click
	for i := range 3 {
		k := withDelay(from(founding(), office), 2*time.Hour)
		k.AccountUpn, k.Row = fmt.Sprintf("person%d@contoso.example", i), int64(i+1)
		k.Timestamp = noon.Add(time.Duration(i) * 3 * time.Second)
		fan = append(fan, k)
	}

	tapped := withDelay(from(founding(), phone), 2*time.Hour)
	tapped.Row = 2
	again := tapped
	again.IPAddress, again.Timestamp, again.Row = netip.MustParseAddr(office), noon.Add(8*time.Second), 1

	for _, tt := range []struct {
		rule   string
		clicks []clickclass.Click
	}{
		{"t.0_3", []clickclass.Click{quick}},
		{"b.all", list},
		{"b.fan", fan},
		{"b.shadow", []clickclass.Click{tapped, again}},
	} {
		accounts := map[string]bool{}
		for _, k := range tt.clicks {
			accounts[k.AccountUpn] = true
		}
		judge := func(t *testing.T, before []clickclass.Click, signIns []evidence.SignIn) clickclass.Verdict {
			var store evidence.Store
			addRows(&store, urls)
			addRows(&store, signIns)
			clicks := append(before[:len(before):len(before)], tt.clicks...)
			return lastVerdicts(judgeAll(t, clickclass.Options{Source: &store}, clicks))[place{"", 1}]
		}
		t.Run(tt.rule, func(t *testing.T) {
			v := judge(t, nil, nil)
			assert.Positive(t, reasonOf(&v, tt.rule).Machine, "against an account that is nowhere at home: %+v", v.Reasons)

			var before []clickclass.Click
			var signIns []evidence.SignIn
			for account := range accounts {
				before = append(before, workdays(account, office)...)
				signIns = append(signIns, signedIn(account, office)...)
			}
			v = judge(t, before, nil)
			assert.False(t, speaks(&v, tt.rule), "a regular: %+v", v.Reasons)
			assert.Contains(t, []clickclass.Class{clickclass.ClassUnknown, clickclass.ClassLikelyOwner}, v.Class)

			v = judge(t, nil, signIns)
			assert.False(t, speaks(&v, tt.rule), "signs in: %+v", v.Reasons)
			assert.NotEqual(t, clickclass.ClassNotOwner, v.Class)
		})
	}
}

// TestSignInsThatShowNobody holds that a first sign-in, a risky one and one after the click
// never make the click the owner's: they speak for somebody else.
func TestSignInsThatShowNobody(t *testing.T) {
	const me = "dana@contoso.example"
	risky := func(s evidence.SignIn) evidence.SignIn { s.Risk = "high"; return s }
	addresses := map[string]struct {
		ip     string
		source clickclass.Source
	}{
		"unknown network": {"203.0.113.7", nil},
		"access network":  {"203.0.113.7", networkOf(64499, "City Fibre")},
		"data centre":     {"203.0.113.7", networkOf(16509, "Amazon")},
		"Azure":           {"20.38.87.5", nil},
	}
	for where, at := range addresses {
		for name, signIn := range map[string]evidence.SignIn{
			"first, an hour before": goodSignIn(me, at.ip, noon.Add(-time.Hour)),
			"first, days before":    goodSignIn(me, at.ip, noon.Add(-3*oneDay)),
			"after the click":       goodSignIn(me, at.ip, noon.Add(2*time.Hour)),
			"risky":                 risky(goodSignIn(me, at.ip, noon.Add(-time.Hour))),
			"risky, days before":    risky(goodSignIn(me, at.ip, noon.Add(-20*oneDay))),
			"risky, after":          risky(goodSignIn(me, at.ip, noon.Add(time.Hour))),
		} {
			t.Run(name+" at "+where, func(t *testing.T) {
				judge := func(more ...evidence.SignIn) clickclass.Verdict {
					var store evidence.Store
					addRows(&store, signedIn(me, "198.51.100.9")) // where the owner is
					addRows(&store, more)
					source := clickclass.Source(&store)
					if at.source != nil {
						source = clickclass.Join(&store, at.source)
					}
					return classify(t, clickclass.Options{Source: source}, from(stranger(), at.ip))
				}
				without, v := judge(), judge(signIn)
				assert.False(t, isOwnerSide(&v), "%+v", v.P)
				assert.Greater(t, v.P.Other, without.P.Other)
				assert.Greater(t, v.P.Other, v.P.Machine)
				assert.True(t, v.Flags.Has(clickclass.FlagRecipientNotShown))
				assert.Contains(t, v.Causes, clickclass.CauseIntruder)
			})
		}
	}
}

// TestManyMailboxesFromOneMachine holds that who signs in to several mailboxes from one machine
// does not make it the company's: colleagues count where they are settled.
func TestManyMailboxesFromOneMachine(t *testing.T) {
	const me, ip = "dana@contoso.example", "203.0.113.7"
	judge := func(age time.Duration) clickclass.Verdict {
		var store evidence.Store
		addRows(&store, signedIn(me, "198.51.100.9"))
		store.Add(goodSignIn(me, ip, noon.Add(-time.Hour)))
		for i := range 4 {
			account := fmt.Sprintf("person%d@contoso.example", i)
			store.Add(goodSignIn(account, ip, noon.Add(-age)), goodSignIn(account, ip, noon.Add(-30*time.Minute)))
		}
		return classify(t, clickclass.Options{Source: &store}, stranger())
	}
	v := judge(3 * time.Hour)
	assert.False(t, speaks(&v, "ip.tenant_signin"))
	assert.True(t, speaks(&v, "ip.fresh_signin"))
	assert.False(t, isOwnerSide(&v), "%+v", v.P)

	v = judge(10 * oneDay)
	assert.True(t, speaks(&v, "ip.tenant_signin"), "a new seat in the office")
	assert.False(t, speaks(&v, "ip.fresh_signin"))
}

// TestFirstSignInAfterDanger holds that a first sign-in speaks more for somebody else after
// the account opened something dangerous elsewhere.
func TestFirstSignInAfterDanger(t *testing.T) {
	const me = "dana@contoso.example"
	judge := func(threat string) clickclass.Verdict {
		clicks := workdays(me, "198.51.100.9")
		clicks[3].ThreatTypes = threat
		k := stranger()
		k.Row = 1
		var store evidence.Store
		addRows(&store, signedIn(me, "198.51.100.9"))
		store.Add(goodSignIn(me, "203.0.113.7", noon.Add(-time.Hour)))
		return lastVerdicts(judgeAll(t, clickclass.Options{Source: &store}, append(clicks, k)))[place{"", 1}]
	}
	calm, danger := judge(""), judge("Phish")
	assert.Greater(t, danger.P.Other, calm.P.Other)
	assert.True(t, speaks(&danger, "b.after_danger"))
	assert.False(t, speaks(&calm, "b.after_danger"))
	assert.False(t, isOwnerSide(&danger))
}

// TestContinueAnyway holds that Continue anyway shows a person, and by itself never which.
func TestContinueAnyway(t *testing.T) {
	through := func(d time.Duration) clickclass.Click {
		k := withDelay(from(founding(), "203.0.113.7"), d)
		k.IsClickedThrough, k.Row = true, 1
		return k
	}
	record := func(k clickclass.Click) evidence.Audited {
		k.Feed = clickclass.FeedAudit
		return evidence.Audited(k)
	}
	unpressed := through(2 * time.Hour)
	unpressed.IsClickedThrough = false
	blocked := unpressed
	blocked.ActionType, blocked.ReportId, blocked.Row = clickclass.ClickBlocked, "one report", 1
	pair := through(2 * time.Hour)
	pair.ReportId, pair.Row = "one report", 2
	tests := map[string]struct {
		clicks []clickclass.Click
		rows   []evidence.Row
		want   clickclass.Class
	}{
		"soon":                      {[]clickclass.Click{through(90 * time.Second)}, nil, clickclass.ClassLikelyOwner},
		"hours later":               {[]clickclass.Click{through(2 * time.Hour)}, nil, clickclass.ClassLikelyOwner},
		"where the account is home": {append(workdays("dana@contoso.example", "203.0.113.7"), through(2*time.Hour)), nil, clickclass.ClassLikelyOwner},
		"by the audit log":          {[]clickclass.Click{unpressed}, []evidence.Row{record(through(2 * time.Hour))}, clickclass.ClassLikelyOwner},
		"by the other half":         {[]clickclass.Click{blocked, pair}, nil, clickclass.ClassLikelyOwner},
		"with a settled sign-in": {[]clickclass.Click{through(2 * time.Hour)}, []evidence.Row{
			goodSignIn("dana@contoso.example", "203.0.113.7", noon.Add(-20*oneDay)), goodSignIn("dana@contoso.example", "203.0.113.7", noon.Add(-time.Hour)),
		}, clickclass.ClassOwner},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var store evidence.Store
			store.Add(tt.rows...)
			v := lastVerdicts(judgeAll(t, clickclass.Options{Source: &store}, tt.clicks))[place{"", 1}]
			assert.True(t, speaks(&v, "a.through"))
			assert.Equal(t, tt.want, v.Class, "%+v", v.P)
		})
	}
	assert.Equal(t, "person", ruleOf(t, "a.through").Shows)
	assert.Zero(t, ruleOf(t, "a.through").Other.Value, "which person is open")
}

// TestTimeAlone holds that no time since the message makes a click the owner's, and that it
// does with an address to which the account comes back: rows alone need not end in unknown.
func TestTimeAlone(t *testing.T) {
	for _, d := range []time.Duration{70 * time.Second, 10 * time.Minute, 2 * time.Hour, oneDay, 25 * oneDay} {
		t.Run(d.String(), func(t *testing.T) {
			k := withDelay(from(founding(), "203.0.113.7"), d)
			k.Row = 1
			v := clickclass.Score(k)
			assert.Equal(t, clickclass.ClassUnknown, v.Class, "%+v", v.P)
			access := classify(t, clickclass.Options{Source: networkOf(64499, "City Fibre")}, k)
			assert.False(t, isOwnerSide(&access), "an access network is no sign of a person: %+v", access.P)

			if d < 5*time.Minute {
				return
			}
			v = lastVerdicts(judgeAll(t, clickclass.Options{}, append(workdays(k.AccountUpn, "203.0.113.7"), k)))[place{"", 1}]
			assert.True(t, speaks(&v, "b.home"))
			assert.Equal(t, clickclass.ClassLikelyOwner, v.Class, "%+v", v.P)
		})
	}
	for _, r := range clickclass.Rules() {
		if r.Group == "timing" {
			assert.Empty(t, r.Shows, r.ID)
		}
	}
}

// TestSharedMailboxes holds that clicks of mailboxes that several people use are flagged and
// never the owner's for certain.
func TestSharedMailboxes(t *testing.T) {
	source := knowing(clickclass.Facts{SignIn: settledSignIn()})
	for name, tt := range map[string]struct {
		shared []string
		want   clickclass.Class
	}{
		"none":         {nil, clickclass.ClassOwner},
		"another":      {[]string{"info@contoso.example"}, clickclass.ClassOwner},
		"this":         {[]string{"info@contoso.example", "dana@contoso.example"}, clickclass.ClassLikelyOwner},
		"another case": {[]string{"DANA@Contoso.example"}, clickclass.ClassLikelyOwner},
	} {
		t.Run(name, func(t *testing.T) {
			v := classify(t, clickclass.Options{Source: source, Shared: tt.shared}, stranger())
			assert.Equal(t, tt.want, v.Class)
			assert.Equal(t, tt.want == clickclass.ClassLikelyOwner, v.Flags.Has(clickclass.FlagSharedMailbox))
			plain := classify(t, clickclass.Options{Source: source}, stranger())
			assert.Equal(t, plain.P, v.P, "a flag is no evidence")
		})
	}
	launch := knowing(clickclass.Facts{Device: &clickclass.DeviceFacts{Launch: true, Active: true}})
	v := classify(t, clickclass.Options{Source: launch, Shared: []string{"dana@contoso.example"}}, stranger())
	require.True(t, speaks(&v, "c.browser"))
	assert.Equal(t, clickclass.ClassLikelyOwner, v.Class)
}
