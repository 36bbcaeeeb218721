package safelinks

import (
	"strings"
	"sync"
)

// defangMarks are the ways in which people break a link so that nobody clicks
// it, and what each stands for. Longer marks come before their own beginnings.
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

// defangedAuthority reports whether the authority at the start of s is
// defanged. A bracket there is either that or an IPv6 address.
func defangedAuthority(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '/', '?', '#', ' ', '<', '>', '"':
			return false
		case '[', '(', '{':
			rest := s[i+1:]
			if rest == "" {
				return false
			}
			return rest[0] == '.' || rest[0] == ':' && strings.HasPrefix(rest, ":]") || hasPrefixFold(rest, "dot") || rest[0] == '@'
		}
	}
	return false
}

// isDefangedScheme reports whether a scheme that schemeLen knows is written with an x.
func isDefangedScheme(s string) bool { return s[1]|0x20 == 'x' || s[2]|0x20 == 'x' }
