package safelinks

import (
	"regexp"
	"strings"
)

// Where a link is whole, and where it is surely not.

var (
	// checkPointEnd is the end of the token of Check Point: a hash, text or HTML, and one
	// or two flags.
	checkPointEnd = regexp.MustCompile(`:[0-9a-f]{64}:[hp]:[TF](:[FN])?$`)
	// trendMicroEnd is the last parameter of Trend Micro.
	trendMicroEnd = regexp.MustCompile(`&auth=[0-9a-f]{40}-[0-9a-f]{40}$`)
)

// isWhole reports whether a link ends with what its service writes last.
func isWhole(link string) bool {
	link = unquoteLink(trimRun(link, false))
	var p parts
	p.split(link)
	s, o := findService(&p)
	if o != decoded {
		return false
	}
	switch s.kind {
	case KindSafeLinks:
		if s.form == formOutlook {
			id, _ := param(p.query, "corid")
			_, ok := parseGUID(id)
			return ok && strings.HasSuffix(link, id)
		}
		return lastDigit(link)
	case "proofpoint-v2":
		_, signed := param(p.query, "s")
		return signed && (strings.Contains(link, "&e=") || strings.Contains(link, ";e="))
	case "proofpoint-v3":
		target, _ := cutProofpointV3(p.tail)
		return target != "" && strings.IndexByte(p.tail[len("/v3/__")+len(target):], '$') >= 0
	case "checkpoint-avanan":
		text, ok := decodeBase64(p.tail[strings.LastIndexByte(p.tail, '.')+1:])
		return ok && checkPointEnd.MatchString(text)
	case "barracuda":
		typo, _ := param(p.query, "typo")
		return allDigits(typo)
	case "trendmicro":
		return trendMicroEnd.MatchString(link)
	}
	return false
}

// lastDigit reports whether a Safe Link ends with reserved= and a digit.
func lastDigit(link string) bool {
	if strings.HasSuffix(link, "=3") && strings.Contains(link, "=3D") {
		return false // of "=3D0" in quoted-printable
	}
	end := lastParamEnd(link)
	if end > 0 && link[end-1] == '/' {
		end--
	}
	return end > 0 && isDigit(link[end-1])
}

// endsWithTarget reports whether the target goes on if the link does.
func endsWithTarget(link, target string) bool {
	c, _ := Unwrap(link + "x")
	return c.Original() != target
}

// endsInHost reports whether a target has nothing behind its host.
func endsInHost(target string) bool {
	_, rest, ok := strings.Cut(target[schemeLen(target):], "://")
	if !ok {
		rest = target
	}
	return authorityEnd(rest) == len(rest)
}

// holdsEscape reports whether a word has a percent escape.
func holdsEscape(word []byte) bool {
	s := string(word)
	for i := range len(s) {
		if _, ok := escaped(s[i:]); ok {
			return true
		}
	}
	return false
}

// endsInEscape reports whether the end of a link cuts a percent escape.
func endsInEscape(link string) bool {
	i := strings.LastIndexByte(link, '%')
	return i >= 0 && len(link)-i < len("%3D")
}

// lacksEnd reports whether a link lacks what its service writes last, so that text that
// looks like a link belongs to it. It is false for services whose links are often passed
// on without their end, and true for a link without a target.
func lacksEnd(c Chain, link string) bool {
	if len(c.Layers) == 0 {
		return true
	}
	switch l := c.Layers[0]; l.Kind {
	case KindSafeLinks, "proofpoint-v2", "proofpoint-v3":
		return (l.Link == nil || l.Link.Form != formOutlook) && !isWhole(link)
	}
	return false
}
