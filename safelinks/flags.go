package safelinks

import (
	"fmt"
	"slices"
	"strings"
)

// Flags are remarks about how a link was written. None of them makes its URL wrong.
type Flags uint32

const (
	FlagCut        Flags = 1 << iota // the link may be truncated
	FlagEdited                       // a field is not what Safe Links writes
	FlagNoScheme                     // the target has no scheme
	FlagOpaque                       // the innermost wrapper keeps its target
	FlagTracker                      // the innermost URL is a click tracker
	FlagDepthLimit                   // more than 16 layers
	FlagLoop                         // a layer leads back to an outer one
	FlagUnproven                     // host, path, region or version of which no real link is known
	FlagMangled                      // escaped, defanged or repaired on its way; the URL was restored
	FlagDisagree                     // two fields contradict each other
	FlagRepeated                     // there are more targets than one; the first counts
)

var flagNames = [...]string{
	"perhaps_cut", "edited", "no_scheme", "opaque", "tracker",
	"depth_limit", "loop", "unproven", "mangled", "disagree", "url_repeated",
}

// Has reports whether all of g are set.
func (f Flags) Has(g Flags) bool { return f&g == g }

// names returns the stable names of the flags that are set, in the order of the
// constants.
func (f Flags) names() []string {
	var names []string
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// String returns the stable names of the flags, separated by commas.
func (f Flags) String() string { return strings.Join(f.names(), ",") }

// MarshalText returns the text of [Flags.String].
func (f Flags) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads the text of [Flags.String]. An unknown name is an error.
func (f *Flags) UnmarshalText(b []byte) error {
	var names []string
	if len(b) > 0 {
		names = strings.Split(string(b), ",")
	}
	flags, err := parseFlags(names)
	if err == nil {
		*f = flags
	}
	return err
}

// parseFlags returns the flags with the given names.
func parseFlags(names []string) (Flags, error) {
	var f Flags
	for n, name := range names {
		i := slices.Index(flagNames[:], name)
		if i < 0 {
			return 0, fmt.Errorf("safelinks: parse flags: unknown name at position %d", n+1)
		}
		f |= 1 << i
	}
	return f, nil
}
