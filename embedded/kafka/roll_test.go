package kafka_test

import (
	"context"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
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
	dies := newMember(t, s, 500*time.Millisecond)
	joins := make(chan struct{})
	go func() { // ends when its client is closed
		defer close(joins)
		_, _ = dies.join(t.Context())
	}()
	joined(t, s, 2)
	dies.cl.Close() // before the one that is alive has joined again
	<-joins
	until(t, has, 1)
	until(t, has, 2)
}

// Whoever has joined says nothing until all others have: that may take longer than
// its session, and it is let in all the same.
func TestWhoWaitsForTheOthersIsNotMissed(t *testing.T) {
	s, err := kafka.Start(t.Context(), kafka.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.CreateTopic(t.Context(), "t", 2, nil); err != nil {
		t.Fatal(err)
	}
	slow, patient := newMember(t, s, time.Minute), newMember(t, s, 300*time.Millisecond)
	slow.mustJoin(t)
	both := make(chan error, 1)
	go func() { _, err := patient.join(t.Context()); both <- err }() // ends when slow has joined
	joined(t, s, 2)
	slow.mustJoin(t)
	if err := <-both; err != nil {
		t.Fatal(err)
	}
	third := newMember(t, s, time.Minute)
	go func() { _, _ = third.join(t.Context()) }() // ends with its client
	joined(t, s, 3)
	go func() { _, err := patient.join(t.Context()); both <- err }() // ends when slow has joined, again
	select {
	case err := <-both:
		t.Fatalf("it does not wait: %v", err)
	case <-time.After(4 * patient.session):
	}
	joined(t, s, 3)
	slow.mustJoin(t)
	select {
	case err := <-both:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it is never answered")
	}
}

// joined waits until the group has so many members.
func joined(t *testing.T, s *kafka.Server, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for members := -1; members != n; {
		groups, err := s.Groups(ctx)
		if err != nil || len(groups) != 1 {
			t.Fatal(groups, err)
		}
		members = len(groups[0].Members)
	}
}

// byHand is a member of group g that says only what it is told to.
type byHand struct {
	cl      *kgo.Client
	session time.Duration
	id      string
}

func newMember(t *testing.T, s *kafka.Server, session time.Duration) *byHand {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(s.Addrs()...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return &byHand{cl: cl, session: session}
}

func (m *byHand) mustJoin(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := m.join(ctx); err != nil {
		t.Fatal(err)
	}
}

// join asks to be let in and waits for a name, the first time, and then for the
// others.
func (m *byHand) join(ctx context.Context) (*kmsg.JoinGroupResponse, error) {
	meta := kmsg.NewConsumerMemberMetadata()
	meta.Topics = []string{"t"}
	req := kmsg.NewPtrJoinGroupRequest()
	req.Group, req.ProtocolType, req.MemberID = "g", "consumer", m.id
	req.SessionTimeoutMillis, req.RebalanceTimeoutMillis = int32(m.session.Milliseconds()), 10_000
	p := kmsg.NewJoinGroupRequestProtocol()
	p.Name, p.Metadata = "range", meta.AppendTo(nil)
	req.Protocols = append(req.Protocols, p)
	resp, err := req.RequestWith(ctx, m.cl)
	if err != nil {
		return nil, err
	}
	if m.id == "" {
		m.id = resp.MemberID
		return m.join(ctx)
	}
	return resp, kerr.ErrorForCode(resp.ErrorCode)
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
