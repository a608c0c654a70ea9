package lab_test

import (
	"context"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// The identity of counting holds at every moment: under load, through kills and
// restarts, looked at whenever something has happened.
func TestCountingIdentityHoldsAtEveryMoment(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	ctx, stop := context.WithCancel(t.Context())
	checked := make(chan int)
	go func() {
		n := 0
		for cursor := sim.Seq(0); ; n++ {
			e, err := l.Timeline().Await(ctx, cursor, func(sim.Event) bool { return true })
			if err != nil {
				checked <- n
				return
			}
			cursor = e.Seq
			for _, s := range l.AllStats() {
				if s.Sent != s.Answered+s.Accepted+s.Failed+s.InFlight+s.Lost || s.Settled+s.Pending != s.Accepted || s.InFlight < 0 {
					t.Errorf("%s: %+v", s.Link, s)
				}
			}
		}
	}()
	do(t, l, sim.SetLoad{Rate: 50})
	cursor := sim.Seq(0)
	for range 3 {
		cursor = awaitN(t, l, cursor, 10, fact[sim.Ended]("client"))
		do(t, l, sim.Kill{Target: "payment"})
		awaitN(t, l, cursor, 5, fact[sim.Failed]("order"))
		cursor = do(t, l, sim.Start{Target: "payment"}).Seq
	}
	do(t, l, sim.SetLoad{})
	settle(t, l)
	stop()
	if n := <-checked; n < 100 {
		t.Errorf("checked only %d times", n)
	}
	for _, s := range l.AllStats() {
		if s.Lost != 0 {
			t.Errorf("%s lost %d", s.Link, s.Lost)
		}
	}
	if s := l.LinkStats("order:payment"); s.Failed < 15 || s.Answered == 0 {
		t.Errorf("the kills were not felt: %+v", s)
	}
}

// settle waits until nothing is in flight: an order that failed still gives
// back what it had reserved.
func settle(t *testing.T, l *lab.Lab) {
	t.Helper()
	for {
		shown, inFlight := do(t, l, sim.Show{What: "links"}), int64(0)
		for _, s := range shown.Data.([]sim.LinkStats) {
			inFlight += s.InFlight
		}
		if inFlight == 0 {
			return
		}
		await(t, l, shown.Seq, func(sim.Event) bool { return true })
	}
}

func awaitN(t *testing.T, l *lab.Lab, cursor sim.Seq, n int, match func(sim.Event) bool) sim.Seq {
	t.Helper()
	for range n {
		cursor = await(t, l, cursor, match).Seq
	}
	return cursor
}

// No event of a real world under load comes before its cause.
func TestCausesComeFirst(t *testing.T) {
	t.Parallel()
	l := open(t, "checkout", lab.Options{})
	do(t, l, sim.SetLoad{Rate: 100, Arrivals: sim.Poisson})
	awaitN(t, l, 0, 200, fact[sim.Ended]("client"))
	do(t, l, sim.SetLoad{})
	settle(t, l)
	type stage int
	const (
		sent stage = iota + 1
		received
		replied
		home
	)
	at := map[sim.SpanID]stage{}
	last := time.Duration(0)
	for _, e := range events(t, l) {
		if e.At < last {
			t.Fatalf("event %d goes back in time", e.Seq)
		}
		last = e.At
		want := stage(0)
		switch e.Fact.(type) {
		case sim.Sent:
			at[e.Span] = sent
			continue
		case sim.Received:
			want = sent
		case sim.Replied:
			want = received
		case sim.Answered:
			want = replied
		default:
			continue
		}
		if at[e.Span] != want {
			t.Fatalf("event %d, %T at %s: the span is at stage %d, want %d", e.Seq, e.Fact, e.Node, at[e.Span], want)
		}
		at[e.Span]++
	}
	if len(at) < 1000 {
		t.Errorf("only %d spans", len(at))
	}
}

func TestLoadEndsByItself(t *testing.T) {
	l := open(t, "catalog", lab.Options{})
	r := do(t, l, sim.SetLoad{Rate: 500, UseCase: "product.get", For: 100 * time.Millisecond})
	if r.Text == "" {
		t.Error("no word about the load")
	}
	e := await(t, l, 0, func(e sim.Event) bool {
		f, ok := e.Fact.(sim.Load)
		return ok && f.Rate == 0
	})
	if e.Seq == 0 {
		t.Error("no end")
	}
	if s := l.LinkStats("order:product"); s.Sent < 40 || s.Sent > 60 {
		t.Errorf("sent %d in 100 ms at 500/s", s.Sent)
	}
}

func TestLoadRefusesNonsense(t *testing.T) {
	l := open(t, "catalog", lab.Options{})
	for _, c := range []sim.SetLoad{{Rate: -1}, {Rate: 1e9}, {Rate: 10, UseCase: "prodcut.get"}, {Rate: 10, For: 2 * time.Hour}} {
		if _, err := l.Do(context.Background(), c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}
