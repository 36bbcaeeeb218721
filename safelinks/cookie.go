package safelinks

import "strings"

// maskCookie removes the session cookie, the parameter pc=, from the links to the page of
// Teams in a text, however they are wrapped and encoded.
func maskCookie(text string) string {
	if len(text) > maxRedactText {
		return redactLong(text)
	}
	budget := redactWork * (len(text) + 1<<10)
	r := redactor{text: []byte(text), cookie: true, budget: &budget}
	out, changed := r.run()
	if !changed {
		return text
	}
	return string(out)
}

// mayHoldCookie reports whether a link has the page of Teams in a form that can be read.
func mayHoldCookie(link string) bool { return strings.Contains(link, "evergreen") }

// hasCookie reports whether a link to the page of Teams has a session cookie.
func hasCookie(p *parts) bool {
	value, ok := param(p.query, "pc")
	return ok && value != "" && value != redacted
}

// maskCookies removes the session cookies from the input and from the layers. last is the
// last link that leads to one, as unwrap returns it. Links that hold a cookie in a form in
// which it cannot be masked, such as compressed, are redacted.
func (c *Chain) maskCookies(last int) {
	input := maskCookie(c.Input)
	hidden := false
	if last >= 0 {
		_, left, _ := unwrap(input)
		hidden = left >= 0
	}
	mask := func(link string, n int) string {
		link = maskCookie(link)
		if hidden && n <= last {
			link = Redact(link)
		}
		return link
	}
	c.Input = mask(input, 0)
	for i := range c.Layers {
		c.Layers[i].URL = mask(c.Layers[i].URL, i+1)
	}
}
