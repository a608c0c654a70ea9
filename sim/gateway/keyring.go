package gateway

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/identity"
)

// keepKeys is how long a set of keys is used before it is asked for again.
const keepKeys = 5 * time.Minute

// ring keeps the keys of the issuer. A token that names an unknown key lets it ask
// for them once more, and not again within cooldown, so that invented names cost
// the issuer nothing. Keys that are known go on verifying while the issuer is away.
type ring struct {
	env      *sim.Env
	service  string
	cooldown time.Duration

	mu      sync.Mutex
	set     identity.Set
	fetched time.Time
	tried   time.Time
	asking  chan struct{} // closed when the request under way has ended; nil = there is none
}

func newRing(env *sim.Env, service string, cooldown time.Duration) *ring {
	return &ring{env: env, service: service, cooldown: cooldown}
}

// with is the set of keys, asked for anew if it does not hold id, and when it was fetched.
func (r *ring) with(ctx context.Context, id string) (_ identity.Set, fetched time.Time, err error) {
	for {
		r.mu.Lock()
		now := r.env.Now()
		_, has := r.set[id]
		stale := now.Sub(r.fetched) > keepKeys
		switch {
		case has && !stale, r.set != nil && now.Sub(r.tried) < r.cooldown && r.asking == nil:
			set, fetched := r.set, r.fetched
			r.mu.Unlock()
			return set, fetched, nil
		case r.asking != nil:
			asking := r.asking
			r.mu.Unlock()
			select {
			case <-asking:
				continue
			case <-ctx.Done():
				return nil, fetched, ctx.Err()
			}
		}
		done := make(chan struct{})
		r.asking, r.tried = done, now
		r.mu.Unlock()
		set, err := r.fetch(ctx)
		r.mu.Lock()
		if r.asking = nil; err == nil {
			r.set, r.fetched = set, now
		}
		set, fetched = r.set, r.fetched
		r.mu.Unlock()
		close(done)
		if set == nil {
			return nil, fetched, unavailable(r.service, err)
		}
		return set, fetched, nil
	}
}

func (r *ring) fetch(ctx context.Context) (identity.Set, error) {
	reply, err := r.env.Call.Ask(ctx, r.service, sim.Message{Type: sim.TypeRaw, Header: sim.Header{
		sim.HeaderMethod: {http.MethodGet}, sim.HeaderPath: {identity.PathKeys},
	}})
	if err != nil {
		return nil, err
	}
	_, body := sim.RawBody(reply)
	return identity.ParseSet(body)
}
