package safelinks

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The fields of data=, in their order. The names are ours: Microsoft documents none.
const (
	fieldVersion = iota
	fieldMailType
	fieldRecipient
	fieldMessage // 32 digits of a GUID
	fieldTenant  // 32 digits of a GUID
	fieldFlag1
	fieldFlag2
	fieldTicks // when the link was written, in 100 ns since 0001-01-01 UTC
	fieldVerdict
	fieldPayload // "Component|JSON" in base64
	fieldCode
	fieldContext1 // empty in mail, as the next two
	fieldContext2
	fieldContext3
	maxFields
)

// layoutFields is the number of fields, by version of data=.
var layoutFields = map[string]int{"01": 6, "02": 8, "03": 10, "04": 11, "05": 14}

// maxWriteDelay is how long after the message entered the service a link is still
// believed to be written. The longest of 116 real pairs is 128.6 seconds; the limit is
// our assumption.
const maxWriteDelay = 10 * time.Minute

// The bounds of believable ticks: the years 2013 to 2041, as for the ids.
const (
	firstTicks = firstClock << 48
	lastTicks  = (lastClock + 1) << 48
)

// readData reads the fields of data=.
func (k *Link) readData(value string) (flags Flags) {
	if i := strings.IndexByte(value, '%'); i >= 0 && hasPrefixFold(value[i:], "%257c") {
		value = unescape(value)
		k.setRaw("data_double_encoded", "true")
		flags |= FlagMangled
	}
	f, n := splitFields(value)
	if n < 2 {
		k.setRaw("data", f[0])
		return flags | FlagEdited
	}
	k.Version, k.Recipient = f[fieldVersion], f[fieldRecipient]
	k.setRaw("field_count", strconv.Itoa(n))
	k.setRaw("mail_type", f[fieldMailType])
	k.setRaw("flag1", f[fieldFlag1])
	k.setRaw("flag2", f[fieldFlag2])
	k.setRaw("verdict", f[fieldVerdict])
	k.setRaw("code", f[fieldCode])
	if context := f[fieldContext1:]; strings.Join(context, "") != "" {
		k.setRaw("context", strings.Join(context, "|"))
	}
	if want := layoutFields[k.Version]; n > want {
		flags |= FlagUnproven
	} else if n < want {
		flags |= FlagCut
	}
	message, ok := k.readGUID("message_guid", f[fieldMessage])
	if !ok {
		flags |= FlagEdited
	}
	if k.Tenant, ok = k.readGUID("tenant", f[fieldTenant]); !ok {
		flags |= FlagEdited
	}
	if !k.readTicks(f[fieldTicks]) {
		flags |= FlagEdited
	}
	if !k.readPayload(f[fieldPayload]) {
		flags |= FlagEdited
	}
	return flags | k.setMessage(message)
}

// splitFields splits data= at its pipes, raw or encoded, and decodes each field. It
// returns how many fields there are, also beyond the known ones.
func splitFields(s string) (f [maxFields]string, n int) {
	add := func(field string) {
		if n < maxFields {
			f[n] = settle(unescape(field))
		}
		n++
	}
	from := 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '|':
			add(s[from:i])
			from = i + 1
		case s[i] == '%' && hasPrefixFold(s[i:], "%7c"):
			add(s[from:i])
			from = i + len("%7c")
			i = from - 1
		}
	}
	add(s[from:])
	return f, n
}

// readGUID parses a field. A field of zeros becomes the raw field of that name. If the
// field is not a GUID, its text becomes the raw field name + "_raw", and ok is false.
func (k *Link) readGUID(name, text string) (g GUID, ok bool) {
	if text == "" {
		return GUID{}, true
	}
	g, ok = parseGUID(text)
	if !ok {
		k.setRaw(name+"_raw", text)
	} else if g.IsZero() {
		k.setRaw(name, g.dashed())
	}
	return g, ok
}

// setMessage stores the id of the message, if its clock agrees with the time at which
// the link was written, and else the same as a raw field.
func (k *Link) setMessage(id GUID) (flags Flags) {
	if id.IsZero() {
		return 0
	}
	received, ok := id.clock()
	if component := k.Raw["payload_component"]; component != "" && component != "Mailflow" {
		ok = false // the link is not from a mail
	}
	if ok && !k.Written.IsZero() {
		if delay := k.Written.Sub(received); delay < 0 || delay > maxWriteDelay {
			ok, flags = false, FlagDisagree
		}
	}
	if ok {
		k.MessageID, k.Received = id, received
	} else {
		k.setRaw("message_guid", id.String())
	}
	return flags
}

// readTicks reads the time at which the link was written and reports whether it is
// absent or plausible.
func (k *Link) readTicks(text string) bool {
	if text == "" {
		return true
	}
	ticks, err := strconv.ParseInt(text, 10, 64)
	if err != nil || ticks < firstTicks || ticks >= lastTicks {
		k.setRaw("ticks_raw", text)
		return false
	}
	k.Written = ticksTime(ticks)
	return true
}

// maxPayload bounds the payload. Real ones have less than 80 bytes.
const maxPayload = 4096

// readPayload reads base64 of "Component|JSON" and reports whether it is absent or
// complete. The front of a payload that was cut still has its component.
func (k *Link) readPayload(text string) bool {
	if text == "" {
		return true
	}
	if len(text) <= maxPayload {
		b, _ := appendBase64(nil, text)
		component, payload, ok := bytes.Cut(b, []byte("|"))
		if ok && isHostName(string(component)) {
			k.setRaw("payload_component", string(component))
			if object := compactObject(settle(string(payload))); object != "" {
				k.setRaw("payload", object)
				return true
			}
		}
	}
	k.setRaw("payload_raw", text)
	return false
}

// compactObject returns a JSON object in the form in which encoding/json embeds it in
// other JSON, and "" if s is not one.
func compactObject(s string) string {
	if s == "" || s[0] != '{' {
		return ""
	}
	var compact, escaped bytes.Buffer
	if json.Compact(&compact, []byte(s)) != nil {
		return ""
	}
	json.HTMLEscape(&escaped, compact.Bytes())
	return escaped.String()
}
