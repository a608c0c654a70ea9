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
	queues []address
	loops  sync.WaitGroup // one a queue
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
	for _, a := range s.queues {
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
	if a.link.To() != s.at.Service {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.queues {
		if known == a {
			return
		}
	}
	s.queues = append(s.queues, a)
	if s.ctx != nil {
		s.begin(a)
	}
}

// begin takes messages of a queue until the server ends; mu is held.
func (s *server) begin(a address) {
	s.loops.Go(func() { // ends with Serve
		for s.ctx.Err() == nil {
			s.take(a)
			rest(s.ctx)
		}
	})
}

// take takes messages of a queue through one connection.
func (s *server) take(a address) {
	session, err := s.t.open(s.ctx, s.net, s.at, a.link+legOut)
	if err != nil {
		return // the broker is not there; the log has what that does to callers
	}
	defer session.close()
	if session.declare(s.ctx, a) != nil {
		return
	}
	receive(s.ctx, session, a, s.t.o.Prefetch, &s.inHand, func(d delivery) { s.handle(session, a, d) })
}

// handle handles one delivery and ends it.
func (s *server) handle(on session, a address, d delivery) {
	p := d.parcel()
	m, span := p.request(), p.span()
	span.Note = sim.Note{
		Label: s.t.broker.label(a), Queue: string(a.link), Delivery: d.try(), Peer: sim.Visible(p.get(headFrom)),
		BytesIn: p.size,
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
	switch last := d.try() >= maxTries; {
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
