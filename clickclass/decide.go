package clickclass

import (
	"math"

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

	p := odds.Logistic(c.machineOdds(w.value[:], v.Basis))
	low, high := odds.Logistic(c.machineOdds(w.low[:], v.Basis)), odds.Logistic(c.machineOdds(w.high[:], v.Basis))
	t := &c.options.Thresholds
	decisive := w.shows() == showsDecisive
	if decisive {
		// One decisive fact outweighs any sum: adding up alone under-reacts.
		most := 1 - t.LikelyOwner
		p, low, high = min(p, most), min(low, most), min(high, most)
	}
	v.Class = c.classOf(w, v.Failed, p, decisive)
	v.P = Probabilities{Machine: odds.Round(p), Low: odds.Round(min(low, p)), High: odds.Round(max(high, p))}
	v.P.Owner = odds.Round(1 - v.P.Machine)
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

// classOf applies the thresholds.
func (c *Classifier) classOf(w *weighing, failed Evidence, machine float64, decisive bool) Class {
	t := &c.options.Thresholds
	switch owner := 1 - machine; {
	case !w.spoken():
		return ClassUnknown
	case machine >= t.LikelyAutomated && failed != 0:
		return ClassUnknown // what failed could show a person
	case machine >= t.Automated && w.countAgreeing() >= 2 && !decisive && w.facts.knownForMachines():
		return ClassAutomated
	case machine >= t.LikelyAutomated:
		return ClassLikelyAutomated
	case owner >= t.Owner-rounding && w.shows() >= showsPerson:
		return ClassOwner
	case owner >= t.LikelyOwner-rounding:
		return ClassLikelyOwner
	}
	return ClassUnknown
}

// rounding keeps a probability that was set to a threshold at it: 1-(1-t) is not always t.
const rounding = 1e-12

// knownForMachines reports whether machines are known to be behind the address and people
// are not: by a list or a network database, or because it asks as machines do on other
// occasions. Without that, whoever acts like a machine may be an attacker with a script;
// and what anybody can rent, an attacker can.
func (f *facts) knownForMachines() bool {
	o := &f.origin
	switch {
	case o.rented(f.networkUse), o.People == iprange.PeopleYes, o.Kind == iprange.KindOwnIgnore, o.Kind == iprange.KindCorporate:
		return false
	}
	return o.Layer != iprange.LayerNone || f.networkUse == useMailSecurity || fastShare(&f.near) > 0
}

// evidenceWorth is how far each kind of evidence could move a verdict, by the weights in
// force.
type evidenceWorth struct{ device, signIn, mail float64 }

func worthOf(weights *[len(rules)]Weight) (w evidenceWorth) {
	for i := range rules {
		switch weight := math.Abs(weights[i].Value); rules[i].id {
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
