package trace

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

func mark(l *Log, text string) {
	l.Shard(order).Record(sim.Event{Node: order, Fact: sim.Marked{Text: text}})
}

func marked(text string) func(sim.Event) bool {
	return func(e sim.Event) bool { return e.Fact == sim.Fact(sim.Marked{Text: text}) }
}

func never(sim.Event) bool { return false }

func TestRead(t *testing.T) {
	l := still(t, Options{Now: standing, Ring: 10})
	for i := 1; i <= 25; i++ {
		mark(l, fmt.Sprint(i))
	}
	for _, test := range []struct {
		after           sim.Seq
		room, n         int
		first           string
		cursor          sim.Seq
		missed          uint64
		firstSeq        sim.Seq
		emptyAfterwards bool
	}{
		{after: 15, room: 100, n: 10, first: "16", firstSeq: 16, cursor: 25},
		{after: 20, room: 3, n: 3, first: "21", firstSeq: 21, cursor: 23},
		{after: 0, room: 3, n: 3, first: "16", firstSeq: 16, cursor: 18, missed: 15},
		{after: 14, room: 1, n: 1, first: "16", firstSeq: 16, cursor: 16, missed: 1},
		{after: 0, room: 0, cursor: 0},
		{after: 25, room: 5, cursor: 25},
		{after: 99, room: 5, cursor: 99},
	} {
		buf := make([]sim.Event, test.room)
		n, cursor, missed := l.Read(test.after, buf)
		if n != test.n || cursor != test.cursor || missed != test.missed {
			t.Errorf("after %d: n %d, cursor %d, missed %d; want %+v", test.after, n, cursor, missed, test)
		}
		if n > 0 && (buf[0].Seq != test.firstSeq || buf[0].Fact != sim.Fact(sim.Marked{Text: test.first})) {
			t.Errorf("after %d: the first is %+v", test.after, buf[0])
		}
	}
	if l.Last() != 25 {
		t.Errorf("the last is %d", l.Last())
	}
}

func TestRingGrowsInChunks(t *testing.T) {
	l := still(t, Options{Ring: 3*chunk - 1})
	s, n := l.Shard(order), 0
	for _, want := range []int{0, 1, 2, 3, 3, 3} {
		made := 0
		for _, c := range l.ring.chunks {
			if c != nil {
				made++
			}
		}
		if made != want {
			t.Errorf("%d chunks for %d records, want %d", made, n, want)
		}
		for range chunk {
			s.Emit(Record{Kind: sim.KindSent, Span: sim.SpanID(n)})
			n++
		}
		l.Last()
	}
	events, missed := all(t, l)
	if len(events) != 3*chunk || missed != uint64(n-3*chunk) {
		t.Fatalf("%d events, %d missed", len(events), missed)
	}
	for i, e := range events {
		if int(e.Span) != n-3*chunk+i {
			t.Fatalf("event %d is of span %d", i, e.Span)
		}
	}
}

func TestAwaitSeesWhatIsThere(t *testing.T) {
	l := still(t, Options{Now: standing})
	for i := range 3 * batch {
		mark(l, fmt.Sprint(i))
	}
	e, err := l.Await(t.Context(), 0, marked("100"))
	if err != nil || e.Seq != 101 || e.Node != order || e.At != time.Second {
		t.Errorf("got %+v, %v", e, err)
	}
	if _, err := l.Await(t.Context(), 101, marked("100")); !errors.Is(err, ErrClosed) {
		t.Errorf("after it: %v", err)
	}
}

func TestAwaitWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		mark(l, "before")
		go func() {
			for i := range 1000 {
				time.Sleep(time.Millisecond)
				mark(l, fmt.Sprint(i))
			}
		}()
		start := time.Now()
		e, err := l.Await(t.Context(), 0, marked("499"))
		if took := time.Since(start); err != nil || took < 500*time.Millisecond || took > 500*time.Millisecond+gather {
			t.Errorf("got %+v, %v after %v", e, err, took)
		}
		if e.At != 500*time.Millisecond {
			t.Errorf("it happened at %v", e.At)
		}
		time.Sleep(time.Second)
	})
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	l := open(t, Options{})
	ctx, cancel := context.WithCancelCause(t.Context())
	matched := make(chan struct{})
	go func() { <-matched; cancel(nil) }()
	mark(l, "x")
	_, err := l.Await(ctx, 0, func(sim.Event) bool { close(matched); return false })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAwaitOverAHole(t *testing.T) {
	t.Run("behind the ring", func(t *testing.T) {
		l := still(t, Options{Ring: 4})
		for i := range 6 {
			mark(l, fmt.Sprint(i))
		}
		if _, err := l.Await(t.Context(), 1, marked("5")); !errors.Is(err, sim.ErrMissed) {
			t.Errorf("got %v", err)
		}
		if e, err := l.Await(t.Context(), 2, marked("5")); err != nil || e.Seq != 6 {
			t.Errorf("from where nothing is missing: %+v, %v", e, err)
		}
	})
	t.Run("not kept by a shard", func(t *testing.T) {
		l := still(t, Options{ShardCap: 4})
		mark(l, "first")
		for range 100 {
			l.Shard(order).Emit(Record{Kind: sim.KindSent})
		}
		mark(l, "last")
		if e, err := l.Await(t.Context(), 0, marked("first")); err != nil || e.Seq != 1 {
			t.Errorf("before the hole: %+v, %v", e, err)
		}
		if _, err := l.Await(t.Context(), 0, never); !errors.Is(err, sim.ErrMissed) {
			t.Errorf("over the hole: %v", err)
		}
		hole, err := l.Await(t.Context(), 0, func(e sim.Event) bool { return e.Fact.Kind() == sim.KindMissed })
		if err != nil {
			t.Errorf("the hole itself: %v", err)
		}
		if _, err := l.Await(t.Context(), hole.Seq, marked("never")); !errors.Is(err, ErrClosed) {
			t.Errorf("after the hole: %v", err)
		}
	})
}

func TestCloseTwice(t *testing.T) {
	l := New(Options{})
	mark(l, "kept")
	l.Close()
	l.Close()
	mark(l, "and this")
	if events, _ := all(t, l); len(events) != 2 {
		t.Errorf("read %d events", len(events))
	}
}

// A reader that never reads holds up nobody, and finds what the ring still has.
func TestEventsComeWithoutBeingAskedFor(t *testing.T) {
	l := open(t, Options{})
	more := l.ring.wait(0)
	mark(l, "x")
	<-more
	if diff := cmp.Diff(uint64(1), l.ring.last); diff != "" {
		t.Error(diff)
	}
}
