package queue

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Measured is what a broker that is not our own says of a queue. A number is
// [sim.Unmeasured] where its protocol cannot tell it.
type Measured struct {
	Name                 string // as people see it: "order:payment"
	Link                 sim.LinkID
	Ready, Unacked, Dead int64 // waiting, in hand, in the dead letters
}

// measurer is a session that can ask its broker how much is in a queue. Of a
// queue that is not there the error is [sim.NotFound].
//
//	rabbitmq  queue.declare, passive         what waits, dead letters
//	sqs       GetQueueAttributes             what waits, what is in hand, dead letters
//	kafka     end of a log − committed       what waits or is in hand, dead letters
//	nats      consumer info                  what waits, what is in hand
//	activemq  –                              nothing: STOMP has no word for it
type measurer interface {
	measure(ctx context.Context, a address) (Measured, error)
}

// keptLetters is how many dead letters of a queue are looked at, to know which
// messages they are.
const keptLetters = 100

// absentFor is how many rounds a queue that was not there is not asked for.
const absentFor = 3

// Measure asks the broker every so often how much is in the queues that this
// transport uses, one after another over one connection, and tells each that has
// changed, with the dead letters that are new, as far as they can be read; all are
// unmeasured while the broker cannot be reached. It ends with stop, which returns
// when nothing is told any more; n is a net of its own.
func (t *Transport) Measure(n sim.Net, every time.Duration, tell func(now Measured, dead []Letter)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	g := &gauge{t: t, net: n, every: every, tell: tell, last: map[address]Measured{}, dead: map[address]map[string]bool{}, absent: map[address]int{}}
	var done sync.WaitGroup
	done.Go(func() { g.run(ctx) }) // ends with stop
	return func() {
		cancel()
		done.Wait()
	}
}

// gauge measures the queues of one transport.
type gauge struct {
	t      *Transport
	net    sim.Net
	every  time.Duration
	tell   func(Measured, []Letter)
	last   map[address]Measured
	dead   map[address]map[string]bool // those known, by what tells them apart
	absent map[address]int             // rounds until it is asked for again
}

func (g *gauge) run(ctx context.Context) {
	tick := time.NewTicker(g.every)
	defer tick.Stop()
	for ctx.Err() == nil {
		if len(g.t.places()) > 0 {
			_ = g.t.step(ctx, g.net, func(s session) error { return g.rounds(ctx, s, tick.C) }) // it is tried again
			if ctx.Err() == nil {
				g.unknown()
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// rounds measures until the session is gone, or ctx ends.
func (g *gauge) rounds(ctx context.Context, s session, tick <-chan time.Time) error {
	m, able := s.(measurer)
	for {
		if !able {
			g.unknown()
		} else if err := g.round(ctx, m); err != nil {
			return err
		}
		select {
		case <-tick:
		case <-s.gone():
			return errGone()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (g *gauge) round(ctx context.Context, m measurer) error {
	for _, a := range g.t.places() {
		if g.absent[a]--; g.absent[a] > 0 {
			continue
		}
		delete(g.absent, a)
		one, cancel := context.WithTimeout(ctx, patience)
		now, err := m.measure(one, a)
		cancel()
		switch {
		case sim.CodeOf(err) == sim.NotFound:
			g.absent[a] = absentFor
		case err != nil:
			return err
		default:
			var fresh []Letter
			if u, able := m.(undertaker); able && now.Dead != g.last[a].Dead {
				fresh = g.fresh(ctx, u, a, now.Dead)
			}
			g.told(a, now, fresh)
		}
	}
	return nil
}

// fresh are the dead letters of a queue that were not there before.
func (g *gauge) fresh(ctx context.Context, u undertaker, a address, n int64) (fresh []Letter) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all, _ := u.letters(ctx, a, int(min(n, keptLetters))) // unread ones are counted all the same
	known := map[string]bool{}
	for _, l := range all {
		is := l.ID + " " + l.Trace()
		if known[is] = true; !g.dead[a][is] {
			fresh = append(fresh, l)
		}
	}
	g.dead[a] = known
	return fresh
}

// told tells what was measured, if it is new.
func (g *gauge) told(a address, now Measured, fresh []Letter) {
	now.Name, now.Link = a.String(), a.link
	if a.topic != "" {
		now.Link = a.leg()
	}
	if before, known := g.last[a]; !known || before != now {
		g.last[a] = now
		g.tell(now, fresh)
	}
}

func (g *gauge) unknown() {
	for _, a := range g.t.places() {
		g.told(a, Measured{Ready: sim.Unmeasured, Unacked: sim.Unmeasured, Dead: sim.Unmeasured}, nil)
	}
}

// places are the queues that the broker may have been asked to make, by name.
func (t *Transport) places() (all []address) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for a := range maps.Keys(t.made) {
		if a.topic == "" || a.group != "" {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b address) int { return cmp.Compare(a.String(), b.String()) })
	return all
}
