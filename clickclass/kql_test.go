package clickclass_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

func TestKQL(t *testing.T) {
	k := withDelay(founding(), 3*time.Second)
	k.AccountUpn = "o\"hara\\\n@contoso.example"
	device := clickclass.EvidenceDevice.KQL(&k)
	assert.Contains(t, device, "DeviceEvents")
	assert.Contains(t, device, `"o\"hara\\@contoso.example"`)
	assert.Contains(t, device, "datetime(2026-03-04T12:00:00Z)")
	signIn := clickclass.EvidenceSignIn.KQL(&k)
	assert.Contains(t, signIn, "EntraIdSignInEvents")
	assert.Contains(t, signIn, `or IPAddress == "52.112.103.113"`)
	mail := clickclass.EvidenceMail.KQL(&k)
	assert.Contains(t, mail, k.NetworkMessageId)

	assert.Equal(t, device, allKinds.KQL(&k), "of several kinds the first that the click can ask for")
	assert.Equal(t, signIn, (clickclass.EvidenceSignIn | clickclass.EvidenceMail).KQL(&k))
	for _, e := range []clickclass.Evidence{0, clickclass.EvidenceAudit, clickclass.EvidenceNetwork} {
		assert.Empty(t, e.KQL(&k), e.String())
	}
}

// TestKQLOfLess holds that a click that lacks what a query would ask by has another query,
// or none.
func TestKQLOfLess(t *testing.T) {
	full := withDelay(founding(), 3*time.Second)
	with := func(change func(*clickclass.Click)) *clickclass.Click {
		k := full
		change(&k)
		return &k
	}
	noTime := with(func(k *clickclass.Click) { k.Timestamp = time.Time{} })
	noAccount := with(func(k *clickclass.Click) { k.AccountUpn = "" })
	noMessage := with(func(k *clickclass.Click) { k.NetworkMessageId = "" })
	noAddress := with(func(k *clickclass.Click) { k.IPAddress = netip.Addr{} })
	mapped := with(func(k *clickclass.Click) { k.IPAddress = netip.MustParseAddr("::ffff:52.112.103.113%x") })
	for kind := range allKinds + 1 {
		assert.Empty(t, kind.KQL(&clickclass.Click{}), kind.String())
	}
	assert.Empty(t, clickclass.EvidenceDevice.KQL(noTime))
	assert.Empty(t, clickclass.EvidenceSignIn.KQL(noTime))
	assert.Equal(t, clickclass.EvidenceMail.KQL(&full), allKinds.KQL(noTime), "the mail tables are asked by the message alone")
	assert.Empty(t, clickclass.EvidenceDevice.KQL(noAccount))
	assert.Empty(t, clickclass.EvidenceSignIn.KQL(noAccount))
	assert.Equal(t, clickclass.EvidenceMail.KQL(&full), allKinds.KQL(noAccount))
	assert.Empty(t, clickclass.EvidenceMail.KQL(noMessage))
	assert.Equal(t, clickclass.EvidenceDevice.KQL(&full), allKinds.KQL(noMessage))
	assert.NotContains(t, clickclass.EvidenceSignIn.KQL(noAddress), "IPAddress ==")
	assert.Equal(t, clickclass.EvidenceSignIn.KQL(&full), clickclass.EvidenceSignIn.KQL(mapped))
	atClock := with(func(k *clickclass.Click) { k.Timestamp, k.ReportId = time.Time{}, idAt("7acb31b0-de17-442f", noon) })
	assert.Equal(t, clickclass.EvidenceDevice.KQL(&full), clickclass.EvidenceDevice.KQL(atClock), "the clock in ReportId is a time")
}

// TestKQLQuotes holds that no text of a row gets out of its quotes.
func TestKQLQuotes(t *testing.T) {
	for _, text := range []string{`"`, `\`, `\"`, "\n| delete", "\r\n", "\u2028", "\x00", `" or true // `} {
		k := withDelay(founding(), time.Second)
		k.AccountUpn, k.NetworkMessageId = text, text
		for _, e := range []clickclass.Evidence{clickclass.EvidenceDevice, clickclass.EvidenceSignIn, clickclass.EvidenceMail} {
			query := e.KQL(&k)
			bare := strings.NewReplacer(`\\`, "", `\"`, "").Replace(query)
			assert.Zero(t, strings.Count(bare, `"`)%2, "%q", query)
			for line := range strings.SplitSeq(bare, "\n") {
				assert.Zero(t, strings.Count(line, `"`)%2, "%q", query)
			}
			assert.NotContains(t, query, "\n| delete")
		}
	}
}

func TestNext(t *testing.T) {
	var devices, both evidence.Store
	devices.Add(evidence.BrowserLaunch{Timestamp: noon, AccountUpn: stranger().AccountUpn, RemoteUrl: "https://example.net/"})
	both.Add(evidence.BrowserLaunch{Timestamp: noon, AccountUpn: stranger().AccountUpn, RemoteUrl: "https://example.net/"},
		evidence.SignIn{Timestamp: noon.Add(-time.Hour), AccountUpn: stranger().AccountUpn, IPAddress: stranger().IPAddress, Success: true, Interactive: true})
	noClock := stranger()
	noClock.NetworkMessageId = "message-7"
	tests := map[string]struct {
		click  clickclass.Click
		source clickclass.Source
		want   clickclass.Evidence
	}{
		"nothing given":                        {founding(), nil, clickclass.EvidenceDevice},
		"devices known":                        {stranger(), &devices, clickclass.EvidenceSignIn},
		"devices and sign-ins known":           {stranger(), &both, clickclass.EvidenceMail},
		"nobody signs in from a service":       {withDelay(founding(), time.Second), &devices, clickclass.EvidenceMail},
		"no account: the message can be asked": {clickclass.Click{Timestamp: noon, NetworkMessageId: "message-7"}, nil, clickclass.EvidenceMail},
		"nothing to ask by":                    {clickclass.Click{}, nil, 0},
		"no time":                              {clickclass.Click{AccountUpn: "dana@contoso.example"}, nil, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v := classify(t, clickclass.Options{Source: tt.source}, tt.click)
			assert.Equal(t, tt.want, v.Next)
			assert.True(t, v.Missing.Has(v.Next))
		})
	}
}

func TestKQLAll(t *testing.T) {
	at := time.Date(2026, 8, 3, 9, 14, 5, 500, time.UTC)
	clicks := []clickclass.Click{
		{Timestamp: at, AccountUpn: "Kim@contoso.example", NetworkMessageId: "m1"},
		{Timestamp: at.Add(time.Nanosecond), AccountUpn: "kim@contoso.example", NetworkMessageId: "m1"},
		{Timestamp: at.Add(time.Hour), AccountUpn: "o\"r\n@contoso.example"},
		{AccountUpn: "no time"},
	}
	both := (clickclass.EvidenceSignIn | clickclass.EvidenceMail).KQLAll(clicks)
	assert.Equal(t, []string{
		"let clicks = datatable(Time: datetime, Account: string, Message: string)", "[",
		`    datetime(2026-08-03T09:14:05Z), "kim@contoso.example", "m1",`,
		`    datetime(2026-08-03T10:14:05Z), "o\"r@contoso.example", "",`,
		"];", "let start = datetime(2026-08-03T09:14:05Z);", "let end = datetime(2026-08-03T10:14:05Z);", "union isfuzzy=true",
	}, strings.Split(both, "\n")[:8])
	for _, table := range []string{"EntraIdSignInEvents", "EmailEvents", "EmailUrlInfo", "EmailPostDeliveryEvents"} {
		assert.Contains(t, both, "("+table+"\n")
		assert.Contains(t, both, `SourceTable = "`+table+`"`)
	}
	assert.NotContains(t, both, "Device")
	assert.Contains(t, clickclass.EvidenceDevice.KQLAll(clicks), "(DeviceNetworkEvents\n")
	assert.Empty(t, clickclass.EvidenceNetwork.KQLAll(clicks))
	assert.Empty(t, clickclass.EvidenceMail.KQLAll(nil))
}
