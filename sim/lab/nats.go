package lab

import (
	"context"
	"slices"

	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// natsStore is how much a nats-server may promise to its streams: each queue, topic
// and place of dead letters of a world asks for 64 MiB, used or not.
const natsStore = 64 * 64 << 20

func natsServer() product {
	return product{
		name: "nats", protocol: "nats", port: 4222, sizes: []int{1, 3}, copies: "nats-stream",
		schemes: []string{"nats"}, example: "docker run -p 4222:4222 nats -js",
		fidelity: []string{
			"the real nats-server, alone unless a world says nats nodes=3: then a cluster whose copies and elections are real",
			"kill is an orderly shutdown: the server keeps acknowledged messages and transfers its leaderships to other nodes",
			"after a power cut, a NATS cluster would detect the loss of a leader only after 4 to 9 s",
			"pausing a node of a cluster stops the connections of services to that node; the other nodes still reach it",
			"an unacknowledged message is redelivered after 2 s without progress, not after 30 s",
			"a pause stops the connections of services of this world; tools from outside still reach the server",
			"a message that was delivered 5 times moves to the stream DEAD; NATS itself leaves it in its stream",
		},
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return nats.Start(ctx, nats.Options{
				Nodes: at.nodes, Addr: at.addr, Addrs: at.addrs, StoreDir: at.dir, MaxStore: natsStore, SyncAlways: at.always, Observe: l.queues.natsMoved,
			})
		},
		leaving: func(e engine, peers []string) func(context.Context) { return e.(*nats.Server).Leaving(peers) },
		cluster: func(e engine) nodes { return natsNodes{e.(*nats.Server)} },
		fill: func(ctx context.Context, e engine, stream string) (func(context.Context) error, error) {
			return e.(*nats.Server).Fill(ctx, stream)
		},
		ways: func(o queue.Options) []sim.Transport {
			reply, stream := o, o
			reply.Reply, stream.Stream = true, true
			return []sim.Transport{queue.NATS(o), queue.NATS(reply), queue.NATS(stream)}
		},
	}
}

// natsNodes are the servers of a NATS cluster. What it keeps in a topic, or in a
// queue, is a stream, which has one partition.
type natsNodes struct{ *nats.Server }

func (c natsNodes) running() []int { return c.Nodes() }

func (natsNodes) mayStop(int) error { return nil }

// stop implements nodes. In NATS no node is preferred: when it is back it leads what
// has its only copy there, and the rest when the next leader is gone.
func (c natsNodes) stop(_ context.Context, n int) (back func(context.Context) error, err error) {
	if err := c.StopNode(n); err != nil {
		return nil, sim.Errorf(sim.Unavailable, "%w", err)
	}
	return func(ctx context.Context) error { return c.StartNode(ctx, n) }, nil
}

func (c natsNodes) leader(_ context.Context, stream string, partition int) (int, error) {
	all := c.Streams()
	i := slices.IndexFunc(all, func(s nats.Stream) bool { return s.Name == stream })
	if i < 0 {
		return 0, noTopic(stream)
	}
	if partition > 0 {
		return 0, sim.Errorf(sim.NotFound, "a stream of nats has one partition, 0")
	}
	return all[i].Leader, nil
}

func (c natsNodes) lead(ctx context.Context, stream string, _, n int) error {
	i := slices.IndexFunc(c.Streams(), func(s nats.Stream) bool {
		return s.Name == stream && slices.ContainsFunc(s.Copies, func(p nats.Copy) bool { return p.Node == n })
	})
	if i < 0 {
		return sim.Errorf(sim.Conflict, "nats#%d has no copy of %s, so it cannot lead it", n, stream).WithFix("show topics says who has one; topic <topic> replicas=3 makes more")
	}
	if err := c.MoveLeader(ctx, stream, n); err != nil {
		return sim.Errorf(sim.Unavailable, "%w", err)
	}
	return nil
}

// natsMoved hears of a move in the nats-server.
func (q *queues) natsMoved(m nats.Move) {
	if m.What == nats.Led {
		q.ledNow(m)
		return
	}
	name, link := queue.QueueOf(m.Stream, m.Consumer)
	q.mu.Lock()
	defer q.mu.Unlock()
	known := q.of("nats", name, link, native{m.Stream, m.Consumer})
	switch m.What {
	case nats.Depth:
		q.depth(known, native{m.Stream, m.Consumer}, held{ready: m.Ready, unacked: m.Unacked})
	case nats.Buried:
		known.at = native{m.Stream, m.Consumer}
		q.buried(known, m.Why, sim.Header(m.Header).Get(traceparent))
	}
}
