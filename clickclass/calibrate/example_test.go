package calibrate_test

import (
	"fmt"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

// From a file of labels to a classifier that is calibrated to them.
func Example() {
	const file = `report_id,label,source
report-1,human,click_through
report-2,automated,canary
`
	labels := new(calibrate.Labels)
	for label, err := range calibrate.ReadLabels(strings.NewReader(file)) {
		if err == nil {
			err = labels.Add(label)
		}
		if err != nil {
			fmt.Println(err)
		}
	}
	options := clickclass.Options{} // with the evidence that the verdicts will have
	samples, err := calibrate.Samples(options, rows(row(1), row(2), row(3)), labels)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := calibrate.Fit(samples, calibrate.FitOptions{BaseRate: 0.05})
	if err != nil {
		fmt.Println(err)
		return
	}
	options.Calibration = model
	// Output: calibrate: fit: regime rows: too few labels: 1 automated and 1 human, of 50 at least with 10 of each
}
