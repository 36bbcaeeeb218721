package safelinks

import "slices"

// services is the table of all services. Names are in lower case. Where two rows answer
// at a link, the first one counts, and a row for all hosts after all others.
var services = slices.Concat(microsoft, gateways, isolators, trackers, redirectors)

// microsoft are the pages of Safe Links.
var microsoft = []service{
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
}

// gateways are the wrappers of mail gateways.
var gateways = []service{
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
		unwrap: unwrapProofpointV3, words: []string{"v3"},
	},
	{ // Email Gateway Defense
		kind: "barracuda", hosts: []string{"linkprotect.cudasvc.com"},
		params: []string{"a"}, keep: []string{"typo"}, words: []string{"url"},
	},
	{ // the service, appliances under names of their own, and Cloud App Security
		kind: "trendmicro", paths: []string{"/wis/clicktime/"},
		hosts:  []string{"ctp.trendmicro.com", "*-ctp.trendmicro.com", ".ctp.trendmicro.com", "*-urlprotect.trendmicro.com"},
		params: []string{"url"}, read: readTrendMicro, words: []string{"wis", "clicktime", "v1", "query", "v2", "clickthrough"},
	},
	{ // Harmony Email, formerly Avanan
		kind: "checkpoint-avanan", hosts: []string{"url.avanan.click", "protect.checkpoint.com"}, paths: []string{"/v1/", "/v2/"},
		unwrap: unwrapCheckPoint, words: []string{"v1", "v2"},
	},
	{ // the same, under the names of all its brands
		kind: "checkpoint-url-protection", hosts: []string{".url-protection.com"}, paths: []string{"/v1/"}, match: isCheckPointURL,
		params: []string{"o"}, read: readCheckPointURL, words: []string{"v1", "url"},
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
		params: []string{"u"},
	},
	{
		kind: "edgepilot", hosts: []string{"link.edgepilot.com"}, paths: []string{"/s/", "/x/"},
		unwrap: unwrapEdgePilot,
		keep:   []string{"u"}, words: []string{"s", "x"},
	},
	{ // URLSand
		kind: "libraesva", hosts: []string{"urlsand.esvalabs.com"},
		params: []string{"u"},
	},
	{
		kind: "vade", hosts: []string{".vadesecure.com"}, paths: []string{"/safeproxy/", "/v3", "/v4"},
		params: []string{"u"}, words: []string{"safeproxy", "v3", "v4"},
	},
	{
		kind: "vade", hosts: []string{"antiphishing.vadesecure.com"}, paths: []string{"/2/"},
		unwrap: unwrapVadeOldest,
	},
	{ // Advanced Threat Protection. No link at its newer hosts is known.
		kind: "hornetsecurity", hosts: []string{"atpscan.global.hornetsecurity.com", "seclinks.cloud-security.net", "securelinks.cloud-security.net"},
		unwrap: paramOrOpaque("u"), keep: []string{"u"},
	},
	{ // email encryption and protection of OpenText, formerly AppRiver
		kind: "zix", hosts: []string{"link.zixcentral.com"}, paths: []string{"/u/"},
		unwrap: paramOrOpaque("u"), read: readZix, keep: []string{"u"}, words: []string{"u"},
	},
	{ // LinkLock, of SpamTitan
		kind: "titanhq", hosts: []string{"linklock.titanhq.com"}, paths: []string{"/analyse"},
		params: []string{"url"}, words: []string{"analyse"},
	},
	{ // at one domain for each of its sites: Frankfurt, Tokyo, San Jose
		kind: "sonicwall", hosts: []string{".sonicurlprotection-fra.com", ".sonicurlprotection-tko.com", ".sonicurlprotection-sjl.com"}, paths: []string{"/click"},
		unwrap: unwrapSonicWall, read: readSonicWall,
		keep: []string{"encoded_url"}, words: []string{"click"},
	},
	{
		kind: "knowbe4-defend", hosts: []string{".defend.egress.com"}, paths: []string{"/warning"},
		match:  func(host, _, _ string) bool { return hasPrefixFold(host, "links.") },
		unwrap: unwrapKnowBe4, read: readKnowBe4,
		keep: []string{"@originallink"}, words: []string{"warning"},
	},
	{ // and its partners
		kind: "mailinblack", hosts: []string{"*"}, paths: []string{"/securelink"}, match: isMailinblack,
		unwrap: unwrapMailinblack, keep: []string{"url"}, words: []string{"securelink"},
	},
	{
		kind: "topsec", hosts: []string{"scanner.topsec.com"},
		params: []string{"u"},
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
		unwrap: alwaysOpaque,
	},
	{ // encrypts the target
		kind: "darktrace", hosts: []string{".antigena.com"}, paths: []string{"/l/"},
		unwrap: alwaysOpaque, words: []string{"l"},
	},
	{ // SafeSend, formerly FuseMail
		kind: "vipre", hosts: []string{".mailanyone.net"}, paths: []string{"/v1/", "/scanner"},
		unwrap: alwaysOpaque, read: readVIPRE, words: []string{"v1", "scanner"},
	},
	{
		kind: "azure-communication", hosts: []string{".safelink.emails.azure.net", "emails.azure.microsoft.com"}, paths: []string{"/redirect"},
		params: []string{"destination"}, words: []string{"redirect"},
	},
	{ // answers at the customer's own host, and always writes fewReq
		kind: "fortimail", hosts: []string{"*"}, paths: []string{"/fmlurlsvc/"},
		match:  func(_, _, query string) bool { return hasParam(query, "fewreq") },
		params: []string{"url"}, read: readFortiMail, words: []string{"fmlurlsvc"},
	},
}
