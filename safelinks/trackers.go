package safelinks

import (
	"encoding/json"
	"strings"
)

// Click trackers of mail senders that carry their target in the link. Most of them also
// answer at hosts of their customers, where the form of the path has to do.

var trackers = []service{
	{ // which sends by Amazon SES
		kind: "resend", hosts: []string{".resend-clicks.com", ".resend-clicks-a.com"}, paths: []string{"/cl0/"},
		unwrap: unwrapAmazonSES, read: readAmazonSES, words: []string{"l0", "cl0"},
	},
	{
		kind: "amazon-ses", hosts: []string{".awstrack.me"}, paths: []string{"/l0/", "/cl0/"},
		unwrap: unwrapAmazonSES, read: readAmazonSES, words: []string{"l0", "cl0"},
	},
	{
		kind: "amazon-ses", hosts: []string{"*"}, paths: []string{"/cl0/http"},
		unwrap: unwrapAmazonSES, read: readAmazonSES, words: []string{"l0", "cl0"},
	},
	{ // the form without HTTPS, of which only the id of the message is its own
		kind: "amazon-ses", hosts: []string{"*"}, paths: []string{"/l0/http"}, match: isAmazonSES,
		unwrap: unwrapAmazonSES, read: readAmazonSES, words: []string{"l0", "cl0"},
	},
	{
		kind: "mailjet", hosts: []string{".mjt.lu"}, paths: []string{"/lnk/"},
		unwrap: unwrapMailjet, read: readMailjet, words: []string{"lnk"},
	},
	{
		kind: "mailjet", hosts: []string{"*"}, paths: []string{"/lnk/"},
		match:  func(_, path, _ string) bool { return isBase64URL(pathSegment(path, 4)) },
		unwrap: unwrapMailjet, read: readMailjet, words: []string{"lnk"},
	},
	{ // the older form
		kind: "mandrill", hosts: mandrillHosts, paths: []string{"/track/click.php"},
		params: []string{"url"}, read: readParams("u", "customer"),
		words: []string{"track", "click.php"},
	},
	{
		kind: "mandrill", hosts: mandrillHosts, paths: []string{"/track/click/"},
		unwrap: unwrapMandrill, read: readMandrill, words: []string{"track", "click"},
	},
	{
		kind: "mandrill", hosts: []string{"*"}, paths: []string{"/track/click/"}, match: isMandrill,
		unwrap: unwrapMandrill, read: readMandrill, words: []string{"track", "click"},
	},
	{
		kind: "mailgun", hosts: []string{"*"}, paths: []string{"/c/ej"}, match: isMailgun,
		unwrap: unwrapMailgun, words: []string{"c"},
	},
	{
		kind: "customerio", hosts: []string{"*"}, paths: []string{"/e/c/eyj"},
		match:  func(_, path, _ string) bool { return strings.HasPrefix(path[len("/e/c/"):], "eyJ") },
		unwrap: unwrapCustomerIO, words: []string{"e", "c"},
	},
	{ // Kit, formerly ConvertKit
		kind: "convertkit", hosts: kitHosts(),
		match:  func(_, path, _ string) bool { return isBase64URL(pathSegment(path, 2)) },
		unwrap: func(l *Layer, p *parts) outcome { return l.setBase64(p, pathSegment(p.path, 2)) },
	},
	{
		kind: "postmark", hosts: []string{".pstmrk.it"}, match: isPostmark,
		unwrap: unwrapPostmark, words: []string{"3s", "3"},
	},
	{
		kind: "substack", hosts: []string{"substack.com"}, paths: []string{"/redirect/2/"},
		unwrap: unwrapSubstack, words: []string{"redirect", "2"},
	},
	{ // its other form has an id alone
		kind: "substack", hosts: []string{"substack.com"}, paths: []string{"/redirect/"},
		unwrap: alwaysOpaque, words: []string{"redirect"},
	},
	{
		kind: "buttondown", hosts: []string{"buttondown.com", "buttondown.email"}, paths: []string{"/c/"},
		unwrap: unwrapButtondown, words: []string{"c"},
	},
	{ // Constant Contact; its newer links have ids alone
		kind: "constant-contact", hosts: []string{"r20.rs6.net"}, paths: []string{"/tn.jsp"},
		unwrap: paramOrOpaque("p"), keep: []string{"p"}, words: []string{"tn.jsp"},
	},
	{ // of HubSpot; its newer links are opaque
		kind: "hubspot-sidekick", hosts: []string{"*"}, paths: []string{"/e1t/", "/s1t/", "/s2t/", "/s3t/"}, match: isSidekick,
		unwrap: paramOrOpaque("t"), keep: []string{"t"}, words: []string{"e1t", "s1t", "s2t", "s3t", "c"},
	},
	{
		kind: "mailtrack", hosts: []string{"mailtrack.io"},
		match:  func(_, _, query string) bool { return hasParam(query, "url") },
		params: []string{"url"}, read: readParams("userid", "customer"), words: []string{"trace", "link", "l"},
	},
	{
		kind: "streak", hosts: []string{"streaklinks.com", "streak-link.com", ".streak-link.com"}, match: isStreak,
		unwrap: func(l *Layer, p *parts) outcome {
			return l.setTarget(p, l.repairSlash(unescape(pathSegment(p.path, 1))), true)
		},
	},
}

// isBase64URL reports whether a segment begins as a web URL in base64 does.
func isBase64URL(segment string) bool { return strings.HasPrefix(segment, "aHR0c") }

// Amazon SES has the target in the path: /L0/<target>/<number>/<message>/<signature>. The
// target is one segment, unless a proxy decoded its slashes.
func unwrapAmazonSES(l *Layer, p *parts) outcome {
	return l.setTarget(p, l.repairSlash(unescape(cutAmazonSES(p))), true)
}

// readAmazonSES reads the id of the message.
func readAmazonSES(l *Layer, p *parts) {
	_, _, message := cutSESTail(p.path)
	l.setTime(clockSent, sesTime(message))
}

// isAmazonSES reports whether a path ends as those of SES do: with a number and the id of a
// message in front of the signature.
func isAmazonSES(_, path, _ string) bool {
	_, number, message := cutSESTail(path)
	return allDigits(number) && !sesTime(message).IsZero()
}

// prefixSES returns the length of "/L0/" or "/CL0/".
func prefixSES(path string) int { return strings.IndexByte(path[1:], '/') + 2 }

func cutAmazonSES(p *parts) string {
	rest := p.path[prefixSES(p.path):]
	target, _, _ := strings.Cut(rest, "/")
	if !strings.HasSuffix(target, ":") {
		return target
	}
	if front, number, message := cutSESTail(rest); allDigits(number) && !sesTime(message).IsZero() {
		return front
	}
	return target
}

// cutSESTail cuts the last three segments off a path, of which the signature does not
// matter.
func cutSESTail(path string) (front, number, message string) {
	path, _ = cutLast(path)
	path, message = cutLast(path)
	front, number = cutLast(path)
	return front, number, message
}

// cutLast cuts the last segment off a path.
func cutLast(path string) (front, segment string) {
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)], path[i+1:]
}

// Mailjet: /lnk/<token>/<number>/<id>/<target in base64>.
func unwrapMailjet(l *Layer, p *parts) outcome { return l.setBase64(p, pathSegment(p.path, 4)) }

func readMailjet(l *Layer, p *parts) {
	l.setTime(clockSent, mailjetTime(pathSegment(p.path, 1)))
}

var mandrillHosts = []string{"mandrillapp.com", ".mandrillapp.com"}

// Mandrill: /track/click/<account>/<host of the target>?p=<token>. The token is JSON that
// has, as a text, the JSON with the target.
func unwrapMandrill(l *Layer, p *parts) outcome {
	var t struct {
		Inner string `json:"p"`
		URL   string `json:"url"`
	}
	decodeJSON(paramText(p.query, "p"), &t)
	if t.Inner != "" {
		// An error leaves the URL as it is.
		_ = json.Unmarshal([]byte(t.Inner), &t)
	}
	if t.URL == "" {
		l.HostHint = asHost(pathSegment(p.path, 3))
		return noTarget
	}
	return l.setTarget(p, t.URL, true)
}

func readMandrill(l *Layer, p *parts) { l.setVendor("customer", pathSegment(p.path, 2)) }

// isMandrill recognises its links at hosts of its customers.
func isMandrill(_, path, query string) bool {
	token, _ := param(query, "p")
	return strings.HasPrefix(token, "eyJ") && allDigits(pathSegment(path, 2)) && isBareHost(pathSegment(path, 3))
}

// Mailgun: /c/<token>, the query of a URL in zlib's compression.
func unwrapMailgun(l *Layer, p *parts) outcome {
	packed, _ := decodeBase64(pathSegment(p.path, 1))
	q, _ := inflate(packed) // of a damaged token, the beginning
	o := l.unwrapParam(&parts{query: q, defanged: p.defanged}, "l")
	if o == decoded {
		l.setVendor("recipient", paramText(q, "r"))
		l.setVendor("message_id", paramText(q, "i"))
		l.setTime(clockSent, unixTime(paramText(q, "e")))
	}
	return o
}

// isMailgun reports whether a path has a token of Mailgun: base64 of what zlib packs
// begins with "eJ", and no token is short.
func isMailgun(_, path, _ string) bool {
	token := pathSegment(path, 1)
	return strings.HasPrefix(token, "eJ") && len(token) >= 64
}

// Customer.io: /e/c/<JSON in base64>/<signature>. The id of the mail ends in a ULID.
func unwrapCustomerIO(l *Layer, p *parts) outcome {
	var t struct {
		URL  string      `json:"href"`
		Mail string      `json:"email_id"`
		Test json.Number `json:"t"` // of a mail sent for a test
	}
	decodeJSON(pathSegment(p.path, 2), &t)
	o := l.setTarget(p, t.URL, true)
	if o == decoded {
		id, _ := decodeBase64(t.Mail)
		l.setTime(clockSent, unixTime(t.Test.String()))
		l.setTime(clockSent, ulidTime(id[max(0, len(id)-16):]))
	}
	return o
}

// kitHosts returns the numbered domains of Kit. Numbers up to 6 are known.
func kitHosts() []string {
	var hosts []string
	for _, name := range [...]string{"click.convertkit-mail", "click.kit-mail"} {
		for _, n := range [...]string{"", "2", "3", "4", "5", "6", "7", "8", "9"} {
			hosts = append(hosts, name+n+".com", "."+name+n+".com")
		}
	}
	return hosts
}

// Postmark: /3s/<target without its scheme>/… An "s" stands for https. The scheme is a
// field of the layer: the target is returned as the link has it.
func unwrapPostmark(l *Layer, p *parts) outcome {
	form := pathSegment(p.path, 0)
	if strings.IndexByte(form, 's') >= 0 {
		l.setVendor("scheme", "https")
	}
	return l.setTarget(p, pathSegment(p.path, 1), false)
}

// isPostmark reports whether a path begins with a form of Postmark, such as "2s" or "3ts".
func isPostmark(_, path, _ string) bool {
	form := pathSegment(path, 0)
	return len(form) > 1 && len(form) < 5 && (form[0] == '2' || form[0] == '3') && strings.Trim(form[1:], "mst") == "" &&
		pathSegment(path, 2) != ""
}

// Substack: /redirect/2/<JSON in base64>.<signature>.
func unwrapSubstack(l *Layer, p *parts) outcome {
	var t struct {
		URL         string      `json:"e"`
		Reader      json.Number `json:"u"`
		Publication json.Number `json:"s"`
		IssuedAt    json.Number `json:"iat"`
	}
	token, _, _ := strings.Cut(pathSegment(p.path, 2), ".")
	decodeJSON(token, &t)
	o := l.setTarget(p, t.URL, true)
	if o == decoded {
		l.setVendor("recipient_id", t.Reader.String())
		l.setVendor("publication_id", t.Publication.String())
		l.setTime(clockRewrite, unixTime(t.IssuedAt.String()))
	}
	return o
}

// Buttondown: /c/<base64 of "id|id|target">.
func unwrapButtondown(l *Layer, p *parts) outcome {
	text, ok := decodeBase64(pathSegment(p.path, 1))
	f := strings.SplitN(text, "|", 3)
	if !ok || len(f) < 3 {
		return noTarget
	}
	return l.setTarget(p, f[2], true)
}

// isSidekick reports whether host is t.sidekickopen and two digits.
func isSidekick(host, _, _ string) bool {
	n, ok := strings.CutSuffix(strings.ToLower(host), ".com")
	n, ok2 := strings.CutPrefix(n, "t.sidekickopen")
	return ok && ok2 && len(n) == 2 && allDigits(n)
}

// isStreak reports whether the second segment of a path is a web URL, encoded.
func isStreak(_, path, _ string) bool { return hasPrefixFold(pathSegment(path, 1), "http") }

// trackerHosts are click trackers whose links only their servers can follow. The
// entries are those of hostMatches.
var trackerHosts = [...]string{
	".ct.sendgrid.net", ".sendgrid.net", ".list-manage.com", ".hubspotlinks.com", ".hubspotemail.net",
	"link.mail.beehiiv.com", ".rs6.net", ".mailgun.org", ".mjt.lu", ".exacttarget.com", ".envoke.com",
	".mandrillapp.com", ".cmail19.com", ".cmail20.com", ".klclick.com", ".sendibt1.com", ".sendibt2.com", ".sendibt3.com",
	".sendibm1.com", ".sendibm2.com", ".sendibm3.com", ".sendibm4.com", ".secureclick.net", "t.co",
}

// trackerPaths are paths of trackers that also answer at their customers' hosts:
// SendGrid, beehiiv and Brevo.
var trackerPaths = [...]string{"/ls/click", "/ss/c/", "/mk/cl/f/"}

// isTracker reports whether p leads to a click tracker.
func isTracker(p *parts) bool {
	for _, h := range index().trackers[p.domain] {
		if hostMatches(p.host, h) {
			return true
		}
	}
	for _, path := range trackerPaths {
		if hasPrefixFold(p.path, path) {
			return true
		}
	}
	return false
}
