package safelinks

import "strings"

// Services that open the target in a browser of their own, and the proxy of Defender for
// Cloud Apps.

var isolators = []service{
	{ // of Proofpoint
		kind: "proofpoint-isolation", hosts: []string{"urlisolation.com", "www.urlisolation.com"}, paths: []string{"/browser"},
		unwrap: unwrapProofpointIsolation, read: readProofpointIsolation,
		keep: []string{"url"}, words: []string{"browser"},
	},
	{
		kind: "zscaler-isolation", hosts: []string{".isolation.zscaler.com"}, paths: []string{"/profile/"},
		params: []string{"original_url"}, read: readParams("tenant", "tenant_hash", "user", "user_hash", "region", "region"),
		words: []string{"profile", "zia-session"},
	},
	{
		kind: "menlo", hosts: []string{"safe.menlosecurity.com"},
		unwrap: unwrapMenlo,
	},
	{ // its page in front of targets with a certificate that it does not know
		kind: "mcas", hosts: certificateCheckers(), paths: []string{"/certificate-checker"},
		params: []string{"originalurl"},
		keep:   []string{"login"}, words: []string{"certificate-checker"},
	},
	{ // the target's host with a suffix
		kind: "mcas", hosts: dotted(cloudAppSuffixes[:]), match: isCloudApp,
		unwrap: unwrapCloudApps, site: true,
	},
}

// Proofpoint: the trace token is "Unix time;customer;first 30 letters of the target".
func unwrapProofpointIsolation(l *Layer, p *parts) outcome {
	if _, ok := param(p.query, "url"); !ok {
		if f := traceToken(p); len(f) == 3 {
			l.HostHint = hostOfFront(f[2])
		}
	}
	return l.unwrapParam(p, "url")
}

func readProofpointIsolation(l *Layer, p *parts) {
	if f := traceToken(p); len(f) > 1 {
		l.setTime(clockClick, unixTime(f[0]))
		l.setVendor("customer", strings.ReplaceAll(f[1], `\_`, "_")) // of Markdown
	}
}

func traceToken(p *parts) []string {
	return strings.SplitN(paramText(p.query, "tracetoken"), ";", 3)
}

// Menlo Security writes its host in front of the target.
func unwrapMenlo(l *Layer, p *parts) outcome {
	return l.setTarget(p, l.repairSlash(strings.TrimPrefix(p.tail, "/")), true)
}

// cloudAppSuffixes are the domains of the proxy of Defender for Cloud Apps, those of its
// test rings and those by region, which it had at first, included.
var cloudAppSuffixes = [...]string{
	"mcas.ms", "admin-mcas.ms", "rs-mcas.ms", "admin-rs-mcas.ms",
	"mcas-gov.us", "admin-mcas-gov.us", "mcas-gov.ms", "admin-mcas-gov.ms",
	"mcas-df.ms", "admin-mcas-df.ms", "rs-mcas-df.ms", "admin-rs-mcas-df.ms",
	"mcas-gov-df.us", "admin-mcas-gov-df.us", "mcas-gov-df.ms", "admin-mcas-gov-df.ms",
	"us.cas.ms", "us2.cas.ms", "us3.cas.ms", "eu.cas.ms", "eu2.cas.ms",
}

// dotted puts a dot in front of each domain, for every host below it.
func dotted(domains []string) []string {
	var hosts []string
	for _, d := range domains {
		hosts = append(hosts, "."+d)
	}
	return hosts
}

func certificateCheckers() []string {
	var hosts []string
	for _, suffix := range cloudAppSuffixes {
		hosts = append(hosts, "mcas-proxyweb."+suffix)
	}
	return hosts
}

// isCloudApp reports whether the part of the host in front of the suffix is a host.
func isCloudApp(host, _, _ string) bool { return strings.Contains(cutCloudApp(host), ".") }

// cutCloudApp returns the host in front of the suffix.
func cutCloudApp(host string) string {
	for _, suffix := range cloudAppSuffixes {
		if hasSuffixFold(host, suffix) && len(host) > len(suffix) && host[len(host)-len(suffix)-1] == '.' {
			return host[:len(host)-len(suffix)-1]
		}
	}
	return ""
}

// Defender for Cloud Apps appends a suffix to the target's host and two parameters to
// its query.
func unwrapCloudApps(l *Layer, p *parts) outcome {
	return l.setTarget(p, "https://"+cutCloudApp(p.host)+dropParams(p.tail, "mcasctx", "mcastsid"), true)
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
	for _, param := range strings.Split(query, "&") {
		if name, _, _ := strings.Cut(param, "="); isOneOf(name, names) {
			continue
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
