package calibrate_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

// From a file of labels to a classifier that is calibrated to them.
func Example() {
	const file = `report_id,label,source
report-1,owner,click_through
report-2,machine,canary
`
	labels, err := calibrate.ReadLabels(strings.NewReader(file))
	if err != nil {
		fmt.Println(err)
		return
	}
	options := clickclass.Options{} // with the evidence that the verdicts will have
	samples, err := calibrate.Samples(context.Background(), options, rows(row(1), row(2), row(3)), labels)
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
	// Output: calibrate: too few labels: basis rows: 1 of a machine and 1 of people; platt needs 50, and 10 of each
}
