package trace

import (
	"sync"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// hop is what a service records of one call: five events in two batches would be
// the rule, here in one, to compare with a channel.
func hop(l *Log) [5]Record {
	node, id := l.Symbol("order"), l.Symbol(string(link))
	return [5]Record{
		{Kind: sim.KindReceived, Node: node, Link: id},
		{Kind: sim.KindCalled, Node: node, Link: id},
		{Kind: sim.KindSent, Node: node, Link: id, N: [4]int64{2: 1}},
		{Kind: sim.KindAnswered, Node: node, Link: id, N: [4]int64{200_000, 0, 300, 200}},
		{Kind: sim.KindReplied, Node: node, Link: id, N: [4]int64{300_000}},
	}
}

func BenchmarkEmit5(b *testing.B) {
	l := open(b, Options{})
	rs := hop(l)
	b.Run("alone", func(b *testing.B) {
		s := l.Shard(order)
		b.ReportAllocs()
		for b.Loop() {
			s.Emit(rs[:]...)
		}
	})
	b.Run("parallel, one shard each", func(b *testing.B) {
		var mu sync.Mutex
		n := 0
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			mu.Lock()
			n++
			s := l.Shard(sim.Instance{Service: "order", N: n})
			mu.Unlock()
			own := rs
			for pb.Next() {
				s.Emit(own[:]...)
			}
		})
	})
	b.Run("parallel, one shard for all", func(b *testing.B) {
		s := l.Shard(order)
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			own := rs
			for pb.Next() {
				s.Emit(own[:]...)
			}
		})
	})
}

// A channel that blocks when its reader is behind, for comparison.
func BenchmarkChannel5(b *testing.B) {
	l := open(b, Options{})
	rs := hop(l)
	c, done := make(chan Record, 4096), make(chan int)
	go func() {
		n := 0
		for range c {
			n++
		}
		done <- n
	}()
	start := time.Now()
	send := func() {
		for _, r := range rs {
			r.At = int64(time.Since(start))
			c <- r
		}
	}
	b.Run("alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			send()
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				send()
			}
		})
	})
	close(c)
	<-done
}

func BenchmarkSymbol(b *testing.B) {
	l := open(b, Options{})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			l.Text("GET /products/101")
		}
	})
}

func BenchmarkAttempt(b *testing.B) {
	l := open(b, Options{})
	b.ReportAllocs()
	span := sim.SpanID(0)
	for b.Loop() {
		span++
		a := l.Depart(Departure{Span: span, Link: link})
		l.Arrive(span)
		a.Home()
	}
}

func BenchmarkLinkStats(b *testing.B) {
	l := open(b, Options{})
	rs := hop(l)
	for n := range 12 {
		l.Shard(sim.Instance{Service: "order", N: n + 1}).Emit(rs[:]...)
	}
	b.ReportAllocs()
	for b.Loop() {
		l.LinkStats(link)
	}
}

func BenchmarkRead(b *testing.B) {
	l := open(b, Options{})
	rs := hop(l)
	for range 40_000 {
		l.Shard(order).Emit(rs[:]...)
		if len(l.Shard(order).buf) > 4000 {
			l.Last()
		}
	}
	buf := make([]sim.Event, 1000)
	cursor := sim.Seq(0)
	b.ReportAllocs()
	for b.Loop() {
		n, next, _ := l.Read(cursor, buf)
		if cursor = next; n < len(buf) {
			cursor = 0
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(buf)), "ns/event")
}
