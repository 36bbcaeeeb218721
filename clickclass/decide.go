package clickclass

import (
	"math"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/internal/neighbours"
	"github.com/whoclicked/whoclicked/clickclass/internal/odds"
	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
	"github.com/whoclicked/whoclicked/iprange"
)

// judge fills in the verdict on a click, v. Twin is what sign-ins say of the address of the
// click's twin, if the facts ask for it.
func (c *Classifier) judge(w *weighing, e *entry, near *neighbours.Counts, twin twinAnswer, v *Verdict) {
	f := &w.facts
	c.gather(f, e, near)
	f.elsewhere = f.deviceKnown && near.Twin && f.fitsTwin(c.options.Ranges, twin.signIn)
	w.weigh(&c.weights)

	*v = Verdict{
		Basis: f.basis(), Origin: f.origin, Delay: e.delay, Clock: e.clock, Reasons: w.reasons(),
		Flags: f.flags(), Missing: f.missing(), Failed: e.failed | twin.failed, Rules: RulesVersion, Lists: c.lists,
	}
	v.Next = c.nextEvidence(f, v.Missing)

	v.P = c.probabilities(w, v.Basis)
	v.Class = c.classOf(w, &v.P, v.Failed)
	v.Flags |= w.flags(v.Class)
	// The short lists share one allocation.
	room := new(struct {
		causes [maxCauses]Cause
		sets   [4]int
		tags   [4]string
	})
	v.Causes = f.causes(room.causes[:0], v.Class, v.Flags)
	if f.origin.Layer != iprange.LayerNone {
		v.Origin.Sets, v.Origin.Tags = room.sets[:0], room.tags[:0]
		v.Origin.addSetsAndTags(f.matches)
	}
}

// probabilities turns what the groups say into probabilities. A decisive fact outweighs any
// sum: adding up alone under-reacts.
func (c *Classifier) probabilities(w *weighing, b Basis) Probabilities {
	machine, other := c.shares(&w.value, b)
	low, _ := c.shares(&w.low, b)
	high, _ := c.shares(&w.high, b)
	if most := 1 - c.options.Thresholds.LikelyOwner; w.shows() == showsDecisive && machine+other > most {
		part := most / (machine + other)
		machine, other = machine*part, other*part
		low, high = min(low, most), min(high, most)
	}
	p := Probabilities{Machine: odds.Round(machine), Other: odds.Round(other)}
	p.Owner = odds.Round(1 - p.Machine - p.Other)
	p.Low, p.High = odds.Round(min(low, machine)), odds.Round(max(high, machine))
	return p
}

// classOf applies the thresholds.
func (c *Classifier) classOf(w *weighing, p *Probabilities, failed Evidence) Class {
	t := &c.options.Thresholds
	shows := w.shows()
	switch f := &w.facts; {
	case !w.spoken():
		return ClassUnknown
	case failed != 0 && p.Owner < t.LikelyOwner:
		return ClassUnknown // what failed could show a person
	case p.Machine >= t.Automated && w.countAgreeing() >= 2 && shows == showsNothing && f.knownForMachines():
		return ClassAutomated
	case p.Machine >= t.LikelyAutomated && (f.knownForMachines() || f.machineByNumbers()):
		return ClassLikelyAutomated
	case p.Machine+p.Other >= t.NotOwner:
		return ClassNotOwner
	case f.click.AccountUpn == "":
		return ClassUnknown // there is nobody to be the owner
	case p.Owner >= t.Owner && shows >= showsOwner && !f.sharedMailbox:
		return ClassOwner
	case p.Owner >= t.LikelyOwner && shows >= showsPerson && !f.rentedByAnybody():
		return ClassLikelyOwner
	}
	return ClassUnknown
}

// rentedByAnybody reports whether the address is for rent, and neither the owner nor
// colleagues who sign in there are shown to use it: an intruder keeps coming back to his
// rented machine, and is a person, too.
func (f *facts) rentedByAnybody() bool {
	return f.origin.rented(f.networkUse) && !f.ownerShown() && f.signIn.Others < 2
}

// knownForMachines reports whether machines are known to be behind the address and people
// are not: a list says that there are none, a named range is a crawler's, you declared it,
// or the network is a mail-security vendor's. Habits do not make an address known: whoever
// holds wrapped links can give an address any habit.
func (f *facts) knownForMachines() bool {
	switch f.origin.Kind {
	case iprange.KindOwnScanner, iprange.KindOwnTool:
		return true
	case iprange.KindOwnIgnore, iprange.KindCorporate, iprange.KindPlatform, iprange.KindProxy:
		return false
	}
	return f.origin.dedicated() || f.networkUse == useMailSecurity && f.origin.Layer == iprange.LayerNone
}

// machineByNumbers reports whether the address asks for links of so many accounts that a
// patient intruder does not fit, who has one mailbox or a few: soon after delivery, or
// without any of them coming back.
func (f *facts) machineByNumbers() bool {
	n := f.near
	return n.AddressFastAccounts >= fewMailboxes && fastShare(n) > 0 && !f.peopleAtAddress() ||
		n.AddressAccounts >= manyAccounts && f.strangers() > 0
}

// flags returns the flags that follow from the reasons.
func (w *weighing) flags(class Class) Flags {
	if class == ClassUnknown {
		return 0
	}
	for i := range w.applied {
		if a := &w.applied[i]; a.counted {
			if strings.Contains(a.rule.source, "assumption") {
				return FlagAssumption // the heaviest that counts
			}
			break
		}
	}
	return 0
}

// evidenceWorth is how far each kind of evidence could move a verdict, by the weights in
// force.
type evidenceWorth struct{ device, signIn, mail float64 }

func worthOf(weights *[len(rules)]ruleWeights) (w evidenceWorth) {
	for i := range rules {
		switch weight := math.Abs(weights[i].machine.Value); rules[i].id {
		case "c.browser":
			w.device = weight
		case "ip.own_signin":
			w.signIn = weight
		case "t.0_10":
			w.mail = weight
		}
	}
	return w
}

// nextEvidence returns the kind of missing evidence that could move the verdict most.
func (c *Classifier) nextEvidence(f *facts, missing Evidence) Evidence {
	w := c.worth
	if f.origin.dedicated() || !f.click.IPAddress.IsValid() {
		w.signIn = 0.1 // nobody can sign in from there
	}
	switch {
	case f.click.NetworkMessageId == "":
		w.mail = 0
	case f.clock != ClockNone:
		w.mail = 0.2 // the message's time is known already
	}
	if f.click.AccountUpn == "" || f.At == ticks.None {
		w.device, w.signIn = 0, 0 // there is nothing to ask by
	}
	best, most := Evidence(0), 0.0
	for _, e := range [...]struct {
		kind  Evidence
		worth float64
	}{{EvidenceDevice, w.device}, {EvidenceSignIn, w.signIn}, {EvidenceMail, w.mail}} {
		if missing.Has(e.kind) && e.worth > most {
			best, most = e.kind, e.worth
		}
	}
	return best
}
