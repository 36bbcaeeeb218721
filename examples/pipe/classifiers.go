package main

import "github.com/whoclicked/whoclicked/clickclass"

// classifiers judge lines: those with evidence by a classifier of their own, which costs
// next to nothing.
type classifiers struct {
	options clickclass.Options
	plain   *clickclass.Classifier // of lines without evidence
}

func newClassifiers(o clickclass.Options) (classifiers, error) {
	c, err := clickclass.New(o)
	return classifiers{o, c}, err
}

// of returns the classifier of a line.
func (c *classifiers) of(line content) (*clickclass.Classifier, error) {
	if line.store == nil {
		return c.plain, nil
	}
	o := c.options
	o.Source = line.store
	return clickclass.New(o)
}
