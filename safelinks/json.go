package safelinks

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The times of the JSON form have all digits that the link has.
const (
	ticksLayout  = "2006-01-02T15:04:05.0000000Z"
	millisLayout = "2006-01-02T15:04:05.000Z"
)

// timeJSON returns a time in UTC, and "" for the zero time.
func timeJSON(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// chainJSON is the JSON form of a Chain.
type chainJSON struct {
	Input    string   `json:"input"`
	Original *string  `json:"original"` // null if no layer was decoded
	Layers   []Layer  `json:"layers"`
	Flags    []string `json:"flags"`
}

// MarshalJSON writes the members input, original (null if no layer was decoded),
// layers and flags.
func (c Chain) MarshalJSON() ([]byte, error) {
	j := chainJSON{Input: c.Input, Layers: c.Layers, Flags: c.Flags.names()}
	if i := slices.IndexFunc(c.Layers, func(l Layer) bool { return l.URL != "" }); i >= 0 {
		original := c.Original()
		j.Original = &original
	}
	if j.Layers == nil {
		j.Layers = []Layer{}
	}
	if j.Flags == nil {
		j.Flags = []string{}
	}
	return marshalJSON(j)
}

// UnmarshalJSON reads what MarshalJSON writes. It ignores other members.
func (c *Chain) UnmarshalJSON(b []byte) error {
	var j chainJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("safelinks: read chain: %w", err)
	}
	flags, err := parseFlags(j.Flags)
	if err != nil {
		return err
	}
	if len(j.Layers) == 0 {
		j.Layers = nil
	}
	*c = Chain{Input: j.Input, Layers: j.Layers, Flags: flags}
	return nil
}

// marshalJSON is json.Marshal without the escapes for HTML.
func marshalJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// MarshalJSON writes one object: kind, url, host_hint and flags, and beside them the
// members of Link (see [Link.MarshalJSON]) or of Vendor. Empty members are left out.
func (l Layer) MarshalJSON() ([]byte, error) {
	var o object
	o.add("kind", l.Kind)
	o.text("url", l.URL)
	o.text("host_hint", l.HostHint)
	if l.Flags != 0 {
		o.add("flags", l.Flags.names())
	}
	if l.Link != nil {
		l.Link.addTo(&o)
	}
	o.rest(l.Vendor)
	return o.end()
}

// UnmarshalJSON reads what MarshalJSON writes.
func (l *Layer) UnmarshalJSON(b []byte) error {
	m, err := readMembers("layer", b)
	if err != nil {
		return err
	}
	var read Layer
	var flags []string
	m.take("kind", &read.Kind)
	m.take("url", &read.URL)
	m.take("host_hint", &read.HostHint)
	m.take("flags", &flags)
	if _, ok := m.all["form"]; ok {
		read.Link = new(Link)
		read.Link.takeFrom(m)
	} else {
		read.Vendor = m.rest()
	}
	if m.err == nil {
		read.Flags, m.err = parseFlags(flags)
	}
	if m.err == nil {
		*l = read
	}
	return m.err
}

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
	payload := take("payload")
	o.object("payload", payload)
	if text := take("payload_raw"); text != "" || payload != "" && !json.Valid([]byte(payload)) {
		o.text("payload_raw", text)
		o.add("payload_undecodable", true)
	}
	field(fieldCode, "code", take("code"))
	if context := take("context"); context != "" || fields > fieldContext1 {
		texts := make([]string, min(fields, maxFields)-fieldContext1)
		if context != "" {
			texts = strings.Split(context, "|")
		}
		o.add("context", texts)
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
		o.object("clickparams", t.ClickParams)
	}
	if text := take("clickparams_raw"); text != "" {
		o.add("clickparams_raw", text)
		o.add("clickparams_undecodable", true)
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
		t.ClickParams = m.takeText("clickparams")
		k.Teams = t
	} else {
		m.take("message_time_utc", &k.Received)
	}
	var context []string
	m.take("context", &context)
	if strings.Join(context, "") != "" {
		k.setRaw("context", strings.Join(context, "|"))
	}
	for _, derived := range [...]string{"ticks", "payload_undecodable", "clickparams_undecodable"} {
		delete(m.all, derived)
	}
	for name, value := range m.rest() {
		k.setRaw(name, value)
	}
}

// object writes a JSON object, member by member.
type object struct {
	b   bytes.Buffer
	err error
}

// add adds a member.
func (o *object) add(name string, v any) {
	quoted, _ := marshalJSON(name)
	value, err := marshalJSON(v)
	if o.err == nil {
		o.err = err
	}
	if o.b.Len() > 0 {
		o.b.WriteByte(',')
	}
	o.b.Write(quoted)
	o.b.WriteByte(':')
	o.b.Write(value)
}

// text adds a string, unless it is empty.
func (o *object) text(name, value string) {
	if value != "" {
		o.add(name, value)
	}
}

// object adds a JSON object, unless it is empty. Other text stays a string, so that it
// can be read back.
func (o *object) object(name, value string) {
	if isEmbeddable(value) {
		o.add(name, json.RawMessage(value))
	} else {
		o.text(name, value)
	}
}

// isEmbeddable reports whether s is a JSON object that comes back unchanged when it was
// part of other JSON.
func isEmbeddable(s string) bool {
	var compact, escaped bytes.Buffer
	if !isBraced(s) || !utf8.ValidString(s) || json.Compact(&compact, []byte(s)) != nil {
		return false
	}
	json.HTMLEscape(&escaped, compact.Bytes())
	return escaped.String() == s
}

// rest adds strings in the order of their names.
func (o *object) rest(m map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		o.text(name, m[name])
	}
}

// end returns the object.
func (o *object) end() ([]byte, error) {
	return append(append([]byte{'{'}, o.b.Bytes()...), '}'), o.err
}

// members are the members of a JSON object that nobody took yet.
type members struct {
	what string // in errors
	all  map[string]json.RawMessage
	err  error // the first error
}

func readMembers(what string, b []byte) (*members, error) {
	m := &members{what: what}
	if err := json.Unmarshal(b, &m.all); err != nil {
		return nil, fmt.Errorf("safelinks: read %s: %w", what, err)
	}
	return m, nil
}

// take unmarshals a member into v, if the object has it, and removes it.
func (m *members) take(name string, v any) {
	b, ok := m.all[name]
	delete(m.all, name)
	if !ok {
		return
	}
	if err := json.Unmarshal(b, v); err != nil && m.err == nil {
		m.err = fmt.Errorf("safelinks: read %s: member %q: %w", m.what, name, err)
	}
}

// takeText returns a string, or the text of another value, and removes it. The text of
// null is empty.
func (m *members) takeText(name string) string {
	b, ok := m.all[name]
	if !ok || string(b) == "null" {
		delete(m.all, name)
		return ""
	}
	if b[0] == '"' {
		var text string
		m.take(name, &text)
		return text
	}
	delete(m.all, name)
	var compact bytes.Buffer
	if err := json.Compact(&compact, b); err != nil && m.err == nil {
		m.err = err // never: the object was read as a whole
	}
	return compact.String()
}

// rest removes all members and returns the texts of those that are not empty.
func (m *members) rest() map[string]string {
	var texts map[string]string
	for name := range m.all {
		if text := m.takeText(name); text != "" {
			if texts == nil {
				texts = make(map[string]string)
			}
			texts[name] = text
		}
	}
	return texts
}
