package trace_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/trace"
)

// What both sides know of an attempt grows while it is under way, and is
// forgotten when its sender waits no more.
func TestFlight(t *testing.T) {
	l := trace.New(trace.Options{})
	defer l.Close()
	d := trace.Departure{Span: 7, Link: "order:payment", Trace: sim.TraceID{1}, From: sim.Instance{Service: "order", N: 1}, To: sim.Instance{Service: "payment", N: 2}}
	if _, ok := l.Find(7); ok {
		t.Error("it is known before it left")
	}
	open := l.Depart(d)
	for _, step := range []struct {
		what string
		do   func()
		want trace.Flight
	}{
		{"sent", func() {}, trace.Flight{Departure: d}},
		{"received", func() { l.Arrive(7) }, trace.Flight{Departure: d, Received: true}},
		{"acted", func() { l.Acted(7) }, trace.Flight{Departure: d, Received: true, Acted: true}},
	} {
		step.do()
		got, ok := l.Find(7)
		if diff := cmp.Diff(step.want, got); !ok || diff != "" {
			t.Errorf("%s, known %v (-want +got):\n%s", step.what, ok, diff)
		}
	}
	_ = open.Home()
	if _, ok := l.Find(7); ok {
		t.Error("it is under way after its end")
	}
}

func TestTouchOnceAFault(t *testing.T) {
	l := trace.New(trace.Options{})
	defer l.Close()
	open := l.Depart(trace.Departure{Span: 7})
	for _, c := range []struct {
		fault string
		first bool
	}{{"f1", true}, {"f1", false}, {"f2", true}, {"f1", false}} {
		if _, first, ok := l.Touch(7, c.fault); !ok || first != c.first {
			t.Errorf("%s: first %v, known %v; want %v", c.fault, first, ok, c.first)
		}
	}
	_ = open.Home() // given up: it may still arrive, and is under way no more
	if _, _, ok := l.Touch(7, "f3"); ok {
		t.Error("it was touched after its end")
	}
	if _, ok := l.Arrive(7); !ok {
		t.Error("late, it is not known any more")
	}
}

func TestFlying(t *testing.T) {
	l := trace.New(trace.Options{})
	defer l.Close()
	for span := range sim.SpanID(100) {
		link := sim.LinkID("order:payment")
		if span%10 == 0 {
			link = "order:product"
		}
		open := l.Depart(trace.Departure{Span: span + 1, Link: link})
		if span%20 == 0 {
			_ = open.Home()
		}
	}
	got := l.Flying(func(d trace.Departure) bool { return d.Link == "order:product" })
	if len(got) != 5 {
		t.Errorf("%d under way along order:product, want 5", len(got))
	}
}
