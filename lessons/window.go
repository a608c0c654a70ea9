package lessons

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of what a step remembers. What comes later is not looked at: a step
// that needs more says so in `lesson check`.
const (
	maxHops   = 20_000
	maxEvents = 40_000
)

// window is everything that happened in one step, from the moment its task
// began. The fold is pure: the same events give the same window. It remembers
// more than [sim/view] keeps, because a check may count every request of a load.
type window struct {
	from   sim.Seq // what happened up to here does not count
	hops   []*hop  // in the order they were seen
	spans  map[sim.SpanID]*hop
	uses   map[sim.TraceID]string // use case of a trace
	called map[call]string        // contract of a call that is about to be sent
	events []sim.Event            // what belongs to no attempt
	topics map[string]*written
}

// call is how a Called and its attempts know each other.
type call struct {
	trace  sim.TraceID
	parent sim.SpanID
	link   sim.LinkID
}

func newWindow(from sim.Seq) *window {
	return &window{
		from: from, spans: map[sim.SpanID]*hop{}, uses: map[sim.TraceID]string{}, called: map[call]string{}, topics: map[string]*written{},
	}
}

// apply folds one event.
func (w *window) apply(e sim.Event) {
	if e.Seq <= w.from {
		return
	}
	switch f := e.Fact.(type) {
	case sim.Called:
		if len(w.called) < maxHops {
			w.called[call{e.Trace, e.Parent, e.Link}] = f.Type
		}
		w.keep(e)
	case sim.Sent:
		if h := w.hop(e); h != nil {
			h.label, h.try, h.node, h.instance = f.Label, f.Try, e.Node.Service, e.Node.String()
			h.contract = w.called[call{e.Trace, e.Parent, e.Link}]
		}
	case sim.Received:
		w.received(e, f)
	case sim.Replied, sim.Answered, sim.Failed, sim.Lost, sim.Accepted, sim.Settled, sim.Streamed:
		if h := w.spans[e.Span]; h != nil {
			h.end(e.Fact)
		}
	case sim.Begun:
		if len(w.uses) < maxHops {
			w.uses[e.Trace] = f.UseCase
		}
		w.keep(e)
	default:
		w.keep(e)
	}
}

// hop is the attempt an event begins, or nil when the window is full.
func (w *window) hop(e sim.Event) *hop {
	if h := w.spans[e.Span]; h != nil || len(w.hops) == maxHops {
		h.add(e.Fact)
		return h
	}
	h := &hop{link: e.Link, span: e.Span, trace: e.Trace, sent: e.At}
	h.add(e.Fact)
	w.spans[e.Span] = h
	w.hops = append(w.hops, h)
	return h
}

// received belongs to an attempt of ours, or to somebody outside. What was sent
// before the window began is neither.
func (w *window) received(e sim.Event, f sim.Received) {
	h := w.spans[e.Span]
	if h == nil && e.Link.From() == sim.Outside {
		if h = w.hop(e); h != nil {
			h.label, h.node = f.Label, sim.Outside
		}
	}
	if h != nil {
		h.add(f)
		h.peer = f.Peer
		h.delivered++
	}
}

func (w *window) keep(e sim.Event) {
	if len(w.events) < maxEvents {
		w.events = append(w.events, e)
	}
}

func (h *hop) add(f sim.Fact) {
	if h != nil {
		h.kinds |= 1 << f.Kind()
	}
}

// end folds how an attempt ended, for its receiver or its caller.
func (h *hop) end(f sim.Fact) {
	h.add(f)
	switch f := f.(type) {
	case sim.Accepted:
		h.took, h.out, h.in = f.Took, f.BytesOut, f.BytesIn
	case sim.Settled:
		h.settled = f.Took
	case sim.Streamed:
		h.streamed++
	case sim.Replied:
		h.inside = f.Took
		if h.link.From() == sim.Outside { // nobody tells us how it ended there
			h.outcome, h.status, h.took = sim.WasAnswered, f.Status, f.Took
		}
	case sim.Answered:
		h.outcome, h.status, h.took, h.connect = sim.WasAnswered, f.Status, f.Took, f.Connect
		h.out, h.in = f.BytesOut, f.BytesIn
	case sim.Failed:
		h.outcome, h.status, h.took, h.reason = sim.WasFailed, f.Status, f.Took, f.Reason
		h.out, h.in = f.BytesOut, f.BytesIn
		if f.Code == sim.Timeout {
			h.outcome = sim.WasTimedOut
		}
	case sim.Lost:
		h.outcome, h.took = sim.WasLost, f.Took
	}
}

// bytes is how much crossed a link in this step, both ways.
func (w *window) bytes(link sim.LinkID) (n int64) {
	for _, h := range w.hops {
		if h.link == link {
			n += h.out + h.in
		}
	}
	return n
}

// pathOf is the path of a label, with and without its query.
func pathOf(label string) (full, bare string) {
	_, full, _ = strings.Cut(label, " ")
	bare, _, _ = strings.Cut(full, "?")
	return full, bare
}
