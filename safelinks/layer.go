package safelinks

import "strings"

// What the functions in the table of services have in common.

// setTarget makes value the URL of the layer, if it is a URL. It is decoded once,
// unless it is literal.
func (l *Layer) setTarget(p *parts, value string, literal bool) outcome {
	url, o := decodeTarget(value, literal, false, p.defanged, &l.Flags)
	if o == decoded {
		l.URL = url
	}
	return o
}

// setVendor sets an entry of Vendor, unless the value is empty.
func (l *Layer) setVendor(name, value string) {
	if value == "" {
		return
	}
	if l.Vendor == nil {
		l.Vendor = make(map[string]string)
	}
	l.Vendor[name] = settle(value)
}

// byParam is what most vendors do: the target is a parameter of the query, encoded
// once. The first name that holds a URL counts.
func byParam(names ...string) func(*Layer, *parts) outcome {
	return func(l *Layer, p *parts) outcome {
		for _, name := range names {
			if value, ok := param(p.query, name); ok && l.setTarget(p, value, false) == decoded {
				return decoded
			}
		}
		return noTarget
	}
}

// byLastParam is byParam for vendors that write the target last and do not encode it:
// the parameter extends to the end of the query, and its escapes belong to the target.
func byLastParam(name string) func(*Layer, *parts) outcome {
	return func(l *Layer, p *parts) outcome {
		for q := p.query; q != ""; {
			n, value, after, escaped := cutParam(q)
			if !equalFold(n, name) {
				q = after
				continue
			}
			if !isRaw(value) {
				return l.setTarget(p, value, false)
			}
			whole := q[len(n)+1:]
			if escaped || strings.Contains(whole, "&amp;") {
				whole = strings.ReplaceAll(whole, "&amp;", "&")
				l.Flags |= FlagMangled
			}
			return l.setTarget(p, whole, true)
		}
		return noTarget
	}
}

// repairSlash turns "https:/host" into "https://host". Safe Links and proxies collapse
// the slashes of a URL that stands in a path.
func (l *Layer) repairSlash(target string) string {
	n := schemeLen(target)
	if n > 0 && strings.HasPrefix(target[n:], ":/") && !strings.HasPrefix(target[n:], "://") {
		l.Flags |= FlagMangled
		return target[:n] + "://" + target[n+2:]
	}
	return target
}

// hostHint returns a parameter with the host of the target, if it is a host.
func hostHint(query, name string) string {
	value, _ := param(query, name)
	value = unescape(value)
	if !isHostName(value) {
		return ""
	}
	return value
}
