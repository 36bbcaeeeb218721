package safelinks

import (
	"encoding/hex"
	"maps"
	"slices"
)

// Redact returns a copy without personal data.
//
// Texts that were removed are "redacted", ids are zero. The times, the kinds and the
// redacted links stay.
func (c Chain) Redact() Chain {
	c.Input = Redact(c.Input)
	// A target that was not encoded runs into the parameters of its wrapper, which only the
	// whole link shows.
	again, _ := Unwrap(c.Input)
	layers := c.Layers
	c.Layers = nil
	for i, l := range layers {
		if i < len(again.Layers) && again.Layers[i].Kind == l.Kind {
			l.URL = again.Layers[i].URL
		}
		c.Layers = append(c.Layers, l.redact())
	}
	return c
}

// redact returns the layer without personal data.
func (l Layer) redact() Layer {
	l.URL, l.HostHint = Redact(l.URL), Redact(l.HostHint)
	if l.Link != nil {
		k := l.Link.redact()
		l.Link = &k
	}
	l.Vendor = redactFields(l.Vendor)
	return l
}

// redact returns the link without personal data.
func (k Link) redact() Link {
	k.App, k.Version = redactWord(k.App), redactWord(k.Version)
	k.Recipient = redactField(k.Recipient)
	k.Tenant, k.MessageID = GUID{}, GUID{}
	if k.Teams != nil {
		t := *k.Teams
		t.SessionID = GUID{}
		t.ConversationID = redactField(t.ConversationID)
		for _, s := range []*string{&t.Locale, &t.Environment, &t.ClientVersion, &t.Ring, &t.ServicePartition} {
			*s = redactWord(*s)
		}
		t.ClickParams = Redact(t.ClickParams)
		k.Teams = &t
	}
	k.Raw = redactFields(k.Raw)
	return k
}

// wordFields are the entries of Link.Raw and Layer.Vendor that hold a word or a number of
// the service.
var wordFields = []string{
	"app_token", "field_count", "mail_type", "flag1", "flag2", "verdict", "payload_component", "code",
	"sdata_bytes", "data_double_encoded", "cluster", "threat", "region", "scheme", "time_utc",
}

// redactFields returns a copy of Link.Raw or Layer.Vendor without personal data.
func redactFields(fields map[string]string) map[string]string {
	fields = maps.Clone(fields)
	for name, value := range fields {
		switch {
		case name == "payload":
			fields[name] = Redact(value)
		case slices.Contains(wordFields, name):
			fields[name] = redactWord(value)
		case value != "0":
			fields[name] = redactField(value)
		}
	}
	return fields
}

// longestWord is the length of a time with all its digits. Words of the services are
// shorter.
const longestWord = len(ticksLayout)

// redactWord removes what is no word, number, version or time. Letters and digits in turn,
// as in a token, are none of them.
func redactWord(s string) string {
	changes := 0
	for i := range len(s) {
		c := s[i]
		if !isLetterOrDigit(c) && (i == 0 || c != '-' && c != '_' && c != '/' && c != '.' && c != ':') {
			return redacted
		}
		if i > 0 && isLetterOrDigit(c) && isLetterOrDigit(s[i-1]) && isDigit(c) != isDigit(s[i-1]) {
			changes++
		}
	}
	_, err := hex.DecodeString(s)
	if len(s) > longestWord || changes > 2 && err != nil {
		return redacted
	}
	return s
}

func redactField(value string) string {
	if value == "" {
		return ""
	}
	return redacted
}
