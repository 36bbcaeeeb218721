package safelinks

import (
	"strings"
	"time"
)

// MaxDepth is the number of layers that [Unwrap] goes through. Real links have
// up to four.
const MaxDepth = 16

// Kind names the service that wrote a layer. The words are stable.
type Kind string

// Layer is one wrapper of a chain.
type Layer struct {
	Kind Kind
	// URL is what the layer wraps, decoded once; empty when the wrapper keeps
	// it on its server.
	URL string
	// HostHint is the host of the target, as far as an opaque wrapper tells.
	HostHint string
	Flags    Flags

	// Link has all fields of a layer that Microsoft wrote, and is the zero Link
	// of others.
	Link Link

	// What the wrappers of other vendors tell about the mail.
	Customer      string    // Check Point: the customer's name
	Cluster       string    // Check Point
	Recipient     string    // INKY
	RecipientPath string    // INKY: customer/recipient/id/Unix time, as it is in the link
	Sender        string    // INKY
	SenderDomain  string    // INKY
	Time          time.Time // INKY: when the link was written
}

// Chain is a link and all the layers around its target, the outermost first.
// The zero Chain is none.
type Chain struct {
	// Input is the link as given, without the session cookie of a Teams page.
	Input  string
	Layers []Layer
	Flags  Flags // of all layers, and of the chain
}

// Original returns the innermost URL that is known: the target of the last
// layer that could be decoded, and the input itself when none could.
func (c Chain) Original() string {
	for i := len(c.Layers) - 1; i >= 0; i-- {
		if c.Layers[i].URL != "" {
			return c.Layers[i].URL
		}
	}
	return c.Input
}

// Unwrap goes through every layer of a link: Safe Links in all forms and the
// wrappers of the other vendors that this package knows. Each layer is decoded
// exactly once. It stops at the first URL that is no known wrapper (a plain
// url= on another host stays as it is), at a wrapper that keeps its target on
// the server, at a URL that was there before, and at [MaxDepth].
//
// The error is nil when at least one layer was decoded. Otherwise it is
// [ErrNotSafeLink] for a link that nobody wrapped, [ErrOpaque] for one whose
// target only the server knows (the Chain then has that layer, with the host
// hint), or [ErrSpoofedHost] or [ErrNoTarget] as for [Decode]. The Chain is
// valid in every case.
func Unwrap(raw string) (Chain, error) {
	if !MayBeWrapped(raw) {
		return Chain{Input: raw}, ErrNotSafeLink
	}
	return unwrap(raw)
}

// unwrap is Unwrap for a link that may be wrapped.
func unwrap(raw string) (Chain, error) {
	c := Chain{Input: raw}
	link := raw
	var p parts
	for len(c.Layers) < MaxDepth {
		p = parts{}
		if !p.split(link) {
			break
		}
		var pg page
		at := pg.find(&p)
		var w *wrapper
		if at != decoded && at != spoofed {
			if w = findWrapper(&p); w == nil { // most links: nothing to make a Layer for
				if len(c.Layers) == 0 {
					return c, foreign.err("unwrap", &p)
				}
				break
			}
		}
		l, o := unwrapOne(link, &p, at, w)
		if o == opaque {
			l.Flags |= Opaque
		}
		if at == decoded && pg.form == Teams {
			c.maskCookie()
		}
		if o != decoded && o != opaque {
			if len(c.Layers) == 0 {
				return c, o.err("unwrap", &p)
			}
			break
		}
		c.Layers = append(c.Layers, l)
		c.Flags |= l.Flags
		if o == opaque {
			if len(c.Layers) == 1 {
				return c, ErrOpaque
			}
			return c, nil
		}
		link = l.URL
		if c.seen(link) {
			c.Flags |= Loop
			return c, nil
		}
	}
	if len(c.Layers) == 0 {
		return c, ErrNotSafeLink
	}
	if len(c.Layers) == MaxDepth {
		p = parts{}
		var pg page
		if p.split(link) && (pg.find(&p) == decoded || findWrapper(&p) != nil) {
			c.Flags |= DepthLimit
		}
	}
	if isTracker(&p) {
		c.Flags |= Tracker
	}
	return c, nil
}

// maskCookie takes the session cookie out of the link whose layers the chain
// has so far, which leads to the page of Teams.
func (c *Chain) maskCookie() {
	c.Input = maskCookie(c.Input)
	for i := range c.Layers {
		c.Layers[i].URL = maskCookie(c.Layers[i].URL)
		c.Layers[i].Link.Original = maskCookie(c.Layers[i].Link.Original)
	}
}

// seen reports whether link is the input or the target of a layer before the
// last.
func (c Chain) seen(link string) bool {
	if link == c.Input {
		return true
	}
	for _, l := range c.Layers[:len(c.Layers)-1] {
		if l.URL == link {
			return true
		}
	}
	return false
}

// unwrapOne decodes the outermost layer of a link. at says whether the host is
// one of Microsoft's.
func unwrapOne(raw string, p *parts, at outcome, w *wrapper) (Layer, outcome) {
	switch at {
	case spoofed:
		return Layer{}, spoofed
	case decoded:
		link, err := Decode(raw)
		if err != nil {
			return Layer{}, noTarget
		}
		kind := SafeLinks
		if link.Form == Teams {
			kind = TeamsLinks
		}
		return Layer{Kind: kind, URL: link.Original, Flags: link.Flags, Link: link}, decoded
	}
	l := Layer{Kind: w.kind}
	if p.defanged {
		l.Flags |= Defanged
	}
	if p.encoded {
		l.Flags |= DoubleEncoded
	}
	own := *p // goes to the heap here, and not where links of nobody's come by
	o := w.unwrap(&l, &own)
	return l, o
}

// findWrapper finds the wrapper that answers at the host and path of p.
func findWrapper(p *parts) *wrapper {
	if p.userinfo || p.slanted || p.port != "" && !allDigits(p.port) {
		return nil
	}
	for rows := rowsAt(p.host) &^ microsoft; rows != 0; rows &= rows - 1 {
		if w := rows.first(); w.answersAt(p.host, p.path) && (w.match == nil || w.match(*p)) {
			return w
		}
	}
	return nil
}

// answersAt reports whether the row has the host and the path.
func (w *wrapper) answersAt(host, path string) bool {
	if !w.pathMatches(path) {
		return false
	}
	for _, h := range w.hosts {
		if hostMatches(host, h) {
			return true
		}
	}
	return false
}

// hostMatches compares a host with an entry of the table: a name, ".name" for
// every host below it, "*name" for every host that ends so with a label or a
// hyphen in front, or "*" for every host.
func hostMatches(host, entry string) bool {
	switch {
	case entry == "*":
		return true
	case entry[0] == '.':
		return hasSuffixFold(host, entry) && isHostName(host[:len(host)-len(entry)])
	case entry[0] == '*':
		return hasSuffixFold(host, entry[1:]) && len(host) > len(entry) && isHostName(host)
	}
	return equalFold(host, entry)
}

func (w *wrapper) pathMatches(path string) bool {
	for _, prefix := range w.paths {
		if hasPrefixFold(path, prefix) {
			return true
		}
	}
	return len(w.paths) == 0
}

// setTarget makes value the URL of the layer: decoded once, unless it is
// literal, and only when it is a URL.
func (l *Layer) setTarget(p *parts, value string, literal bool) outcome {
	var room [512]byte
	b, o := appendURL(room[:0], value, literal, false, p.defanged, &l.Flags)
	if o == decoded {
		l.URL = string(b)
	}
	return o
}

// byParam is the wrapper that most vendors have: the target is a parameter of
// the query, encoded once. The first name that holds a URL counts.
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

// byOwningParam is byParam for vendors that do not encode the target: then the
// parameter, which they write last, owns the rest of the query, and its escapes
// are the target's.
func byOwningParam(name string) func(*Layer, *parts) outcome {
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
				l.Flags |= Escaped
			}
			return l.setTarget(p, whole, true)
		}
		return noTarget
	}
}

// repairSlash turns "https:/host" into "https://host". Safe Links and proxies
// collapse the slashes of a URL that stands in a path.
func (l *Layer) repairSlash(target string) string {
	n := schemeLen(target)
	if n > 0 && strings.HasPrefix(target[n:], ":/") && !strings.HasPrefix(target[n:], "://") {
		l.Flags |= Repaired
		return target[:n] + "://" + target[n+2:]
	}
	return target
}
