package compare

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/load"
	"github.com/msc-sim/msc-sim/sim/load/target"
)

// Outside is an arm that runs already: an HTTP or gRPC address. Nothing is known of
// its server, so its CPU is not counted, and done is when it has answered.
type Outside struct {
	to   target.Target
	name string
}

// OpenOutside connects to a service. Close ends it.
func OpenOutside(ctx context.Context, name string, r target.Request) (*Outside, error) {
	to, err := target.Open(ctx, r)
	if err != nil {
		return nil, err
	}
	o := &Outside{to, name}
	if err := o.once(ctx); err != nil {
		return nil, errors.Join(err, to.Close())
	}
	return o, nil
}

// Name implements [Arm].
func (o *Outside) Name() string { return o.name }

// Close ends the connections.
func (o *Outside) Close() error { return o.to.Close() }

// once has one job done. A status that blames somebody is a failure.
func (o *Outside) once(ctx context.Context) error {
	status, err := o.to.Send(ctx)
	if err != nil {
		return sim.Errorf(sim.Unavailable, "%s does not answer: %s", o.name, sim.Visible(err.Error()))
	}
	if status != 0 && (status < 200 || status > 399) {
		return sim.Errorf(sim.Unavailable, "%s answers %s", o.name, sim.StatusText(status)).
			WithFix("compare needs an address that answers each request well")
	}
	return nil
}

// Offer implements [Arm].
func (o *Outside) Offer(ctx context.Context, rate sim.Rate, during time.Duration) (b Block, err error) {
	var mu sync.Mutex
	r, err := load.Run(ctx, load.Options{Rate: rate, For: during}, func(ctx context.Context, meant time.Time) error {
		if err := o.once(ctx); err != nil {
			return err
		}
		took := time.Since(meant)
		mu.Lock()
		defer mu.Unlock()
		b.Caller, b.Done = append(b.Caller, took), append(b.Done, took)
		return nil
	})
	b.Jobs, b.Failed, b.Lasted = int(r.Answered), int(r.Failed+r.Refused), r.Lasted
	return b, err
}

// Saturate implements [Arm].
func (o *Outside) Saturate(ctx context.Context, callers int, during time.Duration) (Block, error) {
	b, err := Saturate(ctx, callers, during, o.once, func(context.Context) error { return nil })
	b.CPU, b.Allocs = 0, 0 // of the caller alone, which compares with nothing
	return b, err
}
