package kafka_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/msc-sim/msc-sim/embedded/kafka"
)

// each runs a test with both group protocols.
func each(t *testing.T, test func(t *testing.T, kind string, opts ...kgo.Opt)) {
	t.Run("classic", func(t *testing.T) { test(t, "classic") })
	t.Run("consumer", func(t *testing.T) {
		test(t, "consumer", kgo.ServerSideBalancer())
	})
}

func group(t *testing.T, s *kafka.Server, name string) kafka.Group {
	t.Helper()
	groups, err := s.Groups(within(t))
	ok(t, err)
	i := slices.IndexFunc(groups, func(g kafka.Group) bool { return g.Name == name })
	if i < 0 {
		t.Fatalf("there is no group %s in %+v", name, groups)
	}
	return groups[i]
}

func TestGroupsAreKnown(t *testing.T) {
	each(t, func(t *testing.T, kind string, opts ...kgo.Opt) {
		s := start(t, kafka.Options{})
		ok(t, s.CreateTopic(t.Context(), "orders", 2, nil))
		p := connect(t, s)
		produce(t, p, "orders", 0, "a", "b", "c")
		m := member(t, s, "readers", "orders", append(opts, kgo.ClientID("one"))...)
		got := consume(t, m, 3)
		ok(t, m.CommitRecords(within(t), got[0]))
		g := group(t, s, "readers")
		if g.Type != kind || g.State != "Stable" || g.Protocol == "" || len(g.Members) != 1 || g.Members[0].Client != "one" || g.Members[0].ID == "" {
			t.Errorf("the group is %+v", g)
		}
		both := []kafka.TopicPartition{{Topic: "orders", Partition: 0}, {Topic: "orders", Partition: 1}}
		if diff := cmp.Diff(both, g.Members[0].Partitions); diff != "" {
			t.Error(diff)
		}
		want := []kafka.Position{{TopicPartition: both[0], Offset: 1, Lag: 2}}
		if diff := cmp.Diff(want, g.Positions); diff != "" {
			t.Error(diff)
		}
	})
}

// told waits for a move.
func told(t *testing.T, moves <-chan kafka.Move, what string, match func(kafka.Move) bool) kafka.Move {
	t.Helper()
	ctx := within(t)
	for {
		select {
		case m := <-moves:
			if match(m) {
				return m
			}
		case <-ctx.Done():
			t.Fatal("not told: ", what)
		}
	}
}

func TestWhatMovesIsTold(t *testing.T) {
	each(t, func(t *testing.T, _ string, opts ...kgo.Opt) {
		moves := make(chan kafka.Move, 1024)
		s := start(t, kafka.Options{Observe: func(m kafka.Move) { moves <- m }})
		ok(t, s.CreateTopic(t.Context(), "orders", 2, nil))
		told(t, moves, "the topic", func(m kafka.Move) bool { return m.What == kafka.Grown && m.Topic == "orders" && m.End == 0 })
		produce(t, connect(t, s), "orders", 1, "a", "b")
		told(t, moves, "two records", func(m kafka.Move) bool { return m.What == kafka.Grown && m.Number == 1 && m.End == 2 })

		first := member(t, s, "readers", "orders", append(opts, kgo.ClientID("first"))...)
		ok(t, first.CommitRecords(within(t), consume(t, first, 2)[0]))
		told(t, moves, "a position", func(m kafka.Move) bool {
			return m.What == kafka.Advanced && m.Group == "readers" && m.Topic == "orders" && m.Number == 1 && m.Offset == 1 && m.Lag == 1
		})
		ctx, cancel := context.WithCancel(t.Context())
		polled := make(chan bool)
		go func() { // ends with cancel; a member that polls takes part in a rebalance
			defer close(polled)
			for ctx.Err() == nil {
				first.PollFetches(ctx)
			}
		}()
		second := member(t, s, "readers", "orders", append(opts, kgo.ClientID("second"))...)
		told(t, moves, "each has one", func(m kafka.Move) bool {
			return m.What == kafka.Shared && len(m.Members) == 2 && len(m.Members[0].Partitions) == 1 && len(m.Members[1].Partitions) == 1
		})
		second.Close()
		told(t, moves, "the first has both", func(m kafka.Move) bool {
			return m.What == kafka.Shared && len(m.Members) == 1 && m.Members[0].Client == "first" && len(m.Members[0].Partitions) == 2
		})
		cancel()
		<-polled
		ok(t, s.DeleteTopic(t.Context(), "orders"))
		told(t, moves, "the topic is gone", func(m kafka.Move) bool { return m.What == kafka.Gone && m.Topic == "orders" })
	})
}
