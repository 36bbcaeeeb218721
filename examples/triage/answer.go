package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// answer says who clicked, in one to four sentences.
func answer(d *digest) string {
	if d.rows == 0 {
		return "No clicks."
	}
	if d.rows == 1 {
		for _, g := range d.groups {
			return answerOne(&g.example)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s", plural(d.rows, "click"), plural(len(d.accounts), "account"))
	if s := span(d.first, d.last); s != "" {
		b.WriteString(", " + s)
	}
	automated := d.classes[clickclass.ClassAutomated] + d.classes[clickclass.ClassLikelyAutomated]
	owners := d.classes[clickclass.ClassOwner] + d.classes[clickclass.ClassLikelyOwner]
	fmt.Fprintf(&b, ": %s made by automated services or likely so, %s by the accounts' owners or likely so,",
		count(automated, "was", "were"), count(owners, "", ""))
	if n := d.classes[clickclass.ClassNotOwner]; n > 0 {
		fmt.Fprintf(&b, " %s by a machine or somebody else, not by the owner,", count(n, "", ""))
	}
	fmt.Fprintf(&b, " and %s cannot be told from the data given.", count(d.classes[clickclass.ClassUnknown], "", ""))
	if services := topServices(d, 3, clickclass.ClassAutomated, clickclass.ClassLikelyAutomated); automated > 0 && services != "" {
		fmt.Fprintf(&b, " The services: %s.", services)
	}
	dangerous := d.dangerous[clickclass.ClassOwner] + d.dangerous[clickclass.ClassLikelyOwner]
	if dangerous > 0 {
		fmt.Fprintf(&b, " %s by owners on links known to be dangerous: look there first.", count(dangerous, "click", "clicks"))
	}
	return b.String()
}

func count(n int, one, many string) string {
	number := thousands(n)
	if n == 0 {
		number = "none"
	}
	noun := many
	if n == 1 {
		noun = one
	}
	return strings.TrimSpace(number + " " + noun)
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
	return fmt.Sprintf("The click of %s is %s, %s.", cmp.Or(terminal.Clean(k.AccountUpn), "no account"), who, probabilities(&v.P))
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
