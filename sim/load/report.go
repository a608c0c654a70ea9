package load

import (
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/msc-sim/msc-sim/sim"
)

// Report is what became of a load so far.
//
//	offered = refused + answered + failed + in flight
type Report struct {
	Rate     sim.Rate      // offered at the end
	Arrivals sim.Arrivals  // how they are spaced
	Lasted   time.Duration // since the beginning; no longer than requests were offered
	Offered  int64         // intended starts that came
	Refused  int64         // of these, never started: too many were in flight
	Answered int64         // came home with an answer, which may say no
	Failed   int64         // came home without
	TimedOut int64         // of these, because time ran out
	InFlight int64
	Late     int64         // started more than Lateness after they should have
	Behind   time.Duration // how late the latest start was
	Sent     sim.Rate      // how many a second were started lately; 0 before a second was measured
	Short    bool          // those are fewer than offered
	Took     Latency       // from the intended start: what the customer waited
	Service  Latency       // from the actual start: what a tool would print that waits for answers
}

// Lateness is what a busy machine may delay a start without being too slow for the rate.
const Lateness = 10 * time.Millisecond

// Latency sums up how long requests took, those that failed included. Quantiles
// are exact to three digits and cut at a minute. All is 0 when nothing came home.
type Latency struct {
	Count                              int64
	Mean, P50, P90, P99, P999, Longest time.Duration
}

// Achieved is how many per second were started.
func (r Report) Achieved() sim.Rate {
	if r.Lasted <= 0 {
		return 0
	}
	return sim.Rate(float64(r.Offered-r.Refused) / r.Lasted.Seconds())
}

// Held reports whether requests started when they should, and if not, why.
func (r Report) Held() (ok bool, why string) {
	switch {
	case r.Refused > 0:
		return false, fmt.Sprintf("%d of %d were not sent: too many were in flight", r.Refused, r.Offered)
	case r.Late*100 > r.Offered:
		return false, fmt.Sprintf("%d of %d were sent late, up to %s: this machine is too slow for the rate", r.Late, r.Offered, sim.Human(r.Behind))
	default:
		return true, ""
	}
}

// summary is what a generator counts. Its generator guards it.
type summary struct {
	Report
	began, stopped time.Time
	took, service  tally
}

func newSummary(now time.Time) summary {
	return summary{began: now, took: newTally(), service: newTally()}
}

// tally measures one kind of latency.
type tally struct {
	times        *hdrhistogram.Histogram // µs
	sum, longest time.Duration
}

// longest that the histogram holds, µs.
const longest = int64(time.Minute / time.Microsecond)

func newTally() tally { return tally{times: hdrhistogram.New(1, longest, 3)} }

func (t *tally) add(d time.Duration) {
	d = max(d, 0)
	t.sum += d
	t.longest = max(t.longest, d)
	_ = t.times.RecordValue(min(max(d.Microseconds(), 1), longest)) // cannot fail within its bounds
}

func (t *tally) latency() Latency {
	n := t.times.TotalCount()
	if n == 0 {
		return Latency{}
	}
	at := func(q float64) time.Duration {
		return min(time.Duration(t.times.ValueAtQuantile(q))*time.Microsecond, t.longest)
	}
	return Latency{
		Count: n, Mean: t.sum / time.Duration(n), P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Longest: t.longest,
	}
}

// admit counts one intended start and reports whether it may be made.
func (g *Generator) admit(intended time.Time) bool {
	late := time.Since(intended)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sum.Offered++
	if g.sum.InFlight >= int64(g.limit) {
		g.sum.Refused++
		return false
	}
	g.sum.InFlight++
	g.sum.Behind = max(g.sum.Behind, late)
	if late > Lateness {
		g.sum.Late++
	}
	return true
}

// home counts what came home.
func (g *Generator) home(intended, started, ended time.Time, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sum.InFlight--
	switch sim.OutcomeOf(err) {
	case sim.WasAnswered:
		g.sum.Answered++
	case sim.WasTimedOut:
		g.sum.TimedOut++
		g.sum.Failed++
	default:
		g.sum.Failed++
	}
	g.sum.took.add(ended.Sub(intended))
	g.sum.service.add(ended.Sub(started))
}

// ended notes when the offering was over.
func (g *Generator) ended() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sum.stopped = time.Now()
}

// Report says what became of the load so far.
func (g *Generator) Report() Report {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := g.sum.Report
	r.Rate, r.Arrivals = g.plan.rate, g.plan.arrivals
	end := g.sum.stopped
	if end.IsZero() {
		end = time.Now()
	}
	r.Lasted, r.Sent, r.Short = end.Sub(g.sum.began), g.pace.sent, g.pace.short
	r.Took, r.Service = g.sum.took.latency(), g.sum.service.latency()
	return r
}
