package safelinks

import "strings"

// Check Point has the target in the path between two "___". A token that encodes the
// customer follows. Links without the token are known, and links that end in the closing
// marks.
func unwrapCheckPoint(l *Layer, p *parts) outcome {
	target, token, whole := cutCheckPoint(p.tail)
	if target == "" {
		return noTarget
	}
	if !whole {
		l.Flags |= FlagCut
	}
	target = unstar(target)
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

// cutCheckPoint cuts a link at its marks. whole is false if the token is missing. Two of
// the three closing marks are enough to know that the target is whole; a single one may
// belong to it.
func cutCheckPoint(tail string) (target, token string, whole bool) {
	_, rest, ok := strings.Cut(tail, "___")
	if !ok {
		return "", "", false
	}
	if i := strings.LastIndex(rest, "___."); i >= 0 {
		return rest[:i], rest[i+len("___."):], true
	}
	if target, ok := strings.CutSuffix(rest, "___"); ok {
		return target, "", false
	}
	if target, ok := strings.CutSuffix(rest, "__"); ok {
		return target, "", false
	}
	return "", "", false
}

// unstar turns "*2F" into "%2F": some links have stars for the percent signs of the
// target's escapes. Only escapes of ASCII are known; a star in front of other digits
// is the target's own.
func unstar(target string) string {
	var b strings.Builder
	for i := range len(target) {
		c := target[i]
		if c == '*' && i+2 < len(target) && '2' <= target[i+1] && target[i+1] <= '7' {
			if _, ok := unhex(target[i+2]); ok {
				c = '%'
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// readCheckPointToken reads base64 of "cluster:customer:c:…". A token that was cut still
// has its beginning.
func (l *Layer) readCheckPointToken(token string) {
	if i := strings.IndexAny(token, "?#&/"); i >= 0 {
		token = token[:i]
	}
	text, _ := decodeBase64(token)
	if f := strings.Split(text, ":"); len(f) > 2 && isHostName(f[0]) {
		l.setVendor("cluster", f[0])
		l.setVendor("customer", f[1])
	}
}

// The other form has the target and the token in parameters: /v1/url, or /v1/r07/url
// with a region.
func isCheckPointURL(_, path, _ string) bool {
	rest := strings.TrimSuffix(path[len("/v1/"):], "/")
	if region, after, ok := strings.Cut(rest, "/"); ok {
		if len(region) < 2 || region[0]|0x20 != 'r' || !allDigits(region[1:]) {
			return false
		}
		rest = after
	}
	return equalFold(rest, "url")
}

func readCheckPointURL(l *Layer, p *parts) {
	l.readCheckPointToken(paramText(p.query, "p"))
}
