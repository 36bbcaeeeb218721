package main

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/safelinks"
)

// filterOptions say which verdicts are shown. All rows are judged, whatever is shown.
type filterOptions struct {
	URL       string   `name:"url" placeholder:"TEXT" help:"Only links that contain TEXT, wrapped or not; hxxps://host[.]example is understood."`
	Site      string   `placeholder:"DOMAIN" help:"Only links to this domain and what is below it."`
	Account   []string `placeholder:"UPN" help:"Only clicks of these accounts; a part of the name will do."`
	IP        []string `name:"ip" placeholder:"PREFIX" help:"Only clicks from these addresses or prefixes."`
	Message   string   `placeholder:"ID" help:"Only links of this message (NetworkMessageId)."`
	From      string   `placeholder:"TIME" help:"Only clicks from this time on: 2026-08-03, 2026-08-03T09:14Z; UTC unless it says otherwise."`
	To        string   `placeholder:"TIME" help:"Only clicks before this time; of a day, to its end."`
	Class     []string `placeholder:"CLASS" help:"Only these classes: automated, likely_automated, not_owner, unknown, likely_owner, owner."`
	Dangerous bool     `help:"Only links that are known to be dangerous, or were found so later."`
	Top       int      `placeholder:"N" help:"Only the N clicks that deserve a look most."`
}

// filter decides which verdicts are shown.
type filter struct {
	url, site, message string
	accounts           []string
	prefixes           []netip.Prefix
	from, to           time.Time
	classes            []clickclass.Class
	dangerous          bool
}

func newFilter(o *filterOptions) (*filter, error) {
	f := &filter{
		url: strings.ToLower((&clickclass.Click{Url: refang(o.URL)}).OriginalURL()), site: strings.TrimPrefix(hostOf(refang(o.Site)), "*."),
		message: foldID(o.Message), dangerous: o.Dangerous,
	}
	for _, account := range o.Account {
		f.accounts = append(f.accounts, strings.ToLower(refang(account)))
	}
	for _, text := range o.IP {
		prefix, err := parsePrefix(refang(text))
		if err != nil {
			return nil, fmt.Errorf("--ip %q is neither an address nor a prefix", text)
		}
		f.prefixes = append(f.prefixes, prefix)
	}
	var err error
	if f.from, err = parseMoment("--from", o.From, false); err != nil {
		return nil, err
	}
	if f.to, err = parseMoment("--to", o.To, true); err != nil {
		return nil, err
	}
	if !f.to.IsZero() && !f.from.Before(f.to) {
		return nil, fmt.Errorf("--from %q is not before --to %q", o.From, o.To)
	}
	for _, word := range o.Class {
		var c clickclass.Class
		if err := c.UnmarshalText([]byte(foldWord(word))); err != nil {
			return nil, fmt.Errorf("--class %q is none of automated, likely_automated, not_owner, unknown, likely_owner, owner", word)
		}
		f.classes = append(f.classes, c)
	}
	if o.Top < 0 {
		return nil, fmt.Errorf("--top %d is below 0", o.Top)
	}
	return f, nil
}

// foldWord returns a stable word as it may have been typed: "Not owner", "not-owner".
func foldWord(s string) string {
	return strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// foldID returns the id of a message as all spellings of it have it.
func foldID(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if id, err := safelinks.ParseGUID(s); err == nil {
		return id.String()
	}
	return s
}

// parsePrefix reads an address or a prefix. IPv4-mapped addresses are IPv4, as in the clicks.
func parsePrefix(s string) (netip.Prefix, error) {
	text, length, ok := strings.Cut(s, "/")
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("no address: %q", s)
	}
	bits := addr.BitLen()
	if ok {
		if bits, err = strconv.Atoi(length); err != nil {
			return netip.Prefix{}, err
		}
	}
	if addr.Is4In6() {
		bits -= 96
	}
	return addr.Unmap().Prefix(bits)
}

// parseMoment reads a time. A day alone stands for its beginning, or for its end.
func parseMoment(flag, text string, end bool) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	s := strings.Replace(strings.TrimSpace(text), " ", "T", 1)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s %q is no time such as 2026-08-03 or 2026-08-03T09:14Z", flag, text)
	}
	if end {
		t = t.AddDate(0, 0, 1)
	}
	return t, nil
}

// fangs are what keeps a link in a message from being clicked, and what stood there before.
var fangs = []struct {
	fang *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(?i)[\[({](?:\.|dot)[\])}]`), "."},
	{regexp.MustCompile(`(?i)[\[({](?:@|at)[\])}]`), "@"},
	{regexp.MustCompile(`[\[({](:|/|:/|://)[\])}]`), "$1"},
	{regexp.MustCompile(`(?i)^(?:hxxp|hxtp|htxp|h\*\*p|meow)(s?://)`), "http$1"},
}

// refang makes a link, host, address or account of what was written so that it cannot be clicked.
func refang(s string) string {
	s = strings.TrimSpace(s)
	for _, f := range fangs {
		s = f.fang.ReplaceAllString(s, f.with)
	}
	return s
}

// hostOf returns the host of a link or of what is a host already, in lower case and with names
// in other scripts as they are looked up (xn--…).
func hostOf(link string) string {
	host := strings.ToLower(link)
	if _, rest, ok := strings.Cut(host, "://"); ok {
		host = rest
	}
	if i := strings.IndexAny(host, `/?#\`); i >= 0 {
		host = host[:i]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	if inside, _, ok := strings.Cut(strings.TrimPrefix(host, "["), "]"); ok {
		return inside
	}
	host, _, _ = strings.Cut(host, ":")
	host = strings.Trim(host, ".")
	if ascii, err := idna.ToASCII(host); err == nil {
		return ascii
	}
	return host
}

// isEmpty reports whether everything is shown.
func (f *filter) isEmpty() bool {
	return f.url == "" && f.site == "" && f.message == "" && f.accounts == nil && f.prefixes == nil && f.from.IsZero() && f.to.IsZero() &&
		f.classes == nil && !f.dangerous
}

// shows reports whether a verdict is shown.
func (f *filter) shows(r *clickclass.Result) bool {
	k := &r.Click
	switch {
	case f.dangerous && !r.Dangerous(),
		f.classes != nil && !slices.Contains(f.classes, r.Verdict.Class),
		!f.from.IsZero() && k.Timestamp.Before(f.from), // a click without a time is in no span
		!f.to.IsZero() && (k.Timestamp.IsZero() || !k.Timestamp.Before(f.to)),
		f.message != "" && foldID(k.NetworkMessageId) != f.message:
		return false
	case f.accounts != nil && !slices.ContainsFunc(f.accounts, func(a string) bool { return strings.Contains(strings.ToLower(k.AccountUpn), a) }):
		return false
	case f.prefixes != nil && !slices.ContainsFunc(f.prefixes, func(p netip.Prefix) bool { return comesFrom(k, p) }):
		return false
	case f.url != "" && !strings.Contains(strings.ToLower(k.Url), f.url) && !strings.Contains(strings.ToLower(k.OriginalURL()), f.url):
		return false
	case f.site != "" && !f.isBelow(k):
		return false
	}
	return true
}

// comesFrom reports whether one of the addresses of a click is in a prefix.
func comesFrom(k *clickclass.Click, p netip.Prefix) bool {
	return p.Contains(k.IPAddress.Unmap().WithZone("")) ||
		slices.ContainsFunc(k.MoreIPs, func(a netip.Addr) bool { return p.Contains(a.Unmap().WithZone("")) })
}

// isBelow reports whether a link leads to the site or a host below it.
func (f *filter) isBelow(k *clickclass.Click) bool {
	for _, host := range []string{hostOf(k.Site()), hostOf(k.OriginalURL())} {
		if host == f.site || strings.HasSuffix(host, "."+f.site) {
			return true
		}
	}
	return false
}
