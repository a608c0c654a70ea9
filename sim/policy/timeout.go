package policy

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// timeout gives up waiting for one attempt. What remains of it travels with the
// message, so that those behind give up in time too: deadlines shrink inward.
//
//	client ── 1 s left ──▶ order ── 250 ms left ──▶ payment
//
// Giving up is all it does: whether the other side did what it was asked,
// nobody knows. A deadline that is nearer already stays as it is.
type timeout struct {
	base
	after        time.Duration
	passed, late atomic.Int64
}

func timeoutForm() Form {
	return Form{
		Word: "timeout", About: "limit the time of an attempt, and pass the deadline on",
		Params: []form.Param{
			{Name: "after", Kind: form.Duration, Unit: "time", Default: "1s", Min: form.Millisecond, Max: form.Minute, About: "how long an attempt may take", Example: "250ms"},
		},
		Example: "guard order:payment timeout after=250ms",
		make: func(b base) (Policy, error) {
			return &timeout{base: b, after: b.values.Duration("after")}, nil
		},
	}
}

func (t *timeout) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			at, theirs := ctx.Deadline()
			nearest := !theirs || time.Until(at) > t.after
			ours, cancel := context.WithTimeout(ctx, t.after)
			defer cancel()
			reply, err := next(ours, m)
			if nearest && err != nil && ours.Err() != nil && sim.CodeOf(err) == sim.Timeout {
				t.late.Add(1)
				return reply, &sim.Error{Code: sim.Timeout, Message: "no response within " + sim.Human(t.after), Err: err}
			}
			t.passed.Add(1)
			return reply, err
		}
	}
}

// Gauge counts as refused the attempts that took too long.
func (t *timeout) Gauge() Gauge {
	g := t.gauge("an attempt may take " + sim.Human(t.after))
	g.Passed, g.Refused = t.passed.Load(), t.late.Load()
	return g
}
