package trace

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

// still returns a log whose background merge is over, so that a test decides
// when the shards are emptied.
func still(t testing.TB, o Options) *Log {
	l := New(o)
	l.Close()
	return l
}

func kinds(events []sim.Event) (ks []sim.Kind) {
	for _, e := range events {
		ks = append(ks, e.Fact.Kind())
	}
	return ks
}

func TestFullShardKeepsWhatMatters(t *testing.T) {
	l := still(t, Options{ShardCap: 8})
	s := l.Shard(order)
	followed := sim.TraceID{1}
	l.Follow(followed)
	sent := Record{Kind: sim.KindSent, Link: l.Symbol(string(link))}

	for range 100 {
		s.Emit(sent)
	}
	s.Emit(Record{Kind: sim.KindAnswered, Trace: followed})
	s.Emit(Record{Kind: sim.KindFailed}, sent)
	s.Emit(Record{Kind: sim.KindSent, Urgent: true}) // the reserved room is used up

	events, missed := all(t, l)
	want := []sim.Kind{8: sim.KindMissed, 9: sim.KindAnswered}
	for i := range 8 {
		want[i] = sim.KindSent
	}
	if diff := cmp.Diff(want, kinds(events)); diff != "" || missed != 0 {
		t.Errorf("missed %d, events (-want +got):\n%s", missed, diff)
	}
	if got, want := events[8].Fact, (sim.Missed{N: 92 + 1 + 1 + 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := events[8].Node; got != order {
		t.Errorf("missed at %v", got)
	}
	if got := l.LinkStats(link).Sent; got != 101 {
		t.Errorf("counted %d, want 101", got)
	}

	s.Emit(sent) // there is room again
	if got, _ := all(t, l); len(got) != 11 || got[10].Fact.Kind() != sim.KindSent {
		t.Errorf("after the merge: %v", kinds(got))
	}
}

func TestFollowForgetsTheOldest(t *testing.T) {
	l := still(t, Options{})
	for i := range maxFollowed + 1 {
		l.Follow(sim.TraceID{byte(i), 1})
		l.Follow(sim.TraceID{byte(i), 1})
	}
	if l.follows(sim.TraceID{0, 1}) || !l.follows(sim.TraceID{1, 1}) || !l.follows(sim.TraceID{maxFollowed, 1}) {
		t.Error("it is not the last ones that are followed")
	}
	if l.Follow(sim.TraceID{}); l.follows(sim.TraceID{}) {
		t.Error("the world itself is followed")
	}
}

func TestBatchIsOneInstant(t *testing.T) {
	var now time.Duration
	l := still(t, Options{Now: func() time.Duration { now++; return now }})
	s := l.Shard(order)
	s.Emit(Record{Kind: sim.KindBegun}, Record{Kind: sim.KindCalled}, Record{Kind: sim.KindSent})
	s.Record(sim.Event{Fact: sim.Marked{Text: "later"}})
	events, _ := all(t, l)
	if events[0].At != 1 || events[2].At != 1 || events[3].At != 2 {
		t.Errorf("at %v, %v, then %v", events[0].At, events[2].At, events[3].At)
	}
}

func TestOneShardPerOwner(t *testing.T) {
	l := still(t, Options{})
	if l.Shard(order) != l.Shard(sim.Instance{Service: "order"}) || l.Shard(order) == l.Shard(payment) {
		t.Error("shards and owners do not match")
	}
}

func TestEmitAllocatesNothing(t *testing.T) {
	l := open(t, Options{})
	s := l.Shard(order)
	node, id, label := l.Symbol("order"), l.Symbol(string(link)), "POST /payments"
	call := func() {
		s.Emit(Record{Kind: sim.KindCalled, Node: node, Link: id},
			Record{Kind: sim.KindSent, Node: node, Link: id, Text: l.Text(label)})
		s.Emit(Record{Kind: sim.KindAnswered, Node: node, Link: id, N: [4]int64{1e6, 0, 100, 200}})
	}
	for range 200_000 { // the buffers and the ring grow to their size
		call()
	}
	l.Last()
	if n := testing.AllocsPerRun(5000, call); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}
