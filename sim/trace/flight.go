package trace

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

// Flight is an attempt under way, as far as both sides know of it.
type Flight struct {
	Departure
	Received bool // the other side has it
	Acted    bool // and has changed something, or answered
}

// Flying lists the attempts under way that match, in no order. Match is called
// under a lock: it must be short and must not call the log.
func (l *Log) Flying(match func(Departure) bool) (spans []sim.SpanID) {
	for i := range l.attempts.parts {
		p := &l.attempts.parts[i]
		p.mu.Lock()
		for id, a := range p.open {
			if !a.home && match(a.Departure) {
				spans = append(spans, id)
			}
		}
		p.mu.Unlock()
	}
	return spans
}

// Touch notes that a fault touches an attempt under way and says what is known
// of it. First is false when that fault has touched it before; ok is false when
// no such attempt is under way.
func (l *Log) Touch(span sim.SpanID, fault string) (f Flight, first, ok bool) {
	l.flight(span, func(a *Attempt) {
		f, ok = Flight{a.Departure, a.received, a.acted}, true
		if first = !slices.Contains(a.touched, fault); first {
			a.touched = append(a.touched, fault)
		}
	})
	return f, first, ok
}

// Find says what is known of an attempt under way.
func (l *Log) Find(span sim.SpanID) (f Flight, ok bool) {
	l.flight(span, func(a *Attempt) { f, ok = Flight{a.Departure, a.received, a.acted}, true })
	return f, ok
}

// Acted notes that the receiver of an attempt has changed something, or answered.
func (l *Log) Acted(span sim.SpanID) { l.flight(span, func(a *Attempt) { a.acted = true }) }

func (l *Log) flight(span sim.SpanID, f func(*Attempt)) {
	p := &l.attempts.parts[uint64(span)%uint64(len(l.attempts.parts))]
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.open[span]; a != nil && !a.home {
		f(a)
	}
}
