package world

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/trace"
)

// life is one incarnation of an instance, from start to stop or kill. What
// belongs to it ends with it: sockets, memory, background work, and every
// function of its Env.
type life struct {
	w     *World
	self  sim.Instance
	nth   int    // which incarnation of self this is; 1 is the first
	node  uint32 // symbol of self
	spec  sim.ServiceSpec
	shard *trace.Shard

	ctx     context.Context
	cancel  context.CancelFunc
	since   time.Duration // when it began, on the world's clock
	begun   chan struct{} // closed when it can be reached and can reach others
	dead    atomic.Bool
	paused  atomic.Bool
	working atomic.Int64   // handlers that have not returned
	waiting atomic.Int64   // of these, requests that wait for a worker
	serving sync.WaitGroup // servers that have not returned
	store   remembering
	service sim.Service // nil for a client
	faces   faces
	ways    ways
}

// begin starts a new incarnation of an instance. When it returns, its ports are open.
func (w *World) begin(ctx context.Context, self sim.Instance) error {
	spec, ok := w.spec.Service(self.Service)
	if !ok {
		return sim.Unknown("service", self.Service, w.spec.Names().Services)
	}
	l := &life{w: w, self: self, nth: w.nextLife(self), spec: spec, node: w.opt.Log.Symbol(self.String()), shard: w.opt.Log.Shard(self)}
	l.since, l.begun = w.opt.Now(), make(chan struct{})
	l.ctx, l.cancel = context.WithCancel(w.ctx)
	var err error
	if l.store, err = w.remember(l); err != nil {
		l.cancel()
		return err
	}
	l.ways.open, l.ways.late = map[wayKey]way{}, l.late
	if err = l.listen(ctx); err != nil {
		l.cancel()
		return err
	}
	w.mu.Lock()
	if old := w.lives[self]; old != nil {
		w.moved(old)
	}
	w.lives[self] = l
	w.mu.Unlock()
	l.listenForAnswers(ctx)
	l.shard.Record(sim.Event{Node: self, Fact: sim.Started{Addr: l.addr("rest")}})
	close(l.begun)
	return nil
}

// kill ends the incarnation as a power cut would: sockets are reset, memory is
// gone, and a handler that runs on can have no effect.
func (l *life) kill() {
	l.fence()
	l.w.opt.Net.Kill(l.self)
	l.shut()
	l.ways.close()
	l.shard.Record(sim.Event{Node: l.self, Fact: sim.Stopped{Cause: "killed"}})
}

// goodbye is how long an incarnation may finish what it works on when it is closed.
const goodbye = 5 * time.Second

// close ends the incarnation in good order: what it works on is finished first,
// unless that takes longer than a goodbye should.
func (l *life) close() {
	l.w.opt.Net.Resume(l.self, byHand)
	l.shut()
	late := time.AfterFunc(goodbye, func() { l.w.opt.Net.Kill(l.self) })
	l.serving.Wait()
	late.Stop()
	l.fence()
	l.ways.close()
	l.shard.Record(sim.Event{Node: l.self, Fact: sim.Stopped{Cause: "closed"}})
}

// end is close without a word in the log, for the end of the whole world.
func (l *life) end() {
	l.fence()
	l.shut()
	l.ways.close()
}

// fence makes every function of the Env return ErrKilled from now on.
func (l *life) fence() {
	l.dead.Store(true)
	l.store.fence()
}

func (l *life) effect(ctx context.Context, text string) {
	e := sim.Event{Node: l.self, Fact: sim.Effect{Text: text}}
	if s := sim.SpanFrom(ctx); s != nil {
		e.Trace, e.Span, e.Parent, e.Depth = s.Trace, s.ID, s.Parent, s.Depth
		l.w.opt.Log.Acted(s.ID)
	}
	l.shard.Record(e)
}
