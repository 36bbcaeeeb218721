package tables_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

const (
	clickDetected  = "A potentially malicious URL click was detected"
	clickedThrough = "A user clicked through to a potentially malicious URL"

	mailID = "3c7b1317-ac21-4754-5a76-08dee4d61558"
)

// graphAlert returns an alert of Graph's second version.
func graphAlert(title string, evidence ...string) string {
	return fmt.Sprintf(`{"id":"da1","providerAlertId":"1","category":"InitialAccess","status":"new","severity":"high","serviceSource":"microsoftDefenderForOffice365",`+
		`"title":%q,"description":"x","createdDateTime":"2026-09-28T12:20:00Z","firstActivityDateTime":"2026-09-28T12:00:00Z","lastActivityDateTime":"2026-09-28T12:10:00Z",`+
		`"comments":[],"evidence":[%s]}`, title, strings.Join(evidence, ","))
}

// graphEvidence returns one piece of evidence of Graph's second version.
func graphEvidence(kind, rest string) string {
	return `{"@odata.type":"#microsoft.graph.security.` + kind + `Evidence","createdDateTime":"2026-09-28T12:20:00Z","verdict":"unknown","roles":[],` + rest + `}`
}

func graphURL(url string) string { return graphEvidence("url", `"url":"`+url+`"`) }

func graphUser(upn string) string {
	return graphEvidence("user", `"userAccount":{"accountName":"x","domainName":null,"userPrincipalName":"`+upn+`"}`)
}

func graphMail(id, recipient, urls string) string {
	return graphEvidence("analyzedMessage", `"networkMessageId":"`+id+`","recipientEmailAddress":"`+recipient+
		`","p2Sender":{"emailAddress":"eve@example.net"},"senderIp":"203.0.113.9","urls":[`+urls+`]`)
}

func graphIP(ip string) string { return graphEvidence("ip", `"ipAddress":"`+ip+`"`) }

// sentinelEntities are the entities of an alert in Log Analytics.
const sentinelEntities = `[{"$id":"1","Url":"https://login.example.com/a?b=1","Type":"url"},` +
	`{"$id":"2","Name":"ada","UPNSuffix":"contoso.example","AadUserId":"x","Type":"account"},` +
	`{"$id":"3","NetworkMessageId":"` + mailID + `","Recipient":"ada@contoso.example","SenderIP":"203.0.113.9","Type":"mailMessage"},` +
	`{"$id":"4","Address":"203.0.113.9","Type":"ip"}]`

func sentinelAlert(entities string) string {
	return `{"TimeGenerated":"2026-09-28T12:25:00Z","DisplayName":"` + clickDetected + `","AlertName":"` + clickDetected + `","ProviderName":"OATP","Status":"New",` +
		`"StartTime":"2026-09-28T12:00:00Z","EndTime":"2026-09-28T12:00:00Z","ExtendedProperties":"{\"a\":\"b\"}","Entities":` + entities + `,"Type":"SecurityAlert"}`
}

// sentinelIncident returns an incident as playbooks get it.
func sentinelIncident(alerts, entities string) string {
	return `{"object":{"id":"/incidents/1","name":"1","type":"Microsoft.SecurityInsights/Incidents","properties":{"title":"` + clickDetected + ` involving one user",` +
		`"status":"New","createdTimeUtc":"2026-09-28T12:30:00Z","firstActivityTimeUtc":"2026-09-28T12:00:00Z","alerts":[` + alerts + `],"relatedEntities":[` + entities + `]}}}`
}

func incidentEntity(kind, properties string) string {
	return `{"id":"/entities/1","name":"47bf7844-15bf-4cf2-91a3-15b32ceb89b5","type":"Microsoft.SecurityInsights/Entities","kind":"` + kind + `","properties":{` + properties + `}}`
}

func incidentAlert(title, start string) string {
	return incidentEntity("SecurityAlert", `"alertDisplayName":"`+title+`","startTimeUtc":"`+start+`"`)
}

// TestSecurityAlerts reads the clicks of which alerts tell. The texts are made up in the forms of
// Microsoft's documentation.
func TestSecurityAlerts(t *testing.T) {
	const url = "https://login.example.com/a?b=1"
	urlAda := []string{incidentEntity("Url", `"url":"`+url+`","friendlyName":"x"`), incidentEntity("Account", `"accountName":"ada","upnSuffix":"contoso.example","displayName":"Ada"`)}
	click := func(change func(k *clickclass.Click)) clickclass.Click {
		k := clickclass.Click{Timestamp: noon, Url: url, AccountUpn: "ada@contoso.example", NetworkMessageId: mailID, Workload: "Email", Feed: clickclass.FeedAlert}
		if change != nil {
			change(&k)
		}
		return k
	}
	noMail := func(k *clickclass.Click) { k.NetworkMessageId, k.Workload = "", "" }
	noTime := func(k *clickclass.Click) { k.Timestamp = time.Time{} }
	pair := func(url, account string) clickclass.Click {
		return click(func(k *clickclass.Click) { noMail(k); noTime(k); k.Url, k.AccountUpn = url, account })
	}
	for _, tt := range []struct {
		name, text string
		want       []clickclass.Click
	}{
		{"Graph v1, the domain only", `{"value":[{"id":"a","title":"x","eventDateTime":"2026-09-28T11:00:00Z","userStates":[{"emailRole":"sender","userPrincipalName":"eve@example.net"},` +
			`{"emailRole":"recipient","userPrincipalName":"ada@contoso.example"}],"uriClickSecurityStates":[{"clickAction":"allowed","clickDateTime":"2026-09-28T12:00:00Z","id":"1",` +
			`"sourceId":"` + mailID + `","uriDomain":"login.example.com","verdict":"malicious"}]}]}`,
			[]clickclass.Click{click(func(k *clickclass.Click) {
				k.Url, k.Workload, k.SourceId, k.ActionType = "login.example.com", "", mailID, clickclass.ClickAllowed
			})}},
		{"Graph v1, several clicks, several accounts", `[{"id":"a","userStates":[{"userPrincipalName":"ada@contoso.example"},{"userPrincipalName":"bob@contoso.example"}],` +
			`"uriClickSecurityStates":[{"clickAction":"blockpageoverride","clickDateTime":"2026-09-28T12:00:00Z","uriDomain":"a.example.com","url":"https://a.example.com/x"},` +
			`{"clickAction":"blocked","clickDateTime":"2026-09-28T12:00:01Z","sourceId":"19:x","uriDomain":"b.example.com"},{"id":"3"}]}]`,
			[]clickclass.Click{
				{Timestamp: noon, Url: "https://a.example.com/x", ActionType: clickclass.ClickedThrough, IsClickedThrough: true, Feed: clickclass.FeedAlert},
				{Timestamp: noon.Add(time.Second), Url: "b.example.com", ActionType: clickclass.ClickBlocked, SourceId: "19:x", Feed: clickclass.FeedAlert},
			}},
		{"Graph v1, no clicks", `[{"id":"a","title":"` + clickDetected + `","uriClickSecurityStates":[]}]`, nil},

		{"Graph v2", `{"value":[` + graphAlert(clickDetected, graphURL(url), graphUser("ada@contoso.example"), graphMail(mailID, "ada@contoso.example", `"`+url+`"`), graphIP("203.0.113.9")) + `]}`,
			[]clickclass.Click{click(nil)}},
		{"Graph v2, clicked through", graphAlert(clickedThrough, graphURL(url), graphUser("ada@contoso.example")),
			[]clickclass.Click{click(func(k *clickclass.Click) {
				noMail(k)
				k.ActionType, k.IsClickedThrough = clickclass.ClickedThrough, true
			})}},
		{"Graph v2, the only address", graphAlert("Suspicious URL clicked", graphURL(url), graphUser("ada@contoso.example"), graphIP("198.51.100.7")),
			[]clickclass.Click{click(func(k *clickclass.Click) { noMail(k); k.IPAddress = addr })}},
		{"Graph v2, the only address that is not the sender's", graphAlert(clickDetected, graphURL(url), graphIP("203.0.113.9"), graphIP("198.51.100.7"), graphMail(mailID, "ada@contoso.example", "")),
			[]clickclass.Click{click(func(k *clickclass.Click) { k.IPAddress = addr })}},
		{"Graph v2, an address that may be the sender's", graphAlert(clickDetected, graphURL(url), graphIP("198.51.100.7"), strings.Replace(graphMail(mailID, "ada@contoso.example", ""), "203.0.113.9", "", 1)),
			[]clickclass.Click{click(nil)}},
		{"Graph v2, an attacker's address", graphAlert(clickDetected, graphURL(url), graphUser("ada@contoso.example"), strings.Replace(graphIP("198.51.100.7"), `"roles":[]`, `"roles":["attacker"]`, 1)),
			[]clickclass.Click{click(noMail)}},
		{"Graph v2, a malicious address", graphAlert(clickDetected, graphURL(url), graphUser("ada@contoso.example"), strings.Replace(graphIP("198.51.100.7"), `"unknown"`, `"malicious"`, 1)),
			[]clickclass.Click{click(noMail)}},
		{"Graph v2, two addresses", graphAlert(clickDetected, graphURL(url), graphUser("ada@contoso.example"), graphIP("198.51.100.7"), graphIP("198.51.100.8")),
			[]clickclass.Click{click(noMail)}},
		{"Graph v2, the mailbox names the account", graphAlert(clickDetected, graphURL(url), graphEvidence("mailbox", `"primaryAddress":"ada@contoso.example","displayName":"Ada"`), graphMail("m2", "bob@contoso.example", `"https://other.example.com/"`)),
			[]clickclass.Click{click(noMail)}},
		{"Graph v2, recipients of which none is known to have clicked", graphAlert(clickDetected, graphURL(url), graphMail("m1", "ada@contoso.example", ""), graphMail("m2", "bob@contoso.example", "")),
			[]clickclass.Click{click(func(k *clickclass.Click) { noMail(k); k.AccountUpn = "" })}},
		{"Graph v2, the message to the account", graphAlert(clickDetected, graphURL(url), graphUser("Ada@contoso.example"), graphMail("m2", "bob@contoso.example", `"`+url+`"`), graphMail(mailID, "ada@contoso.example", `"`+url+`"`)),
			[]clickclass.Click{click(func(k *clickclass.Click) { k.AccountUpn = "Ada@contoso.example" })}},
		{"Graph v2, two messages to the account", graphAlert(clickDetected, graphURL(url), graphUser("ada@contoso.example"), graphMail("m1", "ada@contoso.example", `"`+url+`"`), graphMail("m2", "ada@contoso.example", `"`+url+`"`)),
			[]clickclass.Click{click(noMail)}},
		{"Graph v2, only the message names the link", graphAlert(clickDetected, graphUser("ada@contoso.example"), graphMail(mailID, "ada@contoso.example", `"`+url+`"`)),
			[]clickclass.Click{click(nil)}},
		{"Graph v2, messages name several links", graphAlert(clickDetected, graphUser("ada@contoso.example"), graphMail(mailID, "ada@contoso.example", `"https://a.example.com/","https://b.example.com/"`)), nil},
		{"Graph v2, one link, wrapped and not", graphAlert(clickDetected, graphURL("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.example.com%2Fa%3Fb%3D1&data=x&reserved=0"), graphURL(url), graphUser("ada@contoso.example")),
			[]clickclass.Click{click(func(k *clickclass.Click) {
				noMail(k)
				k.Url = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.example.com%2Fa%3Fb%3D1&data=x&reserved=0"
			})}},
		{"Graph v2, in Teams", graphAlert(clickDetected, graphURL(url), graphUser("ada@contoso.example"), graphEvidence("teamsMessage", `"sourceId":"s1","urls":[{"@odata.type":"microsoft.graph.security.urlEvidence","url":"`+url+`"}]`)),
			[]clickclass.Click{click(func(k *clickclass.Click) { noMail(k); k.Workload, k.SourceId = "Teams", "s1" })}},
		{"Graph v2, several links", graphAlert(clickDetected, graphURL("https://a.example.com/"), graphURL("https://b.example.com/"), graphUser("ada@contoso.example"), graphIP("198.51.100.7")),
			[]clickclass.Click{pair("https://a.example.com/", "ada@contoso.example"), pair("https://b.example.com/", "ada@contoso.example")}},
		{"Graph v2, several accounts", graphAlert(clickDetected, graphURL(url), graphUser("ada@contoso.example"), graphUser("bob@contoso.example"), graphUser("ADA@contoso.example")),
			[]clickclass.Click{pair(url, "ada@contoso.example"), pair(url, "bob@contoso.example")}},
		{"Graph v2, several links and accounts", graphAlert(clickDetected, graphURL("https://a.example.com/"), graphURL("https://b.example.com/"), graphURL("https://c.example.com/"),
			graphUser("ada@contoso.example"), graphUser("bob@contoso.example"),
			graphMail("m1", "ada@contoso.example", `"https://a.example.com/","https://b.example.com/"`), graphMail("m2", "bob@contoso.example", `"https://b.example.com/"`)),
			[]clickclass.Click{
				click(func(k *clickclass.Click) { noTime(k); k.Url, k.NetworkMessageId = "https://a.example.com/", "m1" }),
				click(func(k *clickclass.Click) { noTime(k); k.Url, k.NetworkMessageId = "https://b.example.com/", "m1" }),
				click(func(k *clickclass.Click) {
					noTime(k)
					k.Url, k.AccountUpn, k.NetworkMessageId = "https://b.example.com/", "bob@contoso.example", "m2"
				}),
				pair("https://c.example.com/", ""),
			}},
		{"Graph v2, no click", graphAlert("Email messages containing malicious URL removed after delivery", graphURL(url), graphUser("ada@contoso.example")), nil},
		{"Graph v2, a click on no link", graphAlert("Possible ClickFix activity", graphURL(url), graphUser("ada@contoso.example")), nil},
		{"Graph v2, no evidence", graphAlert(clickDetected), nil},
		{"Graph v2, by PowerShell", `[{"AdditionalProperties":{},"Title":"` + clickDetected + `","FirstActivityDateTime":"\/Date(1790596800000)\/","Evidence":[` +
			`{"CreatedDateTime":"\/Date(1790596900000)\/","AdditionalProperties":{"@odata.type":"#microsoft.graph.security.urlEvidence","url":"` + url + `"}},` +
			`{"AdditionalProperties":{"@odata.type":"#microsoft.graph.security.userEvidence","userAccount":{"accountName":"ada","userPrincipalName":"ada@contoso.example"}}}]}]`,
			[]clickclass.Click{click(noMail)}},
		{"an incident of Graph with its alerts", `{"value":[{"id":"1","displayName":"Multi-stage incident","createdDateTime":"2026-09-28T12:30:00Z","alerts":[` +
			graphAlert("Anomalous Token", graphUser("bob@contoso.example"), graphURL("https://other.example.com/")) + `,` + graphAlert(clickDetected, graphURL(url), graphUser("ada@contoso.example")) + `]}]}`,
			[]clickclass.Click{click(noMail)}},
		{"by Wazuh", `{"id":"1","data":{"integration":"ms-graph","ms-graph":` + graphAlert(clickDetected, graphURL(url), graphUser("ada@contoso.example")) + `}}` + "\n",
			[]clickclass.Click{click(noMail)}},

		{"Log Analytics, entities as text", sentinelAlert(quoted(sentinelEntities)) + "\n", []clickclass.Click{click(nil)}},
		{"Log Analytics, entities as JSON", sentinelAlert(sentinelEntities) + "\n", []clickclass.Click{click(nil)}},
		{"Log Analytics, CSV", "\"TimeGenerated [UTC]\",DisplayName,AlertName,Entities,\"StartTime [UTC]\",Type\n" +
			"\"9/28/2026, 12:25:00.000 PM\"," + clickDetected + "," + clickDetected + ",\"" + strings.ReplaceAll(sentinelEntities, `"`, `""`) + "\",\"9/28/2026, 12:00:00.000 PM\",SecurityAlert\n",
			[]clickclass.Click{click(nil)}},
		{"Log Analytics, query API", `{"tables":[{"name":"PrimaryResult","columns":[{"name":"AlertName","type":"string"},{"name":"StartTime","type":"datetime"},{"name":"Entities","type":"string"}],` +
			`"rows":[["` + clickDetected + `","2026-09-28T12:00:00Z",` + quoted(sentinelEntities) + `]]}]}`,
			[]clickclass.Click{click(nil)}},
		{"Log Analytics, references", sentinelAlert(quoted(`[{"$id":"1","Url":"`+url+`","Type":"url"},{"$id":"2","Host":{"$id":"3","HostName":"pc1","Type":"host"},`+
			`"Account":{"$id":"4","Name":"ada","UPNSuffix":"contoso.example","Type":"account"},"Type":"process"},{"$ref":"3"},{"$ref":"4"},{"$ref":"9"}]`)) + "\n",
			[]clickclass.Click{click(noMail)}},
		{"a rule of one's own, with the address", strings.ReplaceAll(sentinelAlert(quoted(`[{"Url":"`+url+`","Type":"url"},{"Name":"ada@contoso.example","Type":"account"},{"Address":"198.51.100.7","Type":"ip"}]`)),
			clickDetected, "Contoso - user clicked phishing link") + "\n",
			[]clickclass.Click{click(func(k *clickclass.Click) { noMail(k); k.IPAddress = addr })}},
		{"an account by its local name", sentinelAlert(quoted(`[{"Url":"`+url+`","Type":"url"},{"Name":"ada","NTDomain":"CONTOSO","Type":"account"}]`)) + "\n",
			[]clickclass.Click{click(func(k *clickclass.Click) { noMail(k); k.AccountUpn = "" })}},

		{"an incident of Sentinel", sentinelIncident("", strings.Join(urlAda, ",")), []clickclass.Click{click(noMail)}},
		{"an incident of Sentinel, with its alert", sentinelIncident(incidentAlert(clickedThrough, "2026-09-28T12:00:00Z"), strings.Join(urlAda, ",")),
			[]clickclass.Click{click(func(k *clickclass.Click) {
				noMail(k)
				k.ActionType, k.IsClickedThrough = clickclass.ClickedThrough, true
			})}},
		{"an incident of Sentinel, none of whose alerts is about a click", sentinelIncident(incidentAlert("Anomalous Token", "2026-09-28T12:00:00Z"), strings.Join(urlAda, ",")), nil},
		{"an incident of Sentinel with other alerts, one link", sentinelIncident(incidentAlert("Anomalous Token", "2026-09-28T11:00:00Z")+","+incidentAlert(clickDetected, "2026-09-28T12:00:00Z"),
			strings.Join(urlAda, ",")+","+incidentEntity("Ip", `"address":"198.51.100.7"`)+","+incidentEntity("MailMessage", `"networkMessageId":"`+mailID+`","recipient":"ada@contoso.example","senderIP":"203.0.113.9"`)),
			[]clickclass.Click{click(nil)}},
		{"an incident of Sentinel with other alerts, several links", sentinelIncident(incidentAlert("Anomalous Token", "2026-09-28T11:00:00Z")+","+incidentAlert(clickDetected, "2026-09-28T12:00:00Z"),
			strings.Join(urlAda, ",")+","+incidentEntity("Url", `"url":"https://other.example.com/"`)), nil},
		{"an incident of Sentinel with other alerts, several accounts", sentinelIncident(incidentAlert("Anomalous Token", "2026-09-28T11:00:00Z")+","+incidentAlert(clickDetected, "2026-09-28T12:00:00Z"),
			strings.Join(urlAda, ",")+","+incidentEntity("Account", `"accountName":"bob","upnSuffix":"contoso.example"`)),
			[]clickclass.Click{click(func(k *clickclass.Click) { noMail(k); k.AccountUpn = "" })}},

		{"incidents of Defender", `{"value":[{"incidentId":1,"incidentName":"x","createdTime":"2026-09-28T12:30:00Z","alerts":[{"alertId":"a1","title":"` + clickDetected + `","category":"InitialAccess",` +
			`"creationTime":"2026-09-28T12:20:00Z","firstActivity":"2026-09-28T12:00:00Z","lastActivity":"2026-09-28T12:00:00Z","devices":[],"entities":[` +
			`{"entityType":"Url","ipAddress":null,"url":"` + url + `"},{"entityType":"User","accountName":"ada","domainName":"CONTOSO","userPrincipalName":"ada@contoso.example","url":null},` +
			`{"entityType":"MailBox","userPrincipalName":"ada@contoso.example","mailboxAddress":"ada.l@contoso.example"},{"entityType":"MailCluster","clusterBy":"Subject;SenderIp"},` +
			`{"entityType":"MailMessage","userPrincipalName":"ada@contoso.example","recipient":"ada@contoso.example","networkMessageId":"` + mailID + `"},{"entityType":"Ip","ipAddress":"203.0.113.9"}]}]}]}`,
			[]clickclass.Click{click(nil)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, rows, errs := collect(t, "f", tt.text)
			require.Empty(t, errs)
			assert.Equal(t, "SecurityAlert", r.Report().Table)
			var got []clickclass.Click
			for _, row := range rows {
				require.NotNil(t, row.Click)
				got = append(got, *row.Click)
			}
			require.Len(t, got, len(tt.want))
			for i := range got {
				assert.EqualValues(t, got[0].Row+int64(i), got[i].Row, "a row of its own")
				want := tt.want[i]
				want.File, want.Row = "f", got[i].Row
				assert.Equal(t, want, got[i])
			}
		})
	}
}

// TestSecurityAlertEvidence shows which clicks of alerts are evidence about UrlClickEvents.
func TestSecurityAlertEvidence(t *testing.T) {
	state := `[{"userStates":[{"userPrincipalName":"ada@contoso.example"}],"uriClickSecurityStates":[{"clickAction":"allowed","clickDateTime":"2026-09-28T12:00:00Z","url":"https://a.example.com/","verdict":"%s"}]}]`
	for name, want := range map[string]bool{"malicious": true, "Phish": true, "benign": false, "": false} {
		_, rows, _ := collect(t, "f", fmt.Sprintf(state, name))
		require.Len(t, rows, 1)
		assert.Equal(t, want, rows[0].Evidence != nil, name)
	}

	_, rows, _ := collect(t, "f", graphAlert(clickDetected, graphURL("https://a.example.com/"), graphUser("ada@contoso.example"), graphIP("198.51.100.7")))
	require.Len(t, rows, 1)
	assert.Equal(t, addr, rows[0].Click.IPAddress)
	want := *rows[0].Click
	want.IPAddress = clickclass.Click{}.IPAddress // it speaks of the click at any address
	assert.Equal(t, evidence.Audited(want), rows[0].Evidence)
}

// TestSecurityAlertRows numbers the clicks of alerts like rows, in either pass.
func TestSecurityAlertRows(t *testing.T) {
	two := graphAlert(clickDetected, graphURL("https://a.example.com/"), graphURL("https://b.example.com/"), graphUser("ada@contoso.example"))
	one := graphAlert(clickDetected, graphURL("https://c.example.com/"), graphUser("ada@contoso.example"))
	none := graphAlert("Anomalous Token", graphUser("ada@contoso.example"))
	event := `{"Timestamp":"2026-09-28T12:00:00Z","Url":"https://d.example.com/","ActionType":"ClickAllowed","AccountUpn":"ada@contoso.example","Workload":"Email","IsClickedThrough":false}`
	email := `{"Timestamp":"2026-09-28T12:00:00Z","NetworkMessageId":"m1","RecipientEmailAddress":"ada@contoso.example","DeliveryAction":"Delivered"}`
	for _, tt := range []struct {
		name, text string
		clicks     map[string]int64
	}{
		{"lines", two + "\n" + none + "\n" + one + "\n" + event + "\n" + email + "\n", map[string]int64{"a": 1, "b": 2, "c": 4, "d": 5}},
		{"within an incident", `{"alerts":[` + two + `,` + none + `,` + one + `]}` + "\n" + event + "\n" + email + "\n", map[string]int64{"a": 1, "b": 2, "c": 4, "d": 5}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, evidenceOnly := range []bool{false, true} {
				r, err := tables.NewReader("f", strings.NewReader(tt.text), tables.Options{EvidenceOnly: evidenceOnly})
				require.NoError(t, err)
				rows := map[string]int64{}
				for row, err := range r.Rows() {
					require.NoError(t, err)
					audited, ok := row.Evidence.(evidence.Audited)
					switch {
					case row.Click != nil:
						rows[row.Click.Url[8:9]] = row.Click.Row
						assert.Equal(t, row.Row, row.Click.Row)
					case ok:
						rows[audited.Url[8:9]] = audited.Row
					}
				}
				want := tt.clicks
				if evidenceOnly {
					want = map[string]int64{"a": 1, "b": 2, "c": 4}
				}
				assert.Equal(t, want, rows)
				assert.EqualValues(t, 6, r.Report().Rows)
				assert.EqualValues(t, 3, r.Report().Tables["SecurityAlert"])
			}
		})
	}
}

// TestSecurityAlertTold shows what is told of alerts that cannot be read in full.
func TestSecurityAlertTold(t *testing.T) {
	r, _ := readAny(t, graphAlert(clickDetected, graphURL("https://a.example.com/"), graphURL("https://b.example.com/"), graphUser("ada@contoso.example")))
	require.Len(t, r.Report().Warnings, 1)
	assert.Contains(t, r.Report().Warnings[0], "time and address are left out")

	r, _ = readAny(t, sentinelIncident(incidentAlert("Anomalous Token", "2026-09-28T11:00:00Z")+","+incidentAlert(clickDetected, "2026-09-28T12:00:00Z"),
		incidentEntity("Url", `"url":"https://a.example.com/"`)+","+incidentEntity("Url", `"url":"https://b.example.com/"`)))
	require.Len(t, r.Report().Warnings, 1)
	assert.Contains(t, r.Report().Warnings[0], "do not say which link was clicked")

	r, _ = readAny(t, graphAlert("Anomalous Token", graphUser("ada@contoso.example")))
	assert.EqualValues(t, 1, r.Report().Skipped)
	require.Len(t, r.Report().Warnings, 1)
	assert.Contains(t, r.Report().Warnings[0], "tell of no click")

	for _, tt := range []struct{ name, text, want string }{
		{"cut entities", sentinelAlert(quoted(sentinelEntities[:100])), `row 1: column "Entities": unterminated string at byte 100`},
		{"entities of PowerShell without -Depth", sentinelAlert(`"System.Object[]"`), `row 1: column "Entities": no array of values`},
		{"bad time of a click", `[{"uriClickSecurityStates":[{"clickDateTime":"soon","uriDomain":"a.example.com"}]}]`, `row 1: column "uriClickSecurityStates": bad time "soon"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, rows, errs := collect(t, "f", tt.text+"\n")
			assert.Empty(t, rows)
			require.Len(t, errs, 1)
			assert.Contains(t, errs[0].Error(), tt.want)
		})
	}
}

// BenchmarkSecurityAlert reads one alert with n links, users and messages, which takes time
// in proportion to n.
func BenchmarkSecurityAlert(b *testing.B) {
	for _, n := range []int{500, 1000, 2000} {
		var evidence []string
		for i := range n {
			url := fmt.Sprintf("https://a%d.example.com/", i)
			user := fmt.Sprintf("u%d@contoso.example", i)
			evidence = append(evidence, `{"@odata.type":"urlEvidence","url":"`+url+`"}`, `{"@odata.type":"userEvidence","userPrincipalName":"`+user+`"}`,
				fmt.Sprintf(`{"@odata.type":"analyzedMessageEvidence","networkMessageId":"m%d","recipientEmailAddress":%q,"urls":[%q]}`, i, user, url))
		}
		text := graphAlert(clickDetected, evidence...) + "\n"
		b.Run(fmt.Sprintf("%d", n), func(b *testing.B) {
			for b.Loop() {
				r, err := tables.NewReader("f", strings.NewReader(text), tables.Options{Workers: 1})
				require.NoError(b, err)
				rows := 0
				for range r.Rows() {
					rows++
				}
				require.Equal(b, n, rows)
			}
		})
	}
}
