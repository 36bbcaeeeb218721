package safelinks

import "strings"

// Redirect pages of search engines, social networks and webmail that carry their target
// in the link.

var redirectors = []service{
	{ // the redirect page of search results and documents
		kind: "google-redirect", hosts: []string{"*"}, paths: []string{"/url"},
		match:  func(host, path, _ string) bool { return isGoogle(host) && isPath(path, "/url") },
		params: []string{"q", "url"},
		keep:   []string{"sa", "source"}, words: []string{"url"},
	},
	{
		kind: "google-amp", hosts: []string{"*"}, paths: []string{"/amp/"},
		match:  func(host, _, _ string) bool { return isGoogle(host) },
		unwrap: unwrapAMP, words: []string{"amp", "c", "v", "s"},
	},
	{
		kind: "google-amp", hosts: []string{"cdn.ampproject.org", ".cdn.ampproject.org"}, paths: []string{"/c/", "/v/"},
		unwrap: unwrapAMP, words: []string{"amp", "c", "v", "s"},
	},
	{
		kind: "google-ads", hosts: []string{"*"}, paths: []string{"/aclk", "/pagead/iclk"},
		match:  func(host, _, _ string) bool { return isGoogle(host) },
		params: []string{"adurl"}, words: []string{"aclk", "pagead", "iclk"},
	},
	{
		kind: "google-ads", paths: []string{"/aclk", "/pagead/aclk", "/pagead/iclk", "/pcs/click"},
		hosts:  []string{"googleadservices.com", "www.googleadservices.com", "googleads.g.doubleclick.net", "adclick.g.doubleclick.net", "ad.doubleclick.net", "pagead2.googlesyndication.com"},
		params: []string{"adurl"}, words: []string{"aclk", "pagead", "iclk", "pcs", "click"},
	},
	{
		kind: "youtube", hosts: []string{"youtube.com", "www.youtube.com", "m.youtube.com"}, paths: []string{"/redirect"},
		params: []string{"q"}, keep: []string{"event"}, words: []string{"redirect"},
	},
	{
		kind: "bing", hosts: bingHosts, paths: []string{"/ck/a"},
		unwrap: unwrapBing, words: []string{"ck", "a"},
	},
	{
		kind: "bing", hosts: bingHosts, paths: []string{"/news/apiclick.aspx"},
		params: []string{"url"}, words: []string{"news", "apiclick.aspx"},
	},
	{
		kind: "duckduckgo", hosts: []string{"duckduckgo.com", "www.duckduckgo.com"}, paths: []string{"/l"},
		match:  func(_, path, _ string) bool { return isPath(path, "/l") },
		params: []string{"uddg"}, words: []string{"l"},
	},
	{
		kind: "slack", hosts: []string{"slack-redir.net", ".slack-redir.net"}, paths: []string{"/link"},
		params: []string{"url"}, words: []string{"link"},
	},
	{
		kind: "facebook", params: []string{"u"}, words: []string{"l.php"},
		hosts: []string{"l.facebook.com", "lm.facebook.com", "l.instagram.com", "l.messenger.com", "l.workplace.com", "l.threads.com", "l.threads.net"},
	},
	{
		kind: "facebook", hosts: []string{"facebook.com", "www.facebook.com", "m.facebook.com"}, paths: []string{"/l.php"},
		params: []string{"u"}, words: []string{"l.php"},
	},
	{
		kind: "whatsapp", hosts: []string{"l.wl.co"}, paths: []string{"/l"},
		params: []string{"u"}, words: []string{"l"},
	},
	{
		kind: "linkedin", hosts: []string{"www.linkedin.com", "linkedin.com"},
		paths:  []string{"/safety/go", "/redir/redirect", "/redirect", "/nhome/nus-redirect"},
		params: []string{"url"}, words: []string{"safety", "go", "redir", "redirect", "nhome", "nus-redirect"},
	},
	{ // not its links in mail, which are those of Amazon SES
		kind: "reddit", hosts: []string{"out.reddit.com", "click.redditmail.com"},
		match:  func(_, path, _ string) bool { return !hasPrefixFold(path, "/cl0/") },
		params: []string{"url"},
	},
	{
		kind: "vk", hosts: []string{"vk.com", "m.vk.com", "away.vk.com", "vk.ru", "m.vk.ru"}, paths: []string{"/away"},
		match:  func(_, path, _ string) bool { return isPath(path, "/away.php") || isPath(path, "/away") },
		params: []string{"to"}, words: []string{"away", "away.php"},
	},
	{
		kind: "steam", hosts: []string{"steamcommunity.com"}, paths: []string{"/linkfilter"},
		params: []string{"url", "u"}, words: []string{"linkfilter"},
	},
	{
		kind: "tumblr", hosts: []string{"t.umblr.com"}, paths: []string{"/redirect"},
		params: []string{"z"}, words: []string{"redirect"},
	},
	{
		kind: "medium", hosts: []string{"medium.com"}, paths: []string{"/r"},
		match:  func(_, path, _ string) bool { return isPath(path, "/r") },
		params: []string{"url"}, words: []string{"r"},
	},
	{ // webmail of GMX, WEB.DE, mail.com and 1&1
		kind: "dereferrer", hosts: derefHosts(), paths: []string{"/mail/client/"},
		match:  func(_, path, _ string) bool { return containsFold(path, "/dereferrer") },
		params: []string{"redirecturl"}, words: []string{"mail", "client", "dereferrer"},
	},
	{
		kind: "yandex-mail", hosts: []string{"*"}, paths: []string{"/re.jsx"},
		match: func(host, _, _ string) bool { return isUnderAnyTLD(host, "mail.yandex.") },
		unwrap: func(l *Layer, p *parts) outcome {
			value, _ := param(p.query, "l")
			return l.setBase64(p, value)
		},
		read: readParams("uid", "recipient_id", "mid", "message_id"), words: []string{"re.jsx"},
	},
	{
		kind: "mailru", hosts: []string{"checklink.mail.ru"}, paths: []string{"/proxy"},
		params: []string{"url"}, read: readParams("email", "recipient", "from", "sender"), words: []string{"proxy"},
	},
	{
		kind: "mailru", hosts: []string{"click.mail.ru", "click.my.mail.ru"}, paths: []string{"/redir"},
		params: []string{"u"}, words: []string{"redir"},
	},
	{ // of Exchange, at the customer's host
		kind: "owa", hosts: []string{"*"}, paths: []string{"/owa/", "/exchweb/bin/redir.asp"}, match: isOWA,
		params: []string{"url"}, words: []string{"owa", "redir.aspx", "exchweb", "bin", "redir.asp"},
	},
	{ // webmail at the customer's host
		kind: "horde", hosts: []string{"*"}, paths: []string{"/horde/services/go.php", "/horde/util/go.php", "/services/go.php"},
		match:  func(_, _, query string) bool { return hasParam(query, "url") },
		params: []string{"url"}, words: []string{"horde", "services", "util", "go.php"},
	},
}

// isPath reports whether path is a path in lower case, with or without a slash behind.
func isPath(path, lower string) bool { return equalFold(strings.TrimSuffix(path, "/"), lower) }

// hasParam reports whether a query has a parameter.
func hasParam(query, name string) bool {
	_, ok := param(query, name)
	return ok
}

// isOWA recognises the page of Outlook on the web, whose path may name a mailbox.
func isOWA(_, path, query string) bool {
	return (hasSuffixFold(path, "/redir.aspx") || hasSuffixFold(path, "/redir.asp")) && hasParam(query, "url")
}

// isGoogle reports whether host is google or www.google under com or the domain of a
// country.
func isGoogle(host string) bool {
	if hasPrefixFold(host, "www.") {
		host = host[len("www."):]
	}
	return isUnderAnyTLD(host, "google.")
}

// isUnderAnyTLD reports whether host is name, in lower case with its dot, under com or the
// domain of a country.
func isUnderAnyTLD(host, name string) bool {
	if !hasPrefixFold(host, name) {
		return false
	}
	tld := host[len(name):]
	for _, second := range [...]string{"com.", "co."} {
		if hasPrefixFold(tld, second) {
			tld = tld[len(second):]
			return len(tld) == 2 && isHostName(tld)
		}
	}
	return equalFold(tld, "com") || len(tld) == 2 && isHostName(tld)
}

// AMP: the target follows the first segment, and another "s" if it is https.
func unwrapAMP(l *Layer, p *parts) outcome {
	_, target := cutAMP(p)
	host := target[strings.Index(target, "://")+len("://"):]
	if !isBareHost(host[:authorityEnd(host)]) {
		return noTarget
	}
	return l.setTarget(p, target, true)
}

// cutAMP cuts what follows the host in front of the target, and returns the target with
// its scheme.
func cutAMP(p *parts) (front, target string) {
	n := strings.IndexByte(p.tail[1:], '/') + 2
	scheme := "http://"
	if strings.HasPrefix(p.tail[n:], "s/") {
		n, scheme = n+len("s/"), "https://"
	}
	return p.tail[:n], scheme + p.tail[n:]
}

var bingHosts = []string{"bing.com", "www.bing.com", "cn.bing.com", "ssl.bing.com"}

// Bing: "a1" and the target in base64. A relative target is Bing's own.
func unwrapBing(l *Layer, p *parts) outcome {
	value, _ := param(p.query, "u")
	if len(value) < 2 || value[0] != 'a' || !isDigit(value[1]) {
		return noTarget
	}
	target, ok := decodeBase64(value[2:])
	if !ok {
		return noTarget
	}
	if strings.HasPrefix(target, "/") {
		target = "https://www.bing.com" + target
	}
	return l.setTarget(p, target, true)
}

// derefHosts returns the hosts of the dereferrer of United Internet.
func derefHosts() []string {
	var hosts []string
	for _, name := range [...]string{
		"gmx.net", "gmx.com", "gmx.co.uk", "gmx.fr", "gmx.de", "gmx.at", "gmx.ch", "web.de", "web-02.de", "mail.com", "mail-02.com", "1und1.de", "1und1-02.de",
	} {
		hosts = append(hosts, "deref-"+name, "www.deref-"+name)
	}
	return hosts
}
