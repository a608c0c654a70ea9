package view

import (
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

// The picture after any event is what a fold from the beginning gives, and stays
// so whatever happens later.
func TestHistoryIsAFold(t *testing.T) {
	for seed := range uint64(3) {
		events := anything(seed, 500)
		h := NewHistory(shop())
		h.every = 37
		early := make(map[sim.Seq]*Picture)
		for _, e := range events {
			h.Apply(e)
			if e.Seq%50 == 0 {
				early[e.Seq] = h.At(e.Seq)
				early[e.Seq-20] = h.At(e.Seq - 20)
			}
		}
		p := New(shop())
		if diff := differ(p, h.At(0)); diff != "" {
			t.Fatalf("before everything:\n%s", diff)
		}
		for _, e := range events {
			p.Apply(e)
			if diff := differ(p, h.At(e.Seq)); diff != "" {
				t.Fatalf("seed %d, after %d (-fold +history):\n%s", seed, e.Seq, diff)
			}
			if old := early[e.Seq]; old != nil {
				if diff := differ(p, old); diff != "" {
					t.Fatalf("seed %d: the picture of %d has changed since (-fold +then):\n%s", seed, e.Seq, diff)
				}
			}
		}
		if diff := differ(p, h.Head()); diff != "" {
			t.Fatalf("seed %d, the head:\n%s", seed, diff)
		}
	}
}

// Applying events to a clone does not change the original, nor the other way round.
func TestCloneIsApart(t *testing.T) {
	events := anything(11, 900)
	fold := func(n int) *Picture {
		p := New(shop())
		for _, e := range events[:n] {
			p.Apply(e)
		}
		return p
	}
	a := fold(600)
	b := a.Clone()
	for _, e := range events[600:] {
		b.Apply(e)
	}
	if diff := differ(fold(600), a); diff != "" {
		t.Errorf("the original changed:\n%s", diff)
	}
	if diff := differ(fold(900), b); diff != "" {
		t.Errorf("the clone is wrong:\n%s", diff)
	}
	c := a.Clone()
	for _, e := range events[600:] {
		a.Apply(e)
	}
	if diff := differ(fold(600), c); diff != "" {
		t.Errorf("the clone changed:\n%s", diff)
	}
	if diff := differ(fold(900), a); diff != "" {
		t.Errorf("the original is wrong:\n%s", diff)
	}
}

func TestStepBackOverAFailureAndForward(t *testing.T) {
	s := new(script).order(1, paid).of(payment, sim.Stopped{Cause: "killed"}).order(2, refused)
	h := NewHistory(shop())
	for _, e := range s.events {
		h.Apply(e)
	}
	var failure sim.Seq
	for _, e := range s.events {
		if e.Fact == sim.Fact(refused) {
			failure = e.Seq
		}
	}
	after := h.At(failure)
	if hop := after.Hop(22); hop.Outcome != sim.WasFailed || after.Box(payment).State != Down {
		t.Fatalf("after the failure: %+v", hop)
	}

	back, ok := h.Prev(failure)
	before := h.At(back)
	if hop := before.Hop(22); !ok || hop.Outcome != sim.Waiting || hop.EndedAt != 0 || before.Link(pays).InFlight != 1 {
		t.Errorf("one step back: %+v", hop)
	}
	for back > 1 {
		back, _ = h.Prev(back)
		h.At(back)
	}
	if first := h.At(back); len(first.Traces) != 1 || first.Seq != 1 {
		t.Errorf("at the beginning: %+v", first)
	}
	for back < failure {
		next, ok := h.Next(back)
		if !ok || next != back+1 {
			t.Fatalf("after %d comes %d", back, next)
		}
		back = next
	}
	if diff := differ(after, h.At(back)); diff != "" {
		t.Errorf("back and forth (-before +after):\n%s", diff)
	}
}

func TestHistoryForgetsTheOldest(t *testing.T) {
	h := NewHistory(shop())
	for n := 1; n <= KeptHistory+3*keyEvery; n++ {
		h.Apply(sim.Event{Seq: sim.Seq(n), Node: order, Fact: sim.Effect{}})
	}
	if first := h.First(); first != 3*keyEvery+1 || h.kept != KeptHistory || len(h.pages) > 1+KeptHistory/keyEvery {
		t.Errorf("from %d: %d events in %d pages", first, h.kept, len(h.pages))
	}
	if _, ok := h.Event(3 * keyEvery); ok {
		t.Error("a forgotten event is there")
	}
	if p := h.At(5); p.Seq != 3*keyEvery+1-1 {
		t.Errorf("before the first kept event: %d", p.Seq)
	}
}

func TestHistoryOverAHole(t *testing.T) {
	h := NewHistory(shop())
	if _, ok := h.Next(0); ok || h.First() != 0 {
		t.Error("there is something in an empty history")
	}
	h.Apply(sim.Event{Seq: 1, Node: order, Fact: sim.Effect{Text: "one"}})
	h.Missed(8)
	h.Apply(sim.Event{Seq: 10, Node: order, Fact: sim.Effect{Text: "ten"}})
	if p := h.At(9); p.NotKept != 8 || p.Box(order).Effect != "one" {
		t.Errorf("in the hole: %+v", p)
	}
	if next, ok := h.Next(1); !ok || next != 9 {
		t.Errorf("after 1 comes %d, %v", next, ok)
	}
	if prev, ok := h.Prev(9); !ok || prev != 1 {
		t.Errorf("before 9 comes %d, %v", prev, ok)
	}
	if e, ok := h.Event(10); !ok || e.Fact != sim.Fact(sim.Effect{Text: "ten"}) {
		t.Errorf("10 is %+v", e)
	}
	if _, ok := h.Event(5); ok {
		t.Error("5 is there")
	}
	if _, ok := h.Next(10); ok {
		t.Error("there is something after the last")
	}
	if _, ok := h.Prev(1); ok {
		t.Error("there is something before the first")
	}
}
