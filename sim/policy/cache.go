package policy

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// cache answers a question that was answered a short time ago, without a request. Only
// reads (GET, HEAD) are kept; all else passes through it unchanged.
//
//	ttl     so long a response is fresh
//	stale   so much longer it is used while one request fetches a new one
//	        (stale-while-revalidate, RFC 5861)
//	guard   callers of the same question wait for the one request that is under way,
//	        instead of all asking when a response has expired (a cache stampede)
//
// A response that was stale counts as degraded. It is ours: failsafe-go's cache has
// neither stale nor guard.
type cache struct {
	base
	ttl, stale time.Duration
	guard      bool

	mu            sync.Mutex
	known         map[[sha256.Size]byte]*kept
	order         [][sha256.Size]byte // oldest first
	hits, fetches int64
}

// kept is the response to one question, and the request for it that is under way.
type kept struct {
	reply sim.Message
	at    time.Time // when it was fetched; zero = never
	under *fetch    // nil = none is under way
}

// fetch is one request; its result may be read once done is closed.
type fetch struct {
	done  chan struct{}
	reply sim.Message
	err   error
}

// mostRenewal bounds a request that nobody waits for.
const mostRenewal = 10 * time.Second

func cacheForm() Form {
	return Form{
		Word: "cache", About: "answer reads again for a while without a request",
		Params: []form.Param{
			{Name: "ttl", Kind: form.Duration, Unit: "time", Default: "5s", Min: form.Millisecond, Max: form.Hour, About: "how long a response is fresh", Example: "1s"},
			{Name: "stale", Kind: form.Duration, Unit: "time", Default: "0s", Max: form.Hour, About: "how much longer it is used while a new one is fetched", Example: "10s"},
			{Name: "guard", Kind: form.Choice, Unit: "word", Default: "yes", Choices: []string{"yes", "no"}, About: "whether equal requests wait for the one that is under way", Example: "no"},
		},
		Example: "guard order:product cache ttl=1s stale=10s",
		make: func(b base) (Policy, error) {
			v := b.values
			return &cache{base: b, ttl: v.Duration("ttl"), stale: v.Duration("stale"), guard: v.Text("guard") == "yes", known: map[[sha256.Size]byte]*kept{}}, nil
		},
	}
}

func (c *cache) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			if verb, _ := verbAndKey(m); verb != "GET" && verb != "HEAD" || m.Stream != nil {
				return next(ctx, m)
			}
			question := request(m)
			k, f, mine := c.look(question)
			if !mine && f != nil { // somebody asks already
				select {
				case <-f.done:
					return f.reply, f.err
				case <-ctx.Done():
					return sim.Message{}, context.Cause(ctx)
				}
			}
			if f == nil {
				return copied(k), nil
			}
			if k.Body == nil { // there is nothing to answer with
				return c.ask(ctx, question, f, m, next)
			}
			c.Go(ctx, func(ctx context.Context) {
				ctx, cancel := context.WithTimeout(ctx, mostRenewal)
				defer cancel()
				_, _ = c.ask(ctx, question, f, m, next)
			})
			c.Report(ctx, sim.Degraded{By: "cache"})
			k = copied(k)
			k.Header = k.Header.With(HeaderDegraded, "stale response")
			return k, nil
		}
	}
}

// look finds what is known. Without a fetch it is fresh. With one that is mine it is to
// be asked for, and what is known is stale, or empty; with another's it is waited for.
func (c *cache) look(q [sha256.Size]byte) (known sim.Message, f *fetch, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.known[q]
	if k == nil {
		k = &kept{}
		c.keep(q, k)
	}
	age := time.Since(k.at)
	has := !k.at.IsZero() && age < c.ttl+c.stale
	switch {
	case has && age < c.ttl, has && k.under != nil: // fresh, or stale while another renews it
		c.hits++
		return k.reply, nil, false
	case k.under != nil && c.guard:
		c.hits++
		return sim.Message{}, k.under, false
	}
	c.fetches++
	f = &fetch{done: make(chan struct{})}
	k.under = f
	if has {
		c.hits++
		return k.reply, f, true
	}
	return sim.Message{}, f, true
}

// ask makes the request, and keeps the response.
func (c *cache) ask(ctx context.Context, q [sha256.Size]byte, f *fetch, m sim.Message, next sim.Handler) (sim.Message, error) {
	f.reply, f.err = next(ctx, m)
	c.mu.Lock()
	if k := c.known[q]; k != nil && k.under == f {
		k.under = nil
		if f.err == nil && f.reply.Body != nil {
			k.reply, k.at = copied(f.reply), time.Now()
		}
	}
	c.mu.Unlock()
	close(f.done)
	return f.reply, f.err
}

// keep remembers a question; the oldest makes room. The lock is held.
func (c *cache) keep(q [sha256.Size]byte, k *kept) {
	c.known[q] = k
	if c.order = append(c.order, q); len(c.order) > maxKnown {
		delete(c.known, c.order[0])
		c.order = c.order[1:]
	}
}

// copied is a response that its reader may change.
func copied(m sim.Message) sim.Message {
	m.Body = proto.Clone(m.Body)
	return m
}

// Gauge counts as passed the requests, as refused the calls that needed none.
func (c *cache) Gauge() Gauge {
	about := "fresh for " + sim.Human(c.ttl)
	if c.stale > 0 {
		about += ", then used for " + sim.Human(c.stale) + " while it is renewed"
	}
	if c.guard {
		about += ", equal requests wait for one"
	}
	g := c.gauge(about + "; only reads")
	c.mu.Lock()
	defer c.mu.Unlock()
	g.Passed, g.Refused = c.fetches, c.hits
	return g
}
