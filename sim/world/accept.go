package world

import (
	"context"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// pending are the messages that a broker has accepted and nobody has settled:
// an ask until its late answer comes, a told message until it was handled. They
// outlive the incarnation that sent them, as they do in the broker.
type pending struct {
	mu   sync.Mutex
	open map[sim.SpanID]*accepted
}

// accepted is one of them. A message may be handled before its sender hears
// that it was accepted; then it is settled first, and waits for that.
type accepted struct {
	call    *call // nil: settled before the sender heard of it
	span    sim.Span
	turn    *lease
	sent    time.Duration
	settled bool
	code    sim.Code
}

// accept notes that a broker has taken the message of an attempt. The lease
// stays in use until it is settled.
func (c *call) accept(span *sim.Span, turn *lease, sent time.Duration) {
	w := c.from.w
	c.from.shard.Emit(c.record(span, sim.KindAccepted, w.opt.Now()-sent))
	w.pending.mu.Lock()
	a := w.pending.open[span.ID]
	early := a != nil && a.settled
	if early {
		delete(w.pending.open, span.ID)
	} else {
		turn.users.Add(1)
		w.pending.open[span.ID] = &accepted{call: c, span: *span, turn: turn, sent: sent}
	}
	w.pending.mu.Unlock()
	if early {
		c.settle(span, sent, a.code)
	}
}

// settle ends an accepted message: its answer came, or it was handled, or
// buried. It reports what was known of it; nil when nothing is.
func (w *World) settle(id sim.SpanID, code sim.Code) *accepted {
	w.pending.mu.Lock()
	a := w.pending.open[id]
	switch {
	case a != nil:
		delete(w.pending.open, id)
	case len(w.pending.open) < MaxRows:
		w.pending.open[id] = &accepted{settled: true, code: code}
	}
	w.pending.mu.Unlock()
	if a == nil || a.call == nil {
		return nil
	}
	a.call.settle(&a.span, a.sent, code)
	a.turn.leave()
	return a
}

func (c *call) settle(span *sim.Span, sent time.Duration, code sim.Code) {
	r := c.record(span, sim.KindSettled, c.from.w.opt.Now()-sent)
	r.Code = code
	c.from.shard.Emit(r)
}

// late hands the late answer of an accepted ask to the service that asked.
func (l *life) late(id sim.SpanID, reply sim.Message, err error) {
	if l.dead.Load() {
		return
	}
	a := l.w.settle(id, sim.CodeOf(err))
	if a == nil {
		return
	}
	answer, ok := l.service.OnAnswer()[a.call.contract]
	if !ok {
		return
	}
	reply.Refused = sim.AsError(err)
	ctx, cancel := context.WithTimeout(sim.WithSpan(l.ctx, &a.span), sim.DefaultDeadline)
	defer cancel()
	_, _ = answer(ctx, reply) // what it decides is in its effects; nobody waits for it
}
