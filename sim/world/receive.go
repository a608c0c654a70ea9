package world

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/trace"
)

// handler is everything that a message meets in an instance after the record of
// its arrival, from the outside in: the limit of workers, idempotency, the time
// that work takes, and at last what the service decides.
func (l *life) handler(s sim.Service, kind Kind) sim.Handler {
	if kind.Front {
		return sim.Chain(dispatch(l.self, s.Handlers()), l.injected, l.limit(), l.work)
	}
	var required func(string) bool
	if l.spec.Idempotency == "required" {
		required = func(string) bool { return true }
	}
	return sim.Chain(
		dispatch(l.self, s.Handlers()),
		l.injected,
		l.limit(),
		policy.Idempotency(policy.IdempotencyOptions{Required: required}),
		l.work,
	)
}

// dispatch finds what decides a message by its contract. What takes requests as
// they are takes those of every other contract too.
func dispatch(self sim.Instance, handlers map[string]sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		h, ok := handlers[m.Type]
		if !ok {
			h, ok = handlers[sim.TypeRaw]
		}
		if !ok {
			return sim.Message{}, sim.Errorf(sim.NotFound, "%s has no %s", self.Service, m.Type)
		}
		return h(ctx, m)
	}
}

// receive records that a message arrived and what became of it. It is where a
// receiver tells the log's table of attempts that the span is here. verdict is
// how the transport's protocol says how it ended.
func (l *life) receive(verdict func(*sim.Error) int) sim.Middleware {
	return func(next sim.Handler) sim.Handler { return l.received(next, verdict) }
}

func (l *life) received(next sim.Handler, verdict func(*sim.Error) int) sim.Handler {
	log := l.w.opt.Log
	outside := log.Symbol(string(sim.Link(sim.Outside, l.self.Service)))
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		span := sim.SpanFrom(ctx)
		if span == nil {
			span = &sim.Span{Trace: newTrace(), ID: sim.SpanID(rand.Uint64())}
			ctx = sim.WithSpan(ctx, span)
		}
		if m.Mode == sim.Publish && span.Note.Queue != "" {
			if m.Refused != nil {
				return l.hear(ctx, m, refuse)
			}
			return l.hear(ctx, m, next)
		}
		r := trace.Record{Kind: sim.KindReceived, Node: l.node, Link: outside, Text: log.Text(span.Note.Label)}
		r.Trace, r.Span, r.Parent, r.Depth = span.Trace, span.ID, span.Parent, span.Depth
		from, ours := log.Arrive(span.ID)
		if ours {
			r.Link, r.Parent, r.Depth = log.Symbol(string(from.Link)), from.Parent, from.Depth
			span.Parent, span.Depth = from.Parent, from.Depth
		} else if span.Note.Queue != "" {
			r.Link = log.Symbol(span.Note.Queue) // its sender is long gone; the queue has the link's name
		} else { // nobody of ours records its stream
			m = l.recorded(m, sim.Event{Trace: span.Trace, Span: span.ID, Node: l.self, Link: sim.Link(sim.Outside, l.self.Service)})
		}
		foreign := r.Link == outside
		if foreign {
			r.Outside()
		}
		r.N[1] = int64(log.Text(span.Note.Peer))
		var start time.Duration
		if span.Note.Delivery > 1 {
			again := r
			again.Kind, again.Text, again.N = sim.KindRedelivered, log.Text(span.Note.Queue), [4]int64{2: int64(span.Note.Delivery)}
			start = l.shard.Emit(again, r)
		} else {
			start = l.shard.Emit(r)
		}
		l.working.Add(1)
		decide := next
		if m.Refused != nil {
			decide = refuse
		}
		reply, err := decide(ctx, m)
		l.working.Add(-1)
		if l.dead.Load() {
			if foreign {
				l.shard.Abandon(outside)
			}
			return sim.Message{}, sim.ErrKilled
		}
		r.Kind, r.Code, r.N = sim.KindReplied, sim.CodeOf(err), [4]int64{}
		if foreign {
			r.Outside()
		}
		if _, awaited := log.Find(span.ID); ours && !awaited && span.Note.Queue == "" {
			r.Late()
		}
		if err != nil {
			r.Status = int32(verdict(sim.AsError(err)))
			r.Urgent = !r.Code.Answers()
		}
		l.shard.End(start, r)
		log.Acted(span.ID)
		if handled := m.Refused == nil && r.Code.Answers() && !unheard(span); span.Note.Queue != "" && m.Mode != sim.Ask && (handled || span.Note.Last) {
			l.w.settle(span.ID, r.Code)
		}
		return reply, err
	}
}

// unheard reports whether the broker will not hear that a message was handled.
func unheard(s *sim.Span) bool { return s.Note.Hand != nil && s.Note.Hand.Dropped() }

func refuse(_ context.Context, m sim.Message) (sim.Message, error) { return sim.Message{}, m.Refused }

// limit lets in as many as there are workers, lets as many wait as the queue of the
// instance holds, and tells the rest to come back later. What a queue has handed out always waits:
// each queue hands out no more than there are workers, and nobody is there who
// could come back.
func (l *life) limit() sim.Middleware {
	if l.spec.Workers == 0 {
		return func(next sim.Handler) sim.Handler { return next }
	}
	workers := make(chan struct{}, l.spec.Workers)
	length := l.spec.Workers
	if l.spec.Queue != nil {
		length = *l.spec.Queue
	}
	queue := make(chan struct{}, l.spec.Workers+length)
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			if sim.SpanFrom(ctx).Note.Queue == "" {
				select {
				case queue <- struct{}{}:
					defer func() { <-queue }()
				default:
					e := sim.Errorf(sim.Unavailable, "%s has no worker free", l.self)
					e.RetryAfter = time.Second
					return sim.Message{}, e
				}
			}
			l.waiting.Add(1)
			select {
			case workers <- struct{}{}:
				l.waiting.Add(-1)
				defer func() { <-workers }()
			case <-ctx.Done():
				l.waiting.Add(-1)
				return sim.Message{}, ctx.Err()
			}
			return next(ctx, m)
		}
	}
}

// work takes the time that a request takes here.
func (l *life) work(next sim.Handler) sim.Handler {
	if l.spec.Time == (sim.Dist{}) {
		return next
	}
	r := rand.New(&lockedSource{src: rand.NewPCG(l.w.spec.Seed, uint64(l.node))})
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		if err := l.sleep(ctx, l.spec.Time.Sample(r)); err != nil {
			return sim.Message{}, err
		}
		return next(ctx, m)
	}
}

// newTrace draws a trace id that no other request of this run has.
func newTrace() (t sim.TraceID) {
	a, b := rand.Uint64(), rand.Uint64()
	for i := range 8 {
		t[i], t[8+i] = byte(a>>(8*i)), byte(b>>(8*i))
	}
	return t
}
