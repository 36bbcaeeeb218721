package safelinks

import (
	"strconv"
	"strings"
	"time"
)

// TeamsPage is what the click page of Teams says beside the target. The zero
// TeamsPage is none. The page also carries the user's session cookie (pc=),
// which this package neither returns nor prints.
type TeamsPage struct {
	Locale           string // "en-us"
	Environment      string // ce=, "prod"
	ClientVersion    string // cv=, "49/26040401723"
	Ring             string // "general"
	SessionID        GUID   // ssid=
	ServicePartition string // out of dest=: "emea", "amer-02"
	ConversationID   string // out of sd=: "19:…@unq.gbl.spaces"

	// MessageTime is when the Teams message was sent, to the millisecond.
	MessageTime time.Time

	// ClickParams is a JSON object: the client's name, its version and whether
	// the user is federated.
	ClickParams            string
	ClickParamsUndecodable bool
}

// teams reads the parameters of a part of the query.
func (d *decoder) teams(l *Link, q string) {
	t := &l.Teams
	for q != "" {
		name, value, after, escaped := cutParam(q)
		if escaped {
			l.Flags |= Escaped
		}
		switch {
		case equalFold(name, "locale"):
			t.Locale = d.unescape(value)
		case equalFold(name, "ce"):
			t.Environment = d.unescape(value)
		case equalFold(name, "cv"):
			t.ClientVersion = d.unescape(value)
		case equalFold(name, "ring"):
			t.Ring = d.unescape(value)
		case equalFold(name, "ssid"):
			t.SessionID, _ = ParseGUID(value)
		case equalFold(name, "dest"):
			t.ServicePartition = servicePartition(unescape(value))
		case equalFold(name, "wau"):
			var p parts
			if p.split(unescape(value)) {
				if region, h := matchSafeLinkHost(p.host); h != nil {
					l.Region, l.Cloud = strings.ToLower(region), h.cloud
				}
			}
		case equalFold(name, "sd"):
			t.sessionData(unescape(value))
		case equalFold(name, "si"):
			t.sessionInfo(unescape(value))
		case equalFold(name, "clickparams"):
			b, ok := appendBase64(nil, value)
			if ok && len(b) <= maxPayload && b[0] == '{' && b[len(b)-1] == '}' {
				t.ClickParams = string(b)
			} else {
				t.ClickParamsUndecodable = true
			}
		case equalFold(name, "url"):
			l.Flags |= Repeated
		}
		q = after
	}
}

// servicePartition is the piece behind /api/mt/, or behind /api/mt/part/.
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

// sessionData reads "{convId: 19:…, messageId: 1777988765815}", which looks
// like JSON and is none.
func (t *TeamsPage) sessionData(s string) {
	if _, rest, ok := strings.Cut(s, "convId:"); ok {
		id, _, _ := strings.Cut(rest, ", messageId")
		t.ConversationID = strings.Trim(id, ` "{},`)
	}
	if _, rest, ok := strings.Cut(s, "messageId:"); ok {
		t.message(strings.Trim(rest, ` "{},`))
	}
}

// sessionInfo reads "message;parent message;conversation", which older clients
// send without the session data.
func (t *TeamsPage) sessionInfo(s string) {
	message, rest, _ := strings.Cut(s, ";")
	if t.MessageTime.IsZero() {
		t.message(message)
	}
	if _, id, ok := strings.Cut(rest, ";"); ok && t.ConversationID == "" {
		t.ConversationID = id
	}
}

// message reads a message id: milliseconds since 1970. Teams began in 2016; an
// id outside of 2013 to 2041 is no clock.
func (t *TeamsPage) message(id string) {
	ms, err := strconv.ParseInt(id, 10, 64)
	if at := time.UnixMilli(ms).UTC(); err == nil && at.Year() >= 2013 && at.Year() <= 2041 {
		t.MessageTime = at
	}
}

// cookieMarks are how the parameter with the cookie begins, and what ends it,
// by how often the link around it is percent-encoded.
var cookieMarks = [...]struct{ amp, is string }{{"&", "="}, {"%26", "%3d"}, {"%2526", "%253d"}}

// maskCookie takes the session cookie out of the page of Teams, at any depth of
// encoding.
func maskCookie(link string) string {
	for _, m := range cookieMarks {
		if indexFold(link, "pc"+m.is) < 0 {
			continue
		}
		var b strings.Builder
		first := true
		for rest := link; ; first = false {
			end := indexFold(rest, m.amp)
			if end < 0 {
				end = len(rest)
			}
			b.WriteString(maskParam(rest[:end], "pc"+m.is, first))
			if end == len(rest) {
				break
			}
			b.WriteString(rest[end : end+len(m.amp)])
			rest = rest[end+len(m.amp):]
		}
		link = b.String()
	}
	return link
}

// maskParam takes the value out of a parameter of that name. The first piece of
// a link holds all that stands in front of its parameters.
func maskParam(piece, name string, first bool) string {
	i := indexFold(piece, name)
	if i < 0 {
		return piece
	}
	front := piece[:i]
	if front == "" || strings.HasSuffix(front, ";") || first && (strings.HasSuffix(front, "?") || hasSuffixFold(front, "%3f")) {
		return piece[:i+len(name)] + redacted
	}
	return piece
}
