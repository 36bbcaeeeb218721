package clickclass

import (
	"context"
	"math"
	"net/netip"
	"slices"
	"sync"

	"github.com/whoclicked/whoclicked/clickclass/internal/neighbours"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
	"github.com/whoclicked/whoclicked/iprange"
)

// Classifier judges clicks. It is immutable and safe for concurrent use.
type Classifier struct {
	options Options                          // with the defaults filled in
	lists   string                           // version of options.Ranges
	prior   struct{ machine, other float64 } // log-odds against the owner
	weights [len(rules)]ruleWeights
	worth   evidenceWorth
	shared  map[string]bool // normal accounts
}

// New returns a Classifier, or an error that names the wrong option.
func New(o Options) (*Classifier, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	c := &Classifier{options: o, lists: o.Ranges.Version()}
	owner := 1 - o.Prior.Machine - o.Prior.Other
	c.prior.machine, c.prior.other = math.Log(o.Prior.Machine/owner), math.Log(o.Prior.Other/owner)
	c.options.Policies = slices.Clone(o.Policies)
	c.options.Weights = nil
	for i := range rules {
		c.weights[i] = ruleWeights{rules[i].machine, rules[i].other}
		if w, ok := o.Weights[rules[i].id]; ok {
			c.weights[i] = ruleWeights{Weight{w.Machine, w.Machine, w.Machine}, Weight{w.Other, w.Other, w.Other}}
		}
	}
	c.shared = make(map[string]bool, len(o.Shared))
	for _, account := range o.Shared {
		c.shared[normal.Account(account)] = true
	}
	c.options.Shared = nil
	c.worth = worthOf(&c.weights)
	return c, nil
}

// With returns a Classifier with other address lists and otherwise the same options. Nil
// stands for iprange.Default().
func (c *Classifier) With(ranges *iprange.Set) *Classifier {
	if ranges == nil {
		ranges = iprange.Default()
	}
	d := *c
	d.options.Ranges, d.lists = ranges, ranges.Version()
	return &d
}

// shipped is the Classifier of Score.
var shipped = sync.OnceValue(func() *Classifier {
	c, err := New(Options{})
	if err != nil {
		panic(err) // the zero Options is valid
	}
	return c
})

// Score judges one click by itself with the default options. It does not allocate more
// than the Verdict needs.
func Score(k Click) Verdict {
	v, _ := shipped().Classify(context.Background(), k) // without a source nothing can fail
	return v
}

// Classify judges one click with evidence but without neighbours.
//
// The error joins those of the Source. The Verdict is valid in every case: evidence
// that could not be had is named in Verdict.Failed, and a click is never called
// automated while evidence that could show a person has failed.
func (c *Classifier) Classify(ctx context.Context, k Click) (Verdict, error) {
	w := weighings.Get().(*weighing)
	defer weighings.Put(w)
	e := &w.entry
	defer func() { *e, w.facts = entry{}, facts{} }() // the pool keeps nothing of the click alive
	e.click = k
	e.read()
	var err error
	if c.options.Source != nil {
		var facts []Facts
		var failed []Evidence
		facts, failed, err = c.ask(ctx, []Question{e.question()})
		e.learn(facts[0], failed[0])
	}
	var v Verdict
	c.judge(w, e, &alone, twinAnswer{}, &v)
	return v, err
}

// alone is what the neighbours say of a click that is judged by itself; nothing writes it.
var alone neighbours.Counts

// weighings saves the allocation of what a judgement works on.
var weighings = sync.Pool{New: func() any { return new(weighing) }}

// prepare completes entries that hold a click, and asks for the evidence on them.
func (c *Classifier) prepare(ctx context.Context, entries []entry) error {
	for i := range entries {
		entries[i].read()
	}
	if c.options.Source == nil {
		return nil
	}
	pointers := make([]*entry, len(entries))
	for i := range entries {
		pointers[i] = &entries[i]
	}
	return c.learn(ctx, pointers)
}

// learn asks for the evidence on entries.
func (c *Classifier) learn(ctx context.Context, entries []*entry) error {
	if c.options.Source == nil {
		return nil
	}
	qs := make([]Question, len(entries))
	for i, e := range entries {
		qs[i] = e.question()
	}
	facts, failed, err := c.ask(ctx, qs)
	for i, e := range entries {
		e.learn(facts[i], failed[i])
	}
	return err
}

// ready is a click whose neighbours are known.
type ready = neighbours.Ready[*entry]

// judgeReady judges clicks beside their neighbours and appends their results to dst. Their
// Revision is not set.
func (c *Classifier) judgeReady(ctx context.Context, dst []Result, clicks []ready) ([]Result, error) {
	w := weighings.Get().(*weighing)
	defer weighings.Put(w)
	twins, err := c.askForTwins(ctx, w, clicks)
	for i := range clicks {
		r := &clicks[i]
		var twin twinAnswer
		if twins != nil {
			twin = twins[i]
		}
		dst = append(dst, Result{Click: r.Item.click, Nearby: nearbyOf(&r.Counts)})
		c.judge(w, r.Item, &r.Counts, twin, &dst[len(dst)-1].Verdict)
	}
	w.facts = facts{}
	return dst, err
}

// twinAnswer is what is known of sign-ins at the address of a click's twin.
type twinAnswer struct {
	signIn SignInFacts
	failed Evidence
}

// askForTwins asks about the addresses of twins where that decides a verdict. It returns
// nil if it does nowhere.
func (c *Classifier) askForTwins(ctx context.Context, w *weighing, clicks []ready) ([]twinAnswer, error) {
	if c.options.Source == nil {
		return nil, nil
	}
	var qs []Question
	var places []int
	for i := range clicks {
		r := &clicks[i]
		if !r.Counts.Twin || r.Item.facts.Device == nil || r.Item.facts.SignIn == nil {
			continue
		}
		if c.gather(&w.facts, r.Item, &r.Counts); w.facts.asksForTwin() {
			q := r.Item.question()
			q.Want, q.Addr = EvidenceSignIn, r.Counts.TwinIP
			qs, places = append(qs, q), append(places, i)
		}
	}
	if len(qs) == 0 {
		return nil, nil
	}
	facts, failed, err := c.ask(ctx, qs)
	answers := make([]twinAnswer, len(clicks))
	for j, i := range places {
		if s := facts[j].SignIn; s != nil {
			answers[i].signIn = s.usable()
		}
		answers[i].failed = failed[j]
	}
	return answers, err
}

// isService reports whether an address belongs, by the newest lists, to a service without
// people behind it.
func (c *Classifier) isService(addr netip.Addr) bool {
	best, ok := c.options.Ranges.Lookup(addr).Best()
	return ok && best.People == iprange.PeopleNone
}

// newWindow returns a window that compares neighbouring clicks.
func (c *Classifier) newWindow() *neighbours.Window[*entry] {
	w := c.options.Window
	return &neighbours.Window[*entry]{Options: neighbours.Options{
		Reach: ticks.OfDuration(w.Span), Rows: w.Rows, Bytes: w.Bytes,
		Service: c.isService, Differs: countsDiffer,
	}}
}

func nearbyOf(n *neighbours.Counts) Nearby {
	return Nearby{
		MessageURLs: int(min(n.MessageURLs60s, 64)), FanAccounts: int(n.FanAccounts),
		AddressAccounts: int(n.AddressAccounts), AddressURLs: int(n.AddressURLs),
	}
}
