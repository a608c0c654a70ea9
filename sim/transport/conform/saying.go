package conform

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

// arrivals is a handler that hands on what arrives, and answers it.
func arrivals(h sim.Handler) (chan sim.Message, sim.Handler) {
	seen := make(chan sim.Message, 16)
	return seen, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		seen <- m
		return h(ctx, m)
	}
}

// requests are one of each kind, with awkward content.
func requests() []proto.Message {
	thing := &conformv1.Thing{
		Id: "a b/c?d#e%20ä✓", Note: "\"quotes\"\n\x00\u2028<&>", Size: -1 << 62,
		Parts: []*conformv1.Part{{Name: "p"}, {}}, Left: proto.Int32(0),
	}
	return []proto.Message{
		&conformv1.GetThing{Id: "1"},
		&conformv1.GetThing{Id: thing.GetId(), Page: []int32{3, -1}, Filter: &conformv1.Filter{Note: thing.GetNote(), Strict: true}},
		&conformv1.MakeThing{Id: "2", Note: thing.GetNote(), Size: thing.GetSize(), Parts: thing.GetParts()},
		&conformv1.PutThing{Thing: thing},
	}
}

func askIsAnswered(t *testing.T, s Subject) {
	seen, h := arrivals(echo)
	p := s.open(t, h)
	for _, body := range requests() {
		want, err := echo(t.Context(), sim.NewMessage(body))
		if err != nil {
			t.Fatal(err)
		}
		reply, err := p.conn.Do(t.Context(), sim.NewMessage(body))
		if err != nil {
			t.Fatalf("%v: %v", body, err)
		}
		arrived := <-seen
		if diff := cmp.Diff(body, arrived.Body, protocmp.Transform()); diff != "" {
			t.Errorf("the request arrived changed:\n%s", diff)
		}
		if diff := cmp.Diff(want.Body, reply.Body, protocmp.Transform()); diff != "" {
			t.Errorf("the answer arrived changed:\n%s", diff)
		}
		if arrived.Type != string(body.ProtoReflect().Descriptor().FullName()) || arrived.Mode != sim.Ask || reply.Type != want.Type {
			t.Errorf("got %s as %s, answered %s; want %T as ask, answered %s", arrived.Type, arrived.Mode, reply.Type, body, want.Type)
		}
	}
}

func tellIsTaken(t *testing.T, s Subject)    { arrivesOnce(t, s, sim.Tell) }
func publishArrives(t *testing.T, s Subject) { arrivesOnce(t, s, sim.Publish) }

func arrivesOnce(t *testing.T, s Subject, mode sim.Mode) {
	seen, h := arrivals(echo)
	p := s.open(t, h)
	m := sim.NewMessage(&conformv1.MakeThing{Id: "1"})
	m.Mode = mode
	if _, err := p.conn.Do(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := within(t, seen, "the message"); got.Mode == sim.Ask || got.Body.(*conformv1.MakeThing).GetId() != "1" {
		t.Errorf("got %v as %s", got.Body, got.Mode)
	}
	if len(seen) > 0 {
		t.Error("it arrived twice")
	}
}

func emptyBody(t *testing.T, s Subject) {
	seen, h := arrivals(echo)
	p := s.open(t, h)
	reply, err := p.conn.Do(t.Context(), sim.NewMessage(&conformv1.Ping{}))
	if err != nil {
		t.Fatal(err)
	}
	if got := (<-seen).Body; !proto.Equal(got, &conformv1.Ping{}) {
		t.Errorf("got %v", got)
	}
	if !proto.Equal(reply.Body, &conformv1.Pong{}) {
		t.Errorf("answered %v", reply.Body)
	}
}

func largeBody(t *testing.T, s Subject) {
	p := s.open(t, echo)
	note := strings.Repeat("twelve bytes", 40_000) // 480 kB
	reply, err := p.conn.Do(t.Context(), sim.NewMessage(&conformv1.MakeThing{Id: "1", Note: note}))
	if err != nil {
		t.Fatal(err)
	}
	if got := reply.Body.(*conformv1.Thing).GetNote(); got != note {
		t.Errorf("%d bytes came back of %d, or others", len(got), len(note))
	}
}

func ownAnswers(t *testing.T, s Subject) {
	p := s.open(t, echo)
	const callers, calls = 32, 25
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() { // ends after its calls
			for i := range calls {
				id := fmt.Sprintf("%d-%d", c, i)
				reply, err := p.conn.Do(t.Context(), get(id))
				if err != nil || idOf(reply) != id {
					t.Errorf("asked for %s, got %s, %v", id, idOf(reply), err)
					return
				}
			}
		})
	}
	all.Wait()
}

func headersCross(t *testing.T, s Subject) {
	seen, h := arrivals(func(ctx context.Context, m sim.Message) (sim.Message, error) {
		reply, err := echo(ctx, m)
		reply.Header = sim.Header{"x-answer": {"yes"}}
		return reply, err
	})
	p := s.open(t, h)
	want := sim.Header{
		"x-course":               {"a", "b, c"},
		"baggage":                {"student=7"},
		sim.HeaderIdempotencyKey: {`"k-1"`},
	}
	ctx, _ := attempt(t.Context())
	m := sim.NewMessage(&conformv1.MakeThing{Id: "1"})
	m.Header = want
	reply, err := p.conn.Do(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	got := (<-seen).Header
	for key, values := range want {
		if diff := cmp.Diff(values, got[key]); diff != "" {
			t.Errorf("%s:\n%s", key, diff)
		}
	}
	if reply.Header.Get("x-answer") != "yes" {
		t.Errorf("the answer's header is lost: %v", reply.Header)
	}
}
