package safelinks

import (
	"maps"
	"slices"
)

// Redact returns a copy without personal data.
//
// Texts that were removed are "redacted", ids are zero. The times, the kinds and the
// redacted links stay.
func (c Chain) Redact() Chain {
	c.Input = Redact(c.Input)
	layers := c.Layers
	c.Layers = nil
	for _, l := range layers {
		c.Layers = append(c.Layers, l.redact())
	}
	return c
}

// redact returns the layer without personal data.
func (l Layer) redact() Layer {
	l.URL = Redact(l.URL)
	if l.Link != nil {
		k := l.Link.redact()
		l.Link = &k
	}
	l.Vendor = redactFields(l.Vendor)
	return l
}

// redact returns the link without personal data.
func (k Link) redact() Link {
	k.App, k.Version = redactAddresses(k.App), redactAddresses(k.Version)
	k.Recipient = redactField(k.Recipient)
	k.Tenant, k.MessageID = GUID{}, GUID{}
	if k.Teams != nil {
		t := *k.Teams
		t.SessionID = GUID{}
		t.ConversationID = redactField(t.ConversationID)
		k.Teams = &t
	}
	k.Raw = redactFields(k.Raw)
	return k
}

// harmlessFields are the entries of Link.Raw and Layer.Vendor that identify nobody.
var harmlessFields = []string{
	"app_token", "field_count", "mail_type", "flag1", "flag2", "verdict", "payload_component", "payload", "code",
	"sdata_bytes", "data_double_encoded", "cluster", "threat", "region", "scheme",
}

// redactFields returns a copy of Link.Raw or Layer.Vendor without personal data.
func redactFields(fields map[string]string) map[string]string {
	fields = maps.Clone(fields)
	for name, value := range fields {
		if slices.Contains(harmlessFields, name) {
			fields[name] = redactAddresses(value)
		} else if value != "0" {
			fields[name] = redactField(value)
		}
	}
	return fields
}

func redactField(value string) string {
	if value == "" {
		return ""
	}
	return redacted
}
