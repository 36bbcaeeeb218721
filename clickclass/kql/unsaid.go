package kql

import (
	"fmt"
	"slices"
	"strings"
)

// Unsaid returns what the query of these options cannot say and the Go library can, a
// sentence each. The error is that of [Query] for wrong options.
func Unsaid(o Options) ([]string, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	return newRendering(o).Unsaid(), nil
}

// Unsaid is said by the query's own comment, too.
func (r *rendering) Unsaid() []string {
	out := []string{
		"Nothing is known of autonomous systems: ip.mailsec, ip.dc and ip.access never apply.",
		"An address is judged by the lists of " + r.Lists + ", whenever the click was made.",
		"Of the wrappers of links only Safe Links are opened, and in the long forms redirects of Google and simple links of Proofpoint; a clock inside a link is not read.",
		"The audit log, Safe Links policies and mailboxes of several people are not read.",
		"Sign-ins and mail are read from 30 days before start on, as far as they are kept" + kept[r.Schema] + ".",
	}
	if absent := r.absent(); len(absent) > 0 {
		out = append(out, "Tables that are not read: "+strings.Join(absent, ", ")+".")
	}
	if r.Form == Short {
		out = append(out, unsaidShort...)
	} else {
		out = append(out, unsaidLong...)
	}
	if left := r.LeftOut(); left != "" {
		out = append(out, fmt.Sprintf("Ranges that are left out: %s. Such an address counts as in no list, or as for rent at Microsoft: it is never automated, and a machine there may become not_owner.", left))
	}
	return out
}

var unsaidLong = []string{
	"Clicks before start are not compared with later ones.",
	"Links of other tables are compared with all their escapes decoded, and not as browsers read user names, IPv6 hosts, names in Unicode and \"..\". Sites are told by a short list of domain endings.",
	"Of equal rows, all but one have the flag duplicate, whichever was read first.",
}

var unsaidShort = []string{
	"Each click is judged by itself: rules of neighbours (b.*, a.scanwait, ip.shared_nosignin), of chats (w.posted), t.before and w.app never apply.",
	"Of messages, EmailEvents only confirms or refutes the clock in their ids: a message without a clock has none, and nothing says that it was found dangerous later.",
	"Of devices, launches and connections of common Windows programs under the account's full name count, half as much as a rare host's: c.net, c.launch_other and c.silent never apply. They count for no click from a service, and for none if the account clicked on the link from two addresses. Anything else that a device did near the click stops automated, and so do three accounts at the address whose clicks came late.",
	"Sign-ins from neighbouring addresses, sign-ins that others' clients renewed, countries and hours (g.far, h.off) do not count; the beginning of sign-ins is the tenant's, not each domain's.",
	"A message in Teams has no clock; causes, flags, the range of P(automated), what is missing and the priority are not said.",
}

// kept is how far back a query sees.
var kept = map[Schema]string{
	Defender: ": advanced hunting has 30 days in all",
	Sentinel: "; an analytics rule sees 14 days in all",
}

// absent returns the tables that the user has not got.
func (r *rendering) absent() []string {
	var out []string
	for _, t := range Tables(r.Schema) {
		if !slices.Contains(r.Options.Tables, t) && !(r.Form == Short && slices.Contains(unreadByShort, t)) {
			out = append(out, t)
		}
	}
	return out
}
