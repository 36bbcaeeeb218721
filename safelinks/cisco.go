package safelinks

import "strings"

// Cisco Secure Email: the target is the second half of the path, encoded.
var cisco = wrapper{
	kind: Cisco, hosts: []string{"secure-web.cisco.com"},
	unwrap: func(l *Layer, p *parts) outcome {
		target := cutCisco(p.tail)
		if target == "" {
			return opaque
		}
		if isRaw(target) || isRaw(l.repairSlash(target)) {
			return l.setTarget(p, l.repairSlash(target), true)
		}
		return l.setTarget(p, l.repairSlash(unescape(target)), true)
	},
	redact: func(p *parts) string {
		return "/" + redacted + "/" + cutCisco(p.tail)
	},
}

func cutCisco(tail string) string {
	_, target, _ := strings.Cut(strings.TrimPrefix(tail, "/"), "/")
	return target
}
