package kafka_test

import (
	"context"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/embedded/kafka"
)

// A member that dies while it joins is put out in the end, and whoever is left
// has all partitions.
func TestWhoDiesWhileJoiningKeepsNothing(t *testing.T) {
	s, err := kafka.Start(t.Context(), kafka.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.CreateTopic(t.Context(), "t", 2, nil); err != nil {
		t.Fatal(err)
	}
	has := make(chan int, 16)
	holds := 0 // callbacks come one after another
	alive, err := kgo.NewClient(kgo.SeedBrokers(s.Addrs()...), kgo.ConsumerGroup("g"), kgo.ConsumeTopics("t"), kgo.Balancers(kgo.RangeBalancer()),
		kgo.SessionTimeout(time.Second), kgo.HeartbeatInterval(500*time.Millisecond),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, got map[string][]int32) {
			holds += len(got["t"])
			has <- holds
		}),
		kgo.OnPartitionsRevoked(func(_ context.Context, _ *kgo.Client, gone map[string][]int32) { holds -= len(gone["t"]) }))
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	until(t, has, 2)
	dies, err := kgo.NewClient(kgo.SeedBrokers(s.Addrs()...))
	if err != nil {
		t.Fatal(err)
	}
	joins := make(chan struct{})
	go func() { // ends when its client is closed
		defer close(joins)
		join(t.Context(), dies)
	}()
	for members := 0; members < 2; {
		groups, err := s.Groups(t.Context())
		if err != nil || len(groups) != 1 {
			t.Fatal(groups, err)
		}
		members = len(groups[0].Members)
	}
	dies.Close() // before the one that is alive has joined again
	<-joins
	until(t, has, 1)
	until(t, has, 2)
}

// join asks to become a member, and waits for a name and then for the others.
func join(ctx context.Context, cl *kgo.Client) {
	meta := kmsg.NewConsumerMemberMetadata()
	meta.Topics = []string{"t"}
	req := kmsg.NewPtrJoinGroupRequest()
	req.Group, req.ProtocolType, req.SessionTimeoutMillis, req.RebalanceTimeoutMillis = "g", "consumer", 500, 10_000
	p := kmsg.NewJoinGroupRequestProtocol()
	p.Name, p.Metadata = "range", meta.AppendTo(nil)
	req.Protocols = append(req.Protocols, p)
	resp, err := req.RequestWith(ctx, cl)
	if err != nil {
		return
	}
	req.MemberID = resp.MemberID
	_, _ = req.RequestWith(ctx, cl)
}

func until(t *testing.T, has <-chan int, want int) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case n := <-has:
			if n == want {
				return
			}
		case <-late:
			t.Fatalf("it never came to %d partitions", want)
		}
	}
}
