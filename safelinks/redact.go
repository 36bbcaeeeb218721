package safelinks

import (
	"cmp"
	"strings"
)

// redacted stands where something was removed.
const redacted = "redacted"

// Redact returns a form of raw that still shows the service, host and path but not what a
// Safe Link says of the recipient, tenant and message, nor its token and signature.
//
// A redacted link decodes to the same host and path. Mail addresses, user-info and the
// values of parameters that are named like secrets are removed from the target too. A
// link that is not wrapped is treated like a target. Fragments, and recipients or tokens that
// other wrappers keep in their own encodings, are left: look before you share.
func Redact(raw string) string {
	link, _ := linkIn(raw)
	return redactLink(link, 0)
}

// redactLink is Redact for a link inside depth other links.
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
	target, _, _, o := form.findTarget(p, new(Flags))
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
		kept := isOneOf(name, s.params) || isOneOf(name, s.keep)
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

// front returns the scheme and host of a link, without defanging and user-info.
func (p *parts) front() string {
	scheme := strings.ToLower(p.scheme)
	if scheme == "" {
		return p.host
	}
	return scheme + "://" + p.host
}

// redactPath keeps the given words of a path and removes the others.
func redactPath(path string, words []string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if s != "" && !isOneOf(s, words) {
			segments[i] = redacted
		}
	}
	return strings.Join(segments, "/")
}

// secretNames are the parameters of any site whose values are removed.
var secretNames = []string{
	"token", "access_token", "id_token", "refresh_token", "auth", "authkey", "apikey", "api_key", "key", "code", "state",
	"sig", "signature", "sas", "secret", "client_secret", "password", "passwd", "pwd", "pass", "session", "sessionid", "sid",
	"jwt", "ticket", "otp", "nonce", "samlrequest", "samlresponse", "email", "mail", "user", "username", "login_hint", "upn", "recipient", "mailtoken",
}

// redactTarget removes user-info, the values of secretNames and mail addresses from any
// URL.
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

// redactAddresses removes mail addresses from a text. The at sign may be percent-encoded
// any number of times.
func redactAddresses(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		n := atSignLen(s[i:])
		if n == 0 {
			i++
			continue
		}
		from := i
		for from > done && i-from < maxLocalPart && isLocalPart(s[from-1]) {
			from--
		}
		// The escape of a delimiter in front does not belong to the address.
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

// maxLocalPart is the length of the part of a mail address in front of the at sign: 64
// bytes by RFC 5321, and all of them may be escaped.
const maxLocalPart = 3 * 64

// atSignLen returns the length of an at sign at the start of s: "@", "%40", "%2540" and so
// on. It returns 0 if there is none.
func atSignLen(s string) int {
	if s[0] == '@' {
		return 1
	}
	rest, ok := strings.CutPrefix(s, "%")
	for ok && strings.HasPrefix(rest, "25") {
		rest = rest[2:]
	}
	if ok && strings.HasPrefix(rest, "40") {
		return len(s) - len(rest) + 2
	}
	return 0
}

func isLocalPart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || strings.IndexByte(".!#$%*+-^_`{|}~'", c) >= 0
}
