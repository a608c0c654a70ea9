package lab

import (
	"context"
	"fmt"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/load"
)

// loader keeps the one load that a world is under.
type loader struct {
	lab *Lab
	ctx context.Context // of every request; ends with the lab

	mu      sync.Mutex
	end     context.CancelFunc
	running *load.Generator // nil = none
	useCase string
}

func newLoader(l *Lab) *loader {
	x := &loader{lab: l}
	x.ctx, x.end = context.WithCancel(context.Background())
	return x
}

// LoadStatus is what `show world` says about the load. Latencies are in
// milliseconds: took counts from the moment a request was meant to start, service
// from the moment it did.
type LoadStatus struct {
	UseCase  string   `json:"use_case"`
	Rate     float64  `json:"rate"` // wanted, per second
	Achieved float64  `json:"achieved"`
	Arrivals string   `json:"arrivals"`
	Offered  int64    `json:"offered"`
	Refused  int64    `json:"refused"`
	Answered int64    `json:"answered"`
	Failed   int64    `json:"failed"`
	TimedOut int64    `json:"timed_out"`
	InFlight int64    `json:"in_flight"`
	Sent     float64  `json:"sent"`            // per second, lately; 0 before a second was measured
	Short    string   `json:"short,omitempty"` // in words, when fewer are sent than offered
	Held     bool     `json:"held"`
	Why      string   `json:"why,omitempty"` // why the rate was not held
	Took     *Latency `json:"took"`          // null before the first one came home
	Service  *Latency `json:"service"`
}

// Latency is a distribution in milliseconds.
type Latency struct {
	Mean float64 `json:"mean_ms"`
	P50  float64 `json:"p50_ms"`
	P90  float64 `json:"p90_ms"`
	P99  float64 `json:"p99_ms"`
	Max  float64 `json:"max_ms"`
}

// set changes the load. When it returns, requests are offered at the new rate; a
// load that was ended, or replaced by one of another use case, is home.
func (x *loader) set(ctx context.Context, c sim.SetLoad) (sim.Result, error) {
	o := load.Options{Rate: c.Rate, Arrivals: c.Arrivals, For: c.For, Seed: x.lab.spec.Seed}
	if err := o.Validate(); err != nil {
		return sim.Result{}, err
	}
	u, ask, err := x.lab.world.Asker(c.UseCase, nil)
	if err != nil && c.Rate > 0 {
		return sim.Result{}, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.goesOn() && c.Rate > 0 && c.For == 0 && x.useCase == u.Name {
		err = x.running.Set(c.Rate, c.Arrivals)
	} else {
		if err = x.stopLocked(ctx); err == nil && c.Rate > 0 {
			o.Paced = func(offered, sent sim.Rate) {
				x.record(sim.Shortfall{UseCase: u.Name, Offered: offered, Sent: sent})
			}
			o.Ended = func(load.Report) { x.note(u.Name, 0) }
			x.useCase = u.Name
			x.running, err = load.Start(x.ctx, o, load.Request(ask))
		}
	}
	if err != nil {
		return sim.Result{}, err
	}
	text := "no load"
	if c.Rate > 0 {
		x.note(u.Name, c.Rate)
		text = fmt.Sprintf("%s of %s, %s", c.Rate, u.Name, c.Arrivals)
	}
	return sim.Result{Seq: x.lab.log.Last(), Text: text}, nil
}

// goesOn reports whether a load is under way that has not ended by itself.
func (x *loader) goesOn() bool {
	if x.running == nil {
		return false
	}
	select {
	case <-x.running.Done():
		return false
	default:
		return true
	}
}

func (x *loader) note(useCase string, r sim.Rate) { x.record(sim.Load{UseCase: useCase, Rate: r}) }

func (x *loader) record(f sim.Fact) { x.lab.log.Shard(sim.Instance{}).Record(sim.Event{Fact: f}) }

// stop ends the load and waits until all of it is home.
func (x *loader) stop(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.stopLocked(ctx)
}

func (x *loader) stopLocked(ctx context.Context) error {
	if x.running == nil {
		return nil
	}
	x.running.Stop()
	select {
	case <-x.running.Done():
		x.running = nil
		return nil
	case <-ctx.Done():
		return sim.Errorf(sim.Timeout, "the load has ended, but not all of it is home: %w", ctx.Err())
	}
}

// close ends the load and gives up what is in flight.
func (x *loader) close() {
	x.end()
	_ = x.stop(context.Background()) // every request of it has just been cancelled
}

func (x *loader) status() *LoadStatus {
	x.mu.Lock()
	g, name := x.running, x.useCase
	x.mu.Unlock()
	if g == nil {
		return nil
	}
	r := g.Report()
	held, why := r.Held()
	return &LoadStatus{
		UseCase: name, Rate: float64(r.Rate), Achieved: float64(r.Achieved()), Arrivals: r.Arrivals.String(),
		Offered: r.Offered, Refused: r.Refused, Answered: r.Answered, Failed: r.Failed, TimedOut: r.TimedOut,
		InFlight: r.InFlight, Sent: float64(r.Sent), Short: r.Shortfall(), Held: held, Why: why, Took: latency(r.Took), Service: latency(r.Service),
	}
}

func latency(l load.Latency) *Latency {
	if l.Count == 0 {
		return nil
	}
	return &Latency{
		Mean: l.Mean.Seconds() * 1e3, P50: l.P50.Seconds() * 1e3, P90: l.P90.Seconds() * 1e3,
		P99: l.P99.Seconds() * 1e3, Max: l.Longest.Seconds() * 1e3,
	}
}
