package world

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
)

// queued reports whether a broker stands between the two ends.
func (l *lease) queued() bool { return l.transport.Can().Queued() }

// toQueue opens the way to the queue of a link. All instances of the other side
// share it, so it leads to the service and to none of them.
func (l *life) toQueue(ctx context.Context, k *link, turn *lease) (sim.Instance, sim.Conn, error) {
	to := sim.Instance{Service: k.id.To()}
	takers := []string{to.Service}
	if topic, ok := l.w.topics.get(to.Service); ok {
		takers = topic.To
	}
	for _, service := range takers {
		for _, other := range l.w.instances(service) {
			if !other.dead.Load() {
				other.reach(ctx, turn.transport.Name()) // a face that opens later opens now, to take part
			}
		}
	}
	conn, err := l.ways.to(ctx, turn, l.w.opt.Net, sim.Route{Link: k.id, From: l.self, To: to}, to.Service)
	return to, conn, err
}

// dial opens the ways of a caller along a link, before calls take them.
func (l *life) dial(ctx context.Context, k *link, turn *lease) error {
	if turn.queued() {
		_, conn, err := l.toQueue(ctx, k, turn)
		if o, ok := conn.(sim.Opener); ok && err == nil {
			err = o.Open(ctx)
		}
		return err
	}
	for _, to := range l.w.instances(k.id.To()) {
		addr := to.reach(ctx, turn.transport.Name())
		if addr == "" || to.dead.Load() {
			continue
		}
		r := sim.Route{Link: k.id, From: l.self, To: to.self}
		if _, err := l.ways.to(ctx, turn, l.w.opt.Net, r, addr); err != nil {
			return err
		}
	}
	return nil
}

// listenForAnswers opens the queues along which this incarnation asks, or along
// which one before it did: their late answers wait.
func (l *life) listenForAnswers(ctx context.Context) {
	for _, k := range l.w.links {
		if k.id.From() != l.self.Service {
			continue
		}
		for _, turn := range k.turns.all() {
			if turn.queued() {
				_ = l.dial(ctx, k, turn) // opening is tried again by whoever calls
			}
		}
	}
}

// all are the leases of a link that are in use: those that drain, and the current one.
func (t *turns) all() []*lease {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append(append([]*lease(nil), t.old...), t.now.Load())
}
