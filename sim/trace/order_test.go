package trace

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

// disorder lets callers walk from service to service. Every step is the cause of
// the caller's next one, which another shard records. It returns how many events
// came before their cause, and how many there were.
func disorder(t *testing.T, callers, services, steps int, unmarked bool) (violations, events int) {
	l := New(Options{ShardCap: 1 << 20})
	defer l.Close()
	l.merging.Lock()
	l.unmarked = unmarked
	l.merging.Unlock()
	shards := make([]*Shard, services)
	for i := range shards {
		shards[i] = l.Shard(sim.Instance{Service: "s", N: i + 1})
	}
	var wg sync.WaitGroup
	var recorded, read, running atomic.Int64
	running.Store(int64(callers))
	for c := range callers {
		r := rand.New(rand.NewPCG(uint64(steps), uint64(c)))
		wg.Go(func() {
			defer running.Add(-1)
			for step := range steps {
				shards[r.IntN(services)].Emit(Record{Kind: sim.KindSent, Parent: sim.SpanID(c), Span: sim.SpanID(step + 1)})
				for n := recorded.Add(1); n-read.Load() > 1<<17; { // the reader is to see everything
					runtime.Gosched()
				}
			}
		})
	}
	last, buf := make([]sim.SpanID, callers), make([]sim.Event, 4096)
	at := time.Duration(0)
	for cursor := sim.Seq(0); ; {
		over := running.Load() == 0
		n, next, missed := l.Read(cursor, buf)
		if missed > 0 {
			t.Fatalf("the reader missed %d", missed)
		}
		for _, e := range buf[:n] {
			if e.Span < last[e.Parent] || e.At < at {
				violations++
			}
			last[e.Parent], at = max(e.Span, last[e.Parent]), max(e.At, at)
		}
		cursor, events = next, events+n
		read.Store(int64(events))
		if over && n == 0 {
			break
		}
	}
	wg.Wait()
	if events != callers*steps {
		t.Fatalf("read %d events of %d", events, callers*steps)
	}
	return violations, events
}

// Under load on many services no event comes before its cause.
func TestNoEventBeforeItsCause(t *testing.T) {
	steps := 250_000
	if testing.Short() {
		steps /= 10
	}
	violations, events := disorder(t, 8, 40, steps, false)
	t.Logf("%d events", events)
	if violations > 0 {
		t.Errorf("%d of %d events came before their cause", violations, events)
	}
}

// Without the watermark they do: the test above is able to fail.
func TestWithoutTheWatermarkOrderIsLost(t *testing.T) {
	for range 50 {
		if violations, events := disorder(t, 8, 40, 20_000, true); violations > 0 {
			t.Logf("%d of %d events came before their cause", violations, events)
			return
		}
	}
	if runtime.GOMAXPROCS(0) > 1 {
		t.Error("no event came before its cause, although nothing prevents it")
	}
}

// The very case the watermark is for, step by step: the merge has emptied the
// client's shard and not yet order's, when the client sends and order receives.
func TestWatermark(t *testing.T) {
	for _, test := range []struct {
		name     string
		now      func() time.Duration
		unmarked bool
		want     []sim.Kind // published by the merge that was under way
	}{
		{"real clock", nil, false, []sim.Kind{sim.KindBegun}},
		{"clock that stands", standing, false, []sim.Kind{sim.KindBegun}},
		{"no watermark", nil, true, []sim.Kind{sim.KindBegun, sim.KindReceived}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := still(t, Options{Now: test.now})
			l.unmarked = test.unmarked
			early, late := l.Shard(client), l.Shard(order)
			early.Emit(Record{Kind: sim.KindBegun})

			late.mu.Lock() // the merge stops here
			merged := make(chan struct{})
			go func() { l.merge(); close(merged) }()
			for emptied := false; !emptied; runtime.Gosched() {
				early.mu.Lock()
				emptied = len(early.buf) == 0
				early.mu.Unlock()
			}
			early.Emit(Record{Kind: sim.KindSent})
			late.keep(&Record{Kind: sim.KindReceived}, int64(l.now()), l.turn.Add(1))
			late.mu.Unlock()
			<-merged

			var rs [8]Record
			n, _, _ := l.ring.copy(0, rs[:])
			var got []sim.Kind
			for _, r := range rs[:n] {
				got = append(got, r.Kind)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("published (-want +got):\n%s", diff)
			}
			if !test.unmarked {
				events, _ := all(t, l)
				if diff := cmp.Diff([]sim.Kind{sim.KindBegun, sim.KindSent, sim.KindReceived}, kinds(events)); diff != "" {
					t.Errorf("in the end (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// On a clock that stands still the order of recording decides, also across shards
// and when numbers of turns wrap around.
func TestOrderWithinOneInstant(t *testing.T) {
	l := still(t, Options{Now: standing})
	l.turn.Store(1<<32 - 3)
	nodes := []sim.Instance{client, order, payment, payment, order, client, order, client}
	for i, node := range nodes {
		l.Shard(node).Emit(
			Record{Kind: sim.KindSent, Span: sim.SpanID(2 * i), Depth: uint8(9 - i)},
			Record{Kind: sim.KindSent, Span: sim.SpanID(2*i + 1)})
	}
	events, _ := all(t, l)
	if len(events) != 2*len(nodes) || !slices.IsSortedFunc(events, func(a, b sim.Event) int { return int(a.Span) - int(b.Span) }) {
		t.Errorf("got %+v", events)
	}
	for i, e := range events {
		if e.Seq != sim.Seq(i+1) {
			t.Errorf("event %d has number %d", i, e.Seq)
		}
	}
}
