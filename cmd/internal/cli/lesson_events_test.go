package cli

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/msc-sim/msc-sim/lessons"
	analyticsv1 "github.com/msc-sim/msc-sim/services/analytics/v1"
	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	recommendationv1 "github.com/msc-sim/msc-sim/services/recommendation/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// readers is a world in which an event is read by all before it is published, so
// that what they made of it can be seen.
const readers = `
name: readers
services:
  client:         {kind: client}
  order:          {kind: order}
  email:          {kind: email}
  analytics:      {kind: analytics}
  recommendation: {kind: recommendation}
  loyalty:        {kind: loyalty}
  inventory:      {kind: inventory}
topics:
  order-created: {to: [email, analytics, recommendation, loyalty, inventory]}
links:
  "order:order-created":   {transport: rest}
  "client:analytics":      {transport: rest}
  "client:recommendation": {transport: rest}
`

// The lesson says how many fields of the event are read by others. A field is read
// by whoever does something else when it is missing.
func TestSoManyFieldsAreRead(t *testing.T) {
	whole := made(t, orderCreated())
	read := map[string]int{}
	fields := orderCreated().ProtoReflect().Descriptor().Fields()
	for i := range fields.Len() {
		fact := orderCreated()
		fact.ProtoReflect().Clear(fields.Get(i))
		without := made(t, fact)
		for who, did := range whole {
			if without[who] != did {
				read[who]++
			}
		}
	}
	text, err := fs.ReadFile(lessons.Builtin(), "events/lesson.md")
	if err != nil {
		t.Fatal(err)
	}
	three := read["email"] + read["analytics"] + read["recommendation"]
	four := three + read["loyalty"]
	for _, said := range []string{
		fmt.Sprintf("That makes %d. `loyalty`", three), fmt.Sprintf("which makes **%d**. No service reads created_at", four),
		fmt.Sprintf("%d readings with those of `inventory`", four+read["inventory"]),
	} {
		if !strings.Contains(strings.ReplaceAll(string(text), "\n", " "), said) {
			t.Errorf("the lesson does not say %q: %v", said, read)
		}
	}
}

func orderCreated() *eventsv1.OrderCreated {
	return &eventsv1.OrderCreated{
		OrderId: "o-1", CustomerId: "c-1", CreatedAt: timestamppb.Now(),
		Lines: []*eventsv1.Line{{ProductId: "101", Quantity: 2}, {ProductId: "102", Quantity: 1}},
		Total: &moneyv1.Money{Currency: "EUR", Cents: 1818},
	}
}

// made is what each reader makes of a fact: what it does, and what it can tell.
func made(t *testing.T, fact *eventsv1.OrderCreated) map[string]string {
	t.Helper()
	spec, err := worldfile.Parse("readers.yaml", []byte(readers))
	if err != nil {
		t.Fatal(err)
	}
	l, err := lab.Open(t.Context(), spec, lab.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.Caller("order").Publish(t.Context(), "order-created", sim.NewMessage(fact)); err != nil {
		t.Fatal(err)
	}
	did := map[string]string{}
	for service, question := range map[string]proto.Message{
		"analytics": &analyticsv1.GetReport{}, "recommendation": &recommendationv1.GetRecommendations{ProductId: "101"},
	} {
		reply, err := l.Caller("client").Ask(t.Context(), service, sim.NewMessage(question))
		if err != nil {
			t.Fatal(err)
		}
		did[service] = told(reply.Body.ProtoReflect())
	}
	r, err := l.Do(t.Context(), sim.Mark{Text: "read"})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]sim.Event, 200)
	n, _, _ := l.Timeline().Read(0, buf)
	for _, e := range buf[:n] {
		if f, ok := e.Fact.(sim.Effect); ok && e.Seq <= r.Seq {
			did[e.Node.Service] += f.Text
		}
	}
	return did
}

// told is a message in words that do not vary.
func told(m protoreflect.Message) string {
	b, _ := proto.MarshalOptions{Deterministic: true}.Marshal(m.Interface())
	return fmt.Sprintf("%x ", b)
}
