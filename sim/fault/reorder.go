package fault

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Reorder holds a message until some later ones have overtaken it. One is held
// at a time; those that overtake are not touched.
//
//	①②③④ ──▶ ②③ ① ④     window=2
//
// When too few come within Delay it goes on as it is, and the fault has missed.
type Reorder struct {
	Window int
	Delay  time.Duration
	lane   *overtaking
}

func reorder() Form {
	return Form{
		Word: "reorder", About: "hold a message until later ones overtake it", Level: OnMessage, Unit: "message", Targets: onLink,
		Params: counted(
			form.Param{Name: "window", Kind: form.Count, Unit: "messages", Default: "1", Min: 1, Max: 1000, About: "how many messages overtake it", Example: "2"},
			late("delay", "1s", "how long the message waits for them"),
		),
		Example: "inject order:payment reorder window=2",
		make: func(v values) Effect {
			return Reorder{v.Count("window"), v.Duration("delay"), &overtaking{}}
		},
	}
}

// Meet holds a message, unless another one is held already.
func (f Reorder) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	h := f.lane.hold(f.Window)
	if h == nil {
		f.Pass()
		a.Miss("it overtook another")
		return a.Next(ctx, a.Message)
	}
	err := a.Wait(ctx, f.Delay, h.over)
	if left := f.lane.release(h); left == 0 {
		a.Hit("overtaken by " + strconv.Itoa(f.Window))
	} else {
		a.Miss("too few came to overtake it")
	}
	if err != nil {
		return sim.Message{}, err
	}
	return a.Next(ctx, a.Message)
}

// Pass lets the next message overtake the one that is held.
func (f Reorder) Pass() { f.lane.pass() }

func (Reorder) effect() {}

// overtaking is the one message that a fault holds.
type overtaking struct {
	mu   sync.Mutex
	held *held
}

type held struct {
	left int           // how many must still overtake it
	over chan struct{} // closed when they have
}

func (o *overtaking) hold(window int) *held {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.held != nil {
		return nil
	}
	o.held = &held{window, make(chan struct{})}
	return o.held
}

func (o *overtaking) pass() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.held == nil || o.held.left == 0 {
		return
	}
	if o.held.left--; o.held.left == 0 {
		close(o.held.over)
	}
}

func (o *overtaking) release(h *held) (left int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held = nil
	return h.left
}
