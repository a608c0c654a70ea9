package nats_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/embedded/nats"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start starts a server for one test.
func start(t *testing.T, o nats.Options) *nats.Server {
	t.Helper()
	s, err := nats.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, s) })
	return s
}

func closed(t *testing.T, s *nats.Server) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// connect is a client as anybody outside would write it.
func connect(t *testing.T, s *nats.Server) (*client.Conn, jetstream.JetStream) {
	t.Helper()
	nc, err := client.Connect("nats://" + s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return nc, js
}

func TestAnOutsideClientPublishesAndSubscribes(t *testing.T) {
	nc, _ := connect(t, start(t, nats.Options{}))
	sub, err := nc.SubscribeSync("greeting.*")
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Publish("greeting.all", []byte("hello")); err != nil {
		t.Fatal(err)
	}
	m, err := sub.NextMsg(5 * time.Second)
	if err != nil || string(m.Data) != "hello" {
		t.Errorf("got %v, %v", m, err)
	}
}

func TestStartRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, addr := range []string{"0.0.0.0:0", "192.0.2.1:4222", ":4222", "localhost", "127.0.0.1:x", "127.0.0.1:70000", taken.Addr().String()} {
		if s, err := nats.Start(t.Context(), nats.Options{Addr: addr}); err == nil {
			t.Errorf("%q was served", addr)
			closed(t, s)
		}
	}
	for what, o := range map[string]nats.Options{
		"two nodes":              {Nodes: 2},
		"an address too few":     {Nodes: 3, Addrs: []string{"127.0.0.1:0"}},
		"an address of another":  {Addrs: []string{"192.0.2.1:0"}},
		"a port after the last":  {Nodes: 3, Addr: "127.0.0.1:65534"},
		"a node at a taken port": {Nodes: 3, Addrs: []string{"127.0.0.1:0", "127.0.0.1:0", taken.Addr().String()}},
	} {
		if s, err := nats.Start(t.Context(), o); err == nil {
			t.Errorf("%s: it was served", what)
			closed(t, s)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := nats.Start(ended, nats.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v, %v", s, err)
	}
}

func TestAStoreOfOnesOwnIsKept(t *testing.T) {
	dir := t.TempDir()
	s := start(t, nats.Options{StoreDir: dir})
	_, js := connect(t, s)
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "KEPT", Subjects: []string{"kept"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), "kept", []byte("once")); err != nil {
		t.Fatal(err)
	}
	addr := s.Addr()
	closed(t, s)

	s = start(t, nats.Options{StoreDir: dir, Addr: addr})
	if s.Addr() != addr {
		t.Errorf("it came back on %s, not %s", s.Addr(), addr)
	}
	_, js = connect(t, s)
	stream, err := js.Stream(t.Context(), "KEPT")
	if err != nil {
		t.Fatal(err)
	}
	if m, err := stream.GetMsg(t.Context(), 1); err != nil || string(m.Data) != "once" {
		t.Errorf("got %v, %v", m, err)
	}
}

func TestAStoreOfTheServersOwnIsRemoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := start(t, nats.Options{})
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) != 1 {
		t.Errorf("the store is one private directory, not %v", left)
	}
	closed(t, s)
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// A message that nobody acknowledges is handed out as often as its consumer
// allows; then it lies with the dead letters, as it was, with the reason.
func TestWhatNobodyHandlesIsBuried(t *testing.T) {
	moves := make(chan nats.Move, 256)
	s := start(t, nats.Options{Observe: func(m nats.Move) { moves <- m }, Every: time.Millisecond})
	nc, js := connect(t, s)
	stream, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "WORK", Subjects: []string{"work"}, Retention: jetstream.WorkQueuePolicy})
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := stream.CreateConsumer(t.Context(), jetstream.ConsumerConfig{Durable: "all", AckPolicy: jetstream.AckExplicitPolicy, MaxDeliver: 3})
	if err != nil {
		t.Fatal(err)
	}
	handed := 0
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		handed++
		_ = m.Nak()
	})
	if err != nil {
		t.Fatal(err)
	}
	poison := client.NewMsg("work")
	poison.Header.Set("Trace", "t-1")
	poison.Data = []byte("poison")
	if err := nc.PublishMsg(poison); err != nil {
		t.Fatal(err)
	}
	buried := await(t, moves, func(m nats.Move) bool { return m.What == nats.Buried })
	consuming.Stop()
	<-consuming.Closed()
	if handed != 3 || buried.Tries != 3 || buried.Stream != "WORK" || buried.Consumer != "all" || buried.Why == "" || buried.Header["Trace"][0] != "t-1" {
		t.Errorf("handed out %d times, then %+v", handed, buried)
	}
	dead, err := js.Stream(t.Context(), nats.DeadStream)
	if err != nil {
		t.Fatal(err)
	}
	m, err := dead.GetLastMsgForSubject(t.Context(), nats.DeadStream+".WORK")
	if err != nil {
		t.Fatal(err)
	}
	if string(m.Data) != "poison" || m.Header.Get(nats.HeaderReason) != buried.Why || m.Header.Get(nats.HeaderSubject) != "work" || m.Header.Get(nats.HeaderConsumer) != "all" || m.Header.Get(nats.HeaderSequence) != "1" || m.Header.Get("Trace") != "t-1" {
		t.Errorf("the dead letter is %q %v", m.Data, m.Header)
	}
	if info, err := stream.Info(t.Context()); err != nil || info.State.Msgs != 0 {
		t.Errorf("its stream still has %v, %v", info, err)
	}
}

func TestDepthIsTold(t *testing.T) {
	moves := make(chan nats.Move, 256)
	s := start(t, nats.Options{Observe: func(m nats.Move) { moves <- m }, Every: time.Millisecond})
	_, js := connect(t, s)
	stream, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "WORK", Subjects: []string{"work"}, Retention: jetstream.WorkQueuePolicy})
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := stream.CreateConsumer(t.Context(), jetstream.ConsumerConfig{Durable: "all", AckPolicy: jetstream.AckExplicitPolicy})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := js.Publish(t.Context(), "work", nil); err != nil {
			t.Fatal(err)
		}
	}
	await(t, moves, depth(3, 0))
	batch, err := consumer.Fetch(2)
	if err != nil {
		t.Fatal(err)
	}
	var last jetstream.Msg
	for m := range batch.Messages() {
		last = m
	}
	await(t, moves, depth(1, 2))
	if err := last.Ack(); err != nil {
		t.Fatal(err)
	}
	await(t, moves, depth(1, 1))
}

func depth(ready, unacked int64) func(nats.Move) bool {
	return func(m nats.Move) bool { return m.What == nats.Depth && m.Ready == ready && m.Unacked == unacked }
}

func await(t *testing.T, moves <-chan nats.Move, match func(nats.Move) bool) nats.Move {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case m := <-moves:
			if match(m) {
				return m
			}
		case <-late:
			t.Fatal("it did not move so")
		}
	}
}
