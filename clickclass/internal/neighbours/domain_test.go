package neighbours

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// TestCompareDomain counts the accounts of a domain, and those whose sign-ins are known.
func TestCompareDomain(t *testing.T) {
	by := func(after int, who person, traits Traits) sketch {
		return sketch{after: ticks.Ticks(after) * minute, who: who, traits: traits}
	}
	for name, tt := range map[string]struct {
		rows              []sketch // the first is asked about
		accounts, signIns int32
	}{
		"others with and without sign-ins":         {[]sketch{by(0, ann, 0), by(1, bob, TraitSignIn), by(2, dan, 0)}, 2, 1},
		"the edge of the window":                   {[]sketch{by(0, ann, 0), by(60, bob, TraitSignIn), by(-60, dan, TraitSignIn)}, 2, 2},
		"past the edge of the window":              {[]sketch{by(0, ann, 0), by(61, bob, TraitSignIn)}, 0, 0},
		"another domain":                           {[]sketch{by(0, ann, 0), by(0, eve, TraitSignIn)}, 0, 0},
		"no domain":                                {[]sketch{by(0, local, 0), by(0, local, TraitSignIn), by(0, person{32, 0}, TraitSignIn)}, 0, 0},
		"the account itself":                       {[]sketch{by(0, ann, TraitSignIn), by(1, ann, TraitSignIn)}, 0, 0},
		"the account's other row":                  {[]sketch{by(0, ann, 0), by(1, ann, TraitSignIn)}, 0, 0},
		"the account's other row and others":       {[]sketch{by(0, ann, 0), by(1, ann, TraitSignIn), by(1, bob, TraitSignIn)}, 1, 1},
		"the account's other row is out of reach":  {[]sketch{by(0, ann, 0), by(61, ann, TraitSignIn), by(1, bob, TraitSignIn)}, 1, 1},
		"one account often":                        {[]sketch{by(0, ann, 0), by(1, bob, TraitSignIn), by(2, bob, 0), by(3, bob, TraitSignIn)}, 1, 1},
		"a row without account in the same domain": {[]sketch{by(0, person{0, 1}, TraitSignIn), by(1, bob, TraitSignIn), by(2, dan, 0)}, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compare(marksOf(tt.rows...), hour, nil)[0]
			assert.Equal(t, tt.accounts, got.DomainAccounts)
			assert.Equal(t, tt.signIns, got.DomainSignIns)
		})
	}
}
