package trace

import (
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// Attempts matches senders and receivers by span id. That is how the log knows
// what was lost: an attempt that ended well although nobody received it.
//
//	sender    Depart ──────────────▶ Home: received?
//	receiver            Arrive
//
// The zero value is not ready; a [Log] has one. Many may use it at once.
type attempts struct{ parts [64]attemptPart }

type attemptPart struct {
	mu   sync.Mutex
	open map[sim.SpanID]*Attempt
	late [256]sim.SpanID // attempts that were given up unreceived and may still arrive: the last ones
	next int
}

// Departure is what the sender of a message knows of it and the wire does not carry.
type Departure struct {
	Span, Parent sim.SpanID
	Depth        uint8
	Link         sim.LinkID
	Trace        sim.TraceID
	From, To     sim.Instance // To is where it is meant to arrive
}

// Attempt is one message on its way.
type Attempt struct {
	Departure
	part     *attemptPart
	received bool
	acted    bool     // the receiver has changed something, or answered
	home     bool     // its sender waits no more
	touched  []string // by these faults
}

// Depart notes that an attempt is about to leave. Its Home must be called once.
func (l *Log) Depart(d Departure) *Attempt {
	p := &l.attempts.parts[uint64(d.Span)%uint64(len(l.attempts.parts))]
	a := &Attempt{Departure: d, part: p}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		p.open = make(map[sim.SpanID]*Attempt)
	}
	p.open[d.Span] = a
	return a
}

// Arrive is called by whoever receives a message, with the span id it carries.
// It reports what the sender knows; not ok when nobody of this world sent it.
// A message that arrives after its sender gave up is still known, unless many
// others were given up since.
func (l *Log) Arrive(span sim.SpanID) (d Departure, ok bool) {
	p := &l.attempts.parts[uint64(span)%uint64(len(l.attempts.parts))]
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.open[span]
	if a == nil {
		return d, false
	}
	a.received = true
	return a.Departure, true
}

// Home ends the attempt for its sender and reports whether it was received.
func (a *Attempt) Home() (received bool) {
	p := a.part
	p.mu.Lock()
	defer p.mu.Unlock()
	a.home = true
	if a.received {
		delete(p.open, a.Span)
		return true
	}
	delete(p.open, p.late[p.next])
	p.late[p.next] = a.Span
	p.next = (p.next + 1) % len(p.late)
	return false
}
