package world

import (
	"context"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/trace"
)

// pending are the messages that a broker has accepted and nobody has settled: an
// ask until its late answer comes, a told message until it was handled. They
// outlive the incarnation that sent them, as they do in the broker.
type pending struct {
	mu     sync.Mutex
	open   map[sim.SpanID]*accepted
	buried map[sim.SpanID]*accepted // asks that were, and may still be answered; at most keptBuried
}

// keptBuried bounds the buried asks whose answers are waited for. The answer that
// says so is on its way when the ask is buried, unless who had it died.
const keptBuried = 1024

// accepted is one of them, known from before it leaves: it may be handled before
// its sender hears that it was accepted. Then it is settled first, and the log
// is told in the right order.
//
//	expect ──▶ accept ──▶ settle          expect ──▶ settle ──▶ accept
type accepted struct {
	call *call
	span *sim.Span
	open *trace.Attempt // home when it is settled: until then the log knows who sent it
	turn *lease         // in use until then
	sent time.Duration

	asked  bool            // an answer may come
	groups map[string]bool // of something published: who has not handled it yet

	taken   bool // the sender has heard that it was accepted
	settled bool
	code    sim.Code
}

func (p *pending) expect(a *accepted) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[a.span.ID] = a
}

// forget gives up a message that was not accepted.
func (p *pending) forget(id sim.SpanID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, id)
}

// accept notes that a broker has taken the message of an attempt, and returns how long
// that took. The lease stays in use until it is settled.
func (w *World) accept(span *sim.Span) (took time.Duration) {
	w.pending.mu.Lock()
	defer w.pending.mu.Unlock()
	a := w.pending.open[span.ID]
	took = a.call.from.shard.End(a.sent, a.call.record(span, sim.KindAccepted))
	if a.call.link.topic && len(a.groups) == 0 { // nobody is waited for
		a.settled = true
	}
	if a.settled {
		w.close(a)
		return took
	}
	a.taken = true
	a.turn.users.Add(1)
	return took
}

// settle ends an accepted message: its answer came, or it was handled, or
// buried. It reports what was known of it; nil when nothing is, or when it was
// settled before, as a second delivery may find it.
func (w *World) settle(id sim.SpanID, code sim.Code) *accepted {
	return w.settleAs(id, code, func(*accepted) {})
}

// settleAs is settle, and does one thing more while the pending ones are locked.
func (w *World) settleAs(id sim.SpanID, code sim.Code, also func(*accepted)) *accepted {
	w.pending.mu.Lock()
	a := w.pending.open[id]
	if a == nil || a.settled {
		w.pending.mu.Unlock()
		return nil
	}
	a.settled, a.code = true, code
	also(a)
	if a.taken {
		w.close(a)
	}
	w.pending.mu.Unlock()
	if a.taken {
		a.turn.leave()
	}
	return a
}

// hearers are those who take part in a topic now; nil for no topic.
func (w *World) hearers(name string) map[string]bool {
	topic, ok := w.topics.get(name)
	if !ok {
		return nil
	}
	groups := make(map[string]bool, len(topic.To))
	for _, service := range topic.To {
		groups[service] = true
	}
	return groups
}

// settleGroup notes that a group has handled something published, or given it up;
// the last one settles it.
func (w *World) settleGroup(id sim.SpanID, group string) {
	w.pending.mu.Lock()
	a := w.pending.open[id]
	if a == nil {
		w.pending.mu.Unlock()
		return
	}
	delete(a.groups, group)
	last := len(a.groups) == 0
	w.pending.mu.Unlock()
	if last {
		w.settle(id, sim.OK)
	}
}

// settleAll is settleGroup for everything published in a topic.
func (w *World) settleAll(topic, group string) {
	var all []sim.SpanID
	w.pending.mu.Lock()
	for id, a := range w.pending.open {
		if a.call.to == topic && a.call.link.topic {
			all = append(all, id)
		}
	}
	w.pending.mu.Unlock()
	for _, id := range all {
		w.settleGroup(id, group)
	}
}

// close tells the log that a message is settled; the pending ones are locked.
func (w *World) close(a *accepted) {
	delete(w.pending.open, a.span.ID)
	_ = a.open.Home()
	r := a.call.record(a.span, sim.KindSettled)
	r.Code = a.code
	a.call.from.shard.End(a.sent, r)
}

// Settle ends a message that a broker has given up, along a link or for one
// group of a topic ("order-created:email"). It is harmless for others. Whoever
// asked still hears the answer that came before it, if there is one.
func (w *World) Settle(id sim.SpanID, along sim.LinkID, code sim.Code) {
	if _, ok := w.topics.get(along.From()); ok {
		w.settleGroup(id, along.To())
		return
	}
	w.settleAs(id, code, w.pending.bury)
}

// bury keeps an ask that was buried, as its answer may be on its way; of too many
// any one is forgotten. mu is held.
func (p *pending) bury(a *accepted) {
	if !a.asked {
		return
	}
	if len(p.buried) >= keptBuried {
		for id := range p.buried {
			delete(p.buried, id)
			break
		}
	}
	p.buried[a.span.ID] = a
}

// answered settles an ask whose answer has come, and reports what was known of
// it; nil when nothing is, or when it was answered before.
func (w *World) answered(id sim.SpanID, code sim.Code) *accepted {
	if a := w.settle(id, code); a != nil {
		return a
	}
	w.pending.mu.Lock()
	defer w.pending.mu.Unlock()
	a := w.pending.buried[id]
	delete(w.pending.buried, id)
	return a
}

// late hands the late answer of an accepted ask to the service that asked, and
// tells whoever it was for what became of it.
func (l *life) late(id sim.SpanID, reply sim.Message, err error) {
	if l.dead.Load() {
		return
	}
	a := l.w.answered(id, sim.CodeOf(err))
	if a == nil {
		return
	}
	if l.service != nil {
		if reply, err = l.decide(a, reply, err); reply.Type == "" || err != nil {
			return // it tells nobody: for whoever asked, it stays pending
		}
	}
	l.shard.Record(sim.Event{
		Trace: a.span.Trace, Node: l.self, Link: a.call.link.id,
		Fact: sim.Ended{Outcome: sim.OutcomeOf(err), Text: seenBy(reply, err), Took: l.w.opt.Now() - a.sent, Code: sim.CodeOf(err), Late: true},
	})
}

// decide lets the service go on where it had left off. What it returns is what
// it tells whoever had asked; nothing when it expects no late answers.
func (l *life) decide(a *accepted, reply sim.Message, err error) (sim.Message, error) {
	answer, ok := l.service.OnAnswer()[a.call.contract]
	if !ok {
		return sim.Message{}, nil
	}
	reply.Refused = sim.AsError(err)
	ctx, cancel := context.WithTimeout(sim.WithSpan(l.ctx, a.span), sim.DefaultDeadline)
	defer cancel()
	return answer(ctx, reply)
}
