package findings

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// The limits of a query. Advanced hunting takes longer ones, but an analytics rule takes no
// more than 10,000 characters, and a person can still look through this.
const (
	maxAsked = 40    // clicks
	maxQuery = 9_500 // bytes
)

// asked is a click whose verdict more evidence may change.
type asked struct {
	place
	time             time.Time
	account, message string
	priority         int
	missing          clickclass.Evidence
}

// ask remembers a click if it is among those that evidence is worth most for.
func (c *Collector) ask(r *clickclass.Result, at place) {
	k, v := &r.Click, &r.Verdict
	if v.Missing&(clickclass.EvidenceDevice|clickclass.EvidenceSignIn|clickclass.EvidenceMail) == 0 || k.Timestamp.IsZero() || k.AccountUpn == "" {
		return
	}
	if v.Class != clickclass.ClassUnknown && v.Class != clickclass.ClassNotOwner && !r.Dangerous() {
		return
	}
	a := asked{time: k.Timestamp, priority: r.Priority(), missing: v.Missing}
	if len(c.asked) == maxAsked && compareAsked(&a, &c.asked[len(c.asked)-1]) >= 0 {
		return
	}
	if slices.ContainsFunc(c.asked, func(b asked) bool { return b.answers(k) }) {
		return
	}
	a.place = place{strings.Clone(at.file), at.row}
	a.account, a.message = strings.Clone(k.AccountUpn), strings.Clone(k.NetworkMessageId)
	i, _ := slices.BinarySearchFunc(c.asked, a, func(x, y asked) int { return compareAsked(&x, &y) })
	c.asked = slices.Insert(c.asked, i, a)
	c.asked = c.asked[:min(len(c.asked), maxAsked)]
}

// answers reports whether the evidence for a is that for k, too: a burst of clicks is asked
// for once.
func (a *asked) answers(k *clickclass.Click) bool {
	return a.account == k.AccountUpn && a.message == k.NetworkMessageId && a.time.Sub(k.Timestamp).Abs() <= time.Minute
}

// compareAsked puts the click in front that deserves a look more, then the newer one.
func compareAsked(a, b *asked) int {
	return cmp.Or(cmp.Compare(a.priority, b.priority), b.time.Compare(a.time), strings.Compare(a.file, b.file), cmp.Compare(a.row, b.row))
}

// Query returns an advanced hunting query that fetches the evidence that is missing for the
// clicks that it is worth most for, those on something dangerous first, and how many clicks
// it is about. What it returns, saved as CSV, can be read beside the clicks. It is "" if there
// is nothing to ask.
func (r *Report) Query() (kql string, clicks int) {
	for n := len(r.asked); n > 0; n-- {
		if kql := query(r.asked[:n]); len(kql) <= maxQuery {
			return kql, n
		}
	}
	return "", 0
}

func query(list []asked) string {
	var missing clickclass.Evidence
	clicks := make([]clickclass.Click, len(list))
	for i, a := range list {
		clicks[i] = clickclass.Click{Timestamp: a.time, AccountUpn: a.account, NetworkMessageId: a.message}
		missing |= a.missing
	}
	return missing.KQLAll(clicks)
}
