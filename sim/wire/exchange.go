package wire

import (
	"cmp"
	"fmt"
	"slices"

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
//
// Where a broker stands between, the message crosses along several legs, which
// may be named besides. What crossed first is the exchange, and the rest of it
// follows in Then.
func (n *Net) Exchange(l sim.LinkID, span sim.SpanID, legs ...sim.LinkID) (x sim.Exchange, ok bool) {
	all, gone, unread := n.crossed(l, span)
	for _, leg := range legs {
		more, before, broken := n.crossed(leg, span)
		all, gone, unread = append(all, more...), gone+before, unread+broken
	}
	slices.SortStableFunc(all, func(a, b sim.Exchange) int { return cmp.Compare(a.SentAt, b.SentAt) })
	if len(all) > 0 {
		x, ok = all[0], true
	}
	if len(all) > 1 {
		x.Then = all[1:min(len(all), mostListed)]
	}
	x.Link, x.Span = l, span
	switch {
	case ok:
	case gone > 0:
		x.Request.Notes = []string{fmt.Sprintf("not found: only the last %d bytes of a link are kept, and older ones are gone", n.opts.Keep)}
	case unread > 0:
		x.Request.Notes = []string{"not found: something crossed that could not be read, and nothing after it on that connection"}
	default:
		x.Request.Notes = []string{"not found: nothing with this span id crossed this link"}
	}
	return x, ok
}

// crossed is what a link carried with a span; how many older things are gone, and
// how many connections could not be read to their end.
func (n *Net) crossed(l sim.LinkID, span sim.SpanID) (all []sim.Exchange, gone uint64, unread int) {
	n.mu.Lock()
	k := n.links[l]
	n.mu.Unlock()
	if k == nil {
		return nil, 0, 0
	}
	byConn, toSQS, gone := k.capture.turns()
	x, ok := newest([]decoder{http1{}}, byConn, span)
	y, found, before := k.capture.calls.find(span)
	if gone += before; found && (!ok || y.SentAt > x.SentAt) {
		x, ok = y, true
	}
	if ok {
		all = append(all, x)
	}
	all = append(all, sqs{}.find(byConn, toSQS, span)...)
	posted, before, unread := k.capture.calls.posted(span)
	all, gone = append(all, posted...), gone+before
	for i := range all {
		all[i].Link, all[i].Span = l, span
	}
	return all, gone, unread
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
