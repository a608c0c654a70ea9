package queue

import (
	"sync"
	"testing"
)

var body = make([]byte, 200)

// Put and acknowledged by one consumer, with a window as clients have it.
func BenchmarkPutToAck(b *testing.B) {
	for name, o := range stores(b) {
		b.Run(name, func(b *testing.B) {
			var moves int
			o.Observe = func(Move) { moves++ }
			e := start(b, o)
			q := declare(b, e, "q", Settings{Durable: true, MaxLength: 1 << 30})
			done := make(chan struct{})
			n := 0
			_, err := e.Hold().Consume(q, Consumer{Windows: []*Window{NewWindow(100)}}, func(d *Delivery) bool {
				d.Ack()
				if n++; n == b.N {
					close(done)
				}
				return true
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				if _, err := q.Put(Message{Body: body, Persistent: true}); err != nil {
					b.Fatal(err)
				}
				if i%100 == 99 { // a face confirms in batches
					if err := e.Flush(); err != nil {
						b.Fatal(err)
					}
				}
			}
			<-done
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}

// Eight clients at once put and get, each in a queue of its own.
func BenchmarkGetInParallel(b *testing.B) {
	e := start(b, Options{})
	var clients sync.WaitGroup
	b.ReportAllocs()
	for i := range 8 {
		q := declare(b, e, string(rune('a'+i)), Settings{})
		h := e.Hold()
		clients.Go(func() {
			for range b.N / 8 {
				if _, err := q.Put(Message{Body: body}); err != nil {
					b.Error(err)
				}
				if d, ok := h.Get(q, false); !ok || !d.Ack() {
					b.Error("the message is not there")
				}
			}
		})
	}
	clients.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}

// What it costs to have 100 000 messages waiting, and to read them again.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	e, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	q := declare(b, e, "q", Settings{Durable: true})
	for range 100_000 {
		if _, err := q.Put(Message{Body: body, Persistent: true}); err != nil {
			b.Fatal(err)
		}
	}
	end(b, e)
	b.ReportAllocs()
	for b.Loop() {
		e, err := Open(Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		end(b, e)
	}
}

func stores(b *testing.B) map[string]Options {
	return map[string]Options{
		"memory":  {},
		"written": {Dir: b.TempDir()},
		"always":  {Dir: b.TempDir(), Sync: Always},
	}
}
