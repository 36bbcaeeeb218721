package safelinks

import (
	"cmp"
	"maps"
	"strconv"
	"strings"
)

// MarshalJSON writes one object. Names of time end in _utc. The members are form,
// region, cloud, app, app_token, field_count, version, mail_type, recipient,
// message_guid, is_network_message_id, message_time_utc (when the message entered the
// service, or was sent in Teams), tenant, flag1, flag2, ticks, time_utc (when the link
// was written), verdict, payload_component, payload, payload_undecodable, code, context,
// data_double_encoded, sdata_bytes (null if it is not base64) and reserved; locale,
// environment, client_version, ring, session_id, service_partition, conversation_id and
// clickparams for Teams; and the other entries of Raw. Fields that the link does not
// have are left out.
func (k Link) MarshalJSON() ([]byte, error) {
	var o object
	k.addTo(&o)
	return o.end()
}

// UnmarshalJSON reads what MarshalJSON writes.
func (k *Link) UnmarshalJSON(b []byte) error {
	m, err := readMembers("link", b)
	if err != nil {
		return err
	}
	var read Link
	read.takeFrom(m)
	if m.err == nil {
		*k = read
	}
	return m.err
}

// addTo adds the members of a link to an object.
func (k Link) addTo(o *object) {
	raw := maps.Clone(k.Raw)
	take := func(name string) string {
		value := raw[name]
		delete(raw, name)
		return value
	}
	fields := layoutFields[k.Version]
	if n, err := strconv.Atoi(take("field_count")); err == nil {
		fields = n
	}
	// field adds a field of data= that the link has, also if it is empty.
	field := func(i int, name, value string) {
		if value != "" || i < fields {
			o.add(name, value)
		}
	}
	o.add("form", k.Form)
	o.text("region", k.Region)
	o.text("cloud", k.Cloud)
	o.text("app", k.App)
	o.text("app_token", take("app_token"))
	if fields != 0 {
		o.add("field_count", fields)
	}
	field(fieldVersion, "version", k.Version)
	field(fieldMailType, "mail_type", take("mail_type"))
	field(fieldRecipient, "recipient", k.Recipient)
	if other := take("message_guid"); other != "" || !k.MessageID.IsZero() {
		o.add("message_guid", cmp.Or(other, k.MessageID.String()))
		o.add("is_network_message_id", other == "")
	}
	o.text("message_guid_raw", take("message_guid_raw"))
	if k.Teams == nil {
		o.text("message_time_utc", timeJSON(k.Received, ticksLayout))
	}
	o.text("tenant", cmp.Or(k.Tenant.String(), take("tenant")))
	o.text("tenant_raw", take("tenant_raw"))
	field(fieldFlag1, "flag1", take("flag1"))
	field(fieldFlag2, "flag2", take("flag2"))
	if !k.Written.IsZero() {
		o.add("ticks", strconv.FormatInt(timeTicks(k.Written), 10))
	}
	o.text("ticks_raw", take("ticks_raw"))
	o.text("time_utc", timeJSON(k.Written, ticksLayout))
	field(fieldVerdict, "verdict", take("verdict"))
	o.text("payload_component", take("payload_component"))
	o.object("payload", take("payload"), take("payload_raw"))
	field(fieldCode, "code", take("code"))
	if context := take("context"); context != "" {
		o.add("context", strings.Split(context, "|"))
	} else if fields > fieldContext1 {
		o.add("context", make([]string, min(fields, maxFields)-fieldContext1))
	}
	if take("data_double_encoded") != "" {
		o.add("data_double_encoded", true)
	}
	if k.Signed {
		switch n, err := strconv.Atoi(take("sdata_bytes")); {
		case err != nil:
			o.add("sdata_bytes", signatureLength)
		case n == 0:
			o.add("sdata_bytes", nil)
		default:
			o.add("sdata_bytes", n)
		}
	}
	o.text("reserved", take("reserved"))
	o.text("correlation_id", take("correlation_id"))
	if t := k.Teams; t != nil {
		o.text("locale", t.Locale)
		o.text("environment", t.Environment)
		o.text("client_version", t.ClientVersion)
		o.text("ring", t.Ring)
		o.text("session_id", t.SessionID.String())
		o.text("service_partition", t.ServicePartition)
		o.text("conversation_id", t.ConversationID)
		o.text("message_time_utc", timeJSON(t.Sent, millisLayout))
		o.object("clickparams", t.ClickParams, take("clickparams_raw"))
	}
	o.rest(raw)
}

// takeFrom sets the fields of a link from the members that addTo writes.
func (k *Link) takeFrom(m *members) {
	m.take("form", &k.Form)
	m.take("region", &k.Region)
	m.take("cloud", &k.Cloud)
	m.take("app", &k.App)
	m.take("version", &k.Version)
	m.take("recipient", &k.Recipient)
	var ofMessage bool
	if m.take("is_network_message_id", &ofMessage); ofMessage {
		m.take("message_guid", &k.MessageID)
	}
	var tenant string
	m.take("tenant", &tenant)
	if k.Tenant, _ = parseGUID(tenant); k.Tenant.IsZero() {
		k.setRaw("tenant", tenant) // redacted, or all zeros
	}
	m.take("time_utc", &k.Written)
	if _, ok := m.all["sdata_bytes"]; ok {
		k.Signed = true
		n := 0 // null
		if m.take("sdata_bytes", &n); n != signatureLength {
			k.setRaw("sdata_bytes", strconv.Itoa(n))
		}
	}
	var fields int
	if m.take("field_count", &fields); fields != layoutFields[k.Version] {
		k.setRaw("field_count", strconv.Itoa(fields))
	}
	if k.Form == formTeams {
		t := new(TeamsPage)
		m.take("locale", &t.Locale)
		m.take("environment", &t.Environment)
		m.take("client_version", &t.ClientVersion)
		m.take("ring", &t.Ring)
		m.take("session_id", &t.SessionID)
		m.take("service_partition", &t.ServicePartition)
		m.take("conversation_id", &t.ConversationID)
		m.take("message_time_utc", &t.Sent)
		t.ClickParams = cmp.Or(m.takeText("clickparams"), m.takeText("clickparams_text"))
		k.Teams = t
	} else {
		m.take("message_time_utc", &k.Received)
	}
	var context []string
	m.take("context", &context)
	if strings.Join(context, "") != "" {
		k.setRaw("context", strings.Join(context, "|"))
	}
	k.setRaw("payload", m.takeText("payload_text"))
	for _, derived := range [...]string{"ticks", "payload_undecodable", "clickparams_undecodable"} {
		delete(m.all, derived)
	}
	for name, value := range m.rest() {
		k.setRaw(name, value)
	}
}
