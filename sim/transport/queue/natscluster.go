package queue

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/msc-sim/msc-sim/sim"
)

// attempt is how long a node of a cluster may take for a word about streams, before
// it is said again: whoever should answer may just have gone.
const attempt = time.Second

// insist asks a cluster until somebody who leads has answered, or ctx ends; alone a
// server is asked once. To ask twice must be as good as once.
func (s *natsSession) insist(ctx context.Context, ask func(context.Context) error) error {
	if !s.cluster {
		return s.trouble(ctx, ask(ctx))
	}
	for {
		one, cancel := context.WithTimeout(ctx, attempt)
		err := ask(one)
		cancel()
		if !nobodyLeads(err) || ctx.Err() != nil || s.nc.IsClosed() {
			return s.trouble(ctx, err)
		}
		rest(ctx)
	}
}

// nobodyLeads reports whether err says that nobody has decided anything.
func nobodyLeads(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrNoStreamResponse) ||
		says(err, notNow)
}

// Errors of JetStream, as its errors.json numbers them.
const (
	notNow  = 10008 // JetStream system temporarily unavailable
	noPeers = 10005 // no suitable peers for placement
	noCopy  = 10074 // replicas > 1 not supported in non-clustered mode
)

func says(err error, codes ...jetstream.ErrorCode) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && slices.Contains(codes, api.ErrorCode)
}

// alter implements alterer: a stream is copied to other nodes, or to fewer, while
// it is used.
func (s keptSession) alter(ctx context.Context, a address, t sim.TopicSpec) error {
	if t.Partitions > 0 {
		return sim.Invalidf("a stream of nats is one line: it has no partitions").WithFix("let the topic travel by kafka")
	}
	c := s.streamOf(a)
	if t.Replicas > 0 {
		c.Replicas = t.Replicas
	}
	err := s.insist(ctx, func(ctx context.Context) error {
		_, err := s.js.CreateOrUpdateStream(ctx, c)
		return err
	})
	if says(err, noPeers, noCopy) {
		return sim.Invalidf("%d copies need as many nodes, and nats has fewer", c.Replicas).WithFix("say in the world: brokers: [nats nodes=3]")
	}
	if err != nil {
		return err
	}
	return s.copied(ctx, a, max(c.Replicas, 1))
}

// copied waits until a stream, and how far each of its groups has come, has so many
// copies that are up to date.
func (s *natsSession) copied(ctx context.Context, a address, n int) error {
	for {
		fewest := 0
		err := s.insist(ctx, func(ctx context.Context) error {
			stream, err := s.js.Stream(ctx, s.stream(a))
			if err != nil {
				return err
			}
			fewest = copies(stream.CachedInfo().Cluster)
			groups := stream.ListConsumers(ctx)
			for g := range groups.Info() {
				fewest = min(fewest, copies(g.Cluster))
			}
			return groups.Err()
		})
		if err != nil || fewest == n {
			return err
		}
		rest(ctx)
		if ctx.Err() != nil {
			return sim.Errorf(sim.Timeout, "%s has %d of %d copies so far", a, fewest, n).WithFix("look again: show topics")
		}
	}
}

// copies are those that are up to date, with the leader's own.
func copies(on *jetstream.ClusterInfo) int {
	n := 1
	if on != nil {
		for _, r := range on.Replicas {
			if r.Current && !r.Offline {
				n++
			}
		}
	}
	return n
}
