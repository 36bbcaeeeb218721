package safelinks

import "strings"

// EdgePilot writes the target raw but for its '&'.
var edgePilot = wrapper{
	kind: EdgePilot, hosts: []string{"link.edgepilot.com"}, paths: []string{"/s/", "/x/"},
	unwrap: func(l *Layer, p *parts) outcome {
		value, ok := param(p.query, "u")
		if !ok {
			return opaque
		}
		if isRaw(value) {
			return l.setTarget(p, strings.ReplaceAll(value, "%26", "&"), true)
		}
		return l.setTarget(p, value, false)
	},
	keep: []string{"u"}, words: []string{"s", "x"},
}
