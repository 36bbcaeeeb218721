package safelinks

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// layerJSON is the JSON form of a layer. What the link does not say is left
// out; what it says and leaves empty is there and empty.
type layerJSON struct {
	Kind Kind   `json:"kind"`
	URL  string `json:"url,omitempty"`

	HostHint string `json:"host_hint,omitempty"`
	Form     string `json:"form,omitempty"`
	Region   string `json:"region,omitempty"`
	Cloud    string `json:"cloud,omitempty"`
	App      string `json:"app,omitempty"`
	AppToken string `json:"app_token,omitempty"`

	FieldCount         int             `json:"field_count,omitempty"`
	Version            *string         `json:"version,omitempty"`
	MailType           *string         `json:"mail_type,omitempty"`
	Recipient          *string         `json:"recipient,omitempty"`
	MessageGUID        string          `json:"message_guid,omitempty"`
	MessageGUIDRaw     string          `json:"message_guid_raw,omitempty"`
	IsNetworkMessageID *bool           `json:"is_network_message_id,omitempty"`
	MessageTime        string          `json:"message_time_utc,omitempty"`
	Tenant             string          `json:"tenant,omitempty"`
	TenantRaw          string          `json:"tenant_raw,omitempty"`
	Flag1              *string         `json:"flag1,omitempty"`
	Flag2              *string         `json:"flag2,omitempty"`
	Ticks              string          `json:"ticks,omitempty"`
	TicksRaw           string          `json:"ticks_raw,omitempty"`
	Time               string          `json:"time_utc,omitempty"`
	Verdict            *string         `json:"verdict,omitempty"`
	Component          string          `json:"payload_component,omitempty"`
	Payload            json.RawMessage `json:"payload,omitempty"`
	PayloadUndecodable bool            `json:"payload_undecodable,omitempty"`
	Code               *string         `json:"code,omitempty"`
	Context            []string        `json:"context,omitempty"`
	DoubleEncoded      bool            `json:"data_double_encoded,omitempty"`
	SData              json.RawMessage `json:"sdata_bytes,omitempty"`
	Reserved           string          `json:"reserved,omitempty"`

	CorrelationID          string          `json:"correlation_id,omitempty"`
	Locale                 string          `json:"locale,omitempty"`
	Environment            string          `json:"environment,omitempty"`
	ClientVersion          string          `json:"client_version,omitempty"`
	Ring                   string          `json:"ring,omitempty"`
	SessionID              string          `json:"session_id,omitempty"`
	ServicePartition       string          `json:"service_partition,omitempty"`
	ConversationID         string          `json:"conversation_id,omitempty"`
	ClickParams            json.RawMessage `json:"clickparams,omitempty"`
	ClickParamsUndecodable bool            `json:"clickparams_undecodable,omitempty"`

	Customer      string `json:"customer,omitempty"`
	Cluster       string `json:"cluster,omitempty"`
	RecipientPath string `json:"recipient_path,omitempty"`
	Sender        string `json:"sender,omitempty"`
	SenderDomain  string `json:"sender_domain,omitempty"`
}

// The times of JSON: all digits that the link has.
const (
	ticksLayout  = "2006-01-02T15:04:05.0000000Z"
	millisLayout = "2006-01-02T15:04:05.000Z"
)

func timeJSON(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// MarshalJSON writes the layer as one object: its kind and URL, and the fields
// that the link has, under the names region, cloud, app, app_token,
// field_count, version, mail_type, recipient, message_guid,
// is_network_message_id, message_time_utc, tenant, flag1, flag2, ticks,
// time_utc, verdict, payload_component, payload, payload_undecodable, code,
// context, data_double_encoded, sdata_bytes (null when it is not base64) and
// reserved, with message_guid_raw, tenant_raw and ticks_raw for text that does
// not parse; locale, environment, client_version, ring, session_id,
// service_partition, conversation_id and clickparams for Teams;
// correlation_id for Outlook; host_hint, customer, cluster, recipient_path,
// sender and sender_domain for other vendors. Times are UTC.
func (l Layer) MarshalJSON() ([]byte, error) {
	k, x, t := &l.Link, &l.Link.Data, &l.Link.Teams
	j := layerJSON{
		Kind: l.Kind, URL: l.URL, HostHint: l.HostHint,
		Form: k.Form.String(), Region: k.Region, App: k.App, AppToken: k.AppToken,
		FieldCount:     x.FieldCount,
		MessageGUIDRaw: x.MessageGUIDRaw, MessageTime: timeJSON(x.MessageTime, ticksLayout),
		TenantRaw: x.TenantRaw, TicksRaw: x.TicksRaw, Time: timeJSON(x.RewriteTime, ticksLayout),
		Component: x.Component, PayloadUndecodable: x.PayloadUndecodable,
		DoubleEncoded: x.DoubleEncoded, Reserved: k.Reserved,
		CorrelationID: k.CorrelationID.String(),
		Locale:        t.Locale, Environment: t.Environment, ClientVersion: t.ClientVersion, Ring: t.Ring,
		SessionID: t.SessionID.String(), ServicePartition: t.ServicePartition, ConversationID: t.ConversationID,
		ClickParamsUndecodable: t.ClickParamsUndecodable,
		Customer:               l.Customer, Cluster: l.Cluster, RecipientPath: l.RecipientPath,
		Sender: l.Sender, SenderDomain: l.SenderDomain,
	}
	if k.Form != Teams {
		j.Cloud = k.Cloud.String()
	} else {
		j.MessageTime = timeJSON(t.MessageTime, millisLayout)
	}
	if !l.Time.IsZero() {
		j.Time = timeJSON(l.Time, ticksLayout)
	}
	if l.Recipient != "" {
		j.Recipient = &l.Recipient
	}
	for i, f := range [...]struct {
		from  *string
		field **string
	}{
		0: {&x.Version, &j.Version}, 1: {&x.MailType, &j.MailType}, 2: {&x.Recipient, &j.Recipient},
		5: {&x.Flag1, &j.Flag1}, 6: {&x.Flag2, &j.Flag2}, 8: {&x.Verdict, &j.Verdict}, 10: {&x.Code, &j.Code},
	} {
		if f.from != nil && i < x.FieldCount {
			*f.field = f.from
		}
	}
	if x.hasMessage {
		b, _ := x.MessageGUID.AppendText(nil)
		j.MessageGUID = string(b)
		j.IsNetworkMessageID = &x.IsNetworkMessageID
	}
	if x.hasTenant {
		b, _ := x.Tenant.AppendText(nil)
		j.Tenant = string(b)
	}
	if x.Ticks != 0 {
		j.Ticks = strconv.FormatInt(x.Ticks, 10)
	}
	if x.FieldCount > 11 {
		j.Context = x.Context[:min(x.FieldCount, maxFields)-11]
	}
	j.Payload, j.PayloadUndecodable = rawJSON(x.Payload, x.PayloadUndecodable)
	j.ClickParams, j.ClickParamsUndecodable = rawJSON(t.ClickParams, t.ClickParamsUndecodable)
	if k.HasSignature {
		j.SData = json.RawMessage("null")
		if k.SignatureBytes > 0 {
			j.SData = strconv.AppendInt(nil, int64(k.SignatureBytes), 10)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(j)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// rawJSON is text as JSON, or the remark that it is none.
func rawJSON(text string, undecodable bool) (json.RawMessage, bool) {
	if text == "" {
		return nil, undecodable
	}
	if !json.Valid([]byte(text)) {
		return nil, true
	}
	return json.RawMessage(text), undecodable
}
