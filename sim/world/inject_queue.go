package world

import (
	"context"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// aimAtQueue aims at the queue of a link, or at what waits in a topic for one
// subscriber ("order-created:email").
func (w *World) aimAtQueue(id sim.LinkID, form fault.Form) (t target, err error) {
	base, leg, _ := strings.Cut(string(id), "@")
	if leg == "in" {
		return t, sim.Invalidf("messages are delivered on the other side of the broker").WithFix("aim at %s", base)
	}
	t = target{name: string(id), place: wire.Place{Link: sim.LinkID(base)}}
	way := w.links[t.place.Link]
	if topic, ok := w.topics.get(t.place.Link.From()); ok && slices.Contains(topic.To, t.place.Link.To()) {
		if way = w.wayInto(topic.Name); form.Level == fault.OnBroker {
			return t, sim.Invalidf("%s concerns all who subscribe", form.Word).WithFix("aim at %s", way.id)
		}
	} else if t.link = way; way == nil {
		return t, sim.Unknown("link", string(id), w.spec.Names().Links)
	} else if way.topic && form.Level != fault.OnBroker {
		return t, sim.Invalidf("a published message is delivered to each subscriber").WithFix("choose a subscriber: %s:%s", way.id.To(), "SERVICE")
	}
	return t, w.fits(form, way)
}

// wayInto is a link along which something is published in a topic.
func (w *World) wayInto(topic string) *link {
	for _, s := range w.spec.Links {
		if s.ID.To() == topic {
			return w.links[s.ID]
		}
	}
	return nil
}

// fits checks that the broker of a link has what the fault is about.
func (w *World) fits(form fault.Form, k *link) error {
	now := k.turns.now.Load().transport
	switch {
	case !now.Can().Queued():
		return sim.Invalidf("%s uses %s: there is no queue", k.id, now.Name()).WithFix("swap %s rabbitmq", k.id)
	case form.Grouped && !now.Can().Groups:
		return sim.Invalidf("%s has no groups that share partitions: no member can be removed from a group", now.Name()).WithFix("swap %s kafka", k.id)
	}
	return nil
}

// broker is the name of the broker by which a link travels now; "" = none.
func (k *link) broker() string { return k.turns.now.Load().transport.Can().Broker }

// upset lets a broker do what only it can do to itself.
func (a *armed) upset() error {
	e, ok := a.fault.Effect.(fault.Broker)
	if !ok {
		return nil
	}
	undo, err := a.w.named(a.to.link.broker()).Strike(a.w.ctx, e, a.to.place.Link)
	if err == nil {
		a.undo = append(a.undo, undo)
	}
	return err
}

// felt counts what attempts feel of an effect at the broker.
func (a *armed) felt(e fault.Broker, id sim.LinkID) sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			reply, err := next(ctx, m)
			span := sim.SpanFrom(ctx)
			if span == nil || !a.choose() {
				return reply, err
			}
			if what, why := e.Felt(err); what != "" {
				a.markHit([]sim.SpanID{span.ID}, sim.Event{Link: id, Node: sim.Instance{Service: id.From(), N: 1}}, what)
			} else {
				a.miss(why)
			}
			return reply, err
		}
	}
}

// missed marks the attempts that fail while the broker stands still, or while a
// node of it does.
func (a *armed) misses(next sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		reply, err := next(ctx, m)
		span := sim.SpanFrom(ctx)
		switch {
		case span == nil || !a.choose():
		case sim.CodeOf(err).Answers():
			a.miss("another node served it")
		default:
			a.markHit([]sim.SpanID{span.ID}, sim.Event{}, a.fault.Form.Word)
		}
		return reply, err
	}
}

// handed surrounds the work on what a queue hands out.
func (a *armed) handed(e fault.Message) sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			l, _ := ctx.Value(lifeKey{}).(*life)
			span := sim.SpanFrom(ctx)
			if l == nil || span == nil || span.Note.Queue != string(a.to.place.Link) {
				return next(ctx, m)
			}
			meets, again := a.meets(e, span)
			if !meets {
				return next(ctx, m)
			}
			at := sim.Event{Trace: span.Trace, Span: span.ID, Parent: span.Parent, Depth: span.Depth, Node: l.self, Link: a.to.place.Link}
			t := a.attempt(ctx, m, next, at, l.ctx)
			t.Hand, t.Again = span.Note.Hand, again
			acted := false
			t.Next = func(ctx context.Context, m sim.Message) (sim.Message, error) {
				reply, err := next(ctx, m)
				acted = sim.CodeOf(err).Answers()
				return reply, err
			}
			t.Hit = func(what string) {
				if a.fault.Form.Loses {
					what += a.side(true, acted)
				}
				a.markHit(nil, at, what)
			}
			defer a.spend()
			return e.Meet(ctx, t)
		}
	}
}

// meets decides about one delivery; again says that the effect sticks to the message.
func (a *armed) meets(e fault.Message, span *sim.Span) (meets, again bool) {
	if _, sticks := e.(fault.Sticker); !sticks {
		return a.wants(e), false
	}
	id := span.ID
	if topic := a.to.link == nil; topic {
		id = span.Parent // every delivery has a span of its own
	}
	a.mu.Lock()
	_, again = a.stuck[id]
	if again && span.Note.Last {
		delete(a.stuck, id)
	}
	a.mu.Unlock()
	if again || span.Note.Delivery > 1 || !a.wants(e) {
		return again, again
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stuck == nil {
		a.stuck = map[sim.SpanID]struct{}{}
	}
	a.stuck[id] = struct{}{}
	return true, false
}
