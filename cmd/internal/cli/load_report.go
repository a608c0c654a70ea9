package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/load"
)

// loadReport is one load as it is written down. Times are in milliseconds, from the
// moment a request was meant to start; service times from when it started.
type loadReport struct {
	Schema   int              `json:"schema"`
	URL      string           `json:"url"`
	Rate     float64          `json:"rate_per_s"`
	Arrivals string           `json:"arrivals"`
	Lasted   float64          `json:"lasted_s"`
	Offered  int64            `json:"offered"`
	Sent     int64            `json:"sent"`
	Answered int64            `json:"answered"`
	Failed   int64            `json:"failed"`
	TimedOut int64            `json:"timed_out"`
	Statuses map[string]int64 `json:"statuses"`
	Mean     float64          `json:"mean_ms"`
	P50      float64          `json:"p50_ms"`
	P90      float64          `json:"p90_ms"`
	P99      float64          `json:"p99_ms"`
	P999     float64          `json:"p999_ms"`
	Max      float64          `json:"max_ms"`
	ByStart  float64          `json:"service_p99_ms"` // what a tool prints that waits for responses
	Held     bool             `json:"held"`
	WhyNot   string           `json:"why_not_held,omitempty"`
	WhyFail  string           `json:"why_failed,omitempty"` // the commonest reason
	Early    bool             `json:"interrupted,omitempty"`
}

func newLoadReport(r load.Report, o load.Options, statuses map[string]int64, why string) loadReport {
	held, not := r.Held()
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	arrivals := "constant"
	if r.Arrivals == sim.Poisson {
		arrivals = "poisson"
	}
	return loadReport{
		Schema: 1, Rate: float64(o.Rate), Arrivals: arrivals, Lasted: r.Lasted.Seconds(),
		Offered: r.Offered, Sent: r.Offered - r.Refused, Answered: r.Answered, Failed: r.Failed, TimedOut: r.TimedOut, Statuses: statuses,
		Mean: ms(r.Took.Mean), P50: ms(r.Took.P50), P90: ms(r.Took.P90), P99: ms(r.Took.P99), P999: ms(r.Took.P999), Max: ms(r.Took.Longest),
		ByStart: ms(r.Service.P99), Held: held, WhyNot: not, WhyFail: why, Early: r.Lasted < o.For-10*time.Millisecond,
	}
}

// bad is how many requests got no response, or one that blames the server.
func (r loadReport) bad() int64 {
	n := r.Failed
	for s, k := range r.Statuses {
		if code, _, _ := strings.Cut(s, " "); code >= "500" && len(code) == 3 || slices.Contains([]string{"4", "8", "13", "14"}, code) {
			n += k
		}
	}
	return n
}

// Bent says why a service did not follow a rate, beside the first one; "" when it did.
func (r loadReport) Bent(first loadReport) string {
	switch {
	case r.bad()*100 > r.Sent:
		return fmt.Sprintf("%d of %d failed", r.bad(), r.Sent)
	case !r.Held:
		return r.WhyNot
	case r.P99 > 10*max(first.P99, 1):
		return fmt.Sprintf("p99 is %.3g ms, more than ten times that of the first rate", r.P99)
	default:
		return ""
	}
}

// loadColumns are the columns of every table of loads.
var loadColumns = []string{"rate", "offered", "sent", "answered", "failed", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "held"}

func (r loadReport) row() []string {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	f := func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
	held := "yes"
	if !r.Held {
		held = "no"
	}
	return []string{sim.Rate(r.Rate).String(), n(r.Offered), n(r.Sent), n(r.Answered), n(r.Failed), f(r.P50), f(r.P90), f(r.P99), f(r.P999), f(r.Max), held}
}

// tellLoad writes what was measured in the format that was asked for.
func (a *app) tellLoad(all []loadReport, before *loadReport, f loadFlags) error {
	last := all[len(all)-1]
	if f.formats == "json" {
		if f.knee {
			return json.NewEncoder(a.Out).Encode(map[string]any{"schema": 1, "url": last.URL, "rates": all, "knee_per_s": knee(all), "why": last.Bent(all[0])})
		}
		return json.NewEncoder(a.Out).Encode(last)
	}
	rows := [][]string{loadColumns}
	if before != nil {
		rows = append(rows, before.row())
	}
	for _, r := range all {
		rows = append(rows, r.row())
	}
	switch f.formats {
	case "csv":
		w := csv.NewWriter(a.Out)
		return w.WriteAll(rows)
	case "markdown":
		rows = slices.Insert(rows, 1, slices.Repeat([]string{"---:"}, len(loadColumns)))
		for _, r := range rows {
			a.say("| %s |", strings.Join(r, " | "))
		}
		return nil
	}
	if err := table(a.Out, rows, 1, 2, 3, 4, 5, 6, 7, 8, 9); err != nil {
		return err
	}
	a.explainLoad(all, before, f)
	return nil
}

// knee is the highest rate that the service followed; 0 = not even the first.
func knee(all []loadReport) (rate float64) {
	for _, r := range all {
		if r.Bent(all[0]) == "" {
			rate = r.Rate
		}
	}
	return rate
}

// explainLoad says in words what a table cannot.
func (a *app) explainLoad(all []loadReport, before *loadReport, f loadFlags) {
	r := all[len(all)-1]
	a.say("\nTimes are from the moment a request was meant to start to the end of its response.")
	for _, s := range slices.Sorted(maps.Keys(r.Statuses)) {
		a.say("  %6d × %s", r.Statuses[s], s)
	}
	if r.WhyFail != "" {
		a.say("  %6d without a response, most of them: %s", r.Failed, sim.Visible(r.WhyFail))
	}
	if r.Held && r.P99 > 2*r.ByStart {
		a.say("From the actual start p99 would be %.2f ms: responses were late, and later requests had to wait.", r.ByStart)
	}
	if !r.Held {
		a.say("The rate was not kept: %s.", r.WhyNot)
	}
	if r.Early {
		a.say("It was interrupted after %s.", sim.Human(time.Duration(r.Lasted*float64(time.Second))))
	}
	if before != nil {
		a.say("First row: the stored run. p50 is %s, p99 %s. One run each cannot tell a difference from noise.", ratio(r.P50, before.P50), ratio(r.P99, before.P99))
	}
	if !f.external {
		a.say("The service and this load share the CPUs of this machine.")
	}
	switch why := r.Bent(all[0]); {
	case !f.knee:
	case why == "":
		a.say("The service followed every rate up to %s.", sim.Rate(r.Rate))
	case knee(all) == 0:
		a.say("The service did not follow the first rate: %s.", why)
	default:
		a.say("The service followed %s, and not %s: %s.", sim.Rate(knee(all)), sim.Rate(r.Rate), why)
	}
}

func ratio(now, before float64) string {
	if before <= 0 {
		return "not comparable"
	}
	return fmt.Sprintf("%.2f times that", now/before)
}
