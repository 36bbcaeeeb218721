package safelinks

import "strings"

// Redirect pages of mail senders and of other services that carry their target in the
// link, and click trackers that do not.

// isGoogle reports whether host is google or www.google under com or the domain of a
// country.
func isGoogle(host string) bool {
	if hasPrefixFold(host, "www.") {
		host = host[len("www."):]
	}
	if !hasPrefixFold(host, "google.") {
		return false
	}
	tld := host[len("google."):]
	if len(tld) > 4 && (hasPrefixFold(tld, "com.") || hasPrefixFold(tld, "co.")) {
		tld = tld[len(tld)-2:]
		return isHostName(tld) && (len(host) == len("google.com.")+2 || len(host) == len("google.co.")+2)
	}
	return equalFold(tld, "com") || len(tld) == 2 && isHostName(tld)
}

// Amazon SES has the target in the path: /L0/<target>/<number>/<token>.
func unwrapAmazonSES(l *Layer, p *parts) outcome {
	return l.setTarget(p, l.repairSlash(unescape(cutAmazonSES(p))), true)
}

// cutAmazonSES returns the target. It is one segment: its slashes are encoded, at
// least those behind its scheme.
func cutAmazonSES(p *parts) string {
	target, _, _ := strings.Cut(p.path[len("/L0/"):], "/")
	return target
}

// Defender for Cloud Apps appends a suffix to the target's host and two parameters to
// its query.
func unwrapCloudApps(l *Layer, p *parts) outcome {
	host := p.host[:len(p.host)-len(".mcas.ms")]
	return l.setTarget(p, "https://"+host+dropParams(p.tail, "mcasctx", "mcastsid"), true)
}

// dropParams removes parameters from what follows a host.
func dropParams(tail string, names ...string) string {
	head, query, ok := strings.Cut(tail, "?")
	if !ok {
		return tail
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	var b strings.Builder
	b.WriteString(head)
	sep := byte('?')
next:
	for _, param := range strings.Split(query, "&") {
		name, _, _ := strings.Cut(param, "=")
		for _, n := range names {
			if equalFold(name, n) {
				continue next
			}
		}
		b.WriteByte(sep)
		b.WriteString(param)
		sep = '&'
	}
	if hasFragment {
		b.WriteString("#" + fragment)
	}
	return b.String()
}

// trackerHosts are click trackers whose links only their servers can follow. The
// entries are those of hostMatches.
var trackerHosts = [...]string{
	".ct.sendgrid.net", ".sendgrid.net", ".list-manage.com", ".hubspotlinks.com", ".hubspotemail.net",
	"link.mail.beehiiv.com", ".rs6.net", ".mailgun.org", ".mjt.lu", ".exacttarget.com", ".envoke.com",
	".mandrillapp.com", ".cmail19.com", ".cmail20.com", ".klclick.com", ".sendibt2.com", ".sendibt3.com",
}

// trackerPaths are paths of trackers that also answer at their customers' hosts:
// SendGrid and beehiiv.
var trackerPaths = [...]string{"/ls/click", "/ss/c/"}

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
