package safelinks

import (
	"strings"
	"sync"
)

// defangMarks are the ways in which people break a link so that nobody clicks it, and what
// each of them stands for. Longer marks come before their own beginnings.
var defangMarks = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer(
		"[://]", "://", "[:][//]", "://", "[:]", ":", "[//]", "//", `[:]\\`, "://",
		"[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "{dot}", ".", "[DOT]", ".", "(DOT)", ".", "[Dot]", ".",
		"[@]", "@", "[at]", "@", "(at)", "@", "[AT]", "@",
		"[/]", "/",
	)
})

// refang undoes the defanging of a link: hxxp and similar become http, and [.], [dot],
// [:], [://] and [@] become what they stand for. It must not be called for links that
// are not defanged: they may have brackets of their own.
func refang(link string) string {
	link = defangMarks().Replace(link)
	n := schemeLen(link)
	if n == 0 || !strings.HasPrefix(link[n:], "://") {
		return link
	}
	switch scheme := strings.ToLower(link[:n]); {
	case strings.HasPrefix(scheme, "f"):
		return "ftp" + link[n:]
	case n == 5:
		return "https" + link[n:]
	default:
		return "http" + link[n:]
	}
}

// isDefangedAuthority reports whether an authority has a mark of defanging. Other
// brackets in it are those of an IPv6 address.
func isDefangedAuthority(s string) bool {
	for {
		i := strings.IndexAny(s, "[({")
		if i < 0 {
			return false
		}
		s = s[i+1:]
		for _, mark := range [...]string{".", ":]", "@", "dot"} {
			if hasPrefixFold(s, mark) {
				return true
			}
		}
	}
}

// isDefangedScheme reports whether a scheme that schemeLen knows is written with an x.
func isDefangedScheme(s string) bool { return s[1]|0x20 == 'x' || s[2]|0x20 == 'x' }
