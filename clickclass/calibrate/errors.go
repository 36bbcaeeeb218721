package calibrate

import "errors"

var (
	// ErrTooFewLabels means that no basis has enough labels of both classes.
	ErrTooFewLabels = errors.New("calibrate: too few labels")
	// ErrReversed means that higher scores go with fewer automated clicks. Labels of the
	// wrong column or of the wrong rows look like that.
	ErrReversed = errors.New("calibrate: labels run against the score")
	// ErrConflict means that two labels of one click contradict each other.
	ErrConflict = errors.New("calibrate: labels contradict each other")
)
