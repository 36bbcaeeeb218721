package clickclass

// RulesVersion names the rules table; it changes when a weight, a threshold or
// a rule changes.
const RulesVersion = "1"

// Rule is one row of the rules table.
type Rule struct {
	ID         string  // stable name, "ip.teams"
	Group      string  // "origin", "timing", "burst", "action", "client", "corroboration", "calendar"
	Weight     float64 // natural-log odds; positive speaks for automation
	Min, Max   float64 // the range that the sources leave open
	Confidence string  // "none", "low", "medium", "high"
	Text       string  // the reason in words
	Source     string  // what it rests on
}

// Rules returns the rules table, in a fixed order. The caller may change the
// copy.
func Rules() []Rule { return nil }
