package queue_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/msc-sim/msc-sim/embedded/kafka"
	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// kafkaSite is an embedded Kafka with a net around it.
func kafkaSite(t *testing.T, o queue.Options) (*site, *kafka.Server) {
	t.Helper()
	var c *kafka.Server
	if o.Addr == nil {
		c = cluster(t, kafka.Options{})
		o.Addr = c.Addr
	}
	n := wire.New(wire.Options{})
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return &site{t, queue.Kafka(o), n}, c
}

// keyed is a message whose order is kept among those of its key.
func keyed(key, id string) sim.Message {
	m := tell(id)
	m.Header = sim.Header{sim.HeaderKey: {key}}
	return m
}

func (s *site) say(c sim.Conn, m sim.Message) {
	s.Helper()
	if _, err := c.Do(s.Context(), m); err != nil {
		s.Fatal(err)
	}
}

// idsOf serves an instance that reports what it handles.
func (s *site) idsOf(n int, each func(id string) error) chan string {
	got := make(chan string, 1000)
	s.serve(n, func(_ context.Context, m sim.Message) (sim.Message, error) {
		id := m.Body.(*conformv1.MakeThing).GetId()
		if err := each(id); err != nil {
			return sim.Message{}, err
		}
		got <- id
		return sim.Message{}, nil
	})
	return got
}

func fine(string) error { return nil }

// mortal makes an instance of "b" one that listens: killed, it dials no more.
func (s *site) mortal(n int) (kill func()) {
	s.Helper()
	b := sim.Instance{Service: "b", N: n}
	l, err := s.net.Listen(b, "http")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = l.Close() }) // again, after a kill
	return func() { s.net.Kill(b) }
}

func come(t *testing.T, got <-chan string) string {
	t.Helper()
	select {
	case id := <-got:
		return id
	case <-time.After(soon):
		t.Fatal("nothing comes")
		panic("unreachable")
	}
}

// shared waits until the members of a group have n partitions each, in order.
func shared(t *testing.T, c *kafka.Server, group string, n ...int) {
	t.Helper()
	late := time.After(soon)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		groups, err := c.Groups(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range groups {
			var have []int
			for _, m := range g.Members {
				have = append(have, len(m.Partitions))
			}
			if g.Name == group && cmp.Equal(sorted(have), sorted(n)) {
				return
			}
		}
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("%s is not shared as %v: %+v", group, n, groups)
		}
	}
}

func sorted(n []int) map[int]int {
	count := map[int]int{}
	for _, v := range n {
		count[v]++
	}
	return count
}

func TestKafkaBytesAreThoseOnTheWire(t *testing.T) {
	s, _ := kafkaSite(t, queue.Options{Partitions: 1})
	c := s.dial()
	for i := range 3 {
		m := keyed("k", strings.Repeat("x", 1+i*100))
		m.Header["x-course"] = []string{"a", "b"}
		span := &sim.Span{Trace: sim.TraceID{1}, ID: 7, Try: 1}
		out, in := s.net.Bytes("a:b@in")
		if _, err := c.Do(sim.WithSpan(t.Context(), span), m); err != nil {
			t.Fatal(err)
		}
		outAfter, inAfter := s.net.Bytes("a:b@in")
		if i == 0 {
			continue // connections were opened
		}
		if n := span.Note; n.BytesOut != outAfter-out || n.BytesIn != inAfter-in {
			t.Errorf("%d out and %d in are noted; %d and %d crossed", n.BytesOut, n.BytesIn, outAfter-out, inAfter-in)
		}
	}
}

// Two instances share two partitions: what has one key stays in order all the same.
func TestKafkaKeepsTheOrderOfAKey(t *testing.T) {
	s, c := kafkaSite(t, queue.Options{})
	conn := s.dial()
	got := [2]chan string{s.idsOf(1, fine), s.idsOf(2, fine)}
	shared(t, c, "b@a.b", 1, 1)
	const keys, each = 8, 20
	for i := range each {
		for k := range keys {
			s.say(conn, keyed(fmt.Sprint("key", k), fmt.Sprintf("%d %02d", k, i)))
		}
	}
	last := map[byte]string{}
	by := [2]int{}
	for range keys * each {
		var id string
		select {
		case id = <-got[0]:
			by[0]++
		case id = <-got[1]:
			by[1]++
		case <-time.After(soon):
			t.Fatalf("only %v came", by)
		}
		if id <= last[id[0]] {
			t.Errorf("%q came after %q", id, last[id[0]])
		}
		last[id[0]] = id
	}
	if by[0] == 0 || by[1] == 0 {
		t.Errorf("one of them does all the work: %v", by)
	}
}

// What cannot be handled stands in the way of what has its key, and of nothing in
// another partition; the fifth time it goes to the dead letters.
func TestKafkaPartitionStandsStill(t *testing.T) {
	s, c := kafkaSite(t, queue.Options{})
	conn := s.dial()
	var tries atomic.Int32
	got := s.idsOf(1, func(id string) error {
		if id == "poison" {
			tries.Add(1)
			return sim.Errorf(sim.Internal, "it cannot be read")
		}
		return nil
	})
	s.say(conn, keyed("key1", "poison"))
	s.say(conn, keyed("key1", "behind"))
	for i := range 16 {
		s.say(conn, keyed(fmt.Sprint("other", i), "beside"))
	}
	if first := come(t, got); first != "beside" || tries.Load() >= 5 {
		t.Errorf("%q came first, after %d tries", first, tries.Load())
	}
	for id := range got {
		if id == "behind" {
			break
		}
	}
	if tries.Load() != 5 {
		t.Errorf("what lies behind came after %d tries", tries.Load())
	}
	reader, err := kgo.NewClient(kgo.SeedBrokers(c.Addrs()...), kgo.ConsumeTopics("a.b.dlt"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	dead := reader.PollFetches(ctx).Records()
	if len(dead) != 1 || !strings.Contains(string(dead[0].Value), "poison") || string(dead[0].Key) != "key1" {
		t.Fatalf("the dead letters are %v", dead)
	}
	head := map[string]string{}
	for _, h := range dead[0].Headers {
		head[h.Key] = string(h.Value)
	}
	if head["dead-topic"] != "a.b" || !strings.Contains(head["dead-reason"], "5 times") || !strings.HasSuffix(head["dead-place"], "/0") || head["traceparent"] == "" {
		t.Errorf("the dead letter says %v", head)
	}
}

// A third instance on two partitions has nothing to do; when one leaves, its
// partition goes to another.
func TestKafkaSharesPartitions(t *testing.T) {
	s, c := kafkaSite(t, queue.Options{})
	s.say(s.dial(), tell("1"))
	kill := s.mortal(1)
	for n := 1; n <= 2; n++ {
		s.idsOf(n, fine)
	}
	shared(t, c, "b@a.b", 1, 1)
	srv, err := s.transport.Bind(t.Context(), s.net, sim.Instance{Service: "b", N: 3}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ctx, nil) }() // ends with cancel
	shared(t, c, "b@a.b", 1, 1, 0)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	shared(t, c, "b@a.b", 1, 1)
	kill()
	shared(t, c, "b@a.b", 2)
}

// A broker stops under load. What was accepted is handled; what was not says so.
func TestKafkaLosesABroker(t *testing.T) {
	s, c := kafkaSite(t, queue.Options{Partitions: 3})
	got := s.idsOf(1, fine)
	conn := s.dial()
	s.say(conn, tell("first"))
	come(t, got)
	want := map[string]bool{}
	refused := 0
	for i := range 60 {
		if i == 20 {
			if err := c.StopBroker(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
		}
		id := fmt.Sprint(i)
		if _, err := conn.Do(t.Context(), tell(id)); err == nil {
			want[id] = true
		} else if refused++; sim.CodeOf(err) != sim.Unavailable {
			t.Errorf("%s: %v", id, err)
		}
	}
	if len(want) < 50 {
		t.Errorf("%d of 60 were accepted, %d refused", len(want), refused)
	}
	for len(want) > 0 {
		delete(want, come(t, got))
	}
}

// A cluster that ends and comes back somewhere else finds everybody again.
func TestKafkaThatComesBack(t *testing.T) {
	dir := t.TempDir()
	now := cluster(t, kafka.Options{Dir: dir})
	var addr atomic.Pointer[string]
	at := func(a string) { addr.Store(&a) }
	at(now.Addr())
	s, _ := kafkaSite(t, queue.Options{Addr: func() string { return *addr.Load() }})
	conn := s.dial()
	got := s.idsOf(1, fine)
	s.say(conn, tell("first"))
	come(t, got)
	if err := now.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Do(t.Context(), tell("meanwhile")); sim.CodeOf(err) != sim.Unavailable {
		t.Errorf("nobody is there, but %v", err)
	}
	at(cluster(t, kafka.Options{Dir: dir}).Addr())
	s.say(conn, tell("after"))
	for id := ""; id != "after"; { // the first may come again: its end may not have been heard
		if id = come(t, got); id == "meanwhile" {
			t.Error("what was refused came all the same")
		}
	}
}

// What was acknowledged before its consumer was killed is not handed out again.
func TestKafkaAcknowledgedStays(t *testing.T) {
	s, _ := kafkaSite(t, queue.Options{Partitions: 1})
	conn := s.dial()
	kill := s.mortal(1)
	began, stuck := make(chan string, 1), make(chan bool)
	defer close(stuck)
	s.idsOf(1, func(id string) error {
		if id == "stuck" {
			began <- id
			<-stuck
			return sim.ErrKilled
		}
		return nil
	})
	for _, id := range []string{"1", "2", "stuck", "3"} {
		s.say(conn, tell(id))
	}
	come(t, began) // so all before it have been acknowledged
	kill()
	second := s.idsOf(2, fine)
	if diff := cmp.Diff([]string{"stuck", "3"}, []string{come(t, second), come(t, second)}); diff != "" {
		t.Error(diff)
	}
}

func TestKafkaQueueOf(t *testing.T) {
	for _, c := range []struct {
		topic, group, name string
		link               sim.LinkID
	}{
		{"order.payment", "payment@order.payment", "order:payment", "order:payment"},
		{"order.payment.answer.1", "order@order.payment.answer.1", "order:payment answers", "order:payment"},
		{"order.payment.answer.12", "order@order.payment.answer.12", "order:payment answers#12", "order:payment"},
		{"order-created", "email@order-created", "order-created:email", ""},
		{"order.payment", "kcat", "order.payment/kcat", ""},
		{"order.payment", "email@order.payment", "order.payment/email@order.payment", ""},
		{"order.payment", "payment@other", "order.payment/payment@other", ""},
		{"order.payment.answer.x", "order@order.payment.answer.x", "order.payment.answer.x/order@order.payment.answer.x", ""},
		{"order.payment.dlt", "payment@order.payment.dlt", "order.payment.dlt/payment@order.payment.dlt", ""},
		{"mine", "", "mine/", ""},
	} {
		if name, link := queue.KafkaQueueOf(c.topic, c.group); name != c.name || link != c.link {
			t.Errorf("%s in %s is %q of %q, want %q of %q", c.group, c.topic, name, link, c.name, c.link)
		}
	}
}
