package safelinks

import (
	"cmp"
	"log/slog"
	"strings"
	"time"
)

// maxDepth is the number of layers that [Unwrap] decodes. Real links have up to four.
const maxDepth = 16

// Layer is one wrapper of a Chain.
//
// Its String and LogValue methods redact. Its JSON form is complete and can be
// unmarshalled again.
type Layer struct {
	Kind     Kind
	URL      string // the wrapped URL, decoded once; "" if only the server knows it
	HostHint string // host of the target, if an opaque or damaged wrapper shows it
	Flags    Flags
	Link     *Link             // fields of a Microsoft link, else nil
	Vendor   map[string]string // fields of another vendor's link, by the names documented at Kind

	// Time is the clock in the link of another vendor, in UTC; zero if the link has
	// none. The clocks of Microsoft's links are in Link.
	Time time.Time

	// Clock says what happened at Time: "sent" (a mail service sent the message),
	// "rewrite" (the link was written), "record" (the gateway made the record that the
	// link names) or "click" (somebody opened the link).
	Clock string
}

// Chain is a link with the layers around its target, outermost first.
//
// Its String and LogValue methods redact, so that logging a Chain is safe. Its JSON
// form is complete and can be unmarshalled again.
type Chain struct {
	Input  string // as given, without the session cookie of a Teams page
	Layers []Layer
	Flags  Flags // of all layers together
}

// Original returns the innermost URL that can be decoded from raw, and whether any
// wrapper was removed. It returns raw and false if raw is not wrapped.
func Original(raw string) (url string, unwrapped bool) {
	c, err := Unwrap(raw)
	if err != nil {
		return raw, false
	}
	return c.Original(), true
}

// Original returns the innermost decoded URL, or Input if there is none.
func (c Chain) Original() string {
	for i := len(c.Layers) - 1; i >= 0; i-- {
		if c.Layers[i].URL != "" {
			return c.Layers[i].URL
		}
	}
	return c.Input
}

// Unwrap decodes every layer of raw, outermost first. The error is nil if at least
// one layer was decoded; the Chain is valid even if it is not.
//
// It reads the wrappers of all [Kinds]. It stops at the first URL that has none of
// them, at a wrapper that keeps its target on its server, at a URL that was there
// before, and after 16 layers.
//
// The error matches [ErrNotWrapped] or [ErrOpaque] with errors.Is. With ErrOpaque, the
// Chain has one layer, with the host of the target if the link shows it. With
// [ErrNoTarget], it has one if a damaged link still shows the host.
func Unwrap(raw string) (Chain, error) {
	c, cookies, err := unwrap(raw)
	holds := mayHoldCookie(raw)
	for _, l := range c.Layers {
		holds = holds || mayHoldCookie(l.URL)
	}
	if len(cookies.values) > 0 || holds {
		c.maskCookies(cookies)
	}
	return c, err
}

// unwrap is Unwrap with the session cookies of Teams pages.
func unwrap(raw string) (c Chain, found cookies, err error) {
	c = Chain{Input: raw}
	link, repaired := linkIn(raw)
	for {
		var p parts
		p.split(link)
		p.repaired, repaired = p.repaired || repaired, false
		s, o := findService(&p)
		if o == decoded && len(c.Layers) == maxDepth {
			c.Flags |= FlagDepthLimit
			return c, found, nil
		}
		outermost := len(c.Layers) == 0
		var l Layer
		if o == decoded {
			l, o = s.decode(&p)
			if s.form == formTeams {
				found.add(&p, len(c.Layers))
			}
		}
		if o == decoded || o == opaque || l.HostHint != "" {
			c.Layers = append(c.Layers, l)
			c.Flags |= l.Flags
		}
		if o != decoded {
			if outermost {
				return c, found, o.err(&p)
			}
			if o != opaque && isTracker(&p) {
				c.Flags |= FlagTracker
			}
			return c, found, nil
		}
		link = l.URL
		if c.seen(link) {
			c.Flags |= FlagLoop
			return c, found, nil
		}
	}
}

// seen reports whether link is the input or the URL of a layer before the last.
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

// String returns the redacted links of the chain, separated by " -> ".
func (c Chain) String() string {
	c = c.Redact()
	links := []string{c.Input}
	for _, l := range c.Layers {
		if l.URL != "" {
			links = append(links, l.URL)
		}
	}
	return strings.Join(links, " -> ")
}

// LogValue implements [slog.LogValuer]. The value is redacted.
func (c Chain) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("links", c.String())}
	if c.Flags != 0 {
		attrs = append(attrs, slog.String("flags", c.Flags.String()))
	}
	return slog.GroupValue(attrs...)
}

// String returns the kind of the layer and its redacted URL or the host of its target.
func (l Layer) String() string {
	return strings.TrimSpace(string(l.Kind) + " " + Redact(cmp.Or(l.URL, l.HostHint)))
}

// LogValue implements [slog.LogValuer]. The value is what String returns.
func (l Layer) LogValue() slog.Value { return slog.StringValue(l.String()) }
