package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// answer says what happened, in one to five sentences.
func answer(d *digest) string { return terminal.Clean(rawAnswer(d)) }

// rawAnswer is answer with names as the rows have them.
func rawAnswer(d *digest) string {
	if d.rows == 1 {
		for _, g := range d.groups {
			return answerOne(&g.example)
		}
	}
	return d.report().Answer()
}

// answerOne says who made a single click.
func answerOne(f *finding) string {
	k, v := &f.Click, &f.Verdict
	who := map[clickclass.Class]string{
		clickclass.ClassAutomated:       "automated: %s made it",
		clickclass.ClassLikelyAutomated: "likely automated: probably %s made it",
		clickclass.ClassNotOwner:        "not the owner's: a machine or somebody else made it",
		clickclass.ClassUnknown:         "of unknown making: the data given do not tell the owner from %s",
		clickclass.ClassLikelyOwner:     "likely the owner's: the account's owner probably made it",
		clickclass.ClassOwner:           "the owner's: the account's owner made it",
	}[v.Class]
	if strings.Contains(who, "%s") {
		service := "a service"
		if v.Origin.Service != "" && k.IPAddress.IsValid() {
			service = v.Origin.Service
		}
		who = fmt.Sprintf(who, service)
	}
	return fmt.Sprintf("The click of %s is %s, %s.", cmp.Or(k.AccountUpn, "no account"), who, probabilities(&v.P))
}

// topServices lists the services with the most clicks of some classes.
func topServices(d *digest, most int, classes ...clickclass.Class) string {
	type entry struct {
		name string
		n    int
	}
	var list []entry
	for name, c := range d.services {
		n := 0
		for _, class := range classes {
			n += c[class]
		}
		if n > 0 {
			list = append(list, entry{name, n})
		}
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Or(cmp.Compare(b.n, a.n), strings.Compare(a.name, b.name)) })
	var parts []string
	for i, e := range list {
		if i == most {
			rest := 0
			for _, e := range list[most:] {
				rest += e.n
			}
			parts = append(parts, "others "+thousands(rest))
			break
		}
		parts = append(parts, terminal.Clean(e.name)+" "+thousands(e.n))
	}
	return strings.Join(parts, ", ")
}
