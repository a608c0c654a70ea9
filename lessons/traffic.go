package lessons

import (
	"math"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// traffic is what crossed a link in this step, as expressions see it. Latency is
// that of answered attempts, by nearest rank. P99 is known from 100 of them on:
// below that it would be the slowest one under another name, and that is max.
type traffic struct {
	Sent         int           `expr:"sent" about:"attempts sent"`
	Ended        int           `expr:"ended" about:"attempts that were answered, failed or were lost"`
	Answered     int           `expr:"answered" about:"attempts with a response"`
	Accepted     int           `expr:"accepted" about:"messages that a broker stored"`
	Settled      int           `expr:"settled" about:"accepted messages that were handled or dead-lettered"`
	Failed       int           `expr:"failed" about:"attempts that failed"`
	TimedOut     int           `expr:"timed_out" about:"failed attempts that timed out"`
	InFlight     int           `expr:"in_flight" about:"attempts without a result yet"`
	Samples      int           `expr:"samples" about:"answered attempts behind the percentiles"`
	Availability float64       `expr:"availability" about:"answered ÷ ended"`
	Bytes        int           `expr:"bytes" about:"bytes in both directions"`
	P50          time.Duration `expr:"p50" about:"median time"`
	P90          time.Duration `expr:"p90" about:"time that 90 % of the attempts stayed below"`
	P99          time.Duration `expr:"p99" about:"time that 99 % of the attempts stayed below; needs 100 answered attempts"`
	Max          time.Duration `expr:"max" about:"longest time"`
	Inside       time.Duration `expr:"inside" about:"median time in the receiver"`
	Early        time.Duration `expr:"early" about:"p50 of the first half"`
	Late         time.Duration `expr:"late" about:"p50 of the second half; a difference from early is noise"`
	Streamed     int           `expr:"streamed" about:"messages of streams"`
	Overtook     int           `expr:"overtook" about:"messages handled before a message that was sent earlier"`
	Drained      time.Duration `expr:"drained" about:"time from the first message to the last one handled; 0 before that"`
	Pace         float64       `expr:"pace" about:"messages handled per second in that time"`
}

// fewest is how many answers a p99 is made of at least.
const fewest = 100

// link is what crossed a link in this step.
func (q *query) link(link string, given ...map[string]any) (traffic, error) {
	f, err := readFilter(given)
	if err != nil {
		return traffic{}, err
	}
	f.text["link"] = link
	var t traffic
	var took, inside []time.Duration
	var p dealing
	err = q.each(&f, func(h *hop) bool {
		t.Sent++
		t.Bytes += int(h.out + h.in)
		t.Streamed += h.streamed
		if h.saw(sim.KindAccepted) {
			t.Accepted++
			p.add(h)
		}
		if h.saw(sim.KindSettled) {
			t.Settled++
		}
		switch h.outcome {
		case sim.Waiting:
			if !h.ended() {
				t.InFlight++
			}
			return true
		case sim.WasAnswered:
			t.Answered++
			took = append(took, h.took)
			inside = append(inside, h.inside)
		case sim.WasTimedOut:
			t.TimedOut++
			t.Failed++
		default:
			t.Failed++
		}
		t.Ended++
		return true
	})
	if err != nil {
		return t, err
	}
	t.Samples, t.Overtook = len(took), p.overtook
	if t.Settled == t.Accepted && t.Settled > 0 {
		t.Drained = p.took()
		t.Pace = float64(t.Settled) / t.Drained.Seconds()
	}
	if t.Ended > 0 {
		t.Availability = float64(t.Answered) / float64(t.Ended)
	}
	if slices.Sort(inside); len(inside) > 0 {
		t.Inside = rank(inside, 0.50)
	}
	return t, q.latency(&t, took)
}

// latency fills in what is asked for, or says that there is too little of it.
func (q *query) latency(t *traffic, took []time.Duration) error {
	switch {
	case q.x.asks("availability") && t.Ended == 0,
		q.x.asks("p50", "p90", "max", "inside") && len(took) == 0,
		q.x.asks("early", "late") && len(took) < 2:
		return errNothing
	case q.x.asks("p99") && len(took) < fewest:
		return tooFew(len(took))
	case !q.x.asks("p50", "p90", "p99", "max", "early", "late") || len(took) == 0:
		return nil
	}
	early, late := slices.Clone(took[:len(took)/2]), slices.Clone(took[len(took)/2:])
	if slices.Sort(early); len(early) > 0 {
		t.Early = rank(early, 0.50)
	}
	slices.Sort(late)
	t.Late = rank(late, 0.50)
	slices.Sort(took)
	t.P50, t.P90, t.P99, t.Max = rank(took, 0.50), rank(took, 0.90), rank(took, 0.99), took[len(took)-1]
	return nil
}

// rank is the nearest-rank percentile of sorted values: the smallest one that at
// least a share p of them does not exceed.
func rank(sorted []time.Duration, p float64) time.Duration {
	i := int(math.Ceil(p*float64(len(sorted)))) - 1
	return sorted[max(0, min(i, len(sorted)-1))]
}
