package nats_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/msc-sim/msc-sim/embedded/nats"
)

// patience bounds what takes less than a second where nothing else runs.
const patience = time.Minute

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// member is a client that goes to another node when its own ends.
func member(t *testing.T, s *nats.Server) jetstream.JetStream {
	t.Helper()
	nc, err := client.Connect(strings.Join(s.Addrs(), ","), client.MaxReconnects(-1), client.ReconnectWait(time.Millisecond))
	ok(t, err)
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	ok(t, err)
	return js
}

func makeStream(t *testing.T, js jetstream.JetStream, name string, replicas int) {
	t.Helper()
	asked(t, func(ctx context.Context) error {
		_, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: name, Subjects: []string{name}, Replicas: replicas})
		return err
	})
}

// publish publishes until it is acknowledged once.
func publish(t *testing.T, js jetstream.JetStream, stream, what string) {
	t.Helper()
	asked(t, func(ctx context.Context) error {
		_, err := js.Publish(ctx, stream, []byte(what), jetstream.WithMsgID(what), jetstream.WithRetryAttempts(0))
		return err
	})
}

// asked asks until it is done: while nobody leads, nobody answers.
func asked(t *testing.T, ask func(context.Context) error) {
	t.Helper()
	for ctx := within(t); ; {
		one, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
		err := ask(one)
		cancel()
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("it was never done: %v", err)
		}
	}
}

// kept is what a stream has, oldest first.
func kept(t *testing.T, js jetstream.JetStream, name string) (all []string) {
	t.Helper()
	asked(t, func(ctx context.Context) error {
		stream, err := js.Stream(ctx, name)
		if err != nil {
			return err
		}
		all = nil
		last := stream.CachedInfo().State.LastSeq
		for seq := uint64(1); seq <= last && err == nil; seq++ {
			var m *jetstream.RawStreamMsg
			if m, err = stream.GetMsg(ctx, seq); err == nil {
				all = append(all, string(m.Data))
			}
		}
		return err
	})
	return all
}

// seen is a stream as the server tells of it, when it fits.
func seen(t *testing.T, s *nats.Server, name string, fits func(nats.Stream) bool) nats.Stream {
	t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for ctx := within(t); ; {
		all := s.Streams()
		i := slices.IndexFunc(all, func(x nats.Stream) bool { return x.Name == name })
		if i >= 0 && fits(all[i]) {
			return all[i]
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("the streams are %+v", all)
		}
	}
}

func led(x nats.Stream) bool { return x.Leader > 0 }

func whole(n int) func(nats.Stream) bool {
	return func(x nats.Stream) bool {
		return x.Leader > 0 && len(x.Copies) == n && !slices.ContainsFunc(x.Copies, func(c nats.Copy) bool { return !c.Current })
	}
}

func TestACopyServesWhenTheLeaderIsGone(t *testing.T) {
	t.Parallel()
	s := start(t, nats.Options{Nodes: 3})
	js := member(t, s)
	makeStream(t, js, "SAFE", 3)
	var said []string
	say := func() {
		what := fmt.Sprint("message ", len(said)+1)
		publish(t, js, "SAFE", what)
		said = append(said, what)
	}
	for range 20 {
		say()
	}
	before := seen(t, s, "SAFE", whole(3))
	ok(t, s.StopNode(before.Leader))
	for range 20 {
		say()
	}
	now := seen(t, s, "SAFE", led)
	if now.Leader == before.Leader || len(now.Copies) != 3 || now.Copies[before.Leader-1].Current {
		t.Errorf("it was %+v, and is %+v", before, now)
	}
	if got := kept(t, js, "SAFE"); !slices.Equal(got, said) {
		t.Errorf("acknowledged were %q, kept are %q", said, got)
	}
	ok(t, s.StartNode(within(t), before.Leader))
	seen(t, s, "SAFE", whole(3))
	ok(t, s.MoveLeader(within(t), "SAFE", before.Leader))
	say()
	if got := kept(t, js, "SAFE"); !slices.Equal(got, said) {
		t.Errorf("acknowledged were %q, kept are %q", said, got)
	}
}

func TestWithOneCopyItWaitsForItsNode(t *testing.T) {
	t.Parallel()
	s := start(t, nats.Options{Nodes: 3})
	js := member(t, s)
	makeStream(t, js, "ONE", 1)
	publish(t, js, "ONE", "first")
	at := seen(t, s, "ONE", led)
	if len(at.Copies) != 1 || !at.Copies[0].Current || at.End != 2 {
		t.Errorf("it is %+v", at)
	}
	ok(t, s.StopNode(at.Leader))
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := js.Publish(short, "ONE", nil); err == nil {
		t.Error("somebody took it")
	}
	if gone := seen(t, s, "ONE", func(nats.Stream) bool { return true }); gone.Leader != 0 || gone.Copies[0].Current {
		t.Errorf("it is %+v", gone)
	}
	ok(t, s.StartNode(within(t), at.Leader))
	seen(t, s, "ONE", led)
	publish(t, js, "ONE", "second")
	if got := kept(t, js, "ONE"); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("it has %q", got)
	}
}

// The store of a node is destroyed while it is down. What had other copies is
// copied back from them; what had one is gone, though it was acknowledged.
func TestALostDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, nats.Options{Nodes: 3, StoreDir: dir})
	js := member(t, s)
	makeStream(t, js, "ONE", 1)
	publish(t, js, "ONE", "first")
	node := seen(t, s, "ONE", led).Leader
	makeStream(t, js, "SAFE", 3)
	publish(t, js, "SAFE", "first")
	seen(t, s, "SAFE", whole(3))

	ok(t, s.StopNode(node))
	ok(t, os.RemoveAll(filepath.Join(dir, fmt.Sprint(node))))
	ok(t, s.StartNode(within(t), node))
	seen(t, s, "ONE", led)
	seen(t, s, "SAFE", whole(3))
	if got := kept(t, js, "ONE"); len(got) != 0 {
		t.Errorf("a lost disk still has %q", got)
	}
	ok(t, s.MoveLeader(within(t), "SAFE", node))
	if got := kept(t, js, "SAFE"); !slices.Equal(got, []string{"first"}) {
		t.Errorf("the copy has %q", got)
	}
}

func TestAClusterComesBackWhereItWas(t *testing.T) {
	t.Parallel()
	o := nats.Options{Nodes: 3, StoreDir: t.TempDir()}
	s := start(t, o)
	js := member(t, s)
	makeStream(t, js, "SAFE", 3)
	publish(t, js, "SAFE", "first")
	o.Addrs = s.Addrs()
	closed(t, s)

	s = start(t, o)
	if got := s.Addrs(); !slices.Equal(got, o.Addrs) {
		t.Errorf("it was at %v, and is at %v", o.Addrs, got)
	}
	seen(t, s, "SAFE", led)
	if got := kept(t, member(t, s), "SAFE"); !slices.Equal(got, []string{"first"}) {
		t.Errorf("it has %q", got)
	}
}

func TestAStoppedNodeHasNoSockets(t *testing.T) {
	t.Parallel()
	s := start(t, nats.Options{Nodes: 3})
	addrs := s.Addrs()
	c, err := net.Dial("tcp", addrs[1])
	ok(t, err)
	defer c.Close()
	ok(t, s.StopNode(2))
	ok(t, c.SetReadDeadline(time.Now().Add(patience)))
	for buf := make([]byte, 4096); err == nil; {
		_, err = c.Read(buf)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("its connections stay")
	}
	if again, err := net.Dial("tcp", addrs[1]); err == nil {
		t.Error("it can be reached")
		_ = again.Close()
	}
	if got := s.Nodes(); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("%v run", got)
	}
	for what, err := range map[string]error{
		"stopped twice": s.StopNode(2), "stopped": s.StopNode(4), "started": s.StartNode(t.Context(), 1), "begun": s.StartNode(t.Context(), 4),
		"led": s.MoveLeader(t.Context(), "NOWHERE", 1), "led by nobody": s.MoveLeader(t.Context(), "NOWHERE", 2),
	} {
		if err == nil {
			t.Errorf("it was %s", what)
		}
	}
	ok(t, s.StartNode(within(t), 2))
	if got := s.Addrs(); !slices.Equal(got, addrs) {
		t.Errorf("it was at %v, and is at %v", addrs, got)
	}
	closed(t, s)
	for what, err := range map[string]error{"stopped": s.StopNode(1), "started": s.StartNode(t.Context(), 1)} {
		if err == nil {
			t.Errorf("a node of a closed server was %s", what)
		}
	}
}

// What nobody handles is buried, and the dead letters are there when a node is
// not, whichever it is.
func TestAClusterBuriesWhoeverIsGone(t *testing.T) {
	t.Parallel()
	moves := make(chan nats.Move, 4096)
	s := start(t, nats.Options{Nodes: 3, Observe: func(m nats.Move) { moves <- m }, Every: 5 * time.Millisecond})
	js := member(t, s)
	_, err := js.CreateStream(within(t), jetstream.StreamConfig{Name: "WORK", Subjects: []string{"work"}, Retention: jetstream.WorkQueuePolicy, Replicas: 3})
	ok(t, err)
	await(t, moves, func(m nats.Move) bool {
		return m.What == nats.Led && m.Stream == "WORK" && m.Leader > 0 && len(m.Copies) == 3
	})
	ok(t, s.StopNode(1)) // the watch was there
	var consumer jetstream.Consumer
	asked(t, func(ctx context.Context) (err error) {
		consumer, err = js.CreateConsumer(ctx, "WORK", jetstream.ConsumerConfig{Durable: "all", AckPolicy: jetstream.AckExplicitPolicy, MaxDeliver: 2})
		return err
	})
	publish(t, js, "work", "poison")
	consuming, err := consumer.Consume(func(m jetstream.Msg) { _ = m.Nak() })
	ok(t, err)
	await(t, moves, func(m nats.Move) bool { return m.What == nats.Buried && m.Stream == "WORK" })
	consuming.Stop()
	<-consuming.Closed()
	ok(t, s.StartNode(within(t), 1))
	seen(t, s, nats.DeadStream, whole(3))
	ok(t, s.StopNode(2))
	seen(t, s, nats.DeadStream, led)
	asked(t, func(ctx context.Context) error {
		dead, err := js.Stream(ctx, nats.DeadStream)
		if err != nil {
			return err
		}
		m, err := dead.GetLastMsgForSubject(ctx, nats.DeadStream+".WORK")
		if err == nil && string(m.Data) != "poison" {
			t.Errorf("the dead letter is %q", m.Data)
		}
		return err
	})
}
