package cli

import (
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim/compare"
)

// comparedColumns are the columns of every table of arms.
var comparedColumns = []string{
	"transport", "payload B", "headers B", "framing B", "connection B",
	"caller p50 ms", "caller p99 ms", "done p50 ms", "done p99 ms", "jobs/s", "cpu µs", "allocs", "failed",
}

func comparedRow(m compare.ArmReport) []string {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	f := func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
	return []string{
		m.Name, n(m.Bytes.Payload), n(m.Bytes.Headers), n(m.Bytes.Framing), n(m.Bytes.Connection),
		f(m.Caller.P50), f(m.Caller.P99), f(m.Done.P50), f(m.Done.P99),
		n(int64(m.Throughput)), n(int64(m.CPU)), n(int64(m.Allocs)), strconv.Itoa(m.Failed),
	}
}

// tellCompared writes a comparison as a table, and with words where people read.
func (a *app) tellCompared(r compare.Report, format string) error {
	rows := [][]string{comparedColumns}
	for _, m := range r.Arms {
		rows = append(rows, comparedRow(m))
	}
	switch format {
	case "csv":
		return csv.NewWriter(a.Out).WriteAll(rows)
	case "markdown":
		rows = slices.Insert(rows, 1, slices.Repeat([]string{"---:"}, len(comparedColumns)))
		for _, r := range rows {
			a.say("| %s |", strings.Join(r, " | "))
		}
		a.say("")
		for _, v := range r.Verdicts {
			a.say("- %s: %s", v.Metric, v.Sentence())
		}
		return nil
	}
	if err := a.tellArms(rows); err != nil {
		return err
	}
	a.tellVerdicts(r)
	a.say("")
	for _, m := range r.Arms {
		if w, ok := compare.Article[m.Name]; ok {
			a.say("The article says of %s: %s; %s; complexity %s; best for %s.", m.Name, w.Speed, w.Format, w.Complexity, w.BestFor)
		}
	}
	a.say("")
	for _, n := range r.Notes {
		a.say("%s", n)
	}
	return nil
}

// tellArms writes the bytes and the times as two tables, so that they fit 80 columns.
func (a *app) tellArms(rows [][]string) error {
	var sizes, times [][]string
	for _, r := range rows {
		sizes = append(sizes, r[:5])
		times = append(times, append([]string{r[0]}, r[5:]...))
	}
	if err := table(a.Out, sizes, 1, 2, 3, 4); err != nil {
		return err
	}
	a.say("")
	copy(times[0], []string{"transport", "caller p50", "p99 ms", "done p50", "p99 ms", "jobs/s", "cpu µs", "allocs", "failed"})
	return table(a.Out, times, 1, 2, 3, 4, 5, 6, 7, 8)
}

// tellVerdicts writes all verdicts of few arms, and of many those with the first.
func (a *app) tellVerdicts(r compare.Report) {
	for _, metric := range compare.Metrics() {
		a.say("\n%s (noise %.0f %%)", metric.Means, (r.Noise[metric.Name]-1)*100)
		for _, v := range r.Verdicts {
			if v.Metric == metric.Name && (len(r.Arms) <= 3 || v.A == r.Arms[0].Name) {
				a.say("  %s", v.Sentence())
			}
		}
	}
	if n := len(r.Arms); n > 3 {
		a.say("\nThese are the pairs with %s; all %d are in --format json, markdown and html.", r.Arms[0].Name, n*(n-1)/2)
	}
	if worst := worstNoise(r); worst > 0.25 {
		a.say("\nThis machine is busy: an arm differs from itself by up to %.0f %%. Nothing nearer than that has a winner.", worst*100)
	}
}

func worstNoise(r compare.Report) (worst float64) {
	for _, n := range r.Noise {
		worst = math.Max(worst, n-1)
	}
	return worst
}
