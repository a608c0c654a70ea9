package gateway

import (
	"container/list"
	"context"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Types of problems that the draft of the RateLimit fields registers
// (draft-ietf-httpapi-ratelimit-headers-11).
const quotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded"

// rateLimitForm is the step that holds each client to the quota of each route. A
// client that was not authenticated is known by its address.
func rateLimitForm() Form {
	return Form{
		Form: form.Form{
			Word: "ratelimit", About: "limit the requests of each client to the quota of the route: 429", Example: "ratelimit refill=steady",
			Params: []form.Param{
				{Name: "refill", Kind: form.Choice, Choices: []string{"whole", "steady"}, Default: "whole", About: "whole: the bucket is full again when its time is over; steady: tokens come back one by one"},
				{Name: "clients", Kind: form.Count, Default: "65536", Min: 1, Max: 1 << 20, About: "how many buckets are kept; further clients share one", Example: "10000"},
			},
		},
		make: func(g *Gateway, v form.Values) sim.Middleware {
			b := newBuckets(v.Count("clients"), v.Text("refill") == "steady", g.env.Now)
			g.fill(b.emptiest)
			return b.around
		},
	}
}

// buckets are the token buckets of all clients and routes. Their number is
// bounded: one that is full again says nothing and may go. When all are in use,
// whoever is new shares one bucket of its route with the others that are new, so
// that no client gets more by inventing names.
type buckets struct {
	most   int
	steady bool
	now    func() time.Time

	mu  sync.Mutex
	all map[bucketKey]*list.Element
	age list.List // of *bucket; the one that was used longest ago stands first
}

type bucketKey struct{ who, route string }

// shared is whose bucket those share that found no place.
const shared = "shared"

type bucket struct {
	key    bucketKey
	quota  int
	per    time.Duration
	tokens float64
	at     time.Time // steady: when tokens was true
	full   time.Time // whole: when it is full again
	used   time.Time
}

func newBuckets(most int, steady bool, now func() time.Time) *buckets {
	return &buckets{most: most, steady: steady, now: now, all: map[bucketKey]*list.Element{}}
}

func (b *buckets) around(next sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		x := exchangeOf(ctx)
		r, err := x.find(m.Header)
		if err != nil || r.quota == 0 {
			return next(ctx, m)
		}
		left, wait, ok := b.take(bucketKey{limited(x.who()), r.Name}, r.quota, r.per)
		policy := fmt.Sprintf(`"%s";q=%d;w=%d`, r.Name, r.quota, int(math.Ceil(r.per.Seconds())))
		state := fmt.Sprintf(`"%s";r=%d;t=%s`, r.Name, left, seconds(wait))
		var reply sim.Message
		if ok {
			reply, err = next(ctx, m)
		} else {
			e := refusal(http.StatusTooManyRequests, "the quota of %s is used up: %d requests in %s", r.Name, r.quota, sim.Human(r.per))
			e.RetryAfter = wait
			err = typed(x, e, quotaExceeded, r.Name)
		}
		err = say(x, &reply, err, "ratelimit-policy", policy)
		err = say(x, &reply, err, "ratelimit", state)
		return reply, err
	}
}

// limited is the name under which a client is counted. Of an IPv6 address its
// network counts: each subscriber has 2⁶⁴ of them.
func limited(who string) string {
	var text string
	if _, err := fmt.Sscanf(who, "address %s", &text); err != nil {
		return who
	}
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.Unmap().Is4() {
		return who
	}
	network, _ := ip.Prefix(64)
	return "address " + network.String()
}

// take takes a token. Left is how many whole ones remain, wait how long it takes
// until there is a next one (when none is left), or until the bucket is full.
func (b *buckets) take(key bucketKey, quota int, per time.Duration) (left int, wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	k := b.find(key, quota, per, now)
	if b.steady {
		rate := float64(quota) / per.Seconds()
		k.tokens = min(float64(quota), k.tokens+rate*now.Sub(k.at).Seconds())
		k.at = now
		if ok = k.tokens >= 1; ok {
			k.tokens--
		}
		needed := float64(quota) - k.tokens
		if !ok {
			needed = 1 - k.tokens
		}
		return int(k.tokens), time.Duration(math.Ceil(needed / rate * float64(time.Second))), ok
	}
	if !now.Before(k.full) {
		k.tokens, k.full = float64(quota), now.Add(per)
	}
	if ok = k.tokens >= 1; ok {
		k.tokens--
	}
	return int(k.tokens), k.full.Sub(now), ok
}

// find finds the bucket of a client, or makes one; mu is held.
func (b *buckets) find(key bucketKey, quota int, per time.Duration, now time.Time) *bucket {
	if e, ok := b.all[key]; ok {
		k := e.Value.(*bucket)
		k.used = now
		b.age.MoveToBack(e)
		return k
	}
	for len(b.all) >= b.most {
		oldest := b.age.Front()
		k := oldest.Value.(*bucket)
		if now.Sub(k.used) < k.per { // not full again, and so are all that were used later, of routes with this time
			if key.who == shared {
				break
			}
			return b.find(bucketKey{shared, key.route}, quota, per, now)
		}
		delete(b.all, k.key)
		b.age.Remove(oldest)
	}
	k := &bucket{key: key, quota: quota, per: per, tokens: float64(quota), at: now, full: now.Add(per), used: now}
	b.all[key] = b.age.PushBack(k)
	return k
}
