package calibrate

import (
	"fmt"
	"iter"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Labels holds known truths about clicks, one for each click. The zero Labels is empty
// and ready. It is safe for concurrent use as long as no label is added.
type Labels struct {
	list    []Label
	byID    map[string]int // index in list, by reportKey
	byPlace map[place]int
}

// Add adds a label. Two labels of one click that agree become one with the sources of
// both. The first of two contradicting labels stays, and the error is ErrConflict. Any
// other error says what is wrong with the label, which is then not added.
func (l *Labels) Add(label Label) error {
	label, _, err := label.normalise()
	if err != nil {
		return fmt.Errorf("calibrate: add label: %w", err)
	}
	return l.add(label)
}

// add adds a label that is normalised.
func (l *Labels) add(label Label) error {
	if l.byID == nil {
		l.byID, l.byPlace = map[string]int{}, map[place]int{}
	}
	if label.ReportID != "" {
		return addAt(l, l.byID, reportKey(label.ReportID), label)
	}
	return addAt(l, l.byPlace, place{label.File, label.Row}, label)
}

func addAt[K comparable](l *Labels, index map[K]int, key K, label Label) error {
	i, ok := index[key]
	if !ok {
		index[key] = len(l.list)
		l.list = append(l.list, label)
		return nil
	}
	known := &l.list[i]
	if known.Who != label.Who {
		return ErrConflict
	}
	if known.Source != label.Source {
		a, _ := parseSources(known.Source)
		b, _ := parseSources(label.Source)
		known.Source = (a | b).source()
	}
	return nil
}

// Find returns the label of a click: by its ReportId, else by its File and Row.
func (l *Labels) Find(k *clickclass.Click) (Label, bool) {
	i, ok := 0, false
	if k.ReportId != "" {
		i, ok = l.byID[reportKey(k.ReportId)]
	}
	if !ok {
		i, ok = l.byPlace[place{k.File, k.Row}]
	}
	if !ok {
		return Label{}, false
	}
	return l.list[i], true
}

// All yields the labels, one for each click, in the order in which they were added.
func (l *Labels) All() iter.Seq[Label] {
	return slices.Values(l.list)
}

// sourceSets returns the sets of sources that clicks are labelled from, ascending.
func (l *Labels) sourceSets() []sourceSet {
	var sets []sourceSet
	for _, label := range l.list {
		set, _ := parseSources(label.Source)
		if i, found := slices.BinarySearch(sets, set); !found {
			sets = slices.Insert(sets, i, set)
		}
	}
	return sets
}
