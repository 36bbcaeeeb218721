package safelinks

import "strings"

// A link to the page of Teams has the session cookie of a user in its parameter pc=. No
// function returns it.

// cookies are the session cookies that a chain leads to.
type cookies struct {
	values []string
	// last is the innermost link with one: 0 is the input, and n the URL of the layer n-1.
	last int
}

// add adds the cookie of a page, which is the link of that number.
func (f *cookies) add(page *parts, link int) {
	if value, ok := param(page.query, "pc"); ok && value != "" && value != redacted {
		f.values, f.last = append(f.values, value), link
	}
}

// mayHoldCookie reports whether a link has the page of Teams in a form that can be read,
// perhaps in a wrapper that cannot be.
func mayHoldCookie(link string) bool {
	const shortest = len("https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html")
	return len(link) >= shortest && countPages(link) > 0
}

// countPages counts a word in the path of the page of Teams, and that in base64, where it
// depends on the place in the link.
func countPages(link string) int {
	n := 0
	for _, word := range [...]string{"evergreen", "ZXZlcmdyZWVu", "2ZXJncmVlb", "ldmVyZ3JlZW"} {
		n += strings.Count(link, word)
	}
	return n
}

// maskCookies removes the session cookies from the input and from the layers.
//
// Nearly all cookies stand in the same letters at every depth. Where they do not, the links
// are searched in every encoding, and those that hold a cookie in a form in which it
// cannot be masked, such as compressed, are redacted.
func (c *Chain) maskCookies(found cookies) {
	if c.replaceCookies(found.values) || c.maskPages(len(found.values)) {
		return
	}
	c.changeLinks(func(link string, _ int) string { return maskCookie(link) })
	if _, left, _ := unwrap(c.Input); len(left.values) > 0 {
		c.changeLinks(func(link string, n int) string {
			if n <= found.last {
				return Redact(link)
			}
			return link
		})
	}
}

// replaceCookies removes cookies by their text, and reports whether none is left.
func (c *Chain) replaceCookies(values []string) bool {
	const shortest = 16 // shorter text may stand elsewhere
	var pairs []string
	for _, v := range values {
		if len(v) < shortest {
			return false
		}
		pairs = append(pairs, v, redacted)
	}
	if len(values) == 0 || countPages(c.Input) != len(values) {
		return false
	}
	replacer := strings.NewReplacer(pairs...)
	c.changeLinks(func(link string, _ int) string { return replacer.Replace(link) })
	_, left, _ := unwrap(c.Input)
	return len(left.values) == 0
}

// maskPages removes the cookies of pages that are percent-encoded and nothing else, and
// reports whether none is left. pages is how many there are in the chain.
func (c *Chain) maskPages(pages int) bool {
	if pages == 0 || countPages(c.Input) != pages {
		return false
	}
	masked, n := maskPageCookies(c.Input)
	if n != pages {
		return false
	}
	if _, left, _ := unwrap(masked); len(left.values) > 0 {
		return false
	}
	c.changeLinks(func(link string, _ int) string {
		link, _ = maskPageCookies(link)
		return link
	})
	return true
}

func (c *Chain) changeLinks(change func(link string, n int) string) {
	c.Input = change(c.Input, 0)
	for i := range c.Layers {
		c.Layers[i].URL = change(c.Layers[i].URL, i+1)
	}
}

// maskCookie removes the cookies from the links to the page of Teams in a text, however
// they are wrapped and encoded.
func maskCookie(text string) string {
	if len(text) > maxRedactText {
		return redactLong(text)
	}
	budget := redactWork * (len(text) + 1<<10)
	out, changed := redactor{text: []byte(text), cookie: true, budget: &budget}.run()
	if !changed {
		return text
	}
	return string(out)
}
