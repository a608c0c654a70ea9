package lab_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	notificationv1 "github.com/msc-sim/msc-sim/services/notification/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// BenchmarkBrokers tells a service something through each broker: how many
// messages a second brokers confirm, to one caller and to 32, and how many a
// second have been handled in the end. The brokers are built in: these are
// floors, not the speeds of the products.
//
//	go test ./sim/lab -run '^$' -bench Brokers -benchtime 1x
func BenchmarkBrokers(b *testing.B) {
	for _, way := range []string{"rest", "nats", "nats-stream", "rabbitmq", "activemq", "sqs", "kafka"} {
		for _, callers := range []int{1, 32} {
			b.Run(fmt.Sprintf("%s/callers=%d", way, callers), func(b *testing.B) {
				spec := parse(b, fmt.Sprintf("name: bench\nservices:\n  order: {kind: order}\n  notification: {kind: notification}\nlinks: {\"order:notification\": {transport: %s}}\n", way))
				l, err := lab.Open(b.Context(), spec, lab.Options{})
				if err != nil {
					b.Fatal(err)
				}
				defer l.Close()
				tellAll(b, l, callers, 50) // connections are open, queues there
				for b.Loop() {
					began := time.Now()
					n := tellAll(b, l, callers, 2000/callers)
					confirmed := time.Since(began)
					for s := l.LinkStats("order:notification"); s.Accepted != s.Settled; s = l.LinkStats("order:notification") {
						time.Sleep(time.Millisecond)
					}
					b.ReportMetric(float64(n)/confirmed.Seconds(), "confirmed/s")
					b.ReportMetric(float64(n)/time.Since(began).Seconds(), "handled/s")
				}
			})
		}
	}
}

// tellAll lets callers tell so many messages each, and waits for all of them.
func tellAll(b *testing.B, l *lab.Lab, callers, each int) (n int) {
	b.Helper()
	ask := l.Caller("order")
	var all sync.WaitGroup
	for range callers {
		all.Go(func() { // ends after its messages
			for range each {
				m := sim.NewMessage(&notificationv1.Notify{To: "c-1", Text: "a letter of some length, as letters are: your order is confirmed"})
				if err := ask.Tell(context.Background(), "notification", m); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return callers * each
}

// BenchmarkIdleMemory is what a world with all five brokers takes when nothing
// happens.
func BenchmarkIdleMemory(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		l, err := lab.Open(b.Context(), worldNamed(b, "mail"), lab.Options{AllFaces: true})
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapInuse-before.HeapInuse)/(1<<20), "heap-MiB")
		b.ReportMetric(float64(after.StackInuse-before.StackInuse)/(1<<20), "stack-MiB")
		if err := l.Close(); err != nil {
			b.Error(err)
		}
	}
}

func worldNamed(b *testing.B, name string) *sim.WorldSpec {
	b.Helper()
	spec, err := worldfile.Load(name)
	if err != nil {
		b.Fatal(err)
	}
	return spec
}
