package world

import (
	"context"
	"sync/atomic"
	"time"
)

// only finds out how long the one attempt took that a customer's request consisted of.
// Then that is what the customer waited: two measurements of one wait never agree.
// All of it may be called on nil, for a call that is not the customer's.
type only struct{ tries, last atomic.Int64 }

type onlyKey struct{}

func onlyFrom(ctx context.Context) *only {
	o, _ := ctx.Value(onlyKey{}).(*only)
	return o
}

// attempts notes that n more were begun.
func (o *only) attempts(n int64) {
	if o != nil {
		o.tries.Add(n)
	}
}

// took notes how long one took.
func (o *only) took(d time.Duration) {
	if o != nil {
		o.last.Store(int64(d))
	}
}

// wait is how long the only attempt took; false when there were several, or none.
func (o *only) wait() (time.Duration, bool) {
	return time.Duration(o.last.Load()), o.tries.Load() == 1
}
