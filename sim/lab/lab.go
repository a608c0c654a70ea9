// Package lab puts a whole world together: wire, log, transports, services and
// load. It is the one place that names everything; commands and tests start here.
package lab

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/msc-sim/msc-sim/services"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/trace"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
	"github.com/msc-sim/msc-sim/sim/world"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// Options of a lab. The zero value works.
type Options struct {
	// StandardPorts makes services listen where the real products would: the
	// first service that a customer asks on 8080, the next ones above it; their
	// gRPC from 9090 on, in the same order.
	StandardPorts bool
	// AllFaces makes generic services listen on every transport from the start,
	// for tools from outside. Otherwise all but REST open when a link first needs
	// them: a world may have a thousand.
	AllFaces bool
	// Data is a directory in which brokers and databases keep what they store, for
	// the next run; "" = private ones that go at the end. One that another world
	// has is a [sim.Conflict].
	Data string
	// SyncAlways lets brokers confirm a message only when it is on the disk, not
	// when the system has it: it then survives a power cut too.
	SyncAlways bool
	// External lets a world attach to brokers that are not on this machine.
	External bool
	// Getenv tells who enters brokers that are attached; nil = nobody is named.
	Getenv func(string) string
	// Access takes the access log of gateways, from many goroutines; nil = nobody reads it.
	Access func(sim.Access)
	// Below, if not nil, stands between the probe of a link and its transport.
	Below func(sim.LinkID) sim.Middleware
}

// Lab is a running world with everything around it. All methods may be called
// by many goroutines.
type Lab struct {
	spec  *sim.WorldSpec
	now   func() time.Duration
	net   *wire.Net
	log   *trace.Log
	world *world.World
	load  *loader
	data  io.Closer // Options.Data is ours until then
	disk  *disk

	ways    []sim.Transport
	brokers brokers
	stores  *databases
	scratch scratch
	queues  *queues
}

// Open starts a world and returns when everything listens. Close ends it. When
// Open fails or ctx ends first, nothing is left behind.
func Open(ctx context.Context, spec *sim.WorldSpec, o Options) (*Lab, error) {
	away, err := readAttachments(spec, o)
	if err != nil {
		return nil, err
	}
	data, err := takeData(o.Data)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	sweep(os.TempDir(), begin.Add(-scratchAge))
	l := &Lab{spec: spec, data: data, now: func() time.Duration { return time.Since(begin) }}
	l.net = wire.New(wire.Options{Now: l.now, Port: ports(spec, o), Return: o.StandardPorts, Beyond: away.beyond(), Leaving: l.leaving})
	l.log = trace.New(trace.Options{Now: l.now})
	l.stores = newDatabases(o, &l.scratch)
	l.queues = &queues{lab: l, all: map[queueKey]*Queue{}, parts: map[queueKey]map[native]held{}}
	for _, p := range products() {
		l.brokers = append(l.brokers, newBroker(l, p, o, away[p.name]))
	}
	l.ways = l.transports()
	if err = worldfile.Check(spec, l.transportNames(), brokerNames()); err == nil {
		err = l.fits()
	}
	if err == nil {
		l.world, err = world.Open(ctx, spec, world.Options{
			Net: l.net, Log: l.log, Now: l.now, Below: o.Below, Access: o.Access,
			Transports: l.ways,
			Products:   l.brokers.products(),
			Store:      l.stores.open,
			Kind:       kind,
			Later:      func(kind string, t sim.Transport) bool { return kind == "generic" && t.Name() != "rest" && !o.AllFaces },
		})
	}
	if err != nil {
		_ = errors.Join(l.brokers.close(), l.scratch.close(), data.Close())
		l.log.Close()
		return nil, err
	}
	l.queues.attach(l.world)
	l.load = newLoader(l)
	l.disk = watchDisk(o.Data, roomIn, l.say)
	return l, nil
}

// transports are all that a link may travel by, in the order in which they are offered.
func (l *Lab) transports() []sim.Transport {
	all := direct(l.say)
	for _, b := range l.brokers {
		o := queue.Options{Addr: b.Addr, Limit: l.workers}
		if b.away != nil {
			o.Access = b.away.access
		}
		all = append(all, b.ways(o)...)
	}
	return all
}

// workers is how many messages of a queue an instance of a service has in hand: as
// many as it has workers; 0 = as many as a transport thinks fit.
func (l *Lab) workers(service string) int {
	s, _ := l.spec.Service(service)
	return s.Workers
}

// say puts what a transport has to say on the timeline: a handler that panicked,
// what a closing server waits for.
func (l *Lab) say(text string) {
	l.log.Shard(sim.Instance{}).Record(sim.Event{Fact: sim.Marked{Text: text}})
}

func (l *Lab) transportNames() (names []string) {
	for _, t := range l.ways {
		names = append(names, t.Name())
	}
	return names
}

// kind finds a kind of service in the shop.
func kind(name string) (world.Kind, bool) {
	k, ok := services.Find(name)
	return world.Kind{Contracts: k.Contracts, Front: k.Front, New: k.New}, ok
}

// standard says from which port on a protocol is usually found, and
// standardPlaces for how many services, before one range meets the next.
var standard = map[string]int{"http": 8080, "grpc": 9090}

const standardPlaces = 1000

// ports gives every service a port of its own when they should be the standard
// ones, and leaves the choice to the system otherwise.
func ports(spec *sim.WorldSpec, o Options) func(sim.Instance, string) int {
	if !o.StandardPorts {
		return nil
	}
	place := map[string]int{}
	add := func(name string) {
		s, ok := spec.Service(name)
		if _, has := place[name]; ok && !has && s.Kind != "client" && s.At == "" {
			place[name] = len(place)
		}
	}
	for _, u := range spec.UseCases {
		if from, _ := spec.Service(u.From); from.Kind == "client" {
			add(u.To)
			break
		}
	}
	for _, s := range spec.Services {
		add(s.Name)
	}
	return func(i sim.Instance, protocol string) int {
		n, ok := place[i.Service]
		if first := standard[protocol]; ok && i.N <= 1 && first > 0 && n < standardPlaces {
			return first + n
		}
		return 0
	}
}

// Do carries out a command. See [sim.Door].
func (l *Lab) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	r, err := l.do(ctx, c)
	return l.disk.explain(c, r, err)
}

func (l *Lab) do(ctx context.Context, c sim.Command) (sim.Result, error) {
	switch c := c.(type) {
	case sim.SetLoad:
		return l.load.set(ctx, c)
	case sim.Redrive:
		return l.redrive(ctx, c)
	case sim.ResetWorld:
		if err := l.load.stop(ctx); err != nil {
			return sim.Result{}, err
		}
		return l.world.Do(ctx, c)
	case sim.Show:
		return l.show(ctx, c)
	case sim.Predict, sim.AnswerTask, sim.Enter, sim.Next, sim.Back, sim.Hint, sim.Solve:
		return sim.Result{}, sim.Invalidf("no lesson is going on here").WithFix("start one: msc-sim lesson rest")
	case sim.Vote:
		return sim.Result{}, noDemo()
	default:
		return l.world.Do(ctx, c)
	}
}

// noDemo is the error for words that speak to a demo.
func noDemo() error {
	return sim.Invalidf("no demo is going on here").WithFix("start one: msc-sim demo order")
}

// Timeline is the log of this world.
func (l *Lab) Timeline() sim.Timeline { return l.log }

// Spec is what the world was made from.
func (l *Lab) Spec() *sim.WorldSpec { return l.spec }

// Now is the world's clock: the time since it began.
func (l *Lab) Now() time.Duration { return l.now() }

// Endpoints lists every address that outside tools can use.
func (l *Lab) Endpoints() []sim.Endpoint { return l.world.Endpoints() }

// Exchange returns the bytes that crossed for one attempt, if they are still
// kept. Of what travels by a broker it is the publication; the delivery, and the
// way of a late answer, stand in Then.
func (l *Lab) Exchange(link sim.LinkID, span sim.SpanID) (sim.Exchange, bool) {
	legs := []sim.LinkID{link + "@in", link + "@out"}
	for _, t := range l.world.Topics() {
		if t.Name == link.To() {
			for _, group := range t.To {
				legs = append(legs, sim.Link(t.Name, group))
			}
		}
	}
	return l.net.Exchange(link, span, legs...)
}

// LinkStats counts what happened on a link since the last reset.
func (l *Lab) LinkStats(id sim.LinkID) sim.LinkStats {
	s := l.log.LinkStats(id)
	s.Distance = l.world.Distance(id)
	s.Transport, s.Draining = l.world.Transport(id), l.world.Draining(id)
	s.Policies, s.Breaker = l.world.Guard(id)
	now, before := l.world.Promise(id)
	s.Guarantees = now
	if before != nil {
		s.Changed = now.Differs(*before)
	}
	return s
}

// AllStats is LinkStats of every link, in the order of the world; those from a
// topic to its subscribers come last.
func (l *Lab) AllStats() []sim.LinkStats {
	var all []sim.LinkStats
	for _, k := range l.spec.Links {
		all = append(all, l.LinkStats(k.ID))
	}
	for _, t := range l.world.Topics() {
		for _, to := range t.To {
			all = append(all, l.LinkStats(sim.Link(t.Name, to)))
		}
	}
	for _, id := range l.log.Links() {
		if id.From() == sim.Outside {
			all = append(all, l.LinkStats(id))
		}
	}
	return all
}

// Clients are the programs that may ask for tokens, with their secrets.
func (l *Lab) Clients() []sim.Client { return l.world.Clients() }

// Open says how many listeners and connections are open, for leak checks.
func (l *Lab) Open() (listeners, conns int) { return l.net.Open() }

// Close ends load, services, brokers and log, in this order, and waits for all of them.
func (l *Lab) Close() error {
	l.load.close()
	l.disk.close()
	err := errors.Join(l.world.Close(), l.brokers.close(), l.scratch.close(), l.data.Close())
	l.log.Close()
	return err
}

// Caller calls as the first instance of a service would, for whoever stands
// inside the world: benchmarks and tests. It is nil for a service that does not exist.
func (l *Lab) Caller(service string) sim.Caller {
	c, _ := l.world.Caller(service)
	return c
}
