package safelinks

import (
	"log/slog"
	"strings"
	"time"
)

// Form is the page a Safe Link leads to: "mail", "app", "outlook" or "teams".
type Form string

const (
	formMail    Form = "mail"    // https://<region>.safelinks.protection.outlook.com/?url=…
	formApp     Form = "app"     // the same with /ap/<letter>-<token>/: the target opens in an Office app
	formOutlook Form = "outlook" // the page of Outlook on the web, /mail/safelink.html
	formTeams   Form = "teams"   // the page of Teams, atp-safelinks.html
)

// Link holds the fields of a Microsoft Safe Link. Empty fields are absent from the link.
//
// Microsoft documents none of the fields but the recipient. Their meaning was found
// by comparing links with the mails that they came from.
//
// The String and LogValue methods of a Link redact, so that logging it is safe. Its
// JSON form is complete and can be unmarshalled again.
type Link struct {
	Form   Form
	Cloud  string // "commercial", "us-gov", "china", "germany"
	Region string // "eur01"
	App    string // "w" Word, "x" Excel, "p" PowerPoint, "b" PDF, "t" Teams meeting

	// Version is the version of data=, "01" to "05".
	Version string

	// Recipient is the protected mailbox; empty for Outlook.com. In a mail that was
	// forwarded before December 2023 it may be somebody earlier in the chain.
	Recipient string

	// Tenant is the recipient's Entra tenant. All Outlook.com mailboxes have the
	// tenant 84df9e7f-e9f6-40af-b435-aaaaaaaaaaaa.
	Tenant GUID

	// MessageID is the Network-Message-Id of the message, if its clock agrees with
	// Written: the link was written no earlier and at most ten minutes later.
	// Otherwise the id is in Raw, as "message_guid".
	MessageID GUID

	// Received is the clock in MessageID, the start of a [MessageTimeBucket]; zero
	// if it is not plausible.
	Received time.Time

	Written time.Time // when the link was written, to 100 ns
	Signed  bool      // sdata= is present; it cannot be verified offline

	Teams *TeamsPage // of the form "teams", else nil

	// Raw holds undocumented and unparsable fields, by name. Absent and empty
	// fields have no entry.
	//
	//	app_token            what follows the letter in the path of the form "app"
	//	field_count          the number of fields in data=, if it is not that of Version
	//	mail_type            "01"; "02" in links of version 05 since December 2023
	//	flag1, flag2         "0" or "1"
	//	verdict              "Unknown" in nearly all links
	//	payload_component    who asked for the link: "Mailflow", "WAC"
	//	payload              a JSON object
	//	code                 "0", "1000", "3000" and others
	//	context              the last three fields, separated by "|"
	//	sdata_bytes          the length of the signature, if it is not 32; "0" if it is
	//	                     not base64
	//	reserved             "0" in unedited links
	//	message_guid         an id that is not a Network-Message-Id
	//	tenant               a tenant of zeros
	//	correlation_id       corid= of the form "outlook"
	//	data_double_encoded  "true" if data= was percent-encoded twice
	//	data                 data= that holds no fields
	//
	// and message_guid_raw, tenant_raw, ticks_raw, payload_raw and clickparams_raw
	// for text that cannot be parsed.
	Raw map[string]string
}

// setRaw sets an entry of Raw, unless the value is empty.
func (k *Link) setRaw(name, value string) {
	if value == "" {
		return
	}
	if k.Raw == nil {
		k.Raw = make(map[string]string)
	}
	k.Raw[name] = value
}

// attrs returns the fields that String and LogValue show.
func (k Link) attrs() []slog.Attr {
	var attrs []slog.Attr
	add := func(name, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(name, value))
		}
	}
	k = k.redact()
	add("form", string(k.Form))
	add("cloud", k.Cloud)
	add("region", k.Region)
	add("app", k.App)
	add("version", k.Version)
	add("recipient", k.Recipient)
	add("received", timeJSON(k.Received, ticksLayout))
	add("written", timeJSON(k.Written, ticksLayout))
	if k.Teams != nil {
		add("sent", timeJSON(k.Teams.Sent, millisLayout))
	}
	return attrs
}

// String returns the fields that identify nobody, as "name=value" separated by spaces, and
// "redacted" for a recipient.
func (k Link) String() string {
	var b strings.Builder
	for i, a := range k.attrs() {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(a.Key + "=" + a.Value.String())
	}
	return b.String()
}

// LogValue implements [slog.LogValuer]. The value holds what String shows.
func (k Link) LogValue() slog.Value { return slog.GroupValue(k.attrs()...) }
