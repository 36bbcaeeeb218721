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
	for _, word := range words {
		var c clickclass.Class
		if c.UnmarshalText([]byte(word)) != nil && !slices.Contains(failWords, word) {
			return nil, fmt.Errorf("--fail-on %q is no class and none of %s", word, strings.Join(failWords, ", "))
		}
	}
	return &failOn{words: words}, nil
}

// see looks at a verdict.
func (f *failOn) see(r *clickclass.Result) {
	if len(f.words) == 0 || f.found {
		return
	}
	class := r.Verdict.Class
	owner := class == clickclass.ClassOwner || class == clickclass.ClassLikelyOwner
	opened := r.Dangerous() && r.Opened()
	f.found = slices.Contains(f.words, class.String()) ||
		opened && owner && slices.Contains(f.words, "dangerous_owner") ||
		opened && r.Priority() == 1 && slices.Contains(f.words, "dangerous_opened")
}
