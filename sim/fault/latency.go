package fault

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// Latency makes every message take longer, as a network does that is far or
// busy. Messages do not wait for each other.
//
//	ask ──▶ ┄┄┄ delay ± jitter ┄┄┄ ──▶ transport
//
// How the delay varies:
//
//	fixed    delay
//	uniform  between delay − jitter and delay + jitter
//	normal   mean delay, standard deviation jitter, never below 0
//	pareto   delay at least, and jitter more on average: a heavy tail
//	         (Lomax with shape 2: jitter·(u^−½ − 1), whose mean is jitter)
type Latency struct {
	Delay  time.Duration
	Jitter time.Duration
	Dist   string
	rand   *rand.Rand
}

func latency() Form {
	return Form{
		Word: "latency", About: "delay every message", Level: OnMessage, Unit: "message", Targets: onBoth,
		Params: counted(
			late("delay", "300ms", "the delay of each message"),
			late("jitter", "0s", "how much the delay varies"),
			form.Param{Name: "dist", Kind: form.Choice, Unit: "word", Choices: []string{"fixed", "uniform", "normal", "pareto"}, About: "the distribution of the delay; uniform when there is jitter", Example: "normal"},
			form.Param{Name: "on", Kind: form.Choice, Unit: "word", Default: "message", Choices: []string{"message", "wire"}, About: "delay whole messages, or each piece of bytes on the wire", Example: "wire"},
			anyWay("both"),
		),
		Example: "inject order:payment latency delay=300ms",
		make: func(v values) Effect {
			f := Latency{v.Duration("delay"), v.Duration("jitter"), v.Text("dist"), chance(v.seed(), ofEffect)}
			if v.Text("on") == "wire" {
				return Distance{Latency: f, Direction: v.direction()}
			}
			return f
		},
	}
}

// Draw is the next delay, between 0 and a minute.
func (f Latency) Draw() time.Duration {
	d, j := float64(f.Delay), float64(f.Jitter)
	switch {
	case f.Jitter == 0 || f.Dist == "fixed":
	case f.Dist == "normal":
		d += f.rand.NormFloat64() * j
	case f.Dist == "pareto":
		d += j * (1/math.Sqrt(1-f.rand.Float64()) - 1)
	default:
		d += j * (2*f.rand.Float64() - 1)
	}
	return time.Duration(min(max(d, 0), float64(maxDelay)))
}

// Meet holds the message back before it leaves.
func (f Latency) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	d := f.Draw()
	a.Hit("latency " + sim.Human(d))
	if err := a.Wait(ctx, d, nil); err != nil {
		return sim.Message{}, err
	}
	return a.Next(ctx, a.Message)
}

func (Latency) effect() {}

// Distance is [Latency] on the wire: each parcel of bytes arrives later and in
// order, as over a long cable. What can cross in a second stays the same.
//
//	▪▪▪▪ ─▶ ┄┄┄▪▪▪▪┄┄┄ ─▶ kernel
type Distance struct {
	Latency
	Direction Direction
}

func (f Distance) Points() wire.Point { return f.Direction.points() }

// Meet delays a parcel.
func (f Distance) Meet(wire.Moment) wire.Verdict { return wire.Verdict{Delay: f.Draw()} }

// What says how much.
func (f Distance) What(v wire.Verdict) string {
	return "latency " + sim.Human(v.Delay) + " on the wire"
}
