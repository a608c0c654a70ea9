package fault

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Pressure takes processor and memory away, as a neighbour on the same machine
// would. All instances share this machine, so all of them feel it; it is
// bounded so that the machine stays usable: at most nine tenths of one core and
// 256 MiB.
//
//	core  ████████░░  busy · idle, ten milliseconds a turn
type Pressure struct {
	CPU    sim.Share // of one core
	Memory int64     // bytes
}

// turn is the length of one spell of work and rest.
const turn = 10 * time.Millisecond

func pressure() Form {
	return Form{
		Word: "pressure", About: "use up processor time and memory", Level: OnService, Unit: "request", Targets: onService,
		Params: timed(
			form.Param{Name: "cpu", Kind: form.Count, Unit: "percent of one core", Default: "50", Min: 0, Max: 90, About: "how much of one core is kept busy", Example: "50"},
			form.Param{Name: "memory", Kind: form.Bytes, Unit: "bytes", Default: "0B", Min: 0, Max: 256 << 20, About: "how much memory is held", Example: "64MiB"},
		),
		Example: "inject payment pressure cpu=80 for=10s",
		make: func(v values) Effect {
			return Pressure{sim.Share(v.Number("cpu")) / 100, int64(v.Number("memory"))}
		},
	}
}

// Meet only notes that a request was worked on under pressure.
func (f Pressure) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	a.Hit("under pressure")
	return a.Next(ctx, a.Message)
}

// Burn keeps a core busy for its share of every turn, and memory held.
func (f Pressure) Burn(ctx context.Context) {
	held := make([]byte, f.Memory)
	for i := 0; i < len(held); i += 4096 {
		held[i] = 1 // memory that nobody touched is not held
	}
	work := time.Duration(float64(turn) * float64(f.CPU))
	rest := time.NewTimer(0)
	defer rest.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-rest.C:
		}
		for end := time.Now().Add(work); time.Now().Before(end); {
			n++
		}
		if len(held) > 0 {
			held[n%len(held)]++ // still in use
		}
		rest.Reset(turn - work)
	}
}

func (Pressure) effect() {}
