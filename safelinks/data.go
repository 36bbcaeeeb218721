package safelinks

import (
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
func (k *Link) readData(data string) (flags Flags) {
	if once := encodedOnce(data); len(once) < len(data) {
		data = once
		k.setRaw("data_double_encoded", "true")
		flags |= FlagMangled
	}
	data = strings.ReplaceAll(data, "|", "%7C") // some tools decode them
	var message GUID
	var context [3]string
	valid := true // all fields that have to be parsed
	n := 0
	for field, rest, more := cutField(data); ; field, rest, more = cutField(rest) {
		ok := true
		switch n {
		case fieldVersion:
			k.Version = fieldText(field)
		case fieldMailType:
			k.setRaw("mail_type", fieldText(field))
		case fieldRecipient:
			k.Recipient = fieldText(field)
		case fieldMessage:
			message, ok = k.readGUID("message_guid", field)
		case fieldTenant:
			k.Tenant, ok = k.readGUID("tenant", field)
		case fieldFlag1:
			k.setRaw("flag1", fieldText(field))
		case fieldFlag2:
			k.setRaw("flag2", fieldText(field))
		case fieldTicks:
			ok = k.readTicks(field)
		case fieldVerdict:
			k.setRaw("verdict", fieldText(field))
		case fieldPayload:
			ok = k.readPayload(field)
		case fieldCode:
			k.setRaw("code", fieldText(field))
		case fieldContext1, fieldContext2, fieldContext3:
			context[n-fieldContext1] = fieldText(field)
		}
		valid = valid && ok
		n++
		if !more {
			break
		}
	}
	if n == 1 {
		k.setRaw("data", k.Version)
		k.Version = ""
		return flags | FlagEdited
	}
	if context != [3]string{} {
		k.setRaw("context", strings.Join(context[:min(n, maxFields)-fieldContext1], "|"))
	}
	if want := layoutFields[k.Version]; n != want {
		k.setRaw("field_count", strconv.Itoa(n))
		if n > want {
			flags |= FlagUnproven
		} else {
			flags |= FlagCut
		}
	}
	if !valid {
		flags |= FlagEdited
	}
	return flags | k.setMessage(message)
}

// encodedOnce decodes data= until its pipes are encoded once.
func encodedOnce(data string) string {
	i := strings.IndexByte(data, '%')
	if i < 0 {
		return data
	}
	for n := timesEncoded(data[i:], "7c"); n > 1; n-- {
		data = unescape(data)
	}
	return data
}

// cutField cuts data= at its first encoded pipe.
func cutField(s string) (field, rest string, more bool) {
	for i := 0; ; i++ {
		n := strings.IndexByte(s[i:], '%')
		if n < 0 {
			return s, "", false
		}
		i += n
		if len(s)-i >= len("%7C") && s[i+1] == '7' && (s[i+2] == 'C' || s[i+2] == 'c') {
			return s[:i], s[i+len("%7C"):], true
		}
	}
}

// fieldText decodes a field. Most fields are short and have nothing to decode.
func fieldText(field string) string {
	for i := range len(field) {
		if c := field[i]; c == '%' || c < ' ' || c > '~' {
			return settle(unescape(field))
		}
	}
	return field
}

// readGUID parses a field. A field of zeros becomes the raw field of that name. If the
// field is not a GUID, its text becomes the raw field name + "_raw", and ok is false.
func (k *Link) readGUID(name, text string) (g GUID, ok bool) {
	if text == "" {
		return GUID{}, true
	}
	g, ok = parseGUID(text)
	if !ok {
		k.setRaw(name+"_raw", fieldText(text))
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
		k.setRaw("ticks_raw", fieldText(text))
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
		decoded, _ := decodeBase64(text)
		component, payload, ok := strings.Cut(decoded, "|")
		if ok && isHostName(component) {
			k.setRaw("payload_component", component)
			if isBraced(payload) && isASCII(payload) {
				k.setRaw("payload", payload)
				return true
			}
		}
	}
	k.setRaw("payload_raw", fieldText(text))
	return false
}

// isBraced reports whether s begins and ends as a JSON object does.
func isBraced(s string) bool { return strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}") }
