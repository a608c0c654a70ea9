package lessons

import (
	"cmp"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Ladder is one request drawn from top to bottom: who took part, and who said
// what to whom at which moment.
type Ladder struct {
	Parties []string // in the order in which they come in
	Rungs   []Rung   // in the order of time
	Of      int      // how many requests the step made in all
}

// Rung is one message on its way.
type Rung struct {
	From, To string
	At       time.Duration // since the request began
	Text     string        // "GET /products/101", "200", "no answer in time"
	Back     bool          // it is an answer
	Broken   bool          // it ended without an answer
}

// mostRungs is how many messages a ladder shows at most.
const mostRungs = 16

// ladder is the request of this step in which the most messages crossed; of
// several alike, the last. It is nil when there was none. mu is held.
func (s *Session) ladder() *Ladder {
	byTrace := map[sim.TraceID][]*hop{}
	var order []sim.TraceID
	for _, h := range s.ev.window.hops {
		if byTrace[h.trace] == nil {
			order = append(order, h.trace)
		}
		byTrace[h.trace] = append(byTrace[h.trace], h)
	}
	var best []*hop
	for _, t := range order {
		if hops := byTrace[t]; len(hops) >= len(best) {
			best = hops
		}
	}
	if best == nil {
		return nil
	}
	out := drawn(best)
	out.Of = len(order)
	return out
}

// drawn makes rungs of attempts.
func drawn(hops []*hop) *Ladder {
	out := &Ladder{}
	start := hops[0].sent
	for _, h := range hops {
		start = min(start, h.sent)
	}
	for _, h := range hops {
		from, to := h.link.From(), h.link.To()
		at := h.sent - start
		out.Rungs = append(out.Rungs, Rung{From: from, To: to, At: at, Text: h.label})
		if h.ended() {
			out.Rungs = append(out.Rungs, Rung{From: to, To: from, At: at + h.took, Text: h.verdict(), Back: true, Broken: h.broken()})
		}
	}
	slices.SortStableFunc(out.Rungs, func(a, b Rung) int { return cmp.Compare(a.At, b.At) })
	out.Rungs = out.Rungs[:min(len(out.Rungs), mostRungs)]
	for _, r := range out.Rungs {
		for _, party := range []string{r.From, r.To} {
			if !slices.Contains(out.Parties, party) {
				out.Parties = append(out.Parties, party)
			}
		}
	}
	return out
}

// verdict is how an attempt ended, in a few words.
func (h *hop) verdict() string {
	switch {
	case h.ending() == wasAccepted:
		return "accepted, by the broker"
	case h.reason != "":
		return h.reason
	case h.status > 0:
		return people(h.status)
	default:
		return h.ending()
	}
}

// broken reports whether the caller has nothing: no answer, and nobody who has
// taken the message on.
func (h *hop) broken() bool {
	switch h.outcome {
	case sim.WasFailed, sim.WasTimedOut, sim.WasRejected, sim.WasLost:
		return true
	default:
		return false
	}
}
