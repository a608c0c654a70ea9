package trace

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/msc-sim/msc-sim/sim"
)

// ends are the ways in which an attempt can end.
var ends = []Record{
	{Kind: sim.KindAnswered, N: [4]int64{2e6, 0, 10, 20}},
	{Kind: sim.KindFailed, Code: sim.Unavailable, N: [4]int64{1e6, 0, 10, 5}},
	{Kind: sim.KindFailed, Code: sim.Timeout, N: [4]int64{1e9, 0, 10, 0}},
	{Kind: sim.KindLost},
	{Kind: sim.KindAccepted, N: [4]int64{2e6, 0, 10, 5}},
}

func TestCounts(t *testing.T) {
	l := still(t, Options{})
	id := l.Symbol(string(link))
	caller, other := l.Shard(order), l.Shard(sim.Instance{Service: "order", N: 2})
	for i, end := range ends {
		end.Link = id
		caller.Emit(Record{Kind: sim.KindCalled, Link: id}, Record{Kind: sim.KindSent, Link: id, N: [4]int64{2: int64(i + 1)}})
		l.Shard(payment).Emit(Record{Kind: sim.KindReceived, Link: id}, Record{Kind: sim.KindReplied, Link: id, N: [4]int64{1e6}})
		caller.Emit(end)
	}
	other.Emit(Record{Kind: sim.KindCalled, Link: id}, Record{Kind: sim.KindSent, Link: id, N: [4]int64{2: 1}})
	other.Emit(Record{Kind: sim.KindRejected, Link: id}, Record{Kind: sim.KindHit, Link: id}, Record{Kind: sim.KindHit, Link: id})

	got := l.LinkStats(link)
	want := sim.LinkStats{
		Link: link, Calls: 6, Sent: 6, Answered: 1, Accepted: 1, Pending: 1, Failed: 2, TimedOut: 1, Lost: 1, InFlight: 1, Retries: 4,
		Rejected: 1, FaultsHit: 2, BytesOut: 40, BytesIn: 30, P50: ms(2), P90: ms(1000), P99: ms(1000), Max: ms(1000),
		Ended: 4, Took: tookOf(ends),
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0.01, 0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	l.ResetCounters()
	want = sim.LinkStats{Link: link, Sent: 2, InFlight: 1, Accepted: 1, Pending: 1}
	if diff := cmp.Diff(want, l.LinkStats(link)); diff != "" {
		t.Errorf("after a reset (-want +got):\n%s", diff)
	}
	other.Emit(Record{Kind: sim.KindAnswered, Link: id, N: [4]int64{3e6}})
	caller.Emit(Record{Kind: sim.KindSettled, Link: id})
	want = sim.LinkStats{Link: link, Sent: 2, Answered: 1, Accepted: 1, Settled: 1, P50: ms(3), P90: ms(3), P99: ms(3), Max: ms(3), Ended: 1, Took: 3 * time.Millisecond}
	if diff := cmp.Diff(want, l.LinkStats(link), cmpopts.EquateApprox(0.01, 0)); diff != "" {
		t.Errorf("when it came home (-want +got):\n%s", diff)
	}

	if diff := cmp.Diff(sim.LinkStats{Link: "a:b"}, l.LinkStats("a:b")); diff != "" {
		t.Errorf("a link that nothing crossed: %s", diff)
	}
	if diff := cmp.Diff([]sim.LinkID{link}, l.Links()); diff != "" {
		t.Error(diff)
	}
}

// tookOf adds up how long the attempts took that came home; a lost one did not.
func tookOf(ends []Record) (sum time.Duration) {
	for _, r := range ends {
		if r.Kind != sim.KindLost {
			sum += time.Duration(r.N[0])
		}
	}
	return sum
}

func ms(v float64) *float64 { return &v }

func TestTimesStayInBounds(t *testing.T) {
	l := still(t, Options{})
	s := l.Shard(order)
	for _, took := range []int64{-5, 0, 3600e9} {
		s.Emit(Record{Kind: sim.KindAnswered, Link: l.Symbol(string(link)), N: [4]int64{took}})
	}
	if got := l.LinkStats(link); *got.Max != 3600e3 || *got.P50 > 0.001 {
		t.Errorf("p50 %v, max %v", *got.P50, *got.Max)
	}
}

// identity reports what is wrong with the numbers of a link.
func identity(s sim.LinkStats) error {
	if s.Sent != s.Answered+s.Accepted+s.Failed+s.InFlight+s.Lost || s.InFlight < 0 || s.Settled+s.Pending != s.Accepted {
		return fmt.Errorf("sent %d != answered %d + accepted %d + failed %d + in flight %d + lost %d",
			s.Sent, s.Answered, s.Accepted, s.Failed, s.InFlight, s.Lost)
	}
	return nil
}

// The identity of the counters holds at every moment, for every reader, through
// resets, while shards are too small to keep what is recorded.
func TestCountsAddUpAtEveryMoment(t *testing.T) {
	const workers, looks = 4, 400 // looks at links with something under way
	l := open(t, Options{ShardCap: 16})
	id := l.Symbol(string(link))

	var working sync.WaitGroup
	var over atomic.Bool
	for w := range workers {
		s, r := l.Shard(sim.Instance{Service: "order", N: w/2 + 1}), rand.New(rand.NewPCG(1, uint64(w)))
		working.Go(func() {
			for !over.Load() {
				end := ends[r.IntN(len(ends))]
				end.Link = id
				s.Emit(Record{Kind: sim.KindCalled, Link: id}, Record{Kind: sim.KindSent, Link: id, N: [4]int64{2: 1}})
				runtime.Gosched() // it is under way
				s.Emit(end)
				if end.Kind == sim.KindAccepted {
					s.Emit(Record{Kind: sim.KindSettled, Link: id})
				}
			}
		})
	}
	for look, busy := 0, 0; busy < looks; look++ {
		s := l.LinkStats(link)
		if err := identity(s); err != nil {
			t.Error(err)
			break
		}
		if s.InFlight > 0 && s.Answered > 0 {
			busy++
		}
		if look%50 == 49 {
			l.ResetCounters()
		}
	}
	over.Store(true)
	working.Wait()
	if got := l.LinkStats(link); got.InFlight != 0 || identity(got) != nil {
		t.Errorf("in the end: %+v", got)
	}
}

// What the shards could not keep is counted all the same.
func TestCountsAreExactWhenShardsOverflow(t *testing.T) {
	const workers, calls = 4, 5_000
	l := open(t, Options{ShardCap: 4, Ring: 1 << 17})
	id := l.Symbol(string(link))
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range calls {
				l.Shard(order).Emit(Record{Kind: sim.KindCalled, Link: id}, Record{Kind: sim.KindSent, Link: id, N: [4]int64{2: 1}},
					Record{Kind: sim.KindAnswered, Link: id, N: [4]int64{1e6, 0, 1, 2}})
			}
		})
	}
	wg.Wait()
	got := l.LinkStats(link)
	if got.Calls != workers*calls || got.Sent != workers*calls || got.Answered != workers*calls || got.BytesIn != 2*workers*calls {
		t.Errorf("got %+v", got)
	}
	events, gone := all(t, l)
	kept, notKept := uint64(0), uint64(0)
	for _, e := range events {
		if m, ok := e.Fact.(sim.Missed); ok {
			notKept += m.N
		} else {
			kept++
		}
	}
	if gone != 0 || notKept == 0 || kept+notKept != 3*workers*calls {
		t.Errorf("kept %d, not kept %d, gone %d; they do not sum up to %d", kept, notKept, gone, 3*workers*calls)
	}
}
