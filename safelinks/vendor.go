package safelinks

import (
	"slices"
	"strings"
	"sync"
)

// vendor is one way of one vendor to wrap a link.
type vendor struct {
	kind   Kind
	hosts  []string                            // see hostMatches
	paths  []string                            // prefixes of the path; none means any
	match  func(host, path, query string) bool // what the names above cannot say; nil means yes
	unwrap func(*Layer, *parts) outcome

	// What a redacted link keeps: parameters by name, and words of the path.
	// Vendors that hold the target elsewhere have their own redact.
	keep   []string
	words  []string
	redact func(*parts) string
}

// vendors is the table of all vendors. Names are in lower case.
var vendors = [...]vendor{
	{
		kind: "proofpoint-v1", hosts: proofpointHosts, paths: []string{"/v1/url"},
		unwrap: unwrapProofpointV1,
		keep:   []string{"u"}, words: []string{"v1", "url"},
	},
	{
		kind: "proofpoint-v2", hosts: proofpointHosts, paths: []string{"/v2/url"},
		unwrap: unwrapProofpointV2,
		keep:   []string{"u"}, words: []string{"v2", "url"},
	},
	{
		kind: "proofpoint-v3", hosts: proofpointHosts, paths: []string{"/v3/__"},
		unwrap: unwrapProofpointV3, redact: redactProofpointV3,
	},
	{ // Email Gateway Defense
		kind: "barracuda", hosts: []string{"linkprotect.cudasvc.com"}, paths: []string{"/url"},
		unwrap: byParam("a"),
		keep:   []string{"a", "typo"}, words: []string{"url"},
	},
	{ // the service, and appliances under names of their own
		kind: "trendmicro", hosts: []string{"ctp.trendmicro.com", "*-ctp.trendmicro.com", ".ctp.trendmicro.com"}, paths: []string{"/wis/clicktime/"},
		unwrap: byParam("url"),
		keep:   []string{"url"}, words: []string{"wis", "clicktime", "v1", "query", "v2", "clickthrough"},
	},
	{ // Harmony Email, formerly Avanan
		kind: "checkpoint-avanan", hosts: []string{"url.avanan.click", "protect.checkpoint.com"}, paths: []string{"/v1/", "/v2/"},
		unwrap: unwrapCheckPoint, redact: redactCheckPoint,
	},
	{ // Secure Email
		kind: "cisco", hosts: []string{"secure-web.cisco.com"},
		unwrap: unwrapCisco, redact: redactCisco,
	},
	{
		kind: "sophos", hosts: []string{".protection.sophos.com"},
		unwrap: unwrapSophos,
		keep:   []string{"d", "u"},
	},
	{ // now Trellix Email Security
		kind: "fireeye", hosts: []string{"protect2.fireeye.com", "protect.fireeye.com"}, paths: []string{"/url", "/v1/url"},
		unwrap: byLastParam("u"),
		keep:   []string{"u"}, words: []string{"v1", "url"},
	},
	{ // now Broadcom, Email Security.cloud
		kind: "symantec", hosts: []string{"clicktime.symantec.com", "clicktime.cloud.postoffice.net"},
		unwrap: unwrapSymantec,
		keep:   []string{"u"},
	},
	{ // MailMarshal, which encodes even the dots
		kind: "trustwave", hosts: []string{"scanmail.trustwave.com"},
		unwrap: byParam("u"),
		keep:   []string{"u"},
	},
	{
		kind: "edgepilot", hosts: []string{"link.edgepilot.com"}, paths: []string{"/s/", "/x/"},
		unwrap: unwrapEdgePilot,
		keep:   []string{"u"}, words: []string{"s", "x"},
	},
	{ // URLSand
		kind: "libraesva", hosts: []string{"urlsand.esvalabs.com"},
		unwrap: byParam("u"),
		keep:   []string{"u"},
	},
	{
		kind: "vade", hosts: []string{".vadesecure.com"}, paths: []string{"/safeproxy/"},
		unwrap: byParam("u"),
		keep:   []string{"u"}, words: []string{"safeproxy", "v3", "v4"},
	},
	{ // Advanced Threat Protection
		kind: "hornetsecurity", hosts: []string{"atpscan.global.hornetsecurity.com"},
		unwrap: byParam("u"),
		keep:   []string{"u"},
	},
	{
		kind: "topsec", hosts: []string{"scanner.topsec.com"},
		unwrap: byParam("u"),
		keep:   []string{"u"},
	},
	{
		kind: "inky", hosts: []string{".inky.com"}, paths: []string{"/link"},
		unwrap: unwrapINKY,
		keep:   []string{"domain"}, words: []string{"link"},
	},
	{ // the target is on its server; some links show its host
		kind: "mimecast", hosts: []string{".mimecastprotect.com", "*.mimecast.com"}, paths: []string{"/s/", "/r/"},
		match: func(host, _, _ string) bool {
			return !hasSuffixFold(host, ".mimecast.com") || hasPrefixFold(host, "protect-")
		},
		unwrap: func(l *Layer, p *parts) outcome {
			l.HostHint = hostHint(p.query, "domain")
			return opaque
		},
		keep: []string{"domain"}, words: []string{"s", "r"},
	},
	{ // encrypts the target
		kind: "emailprotection", hosts: []string{"url.emailprotection.link", ".url.emailprotection.link"},
		unwrap: func(*Layer, *parts) outcome { return opaque },
	},
	{ // the redirect page of search results and documents
		kind: "google-redirect", hosts: []string{"*"}, paths: []string{"/url"},
		match: func(host, path, _ string) bool {
			return isGoogle(host) && (len(path) == len("/url") || path == "/url/")
		},
		unwrap: byParam("q", "url"),
		keep:   []string{"q", "url", "sa", "source"}, words: []string{"url"},
	},
	{
		kind: "azure-communication", hosts: []string{".safelink.emails.azure.net"},
		unwrap: byParam("destination"),
		keep:   []string{"destination"}, words: []string{"redirect"},
	},
	{
		kind: "amazon-ses", hosts: []string{".awstrack.me"}, paths: []string{"/l0/"},
		unwrap: unwrapAmazonSES, redact: redactAmazonSES,
	},
	{
		kind: "slack", hosts: []string{"slack-redir.net"}, paths: []string{"/link"},
		unwrap: byParam("url"),
		keep:   []string{"url"}, words: []string{"link"},
	},
	{
		kind: "facebook", hosts: []string{"l.facebook.com", "lm.facebook.com", "l.instagram.com"},
		unwrap: byParam("u"),
		keep:   []string{"u"}, words: []string{"l.php"},
	},
	{
		kind: "linkedin", hosts: []string{"www.linkedin.com", "linkedin.com"}, paths: []string{"/safety/go", "/redir/redirect"},
		unwrap: byParam("url"),
		keep:   []string{"url"}, words: []string{"safety", "go", "redir", "redirect"},
	},
	{
		kind: "whatsapp", hosts: []string{"l.wl.co"}, paths: []string{"/l"},
		unwrap: byParam("u"),
		keep:   []string{"u"}, words: []string{"l"},
	},
	{ // the proxy of Defender for Cloud Apps: the target's host with a suffix
		kind: "mcas", hosts: []string{".mcas.ms"},
		match: func(host, _, _ string) bool {
			return strings.Contains(host[:len(host)-len(".mcas.ms")], ".")
		},
		unwrap: unwrapCloudApps, redact: redactCloudApps,
	},
	{ // answers at the customer's own host, and always writes fewReq
		kind: "fortimail", hosts: []string{"*"}, paths: []string{"/fmlurlsvc/"},
		match: func(_, _, query string) bool {
			_, ok := param(query, "fewreq")
			return ok
		},
		unwrap: byParam("url"),
		keep:   []string{"url"}, words: []string{"fmlurlsvc"},
	},
}

// Kinds returns every kind this package knows.
func Kinds() []Kind {
	kinds := []Kind{KindSafeLinks, KindTeams}
	for i := range vendors {
		kinds = append(kinds, vendors[i].kind)
	}
	return kinds
}

// vendorsByDomain maps the last two labels of a host to the vendors that may answer
// there. The entry "" holds the vendors that answer at any host.
var vendorsByDomain = sync.OnceValue(func() map[string][]*vendor {
	m := make(map[string][]*vendor)
	for i := range vendors {
		v := &vendors[i]
		for _, h := range v.hosts {
			domain := lastTwoLabels(strings.TrimPrefix(h, "*"))
			if !slices.Contains(m[domain], v) {
				m[domain] = append(m[domain], v)
			}
		}
	}
	return m
})

// lastTwoLabels returns the last two labels of a host in lower case.
func lastTwoLabels(host string) string {
	if i := strings.LastIndexByte(host, '.'); i > 0 {
		if j := strings.LastIndexByte(host[:i], '.'); j >= 0 {
			host = host[j+1:]
		}
	}
	return strings.ToLower(host)
}

// findVendor returns the vendor that answers at the host and path of p, or nil.
func findVendor(p *parts) *vendor {
	if p.suspicious() {
		return nil
	}
	m := vendorsByDomain()
	for _, list := range [...][]*vendor{m[lastTwoLabels(p.host)], m[""]} {
		for _, v := range list {
			if v.answers(p) {
				return v
			}
		}
	}
	return nil
}

// answers reports whether the vendor answers at the host and path of p.
func (v *vendor) answers(p *parts) bool {
	hasPath := func(prefix string) bool { return hasPrefixFold(p.path, prefix) }
	hasHost := func(entry string) bool { return hostMatches(p.host, entry) }
	return (len(v.paths) == 0 || slices.ContainsFunc(v.paths, hasPath)) &&
		slices.ContainsFunc(v.hosts, hasHost) &&
		(v.match == nil || v.match(p.host, p.path, p.query))
}

// hostMatches compares a host with an entry of the table: a name, ".name" for every
// host below it, "*name" for every host that ends so with a label or a hyphen in
// front, or "*" for every host.
func hostMatches(host, entry string) bool {
	switch {
	case entry == "*":
		return true
	case entry[0] == '.':
		return hasSuffixFold(host, entry) && isHostName(host[:len(host)-len(entry)])
	case entry[0] == '*':
		return hasSuffixFold(host, entry[1:]) && len(host) > len(entry) && isHostName(host)
	}
	return equalFold(host, entry)
}

// setTarget makes value the URL of the layer, if it is a URL. It is decoded once,
// unless it is literal.
func (l *Layer) setTarget(p *parts, value string, literal bool) outcome {
	url, o := decodeTarget(value, literal, false, p.defanged, &l.Flags)
	if o == decoded {
		l.URL = url
	}
	return o
}

// setVendor sets an entry of Vendor, unless the value is empty.
func (l *Layer) setVendor(name, value string) {
	if value == "" {
		return
	}
	if l.Vendor == nil {
		l.Vendor = make(map[string]string)
	}
	l.Vendor[name] = settle(value)
}

// byParam is what most vendors do: the target is a parameter of the query, encoded
// once. The first name that holds a URL counts.
func byParam(names ...string) func(*Layer, *parts) outcome {
	return func(l *Layer, p *parts) outcome {
		for _, name := range names {
			if value, ok := param(p.query, name); ok && l.setTarget(p, value, false) == decoded {
				return decoded
			}
		}
		return noTarget
	}
}

// byLastParam is byParam for vendors that write the target last and do not encode it:
// the parameter extends to the end of the query, and its escapes belong to the target.
func byLastParam(name string) func(*Layer, *parts) outcome {
	return func(l *Layer, p *parts) outcome {
		for q := p.query; q != ""; {
			n, value, after, escaped := cutParam(q)
			if !equalFold(n, name) {
				q = after
				continue
			}
			if !isRaw(value) {
				return l.setTarget(p, value, false)
			}
			whole := q[len(n)+1:]
			if escaped || strings.Contains(whole, "&amp;") {
				whole = strings.ReplaceAll(whole, "&amp;", "&")
				l.Flags |= FlagMangled
			}
			return l.setTarget(p, whole, true)
		}
		return noTarget
	}
}

// repairSlash turns "https:/host" into "https://host". Safe Links and proxies collapse
// the slashes of a URL that stands in a path.
func (l *Layer) repairSlash(target string) string {
	n := schemeLen(target)
	if n > 0 && strings.HasPrefix(target[n:], ":/") && !strings.HasPrefix(target[n:], "://") {
		l.Flags |= FlagMangled
		return target[:n] + "://" + target[n+2:]
	}
	return target
}

// hostHint returns a parameter with the host of the target, if it is a host.
func hostHint(query, name string) string {
	value, _ := param(query, name)
	value = unescape(value)
	if !isHostName(value) {
		return ""
	}
	return value
}
