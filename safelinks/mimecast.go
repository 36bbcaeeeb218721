package safelinks

// Mimecast keeps the target on its server and at best tells its host.
var mimecast = wrapper{
	kind: Mimecast, hosts: []string{".mimecastprotect.com", "*.mimecast.com"}, paths: []string{"/s/", "/r/"},
	match: func(p parts) bool {
		return !hasSuffixFold(p.host, ".mimecast.com") || hasPrefixFold(p.host, "protect-")
	},
	unwrap: func(l *Layer, p *parts) outcome {
		l.HostHint = hostHint(p.query, "domain")
		return opaque
	},
	keep: []string{"domain"}, words: []string{"s", "r"},
}
