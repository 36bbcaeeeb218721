package safelinks

import "strings"

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
		unwrap: unwrapProofpointV3,
		words:  []string{"v3"},
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
		unwrap: unwrapCheckPoint,
		words:  []string{"v1", "v2"},
	},
	{ // Secure Email
		kind: "cisco", hosts: []string{"secure-web.cisco.com"},
		unwrap: unwrapCisco,
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
		unwrap: unwrapAmazonSES,
		words:  []string{"l0"},
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
		unwrap: unwrapCloudApps, site: true,
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
