// Package world owns a running world: its instances, their goroutines, the ways
// between them, and what a person may do to them. It knows neither which
// transports there are nor which services; sim/lab tells it.
package world

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/trace"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// Kind is how services of one kind are made.
type Kind struct {
	Contracts []string // the requests it handles
	// Front says that it hands on what others decide: it takes the requests of all
	// services that it is linked to, and leaves idempotency keys to them.
	Front bool
	New   func(env *sim.Env, spec sim.ServiceSpec) sim.Service
}

// Options is what a world is made of.
type Options struct {
	Net        *wire.Net
	Log        *trace.Log
	Now        func() time.Duration // the world's clock, shared with Net and Log
	Transports []sim.Transport      // every service listens on all of them
	Products   []Product            // what can run beside the services, each broker of a transport among them
	Kind       func(name string) (Kind, bool)

	// Later says which services open the port of a transport when somebody first
	// dials it, instead of at their start; nil = none.
	Later func(kind string, t sim.Transport) bool

	// Store opens what the instances of a service remember together, for services
	// that are said to keep it (store: sqlite); nil = there is none.
	Store func(spec sim.ServiceSpec) (Durable, error)

	// Access takes the access log of gateways, from many goroutines; nil = nobody reads it.
	Access func(sim.Access)

	// Below, if not nil, stands between the probe and the transport of a link:
	// what happens there, the probe must find out by itself.
	Below func(sim.LinkID) sim.Middleware
}

// World is a running world. All methods may be called by many goroutines.
type World struct {
	spec *sim.WorldSpec
	opt  Options
	ctx  context.Context // ends when the world closes
	stop context.CancelFunc
	run  sync.WaitGroup // every goroutine of the world

	alarm   alarm
	pending pending
	topics  topics
	stores  stores
	faults  faults

	doing sync.Mutex // commands that change instances, one after another

	mu     sync.RWMutex
	lives  map[sim.Instance]*life // the newest incarnation of every instance, dead ones too
	links  map[sim.LinkID]*link
	born   map[sim.Instance]int // how many incarnations there were
	former map[string][]place   // by service: where incarnations were reached that have another place now
	turn   map[string]*balance  // by service
}

// Open starts every instance of spec and returns when all of them listen. Close
// ends them. If ctx ends first, or an instance cannot start, nothing is left.
func Open(ctx context.Context, spec *sim.WorldSpec, o Options) (*World, error) {
	w := &World{
		spec: spec, opt: o,
		topics: topics{all: map[string]sim.TopicSpec{}},
		lives:  map[sim.Instance]*life{}, pending: pending{open: map[sim.SpanID]*accepted{}, buried: map[sim.SpanID]*accepted{}},
		born:   map[sim.Instance]int{},
		former: map[string][]place{},
		links:  map[sim.LinkID]*link{},
		turn:   map[string]*balance{},
	}
	w.ctx, w.stop = context.WithCancel(context.WithoutCancel(ctx))
	w.alarm.start = w.run.Go
	w.introduce()
	for _, l := range spec.Links {
		k, err := w.newLink(l)
		if err != nil {
			w.stop()
			return nil, err
		}
		w.links[l.ID] = k
	}
	var all []sim.Instance
	for _, s := range spec.Services {
		w.turn[s.Name] = &balance{}
		for n := range s.Instances {
			all = append(all, sim.Instance{Service: s.Name, N: n + 1})
		}
	}
	err := w.openProducts(ctx)
	if err == nil {
		err = w.startAll(ctx, all)
	}
	if err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// starters bounds how many instances start at the same time: opening a port
// may take milliseconds, and a big world has thousands.
const starters = 32

// startAll starts instances side by side, and reports the first that could not.
func (w *World) startAll(ctx context.Context, all []sim.Instance) error {
	var wg sync.WaitGroup
	errs := make([]error, len(all))
	slots := make(chan struct{}, starters)
	for i, inst := range all {
		if ctx.Err() != nil {
			break
		}
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			errs[i] = w.begin(ctx, inst)
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return sim.Errorf(sim.Unavailable, "stopped while starting: %w", err)
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Spec is what the world was made from.
func (w *World) Spec() *sim.WorldSpec { return w.spec }

// Close ends every instance and waits until all their work is home.
func (w *World) Close() error {
	w.doing.Lock()
	defer w.doing.Unlock()
	w.stop()
	err := w.opt.Net.Close()
	for _, l := range w.allLives() {
		l.end()
	}
	w.alarm.close()
	w.run.Wait()
	return errors.Join(err, w.stores.close())
}

func (w *World) allLives() []*life {
	w.mu.RLock()
	defer w.mu.RUnlock()
	all := make([]*life, 0, len(w.lives))
	for _, l := range w.lives {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b *life) int { return compareInstances(a.self, b.self) })
	return all
}

// Endpoints lists every address that outside tools can use, in the order of the world.
func (w *World) Endpoints() []sim.Endpoint {
	var es []sim.Endpoint
	for _, s := range w.spec.Services {
		for _, l := range w.instances(s.Name) {
			es = append(es, l.endpoints()...)
		}
		if s.At != "" {
			addr, speaksGRPC := strings.CutPrefix(s.At, "grpc://")
			es = append(es, sim.Endpoint{Name: s.Name, Protocol: map[bool]string{false: "http", true: "grpc"}[speaksGRPC], Addr: addr})
		}
	}
	for _, p := range w.opt.Products {
		es = append(es, p.Endpoints()...)
	}
	return es
}

// instances are the newest incarnations of a service, dead or alive, in order.
func (w *World) instances(service string) []*life {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var ls []*life
	for n := 1; ; n++ {
		l, ok := w.lives[sim.Instance{Service: service, N: n}]
		if !ok {
			return ls
		}
		ls = append(ls, l)
	}
}

// nextLife counts the incarnations of an instance.
func (w *World) nextLife(i sim.Instance) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.born[i]++
	return w.born[i]
}

func compareInstances(a, b sim.Instance) int {
	if a.Service != b.Service {
		if a.Service < b.Service {
			return -1
		}
		return 1
	}
	return a.N - b.N
}

// balance hands out instances in turn.
type balance struct {
	mu   sync.Mutex
	next int
}

func (b *balance) pick(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next++
	return (b.next - 1) % n
}

// lockedSource makes a seeded source safe for many goroutines.
type lockedSource struct {
	mu  sync.Mutex
	src rand.Source
}

func (s *lockedSource) Uint64() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.src.Uint64()
}

// Caller is what the first instance of a service calls others with, for
// benchmarks and tests that stand inside the world.
func (w *World) Caller(service string) (sim.Caller, bool) {
	ls := w.instances(service)
	if len(ls) == 0 {
		return nil, false
	}
	return caller{ls[0]}, true
}
