package queue

import (
	"context"
	"errors"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// server is one instance that takes part in the queues to its service.
type server struct {
	t   *Transport
	net sim.Net
	at  sim.Instance

	mu     sync.Mutex
	ctx    context.Context // set by Serve; nil before
	h      sim.Handler
	queues map[address]context.CancelFunc // nil before Serve
	loops  sync.WaitGroup                 // one a queue
	inHand sync.WaitGroup
}

// Addr implements [sim.Server]: whoever wants to reach the instance names its queue.
func (s *server) Addr() string { return s.at.Service }

// Serve implements [sim.Server]. Messages in hand when ctx ends are finished and
// acknowledged; their contexts do not end with it. A broker that goes is looked
// for until it comes back.
func (s *server) Serve(ctx context.Context, h sim.Handler) error {
	s.mu.Lock()
	s.ctx, s.h = ctx, h
	for a := range s.queues {
		s.begin(a)
	}
	s.mu.Unlock()
	<-ctx.Done()
	s.t.leave(s) // no queue is joined any more
	s.loops.Wait()
	s.inHand.Wait()
	return nil
}

// join makes the instance take part in a queue, if it leads to its service. The
// transport is locked.
func (s *server) join(a address) {
	if a.consumer() != s.at.Service {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.queues[a]; known {
		return
	}
	s.queues[a] = nil
	if s.ctx != nil {
		s.begin(a)
	}
}

// quit makes the instance take no more from a queue. The transport is locked.
func (s *server) quit(a address) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stop := s.queues[a]; stop != nil {
		stop()
	}
	delete(s.queues, a)
}

// begin takes messages of a queue until the server ends, or quits it; mu is held.
func (s *server) begin(a address) {
	ctx, stop := context.WithCancel(s.ctx)
	s.queues[a] = stop
	s.loops.Go(func() { // ends with Serve
		defer stop()
		for ctx.Err() == nil {
			s.take(ctx, a)
			rest(ctx)
		}
	})
}

// take takes messages of a queue through one connection.
func (s *server) take(ctx context.Context, a address) {
	session, err := s.t.open(ctx, s.net, s.at, a.leg())
	if err != nil {
		return // the broker is not there; the log has what that does to callers
	}
	defer session.close()
	if a.topic != "" {
		err = session.declare(ctx, address{topic: a.topic})
	}
	if err == nil {
		err = session.declare(ctx, a)
	}
	if err != nil {
		return
	}
	on := &taking{session: session, at: a, broken: make(chan struct{})}
	receive(ctx, session, a, s.t.limit(s.at.Service), on.broken, &s.inHand, func(d delivery) { s.handle(on, a, d) })
}

// handle handles one delivery and ends it.
func (s *server) handle(on *taking, a address, d delivery) {
	held := &held{on: on}
	p := d.parcel()
	m, span := p.request(), p.span()
	span.Note = sim.Note{
		Label: s.t.broker.label(a), Queue: string(a.link), Delivery: d.try(), Peer: sim.Visible(p.get(headFrom)),
		BytesIn: p.size, Hand: held,
	}
	span.Note.Last = d.try() >= maxTries
	if a.topic != "" {
		m.Mode, span.Note.Queue = sim.Publish, a.String()
	}
	if span.Note.Peer == "" {
		span.Note.Peer = sim.Outside
	}
	ctx := sim.WithSpan(context.WithoutCancel(s.ctx), span)
	if at, ok := p.expires(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, at)
		defer cancel()
		if ctx.Err() != nil {
			m.Refused = sim.Errorf(sim.Timeout, "it expired in the queue: its caller no longer waits")
		}
	}
	reply, err := s.h(ctx, m)
	if errors.Is(err, sim.ErrKilled) {
		return // nobody is left who could end it
	}
	if held.Dropped() {
		d = unheard{d, on}
	}
	s.end(on, a, d, m, span, reply, err)
}

// end decides what becomes of a delivery that was handled.
//
//	               handled, or a no      not now             not now, the fifth time
//	tell           ack                   nack, comes again   nack, is buried
//	ask, later     answer, ack           nack, comes again   answer the error, nack, is buried
//	ask, waiting   answer, ack           answer, ack         answer, ack
func (s *server) end(on session, a address, d delivery, m sim.Message, span *sim.Span, reply sim.Message, err error) {
	p := d.parcel()
	done := sim.CodeOf(err).Answers() && (m.Refused == nil || m.Mode == sim.Ask)
	switch last := span.Note.Last; {
	case m.Mode == sim.Ask && a.reply:
		_ = on.hand(p.get(headReplyTo), s.t.answer(p, span, reply, err)) // who no longer waits does not want to know
		done = true
	case m.Mode == sim.Ask && (done || last):
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), patience)
		defer cancel()
		if _, lost := on.send(ctx, p.get(headReplyTo), s.t.answer(p, span, reply, err)); lost != nil {
			done = false // it comes again, and so does its answer
		}
	}
	if done {
		d.ack()
	} else {
		d.nack(backoff(d.try()))
	}
}
