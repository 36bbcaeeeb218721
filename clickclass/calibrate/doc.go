// Package calibrate fits the probabilities of clickclass to one tenant's own
// labels, and measures how good probabilities are.
//
// No public labelled data exist for clicks in Microsoft's tables, so nothing
// fitted is shipped. A tenant can make labels itself: see [Source] for five
// ways. Read them with [ReadLabels], score the labelled rows with [Samples],
// which drops from each row the evidence that its label was made from, and fit
// with [Fit]. The [Model] goes into clickclass.Options.Calibration and into a
// JSON file. [Fit] refuses with [ErrTooFewLabels] where the labels do not
// suffice.
//
// Measures: [Brier], [LogLoss], [Bins] and [ECE] of probabilities,
// [ClopperPearson] for exact bounds on a share, [Bootstrap] for intervals of
// anything else.
//
// Everything is deterministic: the same labels give the same model, and
// [Bootstrap] takes its seed from the caller. The numerics are written here,
// with the standard library alone, so that whoever imports the module imports
// no other: a Newton iteration in two variables, pool-adjacent-violators, and
// the incomplete beta function. Tests compare them with gonum.
package calibrate
