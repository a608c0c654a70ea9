package lab_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// between is a world in which order can die between its commit and its word.
const between = `
name: between
services:
  client: {kind: client}
  order:  {kind: order, store: sqlite, outbox: %t}
  email:  {kind: email}
topics:
  order-created: {to: [email]}
links:
  "client:order":        {transport: rest}
  "order:order-created": {transport: nats}
use_cases:
  order.place:
    from: client
    ask: order.PlaceOrder
    body: {customer_id: c-1, items: [{product_id: "101", quantity: 1}]}
  order.get:
    from: client
    ask: order.GetOrder
    body: {id: $id}
    fields: {id: o-1}
`

// Order dies after it has kept an order and before it has told anybody. Without
// an outbox nobody ever hears of that order; with one they do. Ten times of ten.
// The outbox tells at least once: its first life may have told it just before it
// died, and then email hears of it twice.
func TestAnOrderThatDiedBeforeItSpoke(t *testing.T) {
	t.Parallel()
	for _, outbox := range []bool{false, true} {
		t.Run(fmt.Sprintf("outbox %t", outbox), func(t *testing.T) {
			t.Parallel()
			for range 10 {
				diesBeforeItSpeaks(t, outbox)
			}
		})
	}
}

func diesBeforeItSpeaks(t *testing.T, outbox bool) {
	t.Helper()
	l := openSpec(t, parse(t, fmt.Sprintf(between, outbox)), lab.Options{})
	defer l.Close()
	do(t, l, sim.Inject{Target: "order", Fault: "crash", Params: map[string]string{"at": "after-commit", "first": "1"}})
	do(t, l, sim.Send{UseCase: "order.place"})
	died := await(t, l, 0, fact[sim.Stopped]("order"))
	do(t, l, sim.Start{Target: "order"})
	if got := do(t, l, sim.Send{UseCase: "order.get"}).Text; got != "pending" {
		t.Fatalf("order o-1 is %q after the crash: it was not committed", got)
	}
	do(t, l, sim.Send{UseCase: "order.place"})
	want := []string{"o1.2-2"} // the next order, by order's second life
	if outbox {
		want = []string{"o-1", "o1.2-2"}
	}
	var got []string
	for after := died.Seq; len(got) < len(want); {
		e := await(t, l, after, fact[sim.Effect]("email"))
		after = e.Seq
		var id string
		if _, err := fmt.Sscanf(e.Fact.(sim.Effect).Text, "mailed c-1: thank you for order %s", &id); err != nil {
			t.Fatal(err)
		}
		if id = strings.TrimSuffix(id, ":"); !outbox || !slices.Contains(got, id) {
			got = append(got, id)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("email heard of:\n%s", diff)
	}
	if s := allSettled(t, l, "order:order-created"); s.Accepted < int64(len(want)) || !outbox && s.Accepted > 1 {
		t.Errorf("%d facts were published, want %d", s.Accepted, len(want))
	}
}

// What is committed in a database is there after a kill, unlike memory.
func TestADatabaseOutlivesItsService(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(between, true)), lab.Options{})
	do(t, l, sim.Send{UseCase: "order.place"})
	await(t, l, 0, fact[sim.Effect]("email"))
	do(t, l, sim.Restart{Target: "order"})
	if got := do(t, l, sim.Send{UseCase: "order.get"}).Text; got != "confirmed" {
		t.Errorf("order o-1 is %q after a restart", got)
	}
	do(t, l, sim.ResetWorld{})
	if got := do(t, l, sim.Send{UseCase: "order.get"}).Text; got != "there is no order o-1" {
		t.Errorf("order o-1 is %q after a reset", got)
	}
}

// With a directory of its own, a world is found again by the next run.
func TestDataOutlivesTheWorld(t *testing.T) {
	dir := t.TempDir()
	for run, want := range []string{"there is no order o-1", "confirmed"} {
		l := openSpec(t, parse(t, fmt.Sprintf(between, true)), lab.Options{Data: dir})
		if got := do(t, l, sim.Send{UseCase: "order.get"}).Text; got != want {
			t.Errorf("run %d: %q, want %q", run+1, got, want)
		}
		do(t, l, sim.Send{UseCase: "order.place"})
		await(t, l, 0, fact[sim.Effect]("email"))
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}
