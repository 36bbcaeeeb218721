package safelinks

// Google's redirect page, as search results and documents have it.
var google = wrapper{
	kind: Google, hosts: []string{"*"}, paths: []string{"/url"},
	match: func(p parts) bool {
		return isGoogle(p.host) && (len(p.path) == len("/url") || p.path == "/url/")
	},
	unwrap: byParam("q", "url"),
	keep:   []string{"q", "url", "sa", "source"}, words: []string{"url"},
}

// isGoogle reports whether host is google or www.google under a country's
// domain or com.
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
