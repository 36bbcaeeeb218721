package safelinks

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// Data is the content of the data= parameter of the mail form. The zero Data is
// no data=. Fields behind FieldCount are empty.
//
// The names of the fields are ours: Microsoft documents none of them.
type Data struct {
	// FieldCount is the number of fields: 6, 8, 10, 11 and 14 for the versions
	// 01 to 05, fewer when the link was cut.
	FieldCount int
	Version    string
	MailType   string // 01; 02 in links of version 05 since December 2023

	// Recipient is the mailbox that was protected, not the sender; empty for
	// Outlook.com and for some tenants. In a forwarded mail of before December
	// 2023 it may be somebody earlier in the chain.
	Recipient string

	// MessageGUID is the Network-Message-Id of the message in Exchange when
	// IsNetworkMessageID says so: the one that UrlClickEvents, EmailEvents and
	// EmailUrlInfo join on.
	MessageGUID        GUID
	MessageGUIDRaw     string // the text instead, when it is no GUID
	IsNetworkMessageID bool

	// MessageTime is the clock inside the MessageGUID, the start of a bucket of
	// MessageTimeBucket: when the message entered the service. It is zero when
	// that clock is not to be believed: it is outside of 2013 to 2041, or the
	// link was written before it or more than ten minutes behind it. In all
	// links compared it was 0.4 to 129 seconds; the ten minutes are our
	// assumption.
	MessageTime time.Time

	// Tenant is the recipient's Entra tenant; ConsumerTenant for Outlook.com.
	Tenant    GUID
	TenantRaw string // the text instead, when it is no GUID

	Flag1, Flag2 string // 0 or 1; the meaning is not known

	// Ticks is when this link was written, in 100 ns since 0001-01-01 UTC, and
	// RewriteTime is the same as a time: zero when there are none.
	Ticks       int64
	TicksRaw    string // the text instead, when they are no ticks of the years 2013 to 2041
	RewriteTime time.Time

	Verdict string // Unknown in nearly all links

	// Component and Payload are the two halves of the encoded field: who asked
	// for the link ("Mailflow", "WAC") and a JSON object about it.
	Component             string
	Payload               string
	PayloadUndecodable    bool
	Code                  string    // 0, 1000, 3000 and others; the meaning is not known
	Context               [3]string // empty in mail
	DoubleEncoded         bool
	hasMessage, hasTenant bool
}

// ConsumerTenant is the tenant of all Outlook.com mailboxes.
var ConsumerTenant = GUID{0x84, 0xdf, 0x9e, 0x7f, 0xe9, 0xf6, 0x40, 0xaf, 0xb4, 0x35, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa}

// maxRewriteDelay is how long after the message entered the service a link is
// still believed to have been rewritten. The longest of 116 real pairs is 128.6
// seconds; the limit itself is our assumption.
const maxRewriteDelay = 10 * time.Minute

// The bounds of believable ticks: the years 2013 to 2041, as for the ids.
const (
	firstTicks = firstClock << 48
	lastTicks  = (lastClock + 1) << 48
)

// maxFields is the number of fields of the longest layout that is known.
const maxFields = 14

// layoutFields is the number of fields by version.
var layoutFields = [...]int{0, 6, 8, 10, 11, 14}

// data reads the fields of data=.
func (d *decoder) data(l *Link, value string) {
	x := &l.Data
	if i := strings.IndexByte(value, '%'); i >= 0 && hasPrefixFold(value[i:], "%257c") {
		value = unescape(value)
		x.DoubleEncoded = true
		l.Flags |= DoubleEncoded
	}
	var f [maxFields]string
	n, escaped := cutFields(&f, value)
	if n < 2 {
		l.Flags |= UnreadableData
		return
	}
	x.FieldCount = n
	text := func(i int) string {
		if escaped&(1<<i) == 0 {
			return f[i]
		}
		return d.unescape(f[i])
	}
	x.Version = text(0)
	x.MailType = text(1)
	x.Recipient = text(2)
	if f[3] != "" {
		if x.MessageGUID, x.hasMessage = ParseGUID(f[3]); !x.hasMessage {
			x.MessageGUIDRaw = text(3)
		}
	}
	if f[4] != "" {
		if x.Tenant, x.hasTenant = ParseGUID(f[4]); !x.hasTenant {
			x.TenantRaw = text(4)
		}
	}
	x.Flag1 = text(5)
	x.Flag2 = text(6)
	if f[7] != "" {
		ticks, err := strconv.ParseInt(f[7], 10, 64)
		if err == nil && firstTicks <= ticks && ticks < lastTicks {
			x.Ticks, x.RewriteTime = ticks, ticksTime(ticks)
		} else {
			x.TicksRaw = text(7)
		}
	}
	x.Verdict = text(8)
	if f[9] != "" {
		d.payload(x, f[9])
	}
	x.Code = text(10)
	for i := range x.Context {
		x.Context[i] = text(11 + i)
	}
	l.Flags |= x.judge()
}

// judge compares the layout with the ones that are known and the two clocks
// with each other.
func (x *Data) judge() (f Flags) {
	want := 0
	if len(x.Version) == 2 && x.Version[0] == '0' && '1' <= x.Version[1] && x.Version[1] <= '5' {
		want = layoutFields[x.Version[1]-'0']
	}
	switch {
	case want == 0 || x.FieldCount > want:
		f |= UnknownVersion
	case x.FieldCount < want:
		f |= Cut
	}
	if x.MessageGUIDRaw != "" || x.TenantRaw != "" || x.TicksRaw != "" || x.PayloadUndecodable {
		f |= Edited
	}
	t, ok := x.MessageGUID.Time()
	if !ok || x.Component != "" && x.Component != "Mailflow" {
		return f
	}
	if !x.RewriteTime.IsZero() {
		if gap := x.RewriteTime.Sub(t); gap < 0 || gap > maxRewriteDelay {
			return f | IDsDisagree
		}
	}
	x.IsNetworkMessageID, x.MessageTime = true, t
	return f
}

// cutFields cuts data= at its pipes, encoded or raw, and returns how many
// fields there are, also beyond the ones that f holds.
// Bit i of escaped says that field i has escapes of its own.
func cutFields(f *[maxFields]string, s string) (n int, escaped uint) {
	add := func(field string) {
		if n < maxFields {
			f[n] = field
		}
		n++
	}
	raw := strings.IndexByte(s, '|') >= 0
	from, at := 0, 0
	for {
		i := strings.IndexByte(s[at:], '%')
		if i < 0 {
			i = len(s) - at
		}
		at += i
		if raw {
			for {
				bar := strings.IndexByte(s[from:at], '|')
				if bar < 0 {
					break
				}
				add(s[from : from+bar])
				from += bar + 1
			}
		}
		if at == len(s) {
			add(s[from:])
			return n, escaped
		}
		if at+2 < len(s) && s[at+1] == '7' && s[at+2]|0x20 == 'c' {
			add(s[from:at])
			from = at + 3
			at = from
		} else {
			escaped |= 1 << min(n, maxFields)
			at++
		}
	}
}

// maxPayload bounds the payload: real ones have less than 80 bytes.
const maxPayload = 4096

// maxComponent bounds the part of the payload's component that is looked at.
const maxComponent = 64

// knownPayloads are the two payloads that nearly all links of mail have, without
// their padding: comparing is quicker than decoding.
var knownPayloads = [...]struct{ encoded, component, payload string }{
	{"TWFpbGZsb3d8eyJFbXB0eU1hcGkiOnRydWUsIlYiOiIwLjAuMDAwMCIsIlAiOiJXaW4zMiIsIkFOIjoiTWFpbCIsIldUIjoyfQ", "Mailflow", `{"EmptyMapi":true,"V":"0.0.0000","P":"Win32","AN":"Mail","WT":2}`},
	{"TWFpbGZsb3d8eyJWIjoiMC4wLjAwMDAiLCJQIjoiV2luMzIiLCJBTiI6Ik1haWwiLCJXVCI6Mn0", "Mailflow", `{"V":"0.0.0000","P":"Win32","AN":"Mail","WT":2}`},
}

// payload reads base64 of "Component|JSON".
func (d *decoder) payload(x *Data, value string) {
	for i := range knownPayloads {
		k := &knownPayloads[i]
		if rest, ok := strings.CutPrefix(value, k.encoded); ok && (rest == "" || rest == "%3D" || rest == "%3D%3D" || rest == "=" || rest == "==") {
			x.Component, x.Payload = k.component, k.payload
			return
		}
	}
	text, ok := appendBase64(d.room[:0], value)
	bar := bytes.IndexByte(text, '|')
	if bar < 0 || len(value) > maxPayload || !isHostName(string(text[:min(bar, maxComponent)])) {
		x.PayloadUndecodable = true
		return
	}
	both := d.add(settle(text, 0))
	bar = strings.IndexByte(both, '|')
	x.Component = both[:bar]
	if !ok || text[len(text)-1] != '}' {
		// The front of a payload that was cut still has its component.
		x.PayloadUndecodable = true
		return
	}
	x.Payload = both[bar+1:]
}
