package fault

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Busy leaves a service only so many workers. As many requests again may wait
// for one, the rest are told to come back later. What a queue has handed out
// waits, however much it is: nobody is there who could come back.
//
//	▪▪▪▪▪ ──▶ [waiting] ──▶ [workers]
//	      └─▶ 503, Retry-After: 1
type Busy struct {
	Workers int
	slots   chan struct{}
	queue   chan struct{}
}

func busy() Form {
	return Form{
		Word: "busy", About: "leave fewer workers", Level: OnService, Unit: "request", Targets: onService,
		Params: counted(
			form.Param{Name: "workers", Kind: form.Count, Unit: "workers", Default: "1", Min: 1, Max: 1000, About: "workers for all instances of the target together", Example: "1"},
		),
		Example: "inject payment busy workers=1",
		make: func(v values) Effect {
			n := v.Count("workers")
			return Busy{n, make(chan struct{}, n), make(chan struct{}, 2*n)}
		},
	}
}

// Meet lets a request pass, wait, or go away.
func (f Busy) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	if s := sim.SpanFrom(ctx); s == nil || s.Note.Queue == "" {
		select {
		case f.queue <- struct{}{}:
			defer func() { <-f.queue }()
		default:
			a.Hit("rejected, no worker was free")
			e := sim.Errorf(sim.Unavailable, "injected: no worker is free")
			e.RetryAfter = time.Second
			return sim.Message{}, e
		}
	}
	select {
	case f.slots <- struct{}{}:
		a.Miss("a worker was free")
	default:
		a.Hit("waits for a worker")
		select {
		case f.slots <- struct{}{}:
		case <-ctx.Done():
			return sim.Message{}, ctx.Err()
		}
	}
	defer func() { <-f.slots }()
	return a.Next(ctx, a.Message)
}

func (Busy) effect() {}
