package trace

import (
	"sync"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

func TestAttempts(t *testing.T) {
	l := still(t, Options{})
	if _, ok := l.Arrive(7); ok {
		t.Error("somebody sent 7")
	}
	lost, received := l.Depart(Departure{Span: 7, Link: link}), l.Depart(Departure{Span: 8, Link: "a:b"})
	if got, ok := l.Arrive(8); !ok || got.Link != "a:b" {
		t.Errorf("8 came along %q, %v", got, ok)
	}
	if _, ok := l.Arrive(8); !ok {
		t.Error("a duplicate of 8 is unknown")
	}
	if lost.Home() || !received.Home() {
		t.Error("7 was received, or 8 was not")
	}
	if _, ok := l.Arrive(8); ok {
		t.Error("8 is open although it is home")
	}
	if got, ok := l.Arrive(7); !ok || got.Link != link {
		t.Errorf("7, received after its sender gave up, came along %q, %v", got, ok)
	}
}

func TestAttemptsAreBounded(t *testing.T) {
	l := still(t, Options{})
	for i := range 100_000 {
		l.Depart(Departure{Span: sim.SpanID(i + 1), Link: link}).Home()
		a := l.Depart(Departure{Span: sim.SpanID(1<<40 + i), Link: link})
		l.Arrive(a.Span)
		a.Home()
	}
	open := 0
	for i := range l.attempts.parts {
		open += len(l.attempts.parts[i].open)
	}
	if most := len(l.attempts.parts) * len(l.attempts.parts[0].late); open > most {
		t.Errorf("%d are remembered, at most %d should be", open, most)
	}
	if _, ok := l.Arrive(100_000); !ok {
		t.Error("the last one given up is forgotten")
	}
}

func TestAttemptsAtOnce(t *testing.T) {
	l := still(t, Options{})
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				span := sim.SpanID(w<<32 | i + 1)
				a := l.Depart(Departure{Span: span, Link: link})
				arrived := make(chan bool)
				go func() { _, ok := l.Arrive(span); arrived <- ok }()
				if !<-arrived || !a.Home() {
					t.Errorf("%v was not received", span)
				}
			}
		})
	}
	wg.Wait()
}
