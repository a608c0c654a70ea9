package load

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

func plan(rate sim.Rate, a sim.Arrivals, seed uint64) *schedule {
	return &schedule{rate: rate, arrivals: a, rand: rand.New(rand.NewPCG(seed, 1)), from: time.Unix(1000, 0)}
}

func TestConstantArrivalsDoNotDrift(t *testing.T) {
	s := plan(300, sim.Constant, 1)
	for i := range 300_001 {
		after := s.next().Sub(s.from)
		if want := time.Duration(i) * time.Second / 300; (after - want).Abs() > time.Microsecond {
			t.Fatalf("number %d after %v, want %v", i, after, want)
		}
	}
}

// Gaps of Poisson arrivals are exponential: mean and standard deviation are both
// 1/rate, and in any second there are rate ± √rate of them.
func TestPoissonArrivals(t *testing.T) {
	const rate, n = 200, 200_000
	for seed := range uint64(3) {
		s := plan(rate, sim.Poisson, seed)
		var sum, squares float64
		perSecond := make([]float64, n/rate*2)
		last := s.from
		for range n {
			at := s.next()
			gap := at.Sub(last).Seconds() * rate // in units of the mean
			sum, squares, last = sum+gap, squares+gap*gap, at
			perSecond[int(at.Sub(s.from).Seconds())]++
		}
		mean := sum / n
		if deviation := math.Sqrt(squares/n - mean*mean); math.Abs(mean-1) > 0.01 || math.Abs(deviation-1) > 0.015 {
			t.Errorf("seed %d: gaps have mean %.3f and deviation %.3f, want 1 and 1", seed, mean, deviation)
		}
		var variance float64
		whole := perSecond[:int(last.Sub(s.from).Seconds())]
		for _, c := range whole {
			variance += (c - rate) * (c - rate) / float64(len(whole))
		}
		if math.Abs(variance/rate-1) > 0.15 {
			t.Errorf("seed %d: counts per second vary by %.0f, want %d", seed, variance, rate)
		}
	}
}

func TestPoissonArrivalsFollowTheirSeed(t *testing.T) {
	a, b, c := plan(10, sim.Poisson, 7), plan(10, sim.Poisson, 7), plan(10, sim.Poisson, 8)
	differ := false
	for range 100 {
		x, y, z := a.next(), b.next(), c.next()
		if !x.Equal(y) {
			t.Fatal("the same seed gives another schedule")
		}
		differ = differ || !x.Equal(z)
	}
	if !differ {
		t.Error("another seed gives the same schedule")
	}
}
