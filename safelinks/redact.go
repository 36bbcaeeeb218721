package safelinks

import "strings"

// redacted stands where something was taken out.
const redacted = "redacted"

// Redact returns a form of a link that is safe to log, paste and send: it still
// shows the service and decodes to the same host and path, but says nothing of
// the recipient, the tenant and the message, and holds no token, cookie or
// signature. Of the target, mail addresses, user-info and the values of
// parameters that are named like secrets go as well. A link that nobody wrapped
// is treated like a target.
func Redact(raw string) string {
	return redactLink(raw, 0)
}

// Redact returns the layer without recipient, tenant, message and conversation,
// and with its URL redacted. Where something was taken out of a text field it
// says "redacted".
func (l Layer) Redact() Layer {
	if l.URL != "" {
		l.URL = Redact(l.URL)
	}
	l.Link.Original = l.URL
	x, t := &l.Link.Data, &l.Link.Teams
	x.MessageGUID, x.Tenant, x.hasMessage, x.hasTenant = GUID{}, GUID{}, false, false
	l.Link.CorrelationID, t.SessionID = GUID{}, GUID{}
	for _, field := range []*string{
		&x.Recipient, &x.MessageGUIDRaw, &x.TenantRaw, &t.ConversationID, &l.Link.Reserved,
		&x.Context[0], &x.Context[1], &x.Context[2],
		&l.Customer, &l.Recipient, &l.RecipientPath, &l.Sender, &l.SenderDomain,
	} {
		if *field != "" && *field != "0" {
			*field = redacted
		}
	}
	return l
}

// Redact returns the chain with its input and every layer redacted.
func (c Chain) Redact() Chain {
	c.Input = Redact(c.Input)
	layers := make([]Layer, len(c.Layers))
	for i, l := range c.Layers {
		layers[i] = l.Redact()
	}
	c.Layers = layers
	return c
}

// redact is the redacted form of a link in a text.
func (f Found) redact() string { return Redact(f.Chain.Input) }

func redactLink(raw string, depth int) string {
	var (
		p  parts
		pg page
	)
	if depth > MaxDepth {
		return redacted
	}
	if !p.split(raw) {
		return redactTarget(raw)
	}
	front := p.front()
	o := pg.find(&p)
	if o == decoded {
		var room [512]byte
		var flags Flags
		target, _, _, o := pg.appendTarget(room[:0], &p, &flags)
		path := p.path
		if path == "" {
			path = "/"
		}
		if o != decoded {
			return front + path + "?" + redacted
		}
		tail := ""
		if pg.form == Mail || pg.form == App {
			tail = "&data=" + redacted + "&sdata=" + redacted + "&reserved=0"
		}
		return front + path + "?url=" + escapeParam(redactLink(string(target), depth+1)) + tail
	}
	w := findWrapper(&p)
	if w == nil || o == spoofed {
		return redactTarget(raw)
	}
	if w.redact != nil {
		return front + w.redact(&p)
	}
	var b strings.Builder
	b.WriteString(front)
	b.WriteString(redactPath(p.path, w.words))
	sep := byte('?')
	for q := p.query; q != ""; {
		var name, value string
		whole := q
		name, value, q, _ = cutParam(q)
		if isRaw(value) && isOneOf(name, w.keep) {
			// An unencoded target may own the rest of the query.
			value, q = whole[len(name)+1:], ""
		}
		b.WriteByte(sep)
		sep = '&'
		b.WriteString(name)
		b.WriteByte('=')
		if isOneOf(name, w.keep) {
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
