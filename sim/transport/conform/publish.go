package conform

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

// What a broker that publishes must be able to do.

const topicName = "made"

var toTopic = sim.Route{Link: "asker:" + topicName, From: asker, To: sim.Instance{Service: topicName}}

// fact is something that happened; facts of one key stay in order.
func fact(id string) sim.Message {
	m := sim.NewMessage(&conformv1.MakeThing{Id: id})
	m.Mode = sim.Publish
	m.Header = sim.Header{sim.HeaderKey: {"k"}, "ce-id": {"fact-" + id}}
	return m
}

// channel is a topic with a publisher.
type channel struct {
	*pair
	topic sim.Broadcaster
}

// broadcast opens a topic to which groups subscribe from the start.
func (s Subject) broadcast(t *testing.T, groups ...string) *channel {
	t.Helper()
	transport, n := s.New(t)
	b, ok := transport.(sim.Broadcaster)
	if !ok {
		t.Fatalf("%s has a broker that publishes, and is no sim.Broadcaster", transport.Name())
	}
	b.Topic(sim.TopicSpec{Name: topicName, To: groups, Partitions: 2})
	p := &pair{t: t, transport: transport, net: newTally(n), finish: func() error { return nil }}
	conn, err := transport.Dial(t.Context(), p.net, toTopic, "")
	if err != nil {
		t.Fatal(err)
	}
	p.conn = conn
	t.Cleanup(p.close)
	return &channel{p, b}
}

// group serves an instance that takes part; what it takes comes out of seen.
func (c *channel) group(service string, n int) (seen chan sim.Message, finish func() error) {
	seen, h := arrivals(echo)
	_, finish = c.serve(sim.Instance{Service: service, N: n}, h)
	c.t.Cleanup(func() {
		if err := finish(); err != nil {
			c.t.Error(err)
		}
	})
	return seen, finish
}

func (c *channel) publish(ids ...string) {
	c.t.Helper()
	for _, id := range ids {
		c.accepted(c.t.Context(), fact(id))
	}
}

// ids are the next n facts to arrive, sorted: an instance may work on many at once.
func ids(t *testing.T, seen <-chan sim.Message, n int) (got []string) {
	t.Helper()
	for i := range n {
		m := within(t, seen, fmt.Sprintf("fact %d", i+1))
		if m.Mode != sim.Publish {
			t.Errorf("a fact came as %s", m.Mode)
		}
		id := m.Body.(*conformv1.MakeThing).GetId()
		if ce := m.Header.Get("ce-id"); ce != "fact-"+id {
			t.Errorf("the header ce-id of fact %s came as %q", id, ce)
		}
		got = append(got, id)
	}
	slices.Sort(got)
	return got
}

func everyGroup(t *testing.T, s Subject) {
	c := s.broadcast(t, "mail", "stats")
	mail, _ := c.group("mail", 1)
	c.publish("1", "2")
	stats, _ := c.group("stats", 1) // what was published waits for it
	for name, seen := range map[string]chan sim.Message{"mail": mail, "stats": stats} {
		if diff := cmp.Diff([]string{"1", "2"}, ids(t, seen, 2)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if len(seen) > 0 {
			t.Errorf("%s got more than was published", name)
		}
	}
}

func groupIsKnown(t *testing.T, s Subject) {
	c := s.broadcast(t, "mail")
	seen, h := spans()
	_, finish := c.serve(sim.Instance{Service: "mail", N: 1}, h)
	ctx, sent := attempt(t.Context())
	c.accepted(ctx, fact("1"))
	got := within(t, seen, "the fact")
	if got.Trace != sent.Trace || got.ID != sent.ID {
		t.Errorf("published as %s %s, arrived as %s %s", sent.Trace, sent.ID, got.Trace, got.ID)
	}
	if n := got.Note; n.Queue != topicName+":mail" || n.Delivery != 1 || n.Peer != asker.Service || n.Label == "" {
		t.Errorf("the receiver knows %+v", n)
	}
	if err := finish(); err != nil {
		t.Error(err)
	}
}

// oneOfGroup lets two instances share what is published: each fact is taken once.
func oneOfGroup(t *testing.T, s Subject) {
	c := s.broadcast(t, "mail")
	seen, h := arrivals(echo)
	for n := range 2 {
		_, finish := c.serve(sim.Instance{Service: "mail", N: n + 1}, h)
		defer func() {
			if err := finish(); err != nil {
				t.Error(err)
			}
		}()
	}
	c.publish("1", "2", "3", "4")
	got := map[string]int{}
	for _, id := range ids(t, seen, 4) {
		got[id]++
	}
	if diff := cmp.Diff(map[string]int{"1": 1, "2": 1, "3": 1, "4": 1}, got); diff != "" {
		t.Error(diff)
	}
}

// lateGroup joins after something was published, and hears only what follows.
func lateGroup(t *testing.T, s Subject) {
	c := s.broadcast(t, "mail")
	mail, _ := c.group("mail", 1)
	c.publish("1")
	ids(t, mail, 1)
	if err := c.topic.Subscribe(t.Context(), c.net, asker, topicName, "stats", sim.FromNow); err != nil {
		t.Fatal(err)
	}
	c.publish("2")
	stats, _ := c.group("stats", 1)
	if diff := cmp.Diff([]string{"2"}, ids(t, stats, 1)); diff != "" {
		t.Error(diff)
	}
	if err := c.topic.Unsubscribe(t.Context(), c.net, asker, topicName, "stats"); err != nil {
		t.Fatal(err)
	}
	c.publish("3")
	ids(t, mail, 2)
	if len(stats) > 0 {
		t.Error("who left still hears of it")
	}
}

// history is read by a group that joins late, and read again by one that knows it.
func history(t *testing.T, s Subject) {
	c := s.broadcast(t, "mail")
	mail, _ := c.group("mail", 1)
	c.publish("1", "2", "3")
	ids(t, mail, 3)
	stats, _ := c.group("stats", 1)
	for group, seen := range map[string]chan sim.Message{"stats": stats, "mail": mail} {
		if err := c.topic.Subscribe(t.Context(), c.net, asker, topicName, group, sim.FromBeginning); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"1", "2", "3"}, ids(t, seen, 3)); diff != "" {
			t.Errorf("%s:\n%s", group, diff)
		}
	}
}

// noHistory: who keeps nothing says so.
func noHistory(t *testing.T, s Subject) {
	c := s.broadcast(t, "mail")
	err := c.topic.Subscribe(t.Context(), c.net, asker, topicName, "mail", sim.FromBeginning)
	if sim.CodeOf(err) != sim.Invalid {
		t.Errorf("got %v, want it refused", err)
	}
}
