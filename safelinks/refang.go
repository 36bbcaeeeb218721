package safelinks

import (
	"regexp"
	"strings"
	"sync"
)

// defangDots and defangMarks are the ways in which people break a link so that nobody
// clicks it, and what each of them stands for. Longer marks come before their own
// beginnings.
var (
	defangDots  = regexp.MustCompile(`(?i)[\[({](?:\.|dot)[\])}]`)
	defangMarks = sync.OnceValue(func() *strings.Replacer {
		return strings.NewReplacer(
			"[://]", "://", "[:][//]", "://", "[:]", ":", "[//]", "//", `[:]\\`, "://",
			"[@]", "@", "[at]", "@", "(at)", "@", "[AT]", "@",
			"[/]", "/", "[.", ".", ".]", ".",
		)
	})
)

// refang undoes the defanging of a link: hxxp and similar become http, and [.], [dot],
// [:], [://] and [@] become what they stand for. It must not be called for links that
// are not defanged: they may have brackets of their own.
func refang(link string) string {
	return defangMarks().Replace(defangDots.ReplaceAllString(repairScheme(link), "."))
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
