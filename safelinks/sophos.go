package safelinks

// Sophos Email: the target is base64, or only its domain is in the link.
var sophos = wrapper{
	kind: Sophos, hosts: []string{".protection.sophos.com"},
	unwrap: func(l *Layer, p *parts) outcome {
		l.HostHint = hostHint(p.query, "d")
		value, ok := param(p.query, "u")
		if !ok {
			if l.HostHint == "" {
				return noTarget
			}
			return opaque
		}
		b, ok := appendBase64(nil, value)
		if !ok {
			return noTarget
		}
		o := l.setTarget(p, string(b), true)
		if o == decoded {
			l.HostHint = ""
		}
		return o
	},
	keep: []string{"d", "u"},
}

// hostHint is the parameter with the target's host, if it holds one.
func hostHint(query, name string) string {
	value, _ := param(query, name)
	value = unescape(value)
	if !isHostName(value) {
		return ""
	}
	return value
}
