package world

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/trace"
)

// link is who may call whom, and how the call travels now.
type link struct {
	w       *World
	id      sim.LinkID
	symbol  uint32
	turns   turns                          // how the call travels
	before  atomic.Pointer[sim.Transport]  // how it travelled before the last swap
	guarded atomic.Pointer[guarded]        // around the probe: may try again, or not at all
	faults  atomic.Pointer[sim.Middleware] // between probe and transport: what goes wrong on purpose; nil = none
	below   sim.Middleware                 // what a test planted there; nil = nothing
	spec    sim.LinkSpec
	far     time.Duration // how long a round trip takes longer, because of its distance
	topic   bool          // it leads to a topic, not to a service
	foreign bool          // the other side is not ours: arrivals cannot be seen
}

func (w *World) newLink(spec sim.LinkSpec) (*link, error) {
	l := &link{w: w, id: spec.ID, spec: spec, symbol: w.opt.Log.Symbol(string(spec.ID))}
	if d, err := sim.ParseDistance(spec.Distance); err == nil {
		l.far = d.RoundTrip
	}
	t, err := w.transportNamed(spec.Transport)
	if err != nil {
		return nil, err
	}
	to, _ := w.spec.Service(spec.ID.To())
	l.foreign = to.At != ""
	_, l.topic = w.spec.Topic(spec.ID.To())
	if err := l.able(t); err != nil {
		return nil, err
	}
	l.turns.begin(&lease{transport: t}, func(old *lease) { w.drained(l, old) })() // there is none before
	if w.opt.Below != nil {
		l.below = w.opt.Below(spec.ID)
	}
	if err := l.guardAs(spec.Policies); err != nil {
		return nil, err
	}
	return l, nil
}

// Transport says how a link travels now, "" for no link of this world.
func (w *World) Transport(id sim.LinkID) string {
	if l, ok := w.links[id]; ok {
		return l.turns.now.Load().transport.Name()
	}
	return ""
}

// Distance says how far apart the ends of a link stand, "" for this machine.
func (w *World) Distance(id sim.LinkID) string {
	if l, ok := w.links[id]; ok {
		return l.spec.Distance
	}
	return ""
}

// Draining counts the calls of a link that still travel by a transport it was
// swapped away from.
func (w *World) Draining(id sim.LinkID) int64 {
	if l, ok := w.links[id]; ok {
		return l.turns.draining()
	}
	return 0
}

// call is one call from this incarnation: policies, then attempts.
func (l *life) call(ctx context.Context, service string, m sim.Message) (sim.Message, error) {
	if l.dead.Load() {
		return sim.Message{}, sim.ErrKilled
	}
	k, ok := l.w.links[sim.Link(l.self.Service, service)]
	if !ok {
		return sim.Message{}, sim.Errorf(sim.NotFound, "%s is not linked to %s: %w", l.self.Service, service, sim.ErrNoLink)
	}
	return l.callAlong(ctx, k, service, m)
}

// callAlong is one call along a link to a service or, where a broker stands
// between, to a topic.
func (l *life) callAlong(ctx context.Context, k *link, to string, m sim.Message) (sim.Message, error) {
	if l.dead.Load() {
		return sim.Message{}, sim.ErrKilled
	}
	c := &call{link: k, from: l, to: to, contract: m.Type, only: onlyFrom(ctx)}
	if parent := sim.SpanFrom(ctx); parent != nil {
		c.trace, c.outside, c.parent, c.depth = parent.Trace, parent.Outside, parent.ID, parent.Depth+1
	} else {
		c.trace = newTrace()
	}
	if c.depth > maxHops {
		return sim.Message{}, c.tooFar(ctx)
	}
	if around := k.guarded.Load().around; around != nil {
		c.only.attempts(2) // a policy may wait as well
		return (*around)(c.attempt)(context.WithValue(ctx, callKey{}, c), m)
	}
	return c.attempt(ctx, m)
}

// maxHops bounds how many calls, publications and deliveries may lie between a
// request and what it causes. More is a loop: of topics, of a saga, of services.
const maxHops = 32

// tooFar ends a call that stands too deep, and says so. It counts as an answer, so
// that neither a retry nor a broker repeats it.
func (c *call) tooFar(ctx context.Context) error {
	why := fmt.Sprintf("%d hops lie between the first request and this call to %s", maxHops, c.to)
	report(context.WithValue(ctx, callKey{}, c), sim.Rejected{By: "hop limit", Why: why})
	return sim.Invalidf("%s: services cause each other's work in a loop", why).WithFix("find the loop on the stage or with: show links; then unsubscribe one of them")
}

// callKey finds the call to which a policy or a fault belongs.
type callKey struct{}

// report records what a policy or a fault did to the call of ctx: beside the
// attempt under way, or, when none has left yet, as the first thing that
// happens to the call.
func report(ctx context.Context, f sim.Fact) {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return
	}
	e := sim.Event{Trace: c.trace, Parent: c.parent, Depth: c.depth, Node: c.from.self, Link: c.link.id, Fact: f}
	if s := sim.SpanFrom(ctx); s != nil && s.Trace == c.trace && s.Parent == c.parent && s.Try > 0 {
		e.Span = s.ID
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tries == 0 && !c.called {
		c.called = true
		first := e
		first.Fact = sim.Called{Type: c.contract}
		c.from.shard.Record(first)
	}
	c.from.shard.Record(e)
}

// call is one call on its way through policies; every attempt is a span of its own.
type call struct {
	link    *link
	from    *life
	to      string // the service or topic it is for
	trace   sim.TraceID
	outside *sim.TraceOutside
	parent  sim.SpanID
	depth   uint8

	only     *only // of the request that this is a call of
	contract string

	mu     sync.Mutex // hedges leave at once
	tries  int
	called bool // the log knows of the call already
}

// attempt is the probe: it stands directly above the wire, records what leaves
// and what comes back, and finds out whether anybody received it.
func (c *call) attempt(ctx context.Context, m sim.Message) (sim.Message, error) {
	w := c.from.w
	turn := c.link.turns.enter()
	defer turn.leave()
	to, conn, err := c.way(ctx, turn)
	if err != nil {
		return sim.Message{}, err
	}
	span := &sim.Span{Trace: c.trace, Outside: c.outside, ID: sim.SpanID(rand.Uint64()), Parent: c.parent, Depth: c.depth, Try: c.next()}
	open := w.opt.Log.Depart(trace.Departure{Span: span.ID, Parent: span.Parent, Depth: span.Depth, Link: c.link.id, Trace: span.Trace, From: c.from.self, To: to})
	c.only.attempts(1)
	start := c.leave(span, conn, m, policy.IsHedge(ctx))
	queued := turn.queued()
	if queued {
		w.pending.expect(&accepted{call: c, span: span, open: open, turn: turn, sent: start, groups: w.hearers(c.to), asked: m.Mode == sim.Ask})
	}
	m = c.from.recorded(m, sim.Event{
		Trace: span.Trace, Span: span.ID, Parent: span.Parent, Depth: span.Depth, Node: c.from.self, Link: c.link.id,
	})
	reply, err := c.through(sim.WithSpan(ctx, span), conn, m)
	if err == nil && reply.Type == sim.TypeAccepted {
		c.only.took(w.accept(span))
		return reply, nil
	}
	if queued {
		w.pending.forget(span.ID)
	}
	received := open.Home()
	if err == nil && !received && !c.link.foreign {
		c.only.took(c.from.shard.End(start, c.record(span, sim.KindLost)))
		return sim.Message{}, sim.Errorf(sim.Unavailable, "no instance of %s received it", to)
	}
	c.only.took(c.comeHome(span, err, start))
	return reply, err
}

// next numbers an attempt.
func (c *call) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tries++
	return c.tries
}

// through sends the message through what goes wrong on purpose, and out.
func (c *call) through(ctx context.Context, conn sim.Conn, m sim.Message) (sim.Message, error) {
	around := c.link.faults.Load()
	if c.link.far == 0 && c.link.below == nil && around == nil { // nearly always
		return conn.Do(ctx, m)
	}
	out := sim.Handler(conn.Do)
	if c.link.far > 0 {
		out = c.from.away(c.link.far, out)
	}
	if c.link.below != nil {
		out = c.link.below(out)
	}
	if around != nil {
		return (*around)(out)(context.WithValue(ctx, callKey{}, c), m)
	}
	return out(ctx, m)
}

// leave records the departure, and the call itself with its first attempt, in
// one batch before anything can block.
func (c *call) leave(span *sim.Span, conn sim.Conn, m sim.Message, hedge bool) time.Duration {
	log := c.from.w.opt.Log
	label := m.Type
	if lb, ok := conn.(sim.Labeler); ok {
		label = lb.Label(m)
	}
	sent := c.record(span, sim.KindSent)
	sent.Text, sent.N[2] = log.Text(label), int64(span.Try)
	if hedge {
		sent.Hedge()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.called {
		return c.from.shard.Emit(sent)
	}
	c.called = true
	called := c.record(span, sim.KindCalled)
	called.Text = log.Text(m.Type)
	return c.from.shard.Emit(called, sent)
}

// comeHome records how an attempt ended. A verdict of the other side that no
// repetition would change counts as answered, whatever it says.
func (c *call) comeHome(span *sim.Span, err error, start time.Duration) (took time.Duration) {
	e := sim.AsError(err)
	if e == nil || e.Remote && e.Code.Answers() {
		r := c.record(span, sim.KindAnswered)
		r.Code = sim.CodeOf(err)
		return c.from.shard.End(start, r)
	}
	if !e.Remote {
		span.Note.Status = 0 // of a response that did not get through: the caller does not have it
	}
	r := c.record(span, sim.KindFailed)
	r.Code, r.Urgent = e.Code, true
	r.Text = c.from.w.opt.Log.Text(reason(e, span.Note.Status))
	return c.from.shard.End(start, r)
}

func (c *call) record(span *sim.Span, kind sim.Kind) trace.Record {
	return trace.Record{
		Kind: kind, Trace: span.Trace, Span: span.ID, Parent: span.Parent, Depth: span.Depth,
		Node: c.from.node, Link: c.link.symbol, Status: int32(span.Note.Status),
		N: [4]int64{1: int64(span.Note.Connect), 2: span.Note.BytesOut, 3: span.Note.BytesIn},
	}
}

// reason says in few words why an attempt failed, always in the same words.
func reason(e *sim.Error, status int) string {
	if e.Remote && status != 0 {
		return sim.StatusText(status)
	}
	return e.Message
}

// way finds the next instance of the other side, and an open way to it.
func (c *call) way(ctx context.Context, l *lease) (sim.Instance, sim.Conn, error) {
	w, t := c.from.w, l.transport
	if l.queued() {
		return c.from.toQueue(ctx, c.link, l)
	}
	to, addr := w.resolve(ctx, c.to, t.Name())
	if addr == "" {
		return to, nil, sim.Errorf(sim.Unavailable, "%s does not listen for %s", c.to, t.Name())
	}
	conn, err := c.from.ways.to(ctx, l, w.opt.Net, sim.Route{Link: c.link.id, From: c.from.self, To: to, Connections: c.link.spec.Connections}, addr)
	return to, conn, err
}

// resolve picks the next instance of a service that is alive. When none is, it
// picks a dead one: its address refuses, which is what a caller would see.
func (w *World) resolve(ctx context.Context, service, transport string) (sim.Instance, string) {
	all := w.instances(service)
	if len(all) == 0 {
		return sim.Instance{Service: service, N: 1}, ""
	}
	l := all[0]
	if len(all) > 1 {
		l = w.oneOf(service, all)
	}
	return l.self, l.reach(ctx, transport)
}

// oneOf is resolve among several instances.
func (w *World) oneOf(service string, all []*life) *life {
	var alive []*life
	for _, l := range all {
		if !l.dead.Load() {
			alive = append(alive, l)
		}
	}
	if len(alive) == 0 {
		alive = all
	}
	if len(alive) == 1 {
		return alive[0]
	}
	return alive[w.turn[service].pick(len(alive))]
}
