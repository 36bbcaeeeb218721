package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
)

// failWords are the words of --fail-on besides the classes.
var failWords = []string{"dangerous_owner", "dangerous_opened", "taken_over"}

// failOn says which verdicts make the program end with exitFound.
type failOn struct {
	words []string
	found bool
}

func newFailOn(words []string) (*failOn, error) {
	f := &failOn{}
	for _, typed := range words {
		word := foldWord(typed)
		var c clickclass.Class
		if c.UnmarshalText([]byte(word)) != nil && !slices.Contains(failWords, word) {
			return nil, fmt.Errorf("--fail-on %q is no class and none of %s", typed, strings.Join(failWords, ", "))
		}
		f.words = append(f.words, word)
	}
	return f, nil
}

// has reports whether a word was given.
func (f *failOn) has(word string) bool { return slices.Contains(f.words, word) }

// see looks at a verdict.
func (f *failOn) see(r *clickclass.Result) {
	if len(f.words) == 0 || f.found {
		return
	}
	class := r.Verdict.Class
	owner := class == clickclass.ClassOwner || class == clickclass.ClassLikelyOwner
	opened := r.Dangerous() && r.Opened()
	f.found = f.has(class.String()) ||
		opened && owner && f.has("dangerous_owner") ||
		opened && r.Priority() == 1 && f.has("dangerous_opened")
}
