package policy

import (
	"context"
	"crypto/sha256"
	"net/http"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
)

// IdempotencyOptions are the parameters of [Idempotency]. The zero value works.
type IdempotencyOptions struct {
	Required func(contract string) bool // which requests must have a key; nil = as their contract says
	Now      func() time.Time           // the clock by which answers are forgotten; nil = time.Now
	Max      int                        // how many answers are remembered; 0 = 10,000
	Keep     time.Duration              // for how long; 0 = 24 h
}

// HeaderReplayed is set to "true" on an answer that was given before.
const HeaderReplayed = "idempotent-replayed"

// Idempotency makes a request that is sent twice with the same Idempotency-Key
// happen once: the second one gets the answer of the first
// (draft-ietf-httpapi-idempotency-key-header).
//
//	same key, first one answered       the stored answer, also if it said no
//	same key, first one not over       409
//	same key, another request          422
//	malformed key, or none if required 400
//
// A key belongs to a contract and to the client that a gateway authenticated; all
// that came past no gateway are one caller. An attempt
// that got no answer ([sim.Code.Answers]) is forgotten, so that trying again
// may help. Only contracts whose idempotency is OPTIONAL or REQUIRED take part.
//
// Each value that the returned middleware surrounds shares one store, bounded
// by Max and Keep; the oldest answer goes first. Requests still being worked on
// are never forgotten; there are at most as many as the service works on at once.
func Idempotency(o IdempotencyOptions) sim.Middleware {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Max == 0 {
		o.Max = 10_000
	}
	if o.Keep == 0 {
		o.Keep = 24 * time.Hour
	}
	b := &book{max: o.Max, keep: o.Keep, now: o.Now, entries: map[place]*entry{}}
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			c, ok := contract.Find(m.Type)
			if !ok || c.Idempotency == contract.None {
				return next(ctx, m)
			}
			key, err := parseKey(m.Header[sim.HeaderIdempotencyKey])
			if err != nil {
				return sim.Message{}, err
			}
			if key == "" {
				if c.Idempotency == contract.Required && o.Required == nil || o.Required != nil && o.Required(m.Type) {
					return sim.Message{}, malformed("this request needs an Idempotency-Key")
				}
				return next(ctx, m)
			}
			return b.once(ctx, place{m.Type, m.Header.Get(sim.HeaderClient), key}, m, next)
		}
	}
}

// place is where an answer is kept.
type place struct{ contract, client, key string }

// entry is one answer, or the promise of one.
type entry struct {
	request [sha256.Size]byte // what was asked
	at      time.Time         // when it was answered; zero while it is being worked on
	reply   sim.Message
	refusal *sim.Error // the answer said no
}

// book remembers answers.
type book struct {
	max  int
	keep time.Duration
	now  func() time.Time

	mu      sync.Mutex
	entries map[place]*entry
	order   []place // the answered ones, oldest first
}

// once calls next unless the answer is known. Nothing is locked while next runs.
func (b *book) once(ctx context.Context, p place, m sim.Message, next sim.Handler) (sim.Message, error) {
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(m.Body)
	if err != nil {
		return sim.Message{}, sim.Errorf(sim.Internal, "%s cannot be compared with an earlier request: %w", m.Type, err)
	}
	e, first := b.enter(p, sha256.Sum256(wire))
	if !first {
		return e.replay(sha256.Sum256(wire))
	}
	answered := false
	defer func() {
		if !answered { // also when next panics
			b.forget(p)
		}
	}()
	reply, err := next(ctx, m)
	if answered = sim.CodeOf(err).Answers(); answered {
		b.remember(p, reply, err)
	}
	return reply, err
}

// enter returns a copy of what is known at p, or promises an answer there.
func (b *book) enter(p place, request [sha256.Size]byte) (known entry, first bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.evict(len(b.order))
	if e, ok := b.entries[p]; ok {
		return *e, false
	}
	b.entries[p] = &entry{request: request}
	return entry{}, true
}

// grpcAborted is the gRPC code for "a concurrency conflict: retry at a higher
// level" (doc/statuscodes.md of grpc/grpc); FAILED_PRECONDITION would forbid the retry.
const grpcAborted = 10

// replay is the answer to a request that came again.
func (e *entry) replay(request [sha256.Size]byte) (sim.Message, error) {
	switch {
	case e.request != request:
		err := sim.Invalidf("this Idempotency-Key was used for another request")
		err.HTTP = http.StatusUnprocessableEntity
		return sim.Message{}, err.WithFix("use a new key for a new request")
	case e.at.IsZero():
		err := sim.Errorf(sim.Conflict, "the first request with this Idempotency-Key is still in progress")
		err.GRPC = grpcAborted
		return sim.Message{}, err.WithFix("wait for its response, or send the request again later with the same key")
	}
	if e.refusal != nil {
		refusal := *e.refusal
		return sim.Message{}, &refusal
	}
	again := e.reply
	again.Header = again.Header.With(HeaderReplayed, "true")
	if again.Body != nil {
		again.Body = proto.Clone(again.Body)
	}
	return again, nil
}

func (b *book) remember(p place, reply sim.Message, err error) {
	if reply.Body != nil {
		reply.Body = proto.Clone(reply.Body)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.entries[p]
	e.at, e.reply, e.refusal = b.now(), reply, sim.AsError(err)
	b.order = append(b.order, p)
	b.evict(b.max)
}

func (b *book) forget(p place) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.entries, p)
}

// evict drops the oldest answers until at most most are left and none has
// outlived its time. The caller holds the lock.
func (b *book) evict(most int) {
	old := b.now().Add(-b.keep)
	n := 0
	for n < len(b.order) && (len(b.order)-n > most || b.entries[b.order[n]].at.Before(old)) {
		delete(b.entries, b.order[n])
		n++
	}
	b.order = b.order[n:]
}
