package queue_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// members are those that a test expects to be there in a minute at the latest; it
// takes seconds where nothing else runs.
const members = time.Minute

// A topic is copied to three nodes while it is used. Then its leader ends: what is
// published meanwhile is taken or refused, and what was taken is heard.
func TestATopicOutlivesItsLeader(t *testing.T) {
	cluster := broker(t, nats.Options{Nodes: 3})
	s := newSite(t, queue.Options{Stream: true, Addr: func() string { return strings.Join(cluster.Addrs(), ",") }})
	s.transport.Topic(sim.TopicSpec{Name: "facts", To: []string{"b"}})
	heard := make(chan string, 1024)
	s.serve(1, func(_ context.Context, m sim.Message) (sim.Message, error) {
		heard <- m.Body.(*conformv1.MakeThing).GetId()
		return sim.Message{}, nil
	})
	by := sim.Instance{Service: "a", N: 1}
	c, err := s.transport.Dial(t.Context(), s.net, sim.Route{Link: "a:facts", From: by, To: sim.Instance{Service: "facts"}}, "facts")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), members)
	defer cancel()
	var taken []string
	publish := func(n int) {
		for want := len(taken) + n; len(taken) < want && ctx.Err() == nil; {
			m := sim.NewMessage(&conformv1.MakeThing{Id: fmt.Sprint(len(taken))})
			m.Mode = sim.Publish
			one, end := context.WithTimeout(ctx, time.Second)
			if _, err := c.Do(one, m); err == nil {
				taken = append(taken, fmt.Sprint(len(taken)))
			}
			end()
		}
	}
	publish(5)
	if err := s.transport.Alter(ctx, s.net, by, sim.TopicSpec{Name: "facts", Replicas: 3}); err != nil {
		t.Fatal(err)
	}
	all := cluster.Streams()
	stream := all[slices.IndexFunc(all, func(x nats.Stream) bool { return strings.Contains(x.Name, "facts") })]
	if len(stream.Copies) != 3 || stream.Leader == 0 {
		t.Errorf("altered, it is %+v", stream)
	}
	if err := cluster.StopNode(stream.Leader); err != nil {
		t.Fatal(err)
	}
	publish(5)
	for missing := slices.Clone(taken); len(missing) > 0; {
		select {
		case id := <-heard:
			missing = slices.DeleteFunc(missing, func(m string) bool { return m == id })
		case <-ctx.Done():
			t.Fatalf("%q were taken, and of them nobody heard %q", taken, missing)
		}
	}
}

func TestWhatCannotBeAltered(t *testing.T) {
	by := sim.Instance{Service: "a", N: 1}
	for what, c := range map[string]struct {
		o    queue.Options
		spec sim.TopicSpec
	}{
		"copies on one node":           {queue.Options{Stream: true}, sim.TopicSpec{Name: "facts", Replicas: 3}},
		"partitions":                   {queue.Options{Stream: true}, sim.TopicSpec{Name: "facts", Partitions: 3}},
		"what is not kept":             {queue.Options{}, sim.TopicSpec{Name: "facts", Replicas: 3}},
		"where nothing is ever copied": {queue.Options{Reply: true}, sim.TopicSpec{Name: "facts", Replicas: 3}},
	} {
		s := newSite(t, c.o)
		if err := s.transport.Alter(t.Context(), s.net, by, c.spec); sim.CodeOf(err) != sim.Invalid || sim.AsError(err).Fix == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
}
