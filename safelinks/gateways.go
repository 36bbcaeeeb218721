package safelinks

import "strings"

// Mail gateways that need a few lines of their own.

// Cisco: the target is the second half of the path, encoded.
func unwrapCisco(l *Layer, p *parts) outcome {
	target := cutCisco(p.tail)
	if target == "" {
		return opaque
	}
	if isRaw(target) || isRaw(l.repairSlash(target)) {
		return l.setTarget(p, l.repairSlash(target), true)
	}
	return l.setTarget(p, l.repairSlash(unescape(target)), true)
}

func cutCisco(tail string) string {
	_, target, _ := strings.Cut(strings.TrimPrefix(tail, "/"), "/")
	return target
}

// Sophos: the target is base64, or the link has only its domain.
func unwrapSophos(l *Layer, p *parts) outcome {
	hint := hostHint(p.query, "d")
	value, ok := param(p.query, "u")
	if !ok {
		l.HostHint = hint
		if hint == "" {
			return noTarget
		}
		return opaque
	}
	b, ok := decodeBase64(value)
	if !ok {
		return noTarget
	}
	return l.setTarget(p, b, true)
}

// Symantec: the oldest form has a token instead of the target.
func unwrapSymantec(l *Layer, p *parts) outcome {
	o := byLastParam("u")(l, p)
	if _, ok := param(p.query, "d"); ok && o == noTarget {
		return opaque
	}
	return o
}

// EdgePilot encodes no more of the target than its '&'.
func unwrapEdgePilot(l *Layer, p *parts) outcome {
	value, ok := param(p.query, "u")
	if !ok {
		return opaque
	}
	if isRaw(value) {
		return l.setTarget(p, strings.ReplaceAll(value, "%26", "&"), true)
	}
	return l.setTarget(p, value, false)
}
