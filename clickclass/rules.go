package clickclass

import "sync"

//go:generate go run gen_rules.go

// RulesVersion changes with every rule, weight and threshold.
const RulesVersion = "3"

// Rule is a row of the rules table.
type Rule struct {
	ID         string
	Group      string // of the rules of a group, only the strongest counts
	Machine    Weight // natural-log odds of a machine against the owner
	Other      Weight // of somebody else against the owner
	Confidence string // in the weights: "none", "low", "medium" or "high"
	Text       string // what was seen
	Source     string // what the weights rest on; says "assumption" where they are ours
	Shows      string // "", "person", "owner" or "decisive"
}

// Weight is a number and the range that its sources leave open.
type Weight struct{ Value, Min, Max float64 }

// Rules returns a copy of the rules table.
func Rules() []Rule {
	out := make([]Rule, len(rules))
	for i := range rules {
		r := &rules[i]
		out[i] = Rule{
			ID: r.id, Group: groupWords[r.group], Machine: r.machine, Other: r.other,
			Confidence: r.confidence, Text: r.text, Source: r.source, Shows: showsWords[r.shows],
		}
	}
	return out
}

// rule is a row of the rules table with the signal that it weighs.
type rule struct {
	id         string
	group      group
	machine    Weight
	other      Weight
	confidence string
	text       string
	source     string
	shows      shows
	needs      needs
	// signal reports whether the rule applies to a click. It notes in s what it saw, and
	// may change the scales, which are 1 before and multiply the weights.
	signal func(f *facts, s *sign) bool
}

// group is a family of rules that tell the same thing in different ways, or read the same
// source. Only the strongest rule of a group counts.
type group uint8

const (
	groupOrigin   group = iota // whose address asked
	groupTiming                // how long after the message
	groupBurst                 // with which other clicks at the same time
	groupPlace                 // who else and when else comes from the address
	groupAction                // what happened
	groupClient                // with which client
	groupSignIn                // what sign-ins say
	groupDevice                // what devices say
	groupCalendar              // at which hour, from which country

	numGroups = iota
)

var groupWords = [numGroups]string{"origin", "timing", "burst", "place", "action", "client", "signin", "device", "calendar"}

// shows is what a rule shows of a person beside its weights.
type shows uint8

const (
	showsNothing  shows = iota
	showsPerson         // a person was there: needed for ClassLikelyOwner
	showsOwner          // it names the owner beside this very click: needed for ClassOwner
	showsDecisive       // it names the owner and outweighs everything else
)

var showsWords = [...]string{"", "person", "owner", "decisive"}

// needs is what must be known for a rule to apply at all. Rules that lack it are not asked,
// which halves the time of a verdict; a test checks that asking them changes nothing.
type needs uint8

const (
	needsList    needs = 1 << iota // a list or an own range has the address
	needsNetwork                   // the autonomous system
	needsDelay                     // the time since the message
	needsRows                      // neighbours
	needsSignIn                    // the account's sign-ins
	needsDevice                    // the account's devices
	needsRow     needs = 0         // nothing but the row
)

const (
	low    = "low"
	medium = "medium"
	high   = "high"
)

// ruleByID returns the rules by their ids.
var ruleByID = sync.OnceValue(func() map[string]*rule {
	m := make(map[string]*rule, len(rules))
	for i := range rules {
		m[rules[i].id] = &rules[i]
	}
	return m
})
