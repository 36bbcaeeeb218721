package evidence

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/safelinks"
)

// Devices, the audit log and chats do not write a link as UrlClickEvents does: browsers
// change escapes and slashes, exports escape ampersands, Windows puts the name of a
// protocol in front. So their links are compared in a form in which such changes make no
// difference, [normal.Sent]. Clicks are compared with clicks by [normal.Comparable] alone:
// one table writes a link in one way, and there these differences tell links apart.

// linkText returns the text by which a link is compared, wrapped or not.
func linkText(raw string) string { return normal.Sent(normal.URL(cutProtocol(raw))) }

// linkKey returns the key of a link, wrapped or not.
func linkKey(raw string) uint64 { return keys.Of(linkText(raw)) }

// cutProtocol removes blanks around a link and what Windows writes in front of a link for which it opens Edge:
// "microsoft-edge:https://…" or "microsoft-edge:?…&url=https%3A%2F%2F…".
func cutProtocol(raw string) string {
	const protocol = "microsoft-edge:"
	raw = strings.TrimSpace(raw)
	if len(raw) < len(protocol) || !strings.EqualFold(raw[:len(protocol)], protocol) {
		return raw
	}
	raw = raw[len(protocol):]
	query, ok := strings.CutPrefix(raw, "?")
	if !ok {
		return raw
	}
	for pair := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(pair, "url="); ok {
			if target, err := url.PathUnescape(value); err == nil {
				return target
			}
			return value
		}
	}
	return raw
}

// cutText returns the text of a link of which the end may be missing, without what is not
// whole at its end. It returns "" if the link is short, or if at most the end of its wrapper
// is missing, or if no more than a host is left.
func cutText(raw string) string {
	raw = cutProtocol(raw)
	if len(raw) < minCut {
		return ""
	}
	raw = cutEnd(raw)
	target := normal.URL(raw)
	if target != raw {
		if all, err := url.PathUnescape(raw); err != nil || !strings.HasSuffix(all, target) {
			return ""
		}
	}
	text := linkText(cutEnd(target))
	if _, path, _ := strings.Cut(text, "/"); path == "" {
		return ""
	}
	return text
}

// cutEnd removes from the end of a cut link what may not be whole: an ellipsis, a character
// beyond ASCII, an escape.
func cutEnd(s string) string {
	s = strings.TrimRightFunc(s, func(r rune) bool { return r == '.' || r >= utf8.RuneSelf })
	for _, part := range [...]string{"&amp;", "&amp", "&am", "&a", "&"} {
		s = strings.TrimSuffix(s, part)
	}
	for {
		i := strings.LastIndexByte(s, '%')
		whole := i >= 0 && i <= len(s)-len("%20")
		if i < 0 || whole && (i < len(s)-len("%20") || s[i+1] < '8') {
			return s
		}
		s = s[:i]
	}
}

// withoutScheme returns a link of the web without its scheme, and false if it has none of
// the web: a host, a local file.
func withoutScheme(raw string) (rest string, isWeb bool) {
	raw = cutProtocol(raw)
	for _, scheme := range [...]string{"https://", "http://"} {
		if len(raw) > len(scheme) && strings.EqualFold(raw[:len(scheme)], scheme) {
			return raw[len(scheme):], true
		}
	}
	return raw, false
}

// isHost reports whether a link without its scheme is no more than a host.
func isHost(rest string) bool {
	rest = strings.TrimSuffix(rest, "/")
	return strings.Contains(rest, ".") && !strings.ContainsAny(rest, `/?#\ `)
}

// safeLinksHost is the key of every host of Safe Links, whatever its region.
const safeLinksHost = 1

// hostKey returns the key of the host of a URL or of a bare host, and 0 if there is none.
func hostKey(url string) uint64 {
	host := normal.SentHost(url)
	if strings.Contains(host, ".safelinks.protection.") && safelinks.IsSafeLink("https://"+host+"/?url=https%3A%2F%2Fexample.com") {
		return safeLinksHost
	}
	return keys.Of(host)
}
