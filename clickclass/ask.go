package clickclass

import (
	"context"
	"errors"
	"fmt"
)

// ask puts questions to the classifier's source, and returns the answers and the kinds of
// evidence that failed, one of each for each question. Without a source all are empty.
func (c *Classifier) ask(ctx context.Context, qs []Question) ([]Facts, []Evidence, error) {
	if c.options.Source == nil || len(qs) == 0 {
		return make([]Facts, len(qs)), make([]Evidence, len(qs)), nil
	}
	facts, failed, errs := askSource(ctx, c.options.Source, qs)
	if err := joinErrors(errs); err != nil {
		return facts, failed, fmt.Errorf("clickclass: evidence: %w", err)
	}
	return facts, failed, nil
}

// askSource asks one source, at once if it can be. It returns an answer, the kinds that
// failed and an error for each question.
func askSource(ctx context.Context, s Source, qs []Question) ([]Facts, []Evidence, []error) {
	if j, ok := s.(joined); ok {
		return j.ask(ctx, qs)
	}
	facts, errs := askOne(ctx, s, qs)
	failed := make([]Evidence, len(qs))
	for i, err := range errs {
		if err != nil {
			failed[i] = qs[i].Want & kindsOf(s) &^ facts[i].kinds()
		}
	}
	return facts, failed, errs
}

// kindsOf returns the kinds of evidence that a source has.
func kindsOf(s Source) Evidence {
	if some, ok := s.(interface{ Kinds() Evidence }); ok {
		return some.Kinds()
	}
	return allEvidence
}

// askOne asks one source, and returns an answer and an error for each question.
func askOne(ctx context.Context, s Source, qs []Question) ([]Facts, []error) {
	errs := make([]error, len(qs))
	b, ok := s.(BatchSource)
	if !ok {
		facts := make([]Facts, len(qs))
		for i, q := range qs {
			facts[i], errs[i] = s.Facts(ctx, q)
		}
		return facts, errs
	}
	facts, err := b.FactsBatch(ctx, qs)
	if len(facts) != len(qs) {
		if err == nil {
			err = fmt.Errorf("source: %d answers to %d questions", len(facts), len(qs))
		}
		facts = make([]Facts, len(qs)) // which answer belongs to which question is not known
	}
	for i := range errs {
		errs[i] = err
	}
	return facts, errs
}

// joinErrors joins errors, each once.
func joinErrors(errs []error) error {
	var different []error
	seen := map[string]bool{}
	for _, err := range errs {
		if err != nil && !seen[err.Error()] {
			seen[err.Error()] = true
			different = append(different, err)
		}
	}
	if len(different) == 1 {
		return different[0]
	}
	return errors.Join(different...)
}

// kinds returns the parts of the answer that are set.
func (f *Facts) kinds() Evidence {
	var e Evidence
	if f.Mail != nil {
		e |= EvidenceMail
	}
	if f.SignIn != nil {
		e |= EvidenceSignIn
	}
	if f.Device != nil {
		e |= EvidenceDevice
	}
	if f.Audit != nil {
		e |= EvidenceAudit
	}
	if f.Network != nil {
		e |= EvidenceNetwork
	}
	if f.Chat != nil {
		e |= EvidenceChat
	}
	return e
}

// Join returns a Source that asks all of sources and takes the first answer of each kind.
// Its error joins theirs; a kind that another source answered has not failed. Nil sources
// are left out.
func Join(sources ...Source) Source {
	var j joined
	for _, s := range sources {
		if s != nil {
			j = append(j, s)
		}
	}
	return j
}

type joined []Source

func (j joined) Facts(ctx context.Context, q Question) (Facts, error) {
	facts, err := j.FactsBatch(ctx, []Question{q})
	return facts[0], err
}

func (j joined) FactsBatch(ctx context.Context, qs []Question) ([]Facts, error) {
	facts, _, errs := j.ask(ctx, qs)
	return facts, joinErrors(errs)
}

// ask returns an answer, the kinds that failed and an error for each question: a source
// that fails for one click has not failed for the others.
func (j joined) ask(ctx context.Context, qs []Question) ([]Facts, []Evidence, []error) {
	out := make([]Facts, len(qs))
	failed := make([]Evidence, len(qs))
	errs := make([]error, len(qs))
	for _, s := range j {
		rest := make([]Question, len(qs))
		for i, q := range qs {
			rest[i] = q
			rest[i].Want &^= out[i].kinds()
		}
		facts, lost, failures := askSource(ctx, s, rest)
		for i := range facts {
			out[i].complete(&facts[i])
			failed[i] |= lost[i]
			if failures[i] != nil {
				errs[i] = joinErrors([]error{errs[i], failures[i]})
			}
		}
	}
	for i := range out {
		failed[i] &^= out[i].kinds()
	}
	return out, failed, errs
}

// complete takes the parts of g that f lacks.
func (f *Facts) complete(g *Facts) {
	if f.Mail == nil {
		f.Mail = g.Mail
	}
	if f.SignIn == nil {
		f.SignIn = g.SignIn
	}
	if f.Device == nil {
		f.Device = g.Device
	}
	if f.Audit == nil {
		f.Audit = g.Audit
	}
	if f.Network == nil {
		f.Network = g.Network
	}
	if f.Chat == nil {
		f.Chat = g.Chat
	}
}
