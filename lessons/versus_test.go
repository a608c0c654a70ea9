package lessons

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// series are the numbers of n blocks whose middle is one value: each block has its
// own luck, and what the machine does otherwise comes and goes slowly.
func series(chance *rand.Rand, n int, around time.Duration) (a, b []time.Duration) {
	slow := 0.0
	block := func() time.Duration {
		slow = 0.8*slow + 0.1*chance.NormFloat64()
		return time.Duration(float64(around) * math.Exp(slow+0.1*chance.NormFloat64()))
	}
	for range n {
		a, b = append(a, block()), append(b, block())
	}
	return a, b
}

// A link measured against itself is called different in at most about 1 run of 100.
func TestEqualLinksHaveNoWinner(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	const runs = 2000
	for _, pairs := range []int{2, 4, 8, 12} {
		winners := 0
		for range runs {
			if c := compare(series(chance, pairs, 200*time.Microsecond)); c.Winner != 0 {
				winners++
			}
		}
		if winners > runs*15/1000 || pairs < 8 && winners > 0 {
			t.Errorf("%d pairs: %d of %d runs have a winner", pairs, winners, runs)
		}
	}
}

// A real difference is found, and in the right direction.
func TestTheFasterLinkWins(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 4))
	const runs = 500
	found := map[int]int{}
	for range runs {
		a, b := series(chance, 8, 200*time.Microsecond)
		for i := range a {
			a[i] *= 2
		}
		found[compare(a, b).Winner]++
		found[-compare(b, a).Winner]++
	}
	if found[2] < runs*95/100 || found[-1] < runs*95/100 || found[1]+found[-2] > 0 {
		t.Errorf("of %d runs: %v", runs, found)
	}
}

// The numbers that a lesson shows.
func TestWhatAComparisonSays(t *testing.T) {
	ms := func(all ...float64) (d []time.Duration) {
		for _, x := range all {
			d = append(d, time.Duration(x*float64(time.Millisecond)))
		}
		return d
	}
	rest, grpc := ms(0.14, 0.21), ms(0.11, 0.11) // REST differs from itself by half
	if c := compare(rest, grpc); c.Winner != 0 || c.Pairs != 2 || c.SecondAhead != 2 {
		t.Errorf("two pairs: %+v, want no winner", c)
	}
	a := ms(2, 2.2, 2, 2.2, 2, 2.2, 2, 2.2)
	b := ms(1, 1.1, 1, 1.1, 1, 1.1, 1, 1.1)
	if c := compare(a, b); c.Winner != 2 || c.SecondAhead != 8 || math.Abs(c.Times-2) > 0.001 || math.Abs(c.Noise-1.1) > 0.001 {
		t.Errorf("twice as slow: %+v", c)
	}
	// Ahead in every pair, and by less than a link differs from itself.
	if c := compare(ms(1.01, 1.21, 1.01, 1.21, 1.01, 1.21, 1.01, 1.21), ms(1, 1.2, 1, 1.2, 1, 1.2, 1, 1.2)); c.Winner != 0 || c.SecondAhead != 8 {
		t.Errorf("inside its own noise: %+v", c)
	}
}

// Blocks are the calls on one link between two calls on the other; a short one is
// warm-up.
func TestBlocks(t *testing.T) {
	w := newWindow(0)
	span := sim.SpanID(0)
	calls := func(link sim.LinkID, n int, took time.Duration) {
		for range n {
			span++
			h := w.hop(sim.Event{Seq: sim.Seq(span), Span: span, Link: link, Fact: sim.Sent{}})
			h.outcome, h.took = sim.WasAnswered, took
		}
	}
	for _, block := range []struct {
		link sim.LinkID
		n    int
		took time.Duration
	}{{"a:x", 10, 9}, {"b:x", 10, 9}, {"a:x", 60, 1}, {"c:x", 60, 7}, {"a:x", 60, 1}, {"b:x", 60, 2}, {"a:x", 60, 3}, {"b:x", 49, 9}, {"a:x", 60, 5}, {"b:x", 60, 4}} {
		calls(block.link, block.n, block.took)
	}
	a, b := w.blocks("a:x", "b:x")
	if len(a) != 3 || len(b) != 2 || a[0] != 1 || a[1] != 3 || a[2] != 5 || b[0] != 2 || b[1] != 4 {
		t.Errorf("%v and %v", a, b)
	}
	q := &query{evidence: &evidence{window: w}}
	if c, err := q.versus("a:x", "b:x"); err != nil || c.Pairs != 2 || c.Winner != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := q.versus("a:x", "d:x"); err != errNothing {
		t.Errorf("a link without calls: %v", err)
	}
}
