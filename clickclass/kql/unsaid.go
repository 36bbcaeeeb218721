package kql

import "fmt"

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
		"The network of an address is not known: ip.mailsec, ip.dc and ip.access never apply.",
		"An address is judged by the lists of " + r.Lists + ", whenever the click was made.",
		"Of the wrappers of links only Safe Links are opened; a clock inside a link is not read.",
		"Clicks before start are not seen, so they are neighbours of none; sign-ins and mail are read from 30 days before start on, as far as they are kept: in advanced hunting 30 days in all.",
	}
	if left := r.LeftOut(); left != "" {
		out = append(out, fmt.Sprintf("Ranges that are left out: %s. Such an address counts as in no list, or as for rent at Microsoft; it is never automated.", left))
	}
	return append(out, r.moreUnsaid()...)
}

func (r *rendering) moreUnsaid() []string {
	return []string{
		"Links of other tables are compared with escapes resolved, and by a short list of domain endings.",
		"The audit log, Safe Links policies, mailboxes of several people and your own labels are not read.",
		"Which of two equal rows was read first is not known: the flag duplicate is on the later one.",
	}
}
