package view

import (
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

// stream is a log of many orders, one after another.
func stream(orders int) []sim.Event {
	s := &script{}
	for n := range orders {
		from := len(s.events)
		s.order(1, paid)
		for i := range s.events[from:] {
			e := &s.events[from+i]
			e.Trace = sim.TraceID{byte(n), byte(n >> 8), byte(n >> 16), 1}
			e.Span += sim.SpanID(n * 100)
		}
	}
	return s.events
}

func BenchmarkApply(b *testing.B) {
	events := stream(2000)
	p := New(shop())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.Apply(events[i%len(events)])
	}
}

func BenchmarkHistoryApply(b *testing.B) {
	events := stream(20000)
	h := NewHistory(shop())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e := events[i%len(events)]
		e.Seq = sim.Seq(i + 1)
		h.Apply(e)
	}
}

func BenchmarkHistoryAt(b *testing.B) {
	h := NewHistory(shop())
	events := stream(1000)
	for _, e := range events {
		h.Apply(e)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		h.At(sim.Seq(i*997%len(events) + 1))
	}
}

func BenchmarkClone(b *testing.B) {
	p := New(shop())
	for _, e := range stream(1000) {
		p.Apply(e)
	}
	b.ReportAllocs()
	for b.Loop() {
		p.Clone()
	}
}
