package compare

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
)

//go:embed report.html
var page string

// WriteHTML writes a report as one page without anything from elsewhere.
func WriteHTML(w io.Writer, r Report) error {
	funcs := template.FuncMap{
		"ms":      func(x float64) string { return fmt.Sprintf("%.3g ms", x) },
		"whole":   func(x float64) string { return fmt.Sprintf("%.0f", x) },
		"percent": func(x float64) string { return fmt.Sprintf("%.0f %%", (x-1)*100) },
		"metrics": Metrics,
		"noise":   func(name string) float64 { return r.Noise[name] },
		"article": func(name string) *Words { return wordsOf(name) },
		"times":   func() plot { return timesPlot(r) },
		"speed": func() plot {
			return barPlot(r, "jobs/s", func(m ArmReport) []float64 { return []float64{m.Throughput} })
		},
		"cost":     func() plot { return barPlot(r, "µs", func(m ArmReport) []float64 { return []float64{m.CPU} }) },
		"sizes":    func() plot { return barPlot(r, "bytes", bytesOf) },
		"verdicts": func(metric string) []Verdict { return r.of(metric) },
	}
	t, err := template.New("report").Funcs(funcs).Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, r)
}

func wordsOf(name string) *Words {
	if w, ok := Article[name]; ok {
		return &w
	}
	return nil
}

func (r Report) of(metric string) (some []Verdict) {
	for _, v := range r.Verdicts {
		if v.Metric == metric {
			some = append(some, v)
		}
	}
	return some
}

func bytesOf(m ArmReport) []float64 {
	return []float64{float64(m.Bytes.Payload), float64(m.Bytes.Headers), float64(m.Bytes.Framing)}
}

// Places on the page, in pixels.
const (
	plotLeft, plotWidth = 110, 560
	rowHeight           = 26
)

// plot is a drawing with a row for each arm.
type plot struct {
	Height int
	Ticks  []tick
	Rows   []plotRow
}

type tick struct {
	X    float64
	Text string
}

type plotRow struct {
	Name  string
	Y     int
	Parts []part // bars beside each other
	Marks []mark // points
	Text  string
	TextX float64
}

type part struct {
	X, Width float64
	Class    string
}

type mark struct {
	X     float64
	Class string
	Says  string
}

// barPlot draws one bar an arm, from 0, of one part or several.
func barPlot(r Report, unit string, of func(ArmReport) []float64) plot {
	most := 0.0
	for _, m := range r.Arms {
		most = math.Max(most, sum(of(m)))
	}
	scale := plotWidth / math.Max(most, 1e-9)
	p := plot{Height: rowHeight*len(r.Arms) + 8}
	for i, m := range r.Arms {
		row := plotRow{Name: m.Name, Y: rowHeight*i + 4, Text: fmt.Sprintf("%.0f %s", sum(of(m)), unit)}
		at := float64(plotLeft)
		for k, v := range of(m) {
			row.Parts = append(row.Parts, part{at, v * scale, fmt.Sprint("part", k)})
			at += v * scale
		}
		row.TextX = at + 6
		p.Rows = append(p.Rows, row)
	}
	return p
}

// timesPlot draws quantiles of each arm on a logarithmic scale.
func timesPlot(r Report) plot {
	least, most := math.Inf(1), 0.0
	for _, m := range r.Arms {
		for _, t := range []float64{m.Caller.P50, m.Caller.P99, m.Done.P50, m.Done.P99} {
			if t > 0 {
				least, most = math.Min(least, t), math.Max(most, t)
			}
		}
	}
	p := plot{Height: 2*rowHeight*len(r.Arms) + 30}
	if most == 0 {
		return p
	}
	from, to := math.Floor(math.Log10(least)), math.Ceil(math.Log10(most))
	to = math.Max(to, from+1)
	x := func(ms float64) float64 { return plotLeft + plotWidth*(math.Log10(ms)-from)/(to-from) }
	for e := from; e <= to; e++ {
		p.Ticks = append(p.Ticks, tick{x(math.Pow(10, e)), fmt.Sprintf("%g ms", math.Pow(10, e))})
	}
	for i, m := range r.Arms {
		for k, t := range []Times{m.Caller, m.Done} {
			row := plotRow{Name: m.Name, Y: rowHeight*(2*i+k) + 4}
			if k == 1 {
				row.Name = "… done"
			}
			for _, q := range []struct {
				class string
				ms    float64
			}{{"p50", t.P50}, {"p90", t.P90}, {"p99", t.P99}} {
				if q.ms > 0 {
					row.Marks = append(row.Marks, mark{x(q.ms), q.class, fmt.Sprintf("%s %.3g ms", q.class, q.ms)})
				}
			}
			if n := len(row.Marks); n > 0 {
				row.Parts = []part{{row.Marks[0].X, row.Marks[n-1].X - row.Marks[0].X, "range"}}
			}
			p.Rows = append(p.Rows, row)
		}
	}
	return p
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}
