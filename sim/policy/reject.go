package policy

import (
	"context"
	"errors"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Why a policy lets nothing leave. Each is the cause of an [*sim.Error], and each
// is a [sim.ErrNotSent].
var (
	ErrOpen    = reason{"breaker is open"}
	ErrBudget  = reason{"retry budget is used up"}
	ErrFull    = reason{"bulkhead is full"}
	ErrLimited = reason{"rate limit is reached"}

	ErrThrottled = reason{"throttled: few calls are accepted"}
	ErrAdaptive  = reason{"concurrency limit is reached"}
	ErrShed      = reason{"shed"}
)

// reason is one way to be rejected.
type reason struct{ text string }

func (r reason) Error() string        { return r.text }
func (r reason) Is(target error) bool { return target == sim.ErrNotSent }

// reject records that a policy let nothing leave, and makes the caller's error
// of it. after is when asking again makes sense, 0 when nobody knows.
func (b *base) reject(ctx context.Context, by string, cause error, code sim.Code, why string, after time.Duration) error {
	b.Report(ctx, sim.Rejected{By: by, Why: why})
	return &sim.Error{Code: code, Message: cause.Error(), RetryAfter: after, Err: cause}
}

// innocent reports whether an outcome says nothing about the other side: a policy
// of ours let nothing leave, or nobody waits for it any more.
func innocent(ctx context.Context, err error) bool {
	return errors.Is(err, sim.ErrNotSent) || err != nil && gone(ctx, err)
}

// gone reports whether the one who asked has given up, or is no more.
func gone(ctx context.Context, err error) bool {
	return errors.Is(ctx.Err(), context.Canceled) || errors.Is(err, sim.ErrKilled)
}
