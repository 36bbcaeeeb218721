package safelinks

import "strings"

// Some tools encode the '&' in front of data= as well, or lose it. What the wrapper says of
// the recipient then stands in the target: "url=https%3A%2F%2Fa.example%2F%26data%3D05%7C02%7C…".

// cutOwnTail cuts the parameters of a Safe Link off its target, if they went there. A target
// that has a data= of its own keeps it: the one of Safe Links is known by its layout, or
// by the sdata= and reserved= behind it.
func cutOwnTail(url string) (target, tail string, ok bool) {
	if target, tail, ok = findOwnTail(url); !ok && containsFold(url, "data%3d") {
		// Encoded once more.
		i := max(lastIndexFold(url, "%26data%3d"), lastIndexFold(url, "%26amp%3bdata%3d"))
		if i > 0 {
			target, tail, ok = findOwnTail(url[:i] + unescape(url[i:]))
		}
	}
	if ok && strings.IndexByte(tail, '&') < 0 {
		tail = strings.ReplaceAll(tail, "%26", "&")
	}
	return target, tail, ok && target != "" && !ownsTail(target)
}

func findOwnTail(url string) (target, tail string, ok bool) {
	const name = "data="
	last := true // no other parameter stands behind end
	for end := len(url); ; {
		i := lastIndexFold(url[:end], name)
		if i < 0 {
			return target, tail, ok
		}
		front, separated := trimSeparator(url[:i])
		rest := url[i:]
		if !separated && hasSuffixFold(front, "s") {
			// Perhaps of sdata=, in front of which data= may stand.
			if shorter, ok := trimSeparator(url[:i-1]); ok {
				front, rest, separated = shorter, url[i-1:], true
			}
		}
		last = last && (!separated || endsLikeSafeLink(rest))
		if rest == url[i:] && isDataLayout(rest[len(name):]) {
			return front, rest, true
		}
		if separated && last {
			target, tail, ok = front, rest, true
		}
		end = i
	}
}

// ownsTail reports whether target is a Safe Link that lacks its data=: the one behind it is
// its own, and not that of a Safe Link around it.
func ownsTail(target string) bool {
	var p parts
	p.split(target)
	if s, o := findService(&p); o != decoded || s.form != formMail && s.form != formApp {
		return false
	}
	_, has := param(p.query, "data")
	return !has
}

// trimSeparator removes an '&', which may be an entity, or a '?' from the end of s. Of an
// '&' that was lost, it removes what is left of its entity.
func trimSeparator(s string) (rest string, trimmed bool) {
	rest = s
	for again := true; again; {
		again = false
		for _, e := range ampersandEntities {
			if hasSuffixFold(rest, e) {
				rest, again = rest[:len(rest)-len(e)], true
			}
		}
	}
	if hasSuffixFold(rest, "%26") {
		return rest[:len(rest)-len("%26")], true
	}
	if n := len(rest) - 1; n > 0 && strings.IndexByte("&?;", rest[n]) >= 0 {
		return rest[:n], true
	}
	return rest, rest != s
}

// isDataLayout reports whether the value of data= begins as that of a Safe Link: version,
// type, and then a recipient, or none and the id of a message.
func isDataLayout(value string) bool {
	if len(value) < 2 || !isVersion(value[:2]) {
		return false
	}
	value, _, _ = strings.Cut(value[:min(len(value), maxDataHead)], "&")
	value = encodedOnce(value)
	var fields [4]string
	value = strings.ReplaceAll(value, "|", "%7C")
	n := 0
	for more := true; more && n < len(fields); n++ {
		fields[n], value, more = cutField(value)
	}
	if n < 3 || !isVersion(fields[fieldVersion]) || !isVersion(fields[fieldMailType]) {
		return false
	}
	_, isGUID := parseGUID(fields[fieldMessage])
	recipient := unescape(fields[fieldRecipient])
	return isGUID || strings.IndexByte(recipient, '@') >= 0
}

// maxDataHead is how much of data= its layout is recognised by, in bytes.
const maxDataHead = 512

// isVersion reports whether s is "01", "02" and so on.
func isVersion(s string) bool { return len(s) == 2 && s[0] == '0' && isDigit(s[1]) }

// endsLikeSafeLink reports whether data= and what follows it are the last parameters of a
// Safe Link: nothing but data=, sdata= and reserved=, and at least two of them.
func endsLikeSafeLink(tail string) bool {
	n := 0
	for ; tail != ""; n++ {
		var name string
		name, _, tail, _ = cutParam(tail)
		if !isOneOf(name, formMail.params()) {
			return false
		}
	}
	return n >= 2
}

// cutTeamsTail is cutOwnTail for the page of Teams: two of its parameters or more, of which
// one is no other page's.
func cutTeamsTail(url string) (target, tail string, ok bool) {
	names := 0
	own := false
	end := len(url)
	for {
		i := strings.LastIndexByte(url[:end], '&')
		if i < 0 {
			break
		}
		param, _ := trimEntity(url[i+1 : end])
		name, _, _ := strings.Cut(param, "=")
		if !isOneOf(name, formTeams.params()) {
			break
		}
		names++
		own = own || isOneOf(name, []string{"dest", "pc", "wau", "clickparams"})
		end = i
	}
	if names < 2 || !own {
		return "", "", false
	}
	tail, _ = trimEntity(url[end+1:])
	return url[:end], tail, true
}
