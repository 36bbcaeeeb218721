package clickclass_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
)

// TestClocks holds which clock the delay is measured by.
func TestClocks(t *testing.T) {
	mail := func(received time.Time) clickclass.Source {
		return knows(clickclass.Facts{Mail: &clickclass.MailFacts{Received: received}}, nil)
	}
	withID := withDelay(founding(), 20*time.Second)
	noID := founding()
	badID := founding()
	badID.NetworkMessageId = "message-7"
	noTime := withID
	noTime.Timestamp = time.Time{}
	tests := map[string]struct {
		click  clickclass.Click
		source clickclass.Source
		clock  clickclass.Clock
		delay  time.Duration
		noID   bool // FlagNoMessageClock
	}{
		"the clock in the id":                       {withID, nil, clickclass.ClockMessageID, 20 * time.Second, false},
		"and the mail tables agree":                 {withID, mail(noon.Add(-18 * time.Second)), clickclass.ClockMessageID, 20 * time.Second, false},
		"the mail tables are minutes later":         {withID, mail(noon.Add(9 * time.Minute)), clickclass.ClockMessageID, 20 * time.Second, false},
		"the mail tables are much earlier":          {withID, mail(noon.Add(-2 * time.Minute)), clickclass.ClockMail, 2 * time.Minute, true},
		"the mail tables are much later":            {withID, mail(noon.Add(11 * time.Minute)), clickclass.ClockNone, 0, true},
		"the mail tables alone":                     {noID, mail(noon.Add(-time.Hour)), clickclass.ClockMail, time.Hour, false},
		"an id without a clock":                     {badID, mail(noon.Add(-time.Hour)), clickclass.ClockMail, time.Hour, true},
		"an id without a clock and nothing else":    {badID, nil, clickclass.ClockNone, 0, true},
		"five minutes before the message":           {withDelay(founding(), -5*time.Minute), nil, clickclass.ClockMessageID, -5 * time.Minute, false},
		"more than five minutes before the message": {withDelay(founding(), -5*time.Minute-time.Second), nil, clickclass.ClockNone, 0, true},
		"nothing":                 {noID, nil, clickclass.ClockNone, 0, false},
		"no time of the click":    {noTime, nil, clickclass.ClockNone, 0, false},
		"mail that came when?":    {noID, mail(time.Time{}), clickclass.ClockNone, 0, false},
		"a click before its mail": {noID, mail(noon.Add(6 * time.Minute)), clickclass.ClockNone, 0, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v := classify(t, clickclass.Options{Source: tt.source}, tt.click)
			assert.Equal(t, tt.clock, v.Clock)
			assert.InDelta(t, tt.delay.Seconds(), v.Delay.Seconds(), 0.01)
			assert.Equal(t, tt.noID, v.Flags.Has(clickclass.FlagNoMessageClock))
		})
	}
	link := func(id string, written time.Time) clickclass.Click {
		k := founding()
		ticks := written.Unix()*1e7 + 621355968000000000
		k.Url = fmt.Sprintf("https://eur01.safelinks.protection.outlook.com/?url=https%%3A%%2F%%2Fa.example%%2F1&data=05%%7C02%%7Cdana%%40contoso.example%%7C%s%%7C"+
			"72f988bf86f141af91ab2d7cd011db47%%7C0%%7C0%%7C%d%%7CUnknown&sdata=x&reserved=0", strings.ReplaceAll(id, "-", ""), ticks)
		return k
	}
	received := link(idAt("5f0c2a11-93b4-4e07", noon.Add(-20*time.Second)), noon.Add(-15*time.Second))
	written := link("11111111-1111-1111-1111-111111111111", noon.Add(-15*time.Second))
	for name, tt := range map[string]struct {
		click  clickclass.Click
		source clickclass.Source
		clock  clickclass.Clock
		delay  time.Duration
	}{
		"when the message was received":  {received, nil, clickclass.ClockLink, 20 * time.Second},
		"when the link was written":      {written, nil, clickclass.ClockLink, 15 * time.Second},
		"the mail tables know better":    {received, mail(noon.Add(-time.Minute)), clickclass.ClockMail, time.Minute},
		"the link was written afterward": {link("11111111-1111-1111-1111-111111111111", noon.Add(time.Hour)), nil, clickclass.ClockNone, 0},
	} {
		t.Run("Safe Link, "+name, func(t *testing.T) {
			v := classify(t, clickclass.Options{Source: tt.source}, tt.click)
			assert.Equal(t, tt.clock, v.Clock)
			assert.InDelta(t, tt.delay.Seconds(), v.Delay.Seconds(), 0.01)
		})
	}
}

// TestFlagsOfOneClick holds what sets each flag that needs no neighbours.
func TestFlagsOfOneClick(t *testing.T) {
	own, err := iprange.OwnList("", iprange.Own{Kind: iprange.KindOwnIgnore, Prefixes: []netip.Prefix{netip.MustParsePrefix("203.0.113.99/32")}})
	require.NoError(t, err)
	ranges, err := iprange.Default().With(own)
	require.NoError(t, err)
	from := func(addr string) clickclass.Click {
		k := founding()
		k.IPAddress = netip.MustParseAddr(addr)
		return k
	}
	with := func(change func(*clickclass.Click)) clickclass.Click {
		k := from("203.0.113.7")
		change(&k)
		return k
	}
	mail := func(m clickclass.MailFacts) clickclass.Facts { return clickclass.Facts{Mail: &m} }
	allowed := with(func(*clickclass.Click) {})
	blocked := with(func(k *clickclass.Click) { k.ActionType = clickclass.ClickBlocked })
	const none = clickclass.FlagRecipientNotShown // of a click of which nothing else is known
	tests := map[string]struct {
		click clickclass.Click
		facts clickclass.Facts
		want  clickclass.Flags
	}{
		"nothing":            {allowed, clickclass.Facts{}, none},
		"several addresses":  {with(func(k *clickclass.Click) { k.MoreIPs = []netip.Addr{k.IPAddress} }), clickclass.Facts{}, none | clickclass.FlagSeveralAddresses},
		"no address":         {with(func(k *clickclass.Click) { k.IPAddress = netip.Addr{} }), clickclass.Facts{}, none | clickclass.FlagNoAddress},
		"a rented address":   {from("40.64.64.200"), clickclass.Facts{}, none | clickclass.FlagAddressForRent},
		"a data centre":      {allowed, clickclass.Facts{Network: &clickclass.Network{ASN: 24940}}, none | clickclass.FlagAddressForRent},
		"people":             {from("151.206.1.1"), clickclass.Facts{}, none | clickclass.FlagPeopleBehindAddress},
		"an ignored address": {from("203.0.113.99"), clickclass.Facts{}, none | clickclass.FlagIgnoredAddress},
		"a wrapped link": {with(func(k *clickclass.Click) {
			k.Url = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example"
		}), clickclass.Facts{}, none | clickclass.FlagWrappedURL},
		"an id of another day": {with(func(k *clickclass.Click) { k.ReportId = idAt("7acb31b0-de17-442f", noon.Add(-24*time.Hour)) }), clickclass.Facts{}, none | clickclass.FlagClockDisagrees},
		"an id of its time":    {with(func(k *clickclass.Click) { k.ReportId = idAt("7acb31b0-de17-442f", noon) }), clickclass.Facts{}, none},
		"a recipient":          {allowed, mail(clickclass.MailFacts{RecipientsKnow: true, IsRecipient: true}), none},
		"no recipient":         {allowed, mail(clickclass.MailFacts{RecipientsKnow: true}), none | clickclass.FlagAccountNotRecipient},
		"recipients not known": {allowed, mail(clickclass.MailFacts{}), none},
		"no account":           {with(func(k *clickclass.Click) { k.AccountUpn = "" }), mail(clickclass.MailFacts{RecipientsKnow: true}), none},
		"removed later":        {allowed, mail(clickclass.MailFacts{Removed: noon.Add(time.Second)}), none | clickclass.FlagVerdictChangedLater},
		"removed before":       {allowed, mail(clickclass.MailFacts{Removed: noon.Add(-time.Second)}), none},
		"blocked and removed":  {blocked, mail(clickclass.MailFacts{Removed: noon.Add(time.Second)}), none},
		"audit: found later":   {allowed, clickclass.Facts{Audit: &clickclass.AuditFacts{FoundLater: true}}, none | clickclass.FlagVerdictChangedLater},
		"own sign-in":          {allowed, clickclass.Facts{SignIn: &clickclass.SignInFacts{SignIns: 1, Month: true}}, 0},
		"own launch":           {allowed, clickclass.Facts{Device: &clickclass.DeviceFacts{Launch: true}}, 0},
		"own connection":       {allowed, clickclass.Facts{Device: &clickclass.DeviceFacts{Connection: true, Rarity: 1}}, 0},
		"sign-in elsewhere":    {allowed, clickclass.Facts{SignIn: &clickclass.SignInFacts{SignIns: 9}}, none},
		"a device that sleeps": {allowed, clickclass.Facts{Device: &clickclass.DeviceFacts{}}, none},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v := classify(t, clickclass.Options{Ranges: ranges, Source: knows(tt.facts, nil)}, tt.click)
			assert.Equal(t, tt.want, v.Flags, "%s", v.Flags)
		})
	}
}

// TestNetworks holds what a network is used for, by its number or its name.
func TestNetworks(t *testing.T) {
	for name, tt := range map[string]struct {
		network clickclass.Network
		rule    string
	}{
		"not known":                   {clickclass.Network{}, ""},
		"a number without a name":     {clickclass.Network{ASN: 64496}, ""},
		"an access provider":          {clickclass.Network{ASN: 64496, Organization: "City Fibre"}, "ip.access"},
		"a name without a number":     {clickclass.Network{Organization: "City Fibre"}, "ip.access"},
		"a data centre by number":     {clickclass.Network{ASN: 16276, Organization: "OVH"}, "ip.dc"},
		"a data centre by name":       {clickclass.Network{ASN: 64496, Organization: "Cheap VPS Hosting"}, "ip.dc"},
		"a vendor of mail security":   {clickclass.Network{ASN: 64496, Organization: "MIMECAST Services"}, "ip.mailsec"},
		"proxies":                     {clickclass.Network{ASN: 22616, Organization: "ZSCALER-SJC"}, ""},
		"proxies of a vendor of both": {clickclass.Network{ASN: 64496, Organization: "Sophos Limited"}, ""},
		"Microsoft":                   {clickclass.Network{ASN: 8075, Organization: "MICROSOFT-CORP"}, ""},
		"Microsoft by name":           {clickclass.Network{ASN: 64496, Organization: "Microsoft Cloud"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			k := founding()
			k.IPAddress = netip.MustParseAddr("203.0.113.7")
			source := knows(clickclass.Facts{Network: &tt.network}, nil)
			v := classify(t, clickclass.Options{Source: source}, k)
			assert.Equal(t, tt.network, v.Origin.Network)
			if tt.rule == "" {
				assert.Empty(t, v.Reasons)
			} else {
				assert.Equal(t, []string{tt.rule}, ruleIDs(&v, true))
			}
			v = classify(t, clickclass.Options{Source: source}, founding())
			assert.Equal(t, []string{"ip.teams"}, ruleIDs(&v, true), "published lists know better")
		})
	}
}

// TestBasis holds that the basis is the best evidence that knows the click.
func TestBasis(t *testing.T) {
	mail, device := &clickclass.MailFacts{}, &clickclass.DeviceFacts{}
	for name, tt := range map[string]struct {
		facts clickclass.Facts
		want  clickclass.Basis
	}{
		"nothing":                    {clickclass.Facts{}, clickclass.BasisRow},
		"mail":                       {clickclass.Facts{Mail: mail}, clickclass.BasisMail},
		"mail and sign-ins":          {clickclass.Facts{Mail: mail, SignIn: &clickclass.SignInFacts{SignIns: 1}}, clickclass.BasisSignIn},
		"sign-ins of others only":    {clickclass.Facts{Mail: mail, SignIn: &clickclass.SignInFacts{Covered: true, Others: 2}}, clickclass.BasisMail},
		"everything":                 {clickclass.Facts{Mail: mail, SignIn: &clickclass.SignInFacts{SignIns: 1}, Device: device}, clickclass.BasisDevice},
		"the audit log is no better": {clickclass.Facts{Audit: &clickclass.AuditFacts{}, Network: &clickclass.Network{ASN: 1}}, clickclass.BasisRow},
	} {
		t.Run(name, func(t *testing.T) {
			v := classify(t, clickclass.Options{Source: knows(tt.facts, nil)}, stranger())
			assert.Equal(t, tt.want, v.Basis)
			var known clickclass.Evidence
			if tt.facts.Mail != nil {
				known |= clickclass.EvidenceMail
			}
			if tt.facts.SignIn != nil && tt.facts.SignIn.SignIns > 0 {
				known |= clickclass.EvidenceSignIn
			}
			if tt.facts.Device != nil {
				known |= clickclass.EvidenceDevice
			}
			assert.Equal(t, (clickclass.EvidenceMail|clickclass.EvidenceSignIn|clickclass.EvidenceDevice)&^known, v.Missing)
		})
	}
}

// TestClickThrough holds that every table's word for an overridden warning counts.
func TestClickThrough(t *testing.T) {
	row, action := stranger(), stranger()
	row.IsClickedThrough = true
	action.ActionType = clickclass.ClickedThrough
	audit := knows(clickclass.Facts{Audit: &clickclass.AuditFacts{ClickedThrough: true}}, nil)
	for name, v := range map[string]clickclass.Verdict{
		"IsClickedThrough": clickclass.Score(row), "ActionType": clickclass.Score(action),
		"audit log": classify(t, clickclass.Options{Source: audit}, stranger()),
	} {
		assert.Contains(t, ruleIDs(&v, true), "a.through", name)
		assert.Equal(t, clickclass.ClassOwner, v.Class, name)
	}
}

// TestCauses holds that each origin has its explanations, best first.
func TestCauses(t *testing.T) {
	type causes = []clickclass.Cause
	own, err := iprange.OwnList("", iprange.Own{Kind: iprange.KindOwnScanner, Prefixes: []netip.Prefix{netip.MustParsePrefix("203.0.113.1/32")}},
		iprange.Own{Kind: iprange.KindOwnTool, Prefixes: []netip.Prefix{netip.MustParsePrefix("203.0.113.2/32")}})
	require.NoError(t, err)
	ranges, err := iprange.Default().With(own)
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		addr  string
		delay time.Duration // 0: not known
		want  causes
	}{
		"Teams":                    {"52.112.103.113", 0, causes{clickclass.CausePreview, clickclass.CauseMailFlowScan}},
		"Teams, late":              {"52.112.103.113", time.Hour, causes{clickclass.CausePreview, clickclass.CauseDetonation}},
		"mail protection":          {"40.107.218.12", 0, causes{clickclass.CauseMailFlowScan, clickclass.CauseDetonation}},
		"mail protection, at once": {"40.107.218.12", time.Second, causes{clickclass.CauseMailFlowScan}},
		"mail protection, late":    {"40.107.218.12", time.Hour, causes{clickclass.CauseDetonation}},
		"SharePoint":               {"52.105.1.1", 0, causes{clickclass.CausePreview, clickclass.CauseMicrosoftOther}},
		"own scanner":              {"203.0.113.1", 0, causes{clickclass.CauseThirdPartyScanner}},
		"own tool":                 {"203.0.113.2", 0, causes{clickclass.CauseOwnTool}},
		"an unknown address":       {"203.0.113.7", 0, causes{clickclass.CauseOwner}},
		"and at once":              {"203.0.113.7", time.Second, causes{clickclass.CauseThirdPartyScanner}},
		"the next day":             {"203.0.113.7", 30 * time.Hour, causes{clickclass.CauseOwner}},
	} {
		t.Run(name, func(t *testing.T) {
			k := founding()
			k.IPAddress = netip.MustParseAddr(tt.addr)
			if tt.delay != 0 {
				k = withDelay(k, tt.delay)
			}
			assert.Equal(t, tt.want, classify(t, clickclass.Options{Ranges: ranges}, k).Causes)
		})
	}
	forRandomResults(t, func(r *clickclass.Result) {
		seen := map[clickclass.Cause]bool{}
		for _, c := range r.Verdict.Causes {
			require.False(t, seen[c], "%s twice", c)
			seen[c] = true
		}
		require.LessOrEqual(t, len(r.Verdict.Causes), 4)
	})
}
