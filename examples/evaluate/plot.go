package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/go-analyze/charts"

	"github.com/whoclicked/whoclicked/examples/internal/newfile"
)

// plotNames returns the names of the files that plot writes.
func plotNames() []string {
	var names []string
	for _, format := range []string{charts.ChartOutputSVG, charts.ChartOutputPNG} {
		names = append(names, "risk-coverage."+format, "reliability."+format)
	}
	return names
}

// plot draws the risk-coverage and the reliability plot into dir, as SVG and
// as PNG. What says under the title what was measured.
func plot(dir, what string, r *results) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, format := range []string{charts.ChartOutputSVG, charts.ChartOutputPNG} {
		for _, one := range []struct {
			name string
			draw func(*charts.Painter) error
		}{
			{"risk-coverage", func(p *charts.Painter) error { return drawRiskCoverage(p, what, r) }},
			{"reliability", func(p *charts.Painter) error { return drawReliability(p, what, r) }},
		} {
			p := charts.NewPainter(charts.PainterOptions{OutputFormat: format, Width: 900, Height: 540})
			if err := one.draw(p); err != nil {
				return fmt.Errorf("plot: %s: %w", one.name, err)
			}
			data, err := p.Bytes()
			if err != nil {
				return fmt.Errorf("plot: %s: %w", one.name, err)
			}
			if err := newfile.Write(filepath.Join(dir, one.name+"."+format), data); err != nil {
				return err
			}
		}
	}
	return nil
}

// palette has a colour for every level of evidence that colour-blind readers
// can tell apart (Okabe and Ito), the least evidence first.
var palette = charts.GetTheme(charts.ThemeLight).WithSeriesColors([]charts.Color{
	{R: 0xd5, G: 0x5e, B: 0x00, A: 255}, {R: 0xe6, G: 0x9f, B: 0x00, A: 255}, {R: 0x56, G: 0xb4, B: 0xe9, A: 255},
	{R: 0x00, G: 0x72, B: 0xb2, A: 255}, {R: 0x00, G: 0x9e, B: 0x73, A: 255},
})

// evidenceNames are the levels of evidence in words.
var evidenceNames = [...]string{"row alone", "with other rows", "with mail", "with sign-ins", "with devices"}

func drawRiskCoverage(p *charts.Painter, what string, r *results) error {
	const steps = 100
	var values [][]float64
	var names []string
	top := 0.01
	for i := range bases {
		points := riskCoverage(r.byBasis[i])
		if len(points) == 0 {
			continue
		}
		line := make([]float64, steps+1) // nothing is judged at 0 %
		for j := range line {
			line[j] = charts.GetNullValue()
		}
		for _, point := range points {
			line[int(math.Round(point.coverage*steps))] = point.risk
			top = max(top, point.risk)
		}
		values, names = append(values, line), append(names, evidenceNames[i])
	}
	labels := make([]string, steps+1)
	for i := range labels {
		labels[i] = fmt.Sprintf("%d %%", i)
	}
	o := charts.NewLineChartOptionWithData(values)
	o.Theme = palette
	o.Title = title("Risk and coverage: share of wrong sides among the surest rows", what)
	o.Legend = legend(names)
	o.XAxis = charts.XAxisOption{Title: "coverage: share of rows judged, the surest first", Labels: labels, LabelCount: 11, BoundaryGap: charts.Ptr(false)}
	o.YAxis = []charts.YAxisOption{{Title: "wrong", Min: charts.Ptr(0.0), Max: charts.Ptr(niceCeiling(top)), ValueFormatter: percentLabel}}
	o.Symbol = charts.Symbol{Shape: charts.SymbolNone}
	o.LineStrokeWidth = 2.2
	o.Padding = charts.NewBoxEqual(24)
	return p.LineChart(o)
}

// leastAndMost returns the levels with the least and the most evidence among
// those that have rows.
func leastAndMost(r *results) []int {
	var list []int
	for i := range bases {
		if len(r.byBasis[i]) > 0 {
			list = append(list, i)
		}
	}
	if len(list) > 2 {
		list = []int{list[0], list[len(list)-1]}
	}
	return list
}

// drawReliability compares what was stated with what was so: for the rows of
// each tenth of the probability, a bar for the share that was automated, beside
// one for the middle of the tenth.
func drawReliability(p *charts.Painter, what string, r *results) error {
	const tenths = 10
	series := [][]float64{}
	names := []string{}
	labels := make([]string, tenths)
	for i := range labels {
		labels[i] = fmt.Sprintf("%d-%d", 10*i, 10*(i+1))
	}
	stated := make([]float64, tenths)
	for i := range stated {
		stated[i] = (float64(i) + 0.5) / tenths
	}
	for _, i := range leastAndMost(r) {
		var n, automated [tenths]int
		for j := range r.byBasis[i] {
			o := &r.byBasis[i][j]
			at := min(int(o.p.Machine*tenths), tenths-1)
			n[at]++
			automated[at] += count(o.truth.Kind.Automated())
		}
		bars := make([]float64, tenths)
		for at := range bars {
			bars[at] = charts.GetNullValue()
			if n[at] > 0 {
				bars[at] = float64(automated[at]) / float64(n[at])
			}
		}
		series, names = append(series, bars), append(names, evidenceNames[i])
	}
	series, names = append(series, stated), append(names, "as stated")
	o := charts.NewBarChartOptionWithData(series)
	o.Theme = palette.WithSeriesColors([]charts.Color{
		{R: 0xe6, G: 0x9f, B: 0x00, A: 255}, {R: 0x00, G: 0x9e, B: 0x73, A: 255}, {R: 0xc4, G: 0xc8, B: 0xce, A: 255},
	})
	o.Title = title("Reliability: share that was automated, by the probability stated", what)
	o.Legend = legend(names)
	o.CategoryAxis = charts.CategoryAxisOption{Title: "P(automated) as stated, per cent", Labels: labels, LabelCount: tenths}
	o.ValueAxis = []charts.ValueAxisOption{{Title: "automated", Min: charts.Ptr(0.0), Max: charts.Ptr(1.0), LabelCount: 6, ValueFormatter: percentLabel}}
	o.Padding = charts.NewBoxEqual(24)
	return p.BarChart(o)
}

func title(text, what string) charts.TitleOption {
	return charts.TitleOption{Text: text, Subtext: what, Offset: charts.OffsetLeft,
		FontStyle:        charts.FontStyle{FontSize: 15},
		SubtextFontStyle: charts.FontStyle{FontSize: 11, FontColor: charts.Color{R: 0x60, G: 0x66, B: 0x70, A: 255}}}
}

// legend stands below the title.
func legend(names []string) charts.LegendOption {
	return charts.LegendOption{SeriesNames: names, Offset: charts.OffsetStr{Left: charts.PositionLeft, Top: "48"}, Symbol: charts.SymbolSquare}
}

func percentLabel(x float64) string { return fmt.Sprintf("%.3g %%", 100*x) }

// niceCeiling rounds up to 1, 2 or 5 times a power of ten.
func niceCeiling(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if x <= m*power {
			return m * power
		}
	}
	return 10 * power
}
