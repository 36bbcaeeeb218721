package safelinks

import "strings"

// Check Point has the target in the path between two "___". A token that encodes the
// customer follows.
func unwrapCheckPoint(l *Layer, p *parts) outcome {
	target, token := cutCheckPoint(p.tail)
	if target == "" {
		return noTarget
	}
	switch n := schemeLen(target); {
	case hasPrefixFold(target[n:], "%3a%2f"):
		target = unescape(target)
	case hasPrefixFold(target[n:], "%3a"):
		// A proxy encoded the colon alone.
		target = target[:n] + ":" + target[n+len("%3a"):]
	}
	l.readCheckPointToken(token)
	return l.setTarget(p, l.repairSlash(target), true)
}

func cutCheckPoint(tail string) (target, token string) {
	_, rest, ok := strings.Cut(tail, "___")
	if !ok {
		return "", ""
	}
	i := strings.LastIndex(rest, "___.")
	if i < 0 {
		return "", ""
	}
	return rest[:i], rest[i+len("___."):]
}

// readCheckPointToken reads base64 of "cluster:customer:c:…".
func (l *Layer) readCheckPointToken(token string) {
	if i := strings.IndexAny(token, "?#&/"); i >= 0 {
		token = token[:i]
	}
	text, ok := decodeBase64(token)
	if f := strings.Split(text, ":"); ok && len(f) > 2 {
		l.setVendor("cluster", f[0])
		l.setVendor("customer", f[1])
	}
}
