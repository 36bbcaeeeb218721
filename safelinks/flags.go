package safelinks

import "strings"

// Flags are the honest remarks about a link: nothing in them makes the URL
// wrong, all of them say how much to trust the rest. The zero Flags is none.
type Flags uint32

// The remarks.
const (
	Cut            Flags = 1 << iota // nothing stands behind the target, or data= ends early: the link may be cut
	Edited                           // a field is not what Safe Links writes: the link was changed by hand
	DoubleEncoded                    // the target was percent-encoded more than once
	UnknownPath                      // a Safe Links host with a path that is not known
	UnknownVersion                   // data= has a version or a number of fields that is not known
	UnreadableData                   // data= is there and holds no fields
	NoScheme                         // the target has no scheme; it is returned as it is
	IDsDisagree                      // the clocks in the message GUID and in the ticks exclude each other (see Data.MessageTime)
	UnprovenHost                     // a host of which no real link is known
	UnknownRegion                    // a region that does not look like any known one
	OddPort                          // the wrapper's host has a port
	Defanged                         // the link was defanged
	Escaped                          // the wrapper's & were HTML entities
	Backslashes                      // back-slashes of Markdown or JSON were removed
	Repeated                         // the parameter with the target is given twice; the first counts
	BadEscape                        // the target holds a percent sign that escapes nothing
	Repaired                         // "https:/host" was repaired to "https://host"
	Opaque                           // the innermost wrapper keeps its target on the server
	Tracker                          // the innermost URL is a click tracker, which only its server can follow
	DepthLimit                       // more layers than MaxDepth
	Loop                             // a layer leads back to an outer one
)

var flagNames = [...]string{
	"perhaps_cut", "edited", "double_encoded", "unknown_path", "unknown_version", "unreadable_data",
	"no_scheme", "ids_disagree", "unproven_host", "unknown_region", "port", "defanged", "html_escaped",
	"backslashes", "url_repeated", "bad_escape", "slash_repaired", "opaque", "tracker", "depth_limit", "loop",
}

// Has reports whether all of g are set.
func (f Flags) Has(g Flags) bool { return f&g == g }

// Names returns the remarks as the stable words that programs print, in a fixed
// order.
func (f Flags) Names() []string {
	var names []string
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// String returns the names with commas between them.
func (f Flags) String() string { return strings.Join(f.Names(), ",") }
