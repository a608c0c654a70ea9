package lab_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// inKafka is a world in which an order is told to three groups through Kafka.
const inKafka = `
name: in kafka
services:
  client:    {kind: client}
  order:     {kind: order}
  email:     {kind: email}
  analytics: {kind: analytics}
  loyalty:   {kind: loyalty}
  late:      {kind: analytics}
topics:
  order-created: {to: [email, analytics, loyalty], partitions: 2, key: customer_id}
links:
  "client:order":        {transport: rest}
  "order:order-created": {transport: kafka}
use_cases:
  order.place: {from: client, ask: order.PlaceOrder, body: {customer_id: $customer, items: [{product_id: "101", quantity: 1}]}, fields: {customer: c-1}}
`

// partitions waits until `show topics` says what is wanted of it.
func partitions(t *testing.T, l *lab.Lab, right func([]lab.Partition) bool) []lab.Partition {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for after := sim.Seq(0); ; {
		last := l.Timeline().(interface{ Last() sim.Seq }).Last()
		all := do(t, l, sim.Show{What: "topics"}).Data.([]lab.Partition)
		if right(all) {
			return all
		}
		after = max(after, last)
		if _, err := l.Timeline().Await(ctx, after, func(sim.Event) bool { return true }); err != nil {
			t.Fatalf("the topics stayed at %+v", all)
		}
		after = l.Timeline().(interface{ Last() sim.Seq }).Last()
	}
}

// lag is what a group has before it, over all partitions; written is how many
// there are.
func lag(all []lab.Partition, group string) (lag, written int64) {
	for _, p := range all {
		written += p.End - p.First
		if at, ok := p.Groups[group]; ok {
			lag += at.Lag
		} else {
			lag += p.End - p.First
		}
	}
	return lag, written
}

func caughtUp(n int64, groups ...string) func([]lab.Partition) bool {
	return func(all []lab.Partition) bool {
		return !slices.ContainsFunc(groups, func(g string) bool {
			lag, written := lag(all, g)
			return lag != 0 || written != n
		})
	}
}

// One event, three groups, each gets all. A late one replays from the beginning.
// A second instance takes half of the partitions. What is before each is known
// right after.
func TestGroupsInKafka(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, inKafka), lab.Options{})
	for _, c := range []string{"c-1", "c-2", "c-3", "c-4", "c-5", "c-6"} {
		do(t, l, sim.Send{UseCase: "order.place", Fields: map[string]string{"customer": c}})
	}
	partitions(t, l, caughtUp(6, "email", "analytics", "loyalty"))
	for _, g := range []string{"email", "analytics", "loyalty"} {
		if s := l.LinkStats(sim.Link("order-created", g)); s.Calls != 6 || s.Answered != 6 {
			t.Errorf("%s: %+v", g, s)
		}
	}
	do(t, l, sim.Subscribe{Topic: "order-created", Service: "late", From: sim.FromBeginning})
	awaitN(t, l, 0, 6, func(e sim.Event) bool { return e.Link == "order-created:late" && e.Fact.Kind() == sim.KindAnswered })
	partitions(t, l, caughtUp(6, "late"))
	if s := l.LinkStats("order-created:late"); s.Calls != 6 {
		t.Errorf("who came late read %d of 6", s.Calls)
	}
	do(t, l, sim.Scale{Service: "email", N: 2})
	all := partitions(t, l, func(all []lab.Partition) bool {
		held := map[string]bool{}
		for _, p := range all {
			held[p.Groups["email"].Held] = true
		}
		return held["email"] && held["email#2"]
	})
	if len(all) != 2 {
		t.Errorf("%d partitions", len(all))
	}
	do(t, l, sim.Kill{Target: "email"})
	do(t, l, sim.Send{UseCase: "order.place"})
	behind := partitions(t, l, func(all []lab.Partition) bool { n, written := lag(all, "email"); return n > 0 && written == 7 })
	if n, _ := lag(behind, "email"); n != 1 {
		t.Errorf("email is %d behind, want 1", n)
	}
	do(t, l, sim.Start{Target: "email"})
	partitions(t, l, caughtUp(7, "email", "analytics", "loyalty", "late"))
}

// What has the same key is handled in the order in which it was written.
func TestTheSameKeyStaysInOrder(t *testing.T) {
	l := openSpec(t, parse(t, inKafka), lab.Options{})
	do(t, l, sim.Scale{Service: "email", N: 2})
	for range 20 {
		do(t, l, sim.Send{UseCase: "order.place", Fields: map[string]string{"customer": "c-2"}})
		do(t, l, sim.Send{UseCase: "order.place", Fields: map[string]string{"customer": "c-3"}})
	}
	partitions(t, l, caughtUp(40, "email"))
	got := map[string][]int{} // numbers of orders, as they were handled
	for _, e := range events(t, l) {
		f, ok := e.Fact.(sim.Effect)
		if !ok || e.Node.Service != "email" {
			continue
		}
		var who string
		var order int
		if _, err := fmt.Sscanf(f.Text, "mailed %3s: thank you for order o-%d:", &who, &order); err != nil {
			t.Fatalf("%q: %v", f.Text, err)
		}
		got[who] = append(got[who], order)
	}
	for _, who := range []string{"c-2", "c-3"} {
		if len(got[who]) != 20 || !slices.IsSorted(got[who]) {
			t.Errorf("%s was written to of orders %v", who, got[who])
		}
	}
}
