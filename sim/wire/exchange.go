package wire

import (
	"fmt"

	"github.com/msc-sim/msc-sim/sim"
)

// decoder reads one protocol from what was captured.
type decoder interface {
	// find looks for the exchange that carried the span among the turns of one
	// connection. What belongs to another protocol is passed over.
	find(turns []turn, span sim.SpanID) (sim.Exchange, bool)
}

// Exchange finds what crossed a link for one attempt, by the span id in the
// decoded request, and decodes both messages. It works on a copy, in the
// caller's time; traffic is not held up by it. When the request is not there
// (any more), ok is false and the notes of the request say why. If a span
// crossed more than once, the last time counts.
func (n *Net) Exchange(l sim.LinkID, span sim.SpanID) (x sim.Exchange, ok bool) {
	n.mu.Lock()
	k := n.links[l]
	n.mu.Unlock()
	var gone uint64
	if k != nil {
		var byConn map[uint32][]turn
		byConn, gone = k.capture.turns()
		x, ok = newest([]decoder{http1{}}, byConn, span)
		y, found, before := k.capture.calls.find(span)
		if gone += before; found && (!ok || y.SentAt > x.SentAt) {
			x, ok = y, true
		}
	}
	x.Link, x.Span = l, span
	switch {
	case ok:
	case gone > 0:
		x.Request.Notes = []string{fmt.Sprintf("not found: only the last %d bytes of a link are kept, and older ones are gone", n.opts.Keep)}
	default:
		x.Request.Notes = []string{"not found: nothing with this span id crossed this link"}
	}
	return x, ok
}

func newest(decoders []decoder, byConn map[uint32][]turn, span sim.SpanID) (best sim.Exchange, ok bool) {
	for _, turns := range byConn {
		for _, d := range decoders {
			if x, found := d.find(turns, span); found && (!ok || x.SentAt > best.SentAt) {
				best, ok = x, true
			}
		}
	}
	return best, ok
}
