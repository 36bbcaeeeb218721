// Package tenantfiles writes the rows of a tenant as the tables of Defender, Sentinel or Azure
// Data Explorer, and reads them back. Tests give the same files to a query and to the library.
package tenantfiles

import (
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

// Tenant is the clicks of a tenant and the evidence about them.
type Tenant struct {
	Name     string
	Clicks   []clickclass.Click
	Evidence []evidence.Row
}

// Synthetic returns a made-up tenant.
func Synthetic(made *synth.Tenant) *Tenant {
	t := &Tenant{Name: made.Name}
	for i := range made.Rows {
		t.Clicks = append(t.Clicks, made.Rows[i].Click)
	}
	add(t, made.Emails)
	add(t, made.EmailURLs)
	add(t, made.PostDeliveries)
	add(t, made.SignIns)
	add(t, made.Launches)
	add(t, made.Connections)
	add(t, made.ChatMessages)
	add(t, made.ChatURLs)
	return t
}

func add[R evidence.Row](t *Tenant, rows []R) {
	for _, row := range rows {
		t.Evidence = append(t.Evidence, row)
	}
}

// Newest returns the time of the last click.
func (t *Tenant) Newest() time.Time {
	var newest time.Time
	for i := range t.Clicks {
		if at := t.Clicks[i].Timestamp; at.After(newest) {
			newest = at
		}
	}
	return newest
}
