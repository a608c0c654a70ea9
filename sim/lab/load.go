package lab

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/load"
	"github.com/msc-sim/msc-sim/sim/world"
)

// loader keeps the loads that a world is under: each use case has one of its own.
type loader struct {
	lab *Lab
	ctx context.Context // of every request; ends with the lab

	mu      sync.Mutex
	end     context.CancelFunc
	running []offer // in the sequence in which they began
}

// offer is the load of one use case. One that has ended by itself stays until it is
// ended or replaced, so that its figures can be read.
type offer struct {
	useCase string
	fields  map[string]string
	*load.Generator
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
	UseCase string `json:"use_case"`
	// Fields replace parts of its requests, "~1000" by another number in each.
	Fields   map[string]string `json:"fields,omitempty"`
	Rate     float64           `json:"rate"` // wanted, per second
	Achieved float64           `json:"achieved"`
	Arrivals string            `json:"arrivals"`
	Offered  int64             `json:"offered"`
	Refused  int64             `json:"refused"`
	Answered int64             `json:"answered"`
	Failed   int64             `json:"failed"`
	TimedOut int64             `json:"timed_out"`
	InFlight int64             `json:"in_flight"`
	Sent     float64           `json:"sent"`            // per second, lately; 0 before a second was measured
	Short    string            `json:"short,omitempty"` // in words, when fewer are sent than offered
	Held     bool              `json:"held"`
	Why      string            `json:"why,omitempty"` // why the rate was not held
	Took     *Latency          `json:"took"`          // null before the first one came home
	Service  *Latency          `json:"service"`
	// Loads are all of them when there are several; the fields above are of the first.
	Loads []*LoadStatus `json:"loads,omitempty"`
}

// Latency is a distribution in milliseconds.
type Latency struct {
	Mean float64 `json:"mean_ms"`
	P50  float64 `json:"p50_ms"`
	P90  float64 `json:"p90_ms"`
	P99  float64 `json:"p99_ms"`
	Max  float64 `json:"max_ms"`
}

// set changes the load of a use case; off ends it, and without a use case all of
// them. When it returns, requests are offered at the new rate; a load that was
// ended or replaced is home.
func (x *loader) set(ctx context.Context, c sim.SetLoad) (sim.Result, error) {
	o := load.Options{Rate: c.Rate, Arrivals: c.Arrivals, For: c.For, Seed: x.lab.spec.Seed}
	if err := o.Validate(); err != nil {
		return sim.Result{}, err
	}
	if c.Rate == 0 && c.UseCase == "" {
		err := x.stop(ctx)
		return sim.Result{Seq: x.lab.log.Last(), Text: "no load"}, err
	}
	u, ask, err := x.lab.world.Asker(c.UseCase, c.Fields)
	if err != nil {
		return sim.Result{}, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	at := slices.IndexFunc(x.running, func(o offer) bool { return o.useCase == u.Name })
	text := fmt.Sprintf("%s of %s, %s", c.Rate, u.Name, c.Arrivals)
	switch {
	case c.Rate == 0:
		text = "no load of " + u.Name
		err = x.stopLocked(ctx, u.Name)
	case at >= 0 && x.running[at].goesOn() && c.For == 0 && maps.Equal(x.running[at].fields, c.Fields):
		err = x.running[at].Set(c.Rate, c.Arrivals)
	default:
		if err = x.stopLocked(ctx, u.Name); err == nil {
			err = x.startLocked(u.Name, c.Fields, o, ask)
		}
	}
	if err != nil {
		return sim.Result{}, err
	}
	if c.Rate > 0 {
		x.note(u.Name, c.Rate)
	}
	return sim.Result{Seq: x.lab.log.Last(), Text: text}, nil
}

func (x *loader) startLocked(useCase string, fields map[string]string, o load.Options, ask world.Asker) error {
	o.Paced = func(offered, sent sim.Rate) {
		x.record(sim.Shortfall{UseCase: useCase, Offered: offered, Sent: sent})
	}
	o.Ended = func(load.Report) { x.note(useCase, 0) }
	g, err := load.Start(x.ctx, o, load.Request(ask))
	if err == nil {
		x.running = append(x.running, offer{useCase, fields, g})
	}
	return err
}

// goesOn reports whether a load has not ended by itself.
func (o offer) goesOn() bool {
	select {
	case <-o.Done():
		return false
	default:
		return true
	}
}

func (x *loader) note(useCase string, r sim.Rate) { x.record(sim.Load{UseCase: useCase, Rate: r}) }

func (x *loader) record(f sim.Fact) { x.lab.log.Shard(sim.Instance{}).Record(sim.Event{Fact: f}) }

// stop ends every load and waits until all of it is home.
func (x *loader) stop(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.stopLocked(ctx, "")
}

// stopLocked ends the load of a use case, or every load.
func (x *loader) stopLocked(ctx context.Context, useCase string) error {
	ends := func(o offer) bool { return useCase == "" || o.useCase == useCase }
	for _, o := range x.running {
		if ends(o) {
			o.Stop()
		}
	}
	for _, o := range x.running {
		if !ends(o) {
			continue
		}
		select {
		case <-o.Done():
		case <-ctx.Done():
			return sim.Errorf(sim.Timeout, "the load of %s has ended, but some of its requests have no response yet: %w", o.useCase, ctx.Err())
		}
	}
	x.running = slices.DeleteFunc(x.running, ends)
	return nil
}

// close ends the load and gives up what is in flight.
func (x *loader) close() {
	x.end()
	_ = x.stop(context.Background()) // every request of it has just been cancelled
}

func (x *loader) status() *LoadStatus {
	x.mu.Lock()
	running := slices.Clone(x.running)
	x.mu.Unlock()
	var all []*LoadStatus
	for _, o := range running {
		all = append(all, o.status())
	}
	if len(all) == 0 {
		return nil
	}
	first := *all[0]
	if len(all) > 1 {
		first.Loads = all
	}
	return &first
}

func (o offer) status() *LoadStatus {
	r := o.Report()
	held, why := r.Held()
	return &LoadStatus{
		UseCase: o.useCase, Fields: o.fields, Rate: float64(r.Rate), Achieved: float64(r.Achieved()), Arrivals: r.Arrivals.String(),
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
