package load

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Generator is a load under way. All its methods may be called by many at once.
// It ends by itself: after its time, with its context, or when it is stopped; and
// then waits for what is in flight.
type Generator struct {
	do    Request
	nap   func(time.Duration) // sleeps that long, precisely
	limit int
	until time.Time
	told  func(Report)
	paced func(offered, sent sim.Rate)

	ctx     context.Context
	stop    context.CancelFunc // no more starts
	changed chan struct{}      // the schedule was replaced
	flying  sync.WaitGroup
	done    chan struct{}

	mu   sync.Mutex // guards what follows
	plan schedule
	sum  summary
	pace pace
}

// Start begins to offer load and returns at once. Ctx reaches every request.
func Start(ctx context.Context, o Options, do Request) (*Generator, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	return start(ctx, o, do, nap), nil
}

// Run offers load for o.For, waits until all of it is home, and reports. It ends
// early with ctx.
func Run(ctx context.Context, o Options, do Request) (Report, error) {
	g, err := Start(ctx, o, do)
	if err != nil {
		return Report{}, err
	}
	return g.Wait(), nil
}

func start(ctx context.Context, o Options, do Request, nap func(time.Duration)) *Generator {
	if o.For == 0 {
		o.For = MaxTime
	}
	if o.InFlight == 0 {
		o.InFlight = UsualInFlight
	}
	now := time.Now()
	g := &Generator{
		told: o.Ended, paced: o.Paced,
		do: do, nap: nap, limit: o.InFlight, until: now.Add(o.For),
		changed: make(chan struct{}, 1), done: make(chan struct{}),
		plan: schedule{rate: o.Rate, arrivals: o.Arrivals, rand: rand.New(rand.NewPCG(o.Seed, 1)), from: now},
		sum:  newSummary(now),
		pace: pace{from: now},
	}
	g.ctx, g.stop = context.WithCancel(ctx)
	go g.run(ctx)
	return g
}

// Set changes the rate and how requests are spaced, from now on. 0 offers nothing
// until it is set again.
func (g *Generator) Set(rate sim.Rate, arrivals sim.Arrivals) error {
	if err := (Options{Rate: rate, Arrivals: arrivals}).Validate(); err != nil {
		return err
	}
	g.mu.Lock()
	g.plan = schedule{rate: rate, arrivals: arrivals, rand: g.plan.rand, from: time.Now()}
	g.pace = pace{from: g.plan.from, started: g.sum.Offered - g.sum.Refused}
	g.mu.Unlock()
	select {
	case g.changed <- struct{}{}:
	default:
	}
	return nil
}

// Stop ends the offering. What is in flight goes on; Wait waits for it.
func (g *Generator) Stop() { g.stop() }

// Done is closed when the load has ended and all of it is home.
func (g *Generator) Done() <-chan struct{} { return g.done }

// Wait waits for Done and reports.
func (g *Generator) Wait() Report {
	<-g.done
	return g.Report()
}

// run starts requests when they are due. It has a thread of its own, because it
// sleeps in the kernel.
func (g *Generator) run(requests context.Context) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(g.done)
	defer g.tell()
	defer g.stop()
	defer g.flying.Wait()
	defer g.ended()
	for {
		due, some := g.next()
		if !some {
			due = g.until
		}
		last := !due.Before(g.until)
		if last {
			due = g.until
		}
		switch g.wait(due) {
		case over:
			return
		case anew:
			continue
		}
		if last {
			return
		}
		g.begin(requests, due)
		g.keepPace()
	}
}

func (g *Generator) tell() {
	if g.told != nil {
		g.told(g.Report())
	}
}

// next is the next intended start; false when nothing is offered.
func (g *Generator) next() (time.Time, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.plan.rate == 0 {
		return time.Time{}, false
	}
	return g.plan.next(), true
}

// begin starts one request in a goroutine that ends with it, or refuses it.
func (g *Generator) begin(ctx context.Context, intended time.Time) {
	if !g.admit(intended) {
		return
	}
	g.flying.Go(func() {
		started := time.Now()
		err := g.do(ctx, intended)
		g.home(intended, started, time.Now(), err)
	})
}

// outcome of a wait.
type outcome uint8

const (
	due  outcome = iota
	anew         // the schedule was replaced
	over         // no more starts
)

// near is below which waiting is left to the precise sleep, which nothing interrupts.
const near = 2 * time.Millisecond

func (g *Generator) wait(until time.Time) outcome {
	for {
		left := time.Until(until)
		if left <= near {
			select {
			case <-g.ctx.Done():
				return over
			case <-g.changed:
				return anew
			default:
			}
			if left > 0 {
				g.nap(left)
			}
			return due
		}
		timer := time.NewTimer(left - near)
		select {
		case <-timer.C:
		case <-g.changed:
			timer.Stop()
			return anew
		case <-g.ctx.Done():
			timer.Stop()
			return over
		}
	}
}
