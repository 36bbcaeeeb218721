package safelinks

import (
	"strconv"
	"strings"
	"time"
)

// TeamsPage holds the fields of the Teams click page. The session cookie is never
// returned.
type TeamsPage struct {
	Locale           string // "en-us"
	Environment      string // ce=, "prod"
	ClientVersion    string // cv=, "49/26040401723"
	Ring             string // "general"
	ServicePartition string // of dest=: "emea", "amer-02"
	ConversationID   string // of sd=: "19:…@unq.gbl.spaces"
	SessionID        GUID   // ssid=

	// Sent is when the message was sent, to the millisecond.
	Sent time.Time

	// ClickParams is a JSON object with the name and version of the client and
	// whether the user is federated.
	ClickParams string
}

// readTeams reads a part of the query of the Teams page.
func (k *Link) readTeams(q string) (flags Flags) {
	t := k.Teams
	for q != "" {
		name, value, after, escaped := cutParam(q)
		if escaped {
			flags |= FlagMangled
		}
		q = after
		text := settle(unescape(value))
		switch strings.ToLower(name) {
		case "locale":
			t.Locale = text
		case "ce":
			t.Environment = text
		case "cv":
			t.ClientVersion = text
		case "ring":
			t.Ring = text
		case "ssid":
			t.SessionID, _ = parseGUID(value)
		case "dest":
			t.ServicePartition = servicePartition(text)
		case "wau":
			var p parts
			p.split(unescape(value))
			if region, cloud := splitSafeLinkHost(p.host); cloud.name != "" {
				k.Region, k.Cloud = strings.ToLower(region), cloud.name
			}
		case "sd":
			t.readSessionData(text)
		case "si":
			t.readSessionInfo(text)
		case "clickparams":
			k.readClickParams(value)
		case "url":
			flags |= FlagEdited | FlagRepeated
		}
	}
	return flags
}

// readClickParams reads base64 of a JSON object.
func (k *Link) readClickParams(value string) {
	if len(value) <= maxPayload {
		if text, ok := decodeBase64(value); ok && isBraced(text) {
			k.Teams.ClickParams = settle(text)
			return
		}
	}
	k.setRaw("clickparams_raw", settle(unescape(value)))
}

// servicePartition returns the segment behind /api/mt/ or /api/mt/part/.
func servicePartition(dest string) string {
	_, rest, ok := strings.Cut(dest, "/api/mt/")
	if !ok {
		return ""
	}
	rest = strings.TrimPrefix(rest, "part/")
	partition, _, ok := strings.Cut(rest, "/")
	if !ok || !isHostName(partition) {
		return ""
	}
	return partition
}

// readSessionData reads "{convId: 19:…, messageId: 1777988765815}". It looks like JSON
// but is not.
func (t *TeamsPage) readSessionData(s string) {
	if _, rest, ok := strings.Cut(s, "convId:"); ok {
		id, _, _ := strings.Cut(rest, ", messageId")
		t.ConversationID = strings.Trim(id, ` "{},`)
	}
	if _, rest, ok := strings.Cut(s, "messageId:"); ok {
		t.readMessageID(strings.Trim(rest, ` "{},`))
	}
}

// readSessionInfo reads "message;parent message;conversation", which older clients
// send without the session data.
func (t *TeamsPage) readSessionInfo(s string) {
	message, rest, _ := strings.Cut(s, ";")
	if t.Sent.IsZero() {
		t.readMessageID(message)
	}
	if _, id, ok := strings.Cut(rest, ";"); ok && t.ConversationID == "" {
		t.ConversationID = id
	}
}

// readMessageID reads the id of a Teams message: milliseconds since 1970. Teams began
// in 2016; an id outside the years 2013 to 2041 has no clock.
func (t *TeamsPage) readMessageID(id string) {
	ms, err := strconv.ParseInt(id, 10, 64)
	if at := time.UnixMilli(ms).UTC(); err == nil && at.Year() >= 2013 && at.Year() <= 2041 {
		t.Sent = at
	}
}
