package safelinks

import (
	"slices"
	"strings"
	"sync"
)

// service is one way of one service to wrap a link.
type service struct {
	kind  Kind
	form  Form                                // of Microsoft's pages, else ""
	hosts []string                            // see hostMatches
	paths []string                            // prefixes of the path; none means any
	match func(host, path, query string) bool // what the names above cannot say; nil means yes

	// How to decode and redact the links of other vendors. A redacted link keeps
	// the parameters keep and the words of the path. Services that hold the target
	// elsewhere have a redact instead.
	unwrap func(*Layer, *parts) outcome
	keep   []string
	words  []string
	redact func(*parts) string
}

// services is the table of all services. Names are in lower case.
var services = [...]service{
	{
		kind: KindSafeLinks, form: formApp, hosts: safeLinkHosts, paths: []string{"/ap/"},
	},
	{
		kind: KindSafeLinks, form: formMail, hosts: safeLinkHosts,
	},
	{
		kind: KindSafeLinks, form: formOutlook, hosts: outlookHosts, paths: []string{"/mail/"},
		match: func(_, path, _ string) bool { return hasSuffixFold(path, "/safelink.html") },
	},
	{
		kind: KindTeams, form: formTeams, hosts: teamsHosts, paths: []string{"/evergreen-assets/safelinks/"},
	},
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
	var kinds []Kind
	for i := range services {
		if !slices.Contains(kinds, services[i].kind) {
			kinds = append(kinds, services[i].kind)
		}
	}
	return kinds
}

// serviceIndex finds the entries of the tables that may answer at a host.
type serviceIndex struct {
	byDomain map[string][]*service // by the last two labels of the host
	anywhere []*service            // that answer at any host
	trackers map[string][]string   // entries of trackerHosts, by the last two labels
}

var index = sync.OnceValue(func() *serviceIndex {
	x := &serviceIndex{byDomain: make(map[string][]*service), trackers: make(map[string][]string)}
	for i := range services {
		s := &services[i]
		for _, h := range s.hosts {
			if h == "*" {
				x.anywhere = append(x.anywhere, s)
				continue
			}
			domain := lastTwoLabels(strings.TrimPrefix(h, "*"))
			if !slices.Contains(x.byDomain[domain], s) {
				x.byDomain[domain] = append(x.byDomain[domain], s)
			}
		}
	}
	for _, h := range trackerHosts {
		domain := lastTwoLabels(h)
		x.trackers[domain] = append(x.trackers[domain], h)
	}
	return x
})

// findService returns the service that answers at the host and path of a link. The
// outcome is decoded, spoofed or foreign.
func findService(p *parts) (*service, outcome) {
	if p.host == "" {
		return nil, foreign
	}
	if p.suspicious() {
		if imitates(p.host) || p.userinfo && containsFold(p.path, "safelinks.protection") {
			return nil, spoofed
		}
		return nil, foreign
	}
	s := lookUp(p)
	if (s == nil || s.form == "") && imitates(p.host) {
		return nil, spoofed
	}
	if s == nil {
		return nil, foreign
	}
	return s, decoded
}

// lookUp returns the first row of the table that answers at the host and path, or nil.
func lookUp(p *parts) *service {
	x := index()
	for _, s := range x.byDomain[p.domain] {
		if s.answers(p) {
			return s
		}
	}
	for _, s := range x.anywhere {
		if s.answers(p) {
			return s
		}
	}
	return nil
}

// answers reports whether the service answers at the host and path of p.
func (s *service) answers(p *parts) bool {
	return s.hasPath(p.path) && s.hasHost(p.host) && (s.match == nil || s.match(p.host, p.path, p.query))
}

func (s *service) hasPath(path string) bool {
	for _, prefix := range s.paths {
		if hasPrefixFold(path, prefix) {
			return true
		}
	}
	return len(s.paths) == 0
}

func (s *service) hasHost(host string) bool {
	for _, entry := range s.hosts {
		if hostMatches(host, entry) {
			return true
		}
	}
	return false
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

// decode decodes the layer that the service put around a URL. The outcome is decoded,
// opaque or noTarget.
func (s *service) decode(p *parts) (Layer, outcome) {
	if s.form != "" {
		return decodeSafeLink(p, s)
	}
	l := Layer{Kind: s.kind, Flags: p.flags()}
	link := *p // escapes to the heap; p must not, since most links get no further
	o := s.unwrap(&l, &link)
	if o == opaque {
		l.Flags |= FlagOpaque
	}
	return l, o
}
