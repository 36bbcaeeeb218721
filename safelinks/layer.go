package safelinks

import (
	"cmp"
	"encoding/json"
	"strings"
)

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

// maxVendor is the length of the longest entry of Vendor, in bytes. No vendor is known to
// write more; a token that unpacks to more was made by somebody else.
const maxVendor = 1 << 10

// setVendor sets an entry of Vendor, unless the value is empty or too long.
func (l *Layer) setVendor(name, value string) {
	if value == "" || len(value) > maxVendor {
		return
	}
	if l.Vendor == nil {
		l.Vendor = make(map[string]string)
	}
	l.Vendor[name] = settle(value)
}

// unwrapParam is what most vendors need: the target is a parameter of the query, encoded
// once. The first name that holds a URL counts.
func (l *Layer) unwrapParam(p *parts, names ...string) outcome {
	for _, name := range names {
		if value, ok := param(p.query, name); ok && l.setTarget(p, value, false) == decoded {
			return decoded
		}
	}
	return noTarget
}

// paramOrOpaque is unwrapParam for vendors that write some links without the target.
func paramOrOpaque(names ...string) func(*Layer, *parts) outcome {
	return func(l *Layer, p *parts) outcome {
		for _, name := range names {
			if value, ok := param(p.query, name); ok && value != "" {
				return l.unwrapParam(p, names...)
			}
		}
		return opaque
	}
}

// alwaysOpaque is for vendors that keep every target on their server.
func alwaysOpaque(*Layer, *parts) outcome { return opaque }

// readParams returns a function that sets entries of Vendor from parameters. names are
// pairs: a parameter in lower case, and the entry.
func readParams(names ...string) func(*Layer, *parts) {
	return func(l *Layer, p *parts) {
		for i := 0; i+1 < len(names); i += 2 {
			l.setVendor(names[i+1], paramText(p.query, names[i]))
		}
	}
}

// paramText returns a parameter, decoded.
func paramText(query, name string) string {
	value, _ := param(query, name)
	return unescape(value)
}

// setBase64 makes what value encodes in base64 the URL of the layer, if it is a URL. Of a
// damaged value, it keeps the host.
func (l *Layer) setBase64(p *parts, value string) outcome {
	url, ok := decodeBase64(value)
	if !ok {
		l.HostHint = cmp.Or(hostOfFront(url), l.HostHint)
		return noTarget
	}
	return l.setTarget(p, url, true)
}

// decodeJSON decodes the JSON object that a token encodes in base64 into v. What follows
// the object does not matter, nor do members of another type.
func decodeJSON(token string, v any) {
	text, _ := decodeBase64(token)
	// Members that cannot be read stay zero.
	_ = json.NewDecoder(strings.NewReader(text)).Decode(v)
}

// pathSegment returns a segment of a path, counted from 0, and "" if there is none.
func pathSegment(path string, i int) string {
	segments := strings.SplitN(strings.TrimPrefix(path, "/"), "/", i+2)
	if i >= len(segments) {
		return ""
	}
	return segments[i]
}

// byLastParam is unwrapParam for vendors that write the target last and do not encode it:
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
func hostHint(query, name string) string { return asHost(paramText(query, name)) }

// asHost returns text if it is a host, and else "".
func asHost(text string) string {
	if !isHostName(text) {
		return ""
	}
	return text
}

// hostOfFront returns the host of the beginning of a URL, if something follows the host:
// it may be cut as well.
func hostOfFront(url string) string {
	url = new(Layer).repairSlash(url)
	if !isRaw(url) {
		return ""
	}
	rest := url[schemeLen(url)+len("://"):]
	end := authorityEnd(rest)
	if end == len(rest) {
		return ""
	}
	return asHost(rest[:end])
}
