package clickclass_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass"
)

// TestPriority holds the priority of each class on each kind of link.
func TestPriority(t *testing.T) {
	threat := clickclass.Click{ActionType: clickclass.ClickAllowed, ThreatTypes: "Phish"}
	through := clickclass.Click{ActionType: clickclass.ClickBlocked, IsClickedThrough: true}
	audited := clickclass.Click{ActionType: clickclass.ClickedThrough}
	blocked := clickclass.Click{ActionType: clickclass.ClickBlocked, ThreatTypes: "Phish"}
	byTenant := clickclass.Click{ActionType: clickclass.ClickBlockedByTenantPolicy}
	allowed := clickclass.Click{ActionType: clickclass.ClickAllowed}
	errorPage := clickclass.Click{ActionType: clickclass.UrlErrorPage}
	tests := []struct {
		name              string
		click             clickclass.Click
		flags             clickclass.Flags
		dangerous, opened bool
		// automated, likely automated, not the owner, unknown, likely the owner, the owner
		want [6]int
	}{
		{"a threat, allowed", threat, 0, true, true, [6]int{2, 2, 1, 1, 1, 1}},
		{"an alert", clickclass.Click{ActionType: clickclass.ClickAllowed, Feed: clickclass.FeedAlert}, 0, true, true, [6]int{2, 2, 1, 1, 1, 1}},
		{"found dangerous later", allowed, clickclass.FlagVerdictChangedLater, true, true, [6]int{2, 2, 1, 1, 1, 1}},
		{"the warning was passed", through, 0, true, true, [6]int{2, 2, 1, 1, 1, 1}},
		{"the warning was passed, by the audit log", audited, 0, true, true, [6]int{2, 2, 1, 1, 1, 1}},
		{"a threat, blocked", blocked, 0, true, false, [6]int{3, 3, 2, 3, 3, 3}},
		{"blocked by the tenant", byTenant, 0, true, false, [6]int{3, 3, 2, 3, 3, 3}},
		{"nothing known", allowed, 0, false, true, [6]int{5, 5, 2, 3, 4, 4}},
		{"an error page", errorPage, 0, false, false, [6]int{5, 5, 2, 3, 4, 4}},
	}
	classes := [6]clickclass.Class{clickclass.ClassAutomated, clickclass.ClassLikelyAutomated, clickclass.ClassNotOwner,
		clickclass.ClassUnknown, clickclass.ClassLikelyOwner, clickclass.ClassOwner}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got [6]int
			for i, class := range classes {
				r := clickclass.Result{Click: tt.click, Verdict: clickclass.Verdict{Class: class, Flags: tt.flags}}
				assert.Equal(t, tt.dangerous, r.Dangerous())
				assert.Equal(t, tt.opened, r.Opened())
				got[i] = r.Priority()
			}
			assert.Equal(t, tt.want, got)
		})
	}
	perhaps := clickclass.Result{Click: allowed, Verdict: clickclass.Verdict{P: clickclass.Probabilities{Owner: 0.85, Other: 0.15}}}
	assert.Equal(t, 2, perhaps.Priority(), "somebody else is likely enough")
}

func ExampleResult_Priority() {
	r := clickclass.Result{
		Click:   clickclass.Click{ThreatTypes: "Phish", ActionType: clickclass.ClickAllowed},
		Verdict: clickclass.Verdict{Class: clickclass.ClassLikelyOwner},
	}
	fmt.Println(r.Dangerous(), r.Opened(), r.Priority())
	// Output: true true 1
}
