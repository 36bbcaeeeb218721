// Package calibrate fits the probabilities of clickclass to a tenant's own labels, and
// measures how good probabilities are.
//
// There are no public data that say who made a click in Microsoft's tables, so nothing
// fitted is shipped. A tenant can label clicks itself; [Source] lists six ways.
//
//	labels, err := calibrate.ReadLabels(file)
//	samples, err := calibrate.Samples(ctx, options, clicks, labels)
//	model, err := calibrate.Fit(samples, calibrate.FitOptions{BaseRate: 0.05})
//	options.Calibration = model
//
// [ReadLabels] reads the labels. [Samples] scores the labelled clicks, each without the
// evidence that its label was made from. [Fit] fits a [Model], which goes into
// clickclass.Options and into a JSON file; it refuses with [ErrTooFewLabels] if there
// are not enough labels. [Measure] computes the usual scores of probabilities.
//
// Everything is deterministic: the same labels give the same model. The numerical
// methods are a Newton iteration in two variables, pool-adjacent-violators and the
// incomplete beta function. They are written here, so that the module requires no other;
// tests compare them with gonum.
package calibrate
