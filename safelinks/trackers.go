package safelinks

import "strings"

// Redirect pages of mail senders and of social networks that carry their target
// in the link.

var azureCommunication = wrapper{
	kind: AzureCommunication, hosts: []string{".safelink.emails.azure.net"},
	unwrap: byParam("destination"),
	keep:   []string{"destination"}, words: []string{"redirect"},
}

// amazonSES has the target in the path: /L0/<target>/<number>/<token>.
var amazonSES = wrapper{
	kind: AmazonSES, hosts: []string{".awstrack.me"}, paths: []string{"/l0/"},
	unwrap: func(l *Layer, p *parts) outcome {
		return l.setTarget(p, l.repairSlash(unescape(cutAmazonSES(p))), true)
	},
	redact: func(p *parts) string {
		return "/L0/" + cutAmazonSES(p) + "/" + redacted
	},
}

// cutAmazonSES takes the first segment: the target's slashes are encoded, at
// least those behind its scheme.
func cutAmazonSES(p *parts) string {
	target, _, _ := strings.Cut(p.path[len("/L0/"):], "/")
	return target
}

var slack = wrapper{
	kind: Slack, hosts: []string{"slack-redir.net"}, paths: []string{"/link"},
	unwrap: byParam("url"),
	keep:   []string{"url"}, words: []string{"link"},
}

var facebook = wrapper{
	kind: Facebook, hosts: []string{"l.facebook.com", "lm.facebook.com", "l.instagram.com"},
	unwrap: byParam("u"),
	keep:   []string{"u"}, words: []string{"l.php"},
}

var linkedIn = wrapper{
	kind: LinkedIn, hosts: []string{"www.linkedin.com", "linkedin.com"}, paths: []string{"/safety/go", "/redir/redirect"},
	unwrap: byParam("url"),
	keep:   []string{"url"}, words: []string{"safety", "go", "redir", "redirect"},
}

var whatsApp = wrapper{
	kind: WhatsApp, hosts: []string{"l.wl.co"}, paths: []string{"/l"},
	unwrap: byParam("u"),
	keep:   []string{"u"}, words: []string{"l"},
}

// defenderCloudApps is the proxy of Defender for Cloud Apps: the target's own
// host with a suffix, and two parameters of the proxy's.
var defenderCloudApps = wrapper{
	kind: DefenderCloudApps, hosts: []string{".mcas.ms"},
	match: func(p parts) bool {
		return strings.IndexByte(p.host[:len(p.host)-len(".mcas.ms")], '.') > 0
	},
	unwrap: func(l *Layer, p *parts) outcome {
		host := p.host[:len(p.host)-len(".mcas.ms")]
		target := "https://" + host + dropParams(p.tail, "mcasctx", "mcastsid")
		return l.setTarget(p, target, true)
	},
	redact: func(p *parts) string { return dropParams(p.tail, "mcasctx", "mcastsid") },
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

// trackerHosts are click trackers whose links only their servers can follow.
var trackerHosts = [...]string{
	".ct.sendgrid.net", ".sendgrid.net", ".list-manage.com", ".hubspotlinks.com", ".hubspotemail.net",
	"link.mail.beehiiv.com", ".rs6.net", ".mailgun.org", ".mjt.lu", ".exacttarget.com", ".envoke.com",
	".mandrillapp.com", ".cmail19.com", ".cmail20.com", ".klclick.com", ".sendibt2.com", ".sendibt3.com",
}

// isTracker reports whether p leads to a click tracker.
func isTracker(p *parts) bool {
	for _, h := range trackerHosts {
		if hostMatches(p.host, h) {
			return true
		}
	}
	// SendGrid and beehiiv also answer under their customers' names.
	if hasPrefixFold(p.path, "/ls/click") || hasPrefixFold(p.path, "/ss/c/") {
		return true
	}
	return false
}
