package safelinks

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// redacted stands where something was taken out.
const redacted = "redacted"

// Redact returns a form of raw that still shows the service, host and path but no
// recipient, tenant, message, token or signature.
//
// A redacted link decodes to the same host and path. Mail addresses, user-info and the
// values of parameters that are named like secrets are removed from the target too. A
// link that is not wrapped is treated like a target.
func Redact(raw string) string {
	return redactLink(raw, 0)
}

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

// harmlessFields are the fields of Link.Raw and Layer.Vendor that identify nobody.
var harmlessFields = []string{
	"app_token", "field_count", "mail_type", "flag1", "flag2", "verdict", "payload_component", "payload", "code",
	"sdata_bytes", "data_double_encoded", "time_utc",
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

func redactLink(raw string, depth int) string {
	if depth > maxDepth {
		return redacted
	}
	var p parts
	p.split(raw)
	s, o := findService(&p)
	switch {
	case o != decoded:
		return redactTarget(raw)
	case s.form != "":
		return redactSafeLink(&p, s.form, depth)
	case s.redact != nil:
		return p.front() + s.redact(&p)
	}
	return redactVendor(&p, s)
}

// redactSafeLink keeps the page and the target.
func redactSafeLink(p *parts, form Form, depth int) string {
	path := cmp.Or(p.path, "/")
	target, _, _, o := form.target(p, new(Flags))
	if o != decoded {
		return p.front() + path + "?" + redacted
	}
	link := p.front() + path + "?url=" + escapeParam(redactLink(target, depth+1))
	if form == formMail || form == formApp {
		link += "&data=" + redacted + "&sdata=" + redacted + "&reserved=0"
	}
	return link
}

// redactVendor keeps the words of the path and the parameters that the table names.
func redactVendor(p *parts, s *service) string {
	var b strings.Builder
	b.WriteString(p.front())
	b.WriteString(redactPath(p.path, s.words))
	separator := byte('?')
	for q := p.query; q != ""; {
		whole := q
		name, value, rest, _ := cutParam(q)
		q = rest
		kept := isOneOf(name, s.keep)
		if kept && isRaw(value) {
			// An unencoded target may extend to the end of the query.
			value, q = whole[len(name)+1:], ""
		}
		b.WriteByte(separator)
		separator = '&'
		b.WriteString(name)
		b.WriteByte('=')
		if kept {
			b.WriteString(redactAddresses(value))
		} else {
			b.WriteString(redacted)
		}
	}
	return b.String()
}

// front is the scheme and host of a link, without defanging and user-info.
func (p *parts) front() string {
	scheme := strings.ToLower(p.scheme)
	if scheme == "" {
		return p.host
	}
	return scheme + "://" + p.host
}

func isOneOf(name string, lower []string) bool {
	for _, l := range lower {
		if equalFold(name, l) {
			return true
		}
	}
	return false
}

// redactPath keeps the words of a wrapper's path and takes out the ids.
func redactPath(path string, words []string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if s != "" && !isOneOf(s, words) {
			segments[i] = redacted
		}
	}
	return strings.Join(segments, "/")
}

// secretNames are the parameters of any site whose values are taken out.
var secretNames = []string{
	"token", "access_token", "id_token", "refresh_token", "auth", "authkey", "apikey", "api_key", "key", "code", "state",
	"sig", "signature", "sas", "secret", "client_secret", "password", "passwd", "pwd", "pass", "session", "sessionid", "sid",
	"jwt", "ticket", "otp", "nonce", "samlrequest", "samlresponse", "email", "mail", "user", "username", "login_hint", "upn", "recipient", "mailtoken",
}

// redactTarget takes out of any URL what no log should have.
func redactTarget(link string) string {
	if n := schemeLen(link); n > 0 && strings.HasPrefix(link[n:], "://") {
		rest := link[n+3:]
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
			link = link[:n+3] + rest[at+1:]
		}
	}
	head, query, ok := strings.Cut(link, "?")
	if !ok {
		return redactAddresses(link)
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	params := strings.Split(query, "&")
	for i, param := range params {
		if name, value, ok := strings.Cut(param, "="); ok && value != "" && isOneOf(name, secretNames) {
			params[i] = name + "=" + redacted
		}
	}
	link = head + "?" + strings.Join(params, "&")
	if hasFragment {
		link += "#" + fragment
	}
	return redactAddresses(link)
}

// redactAddresses takes mail addresses out of a text, with the at sign written
// as it is or percent-encoded any number of times.
func redactAddresses(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		n := atSign(s[i:])
		if n == 0 {
			i++
			continue
		}
		from := i
		for from > done && i-from < maxLocalPart && isLocalPart(s[from-1]) {
			from--
		}
		// The escape of a delimiter in front is not the address's.
		if e := strings.LastIndexByte(s[from:i], '%'); e >= 0 && from+e+3 <= i {
			from += e + 3
		}
		to := i + n
		for to < len(s) && (isHostName(s[to:to+1]) || s[to] == '.') {
			to++
		}
		if from < i && to > i+n {
			b.WriteString(s[done:from])
			b.WriteString(redacted)
			done = to
		}
		i = max(to, i+n)
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// maxLocalPart is the length of a mail address in front of its at sign: 64
// octets, and all of them may be escaped.
const maxLocalPart = 3 * 64

// atSign is the length of an at sign at the start of s: raw, or %40, %2540, …
func atSign(s string) int {
	if s[0] == '@' {
		return 1
	}
	if s[0] != '%' {
		return 0
	}
	i := 1
	for strings.HasPrefix(s[i:], "25") {
		i += 2
	}
	if strings.HasPrefix(s[i:], "40") {
		return i + 2
	}
	return 0
}

func isLocalPart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || strings.IndexByte(".!#$%*+-^_`{|}~'", c) >= 0
}

// escapeParam encodes a URL as the value of a parameter, as Safe Links does.
func escapeParam(s string) string {
	b := make([]byte, 0, len(s)+len(s)/3)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', isDigit(c), strings.IndexByte("-_.~!*()'", c) >= 0:
			b = append(b, c)
		default:
			b = appendEscape(b, c)
		}
	}
	return string(b)
}
