package policy_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// capacity is a server that works on so many calls at once, each for a time; the others
// wait.
type capacity struct {
	places chan struct{}
	takes  time.Duration
}

func (c *capacity) handle(context.Context, sim.Message) (sim.Message, error) {
	c.places <- struct{}{}
	defer func() { <-c.places }()
	time.Sleep(c.takes)
	return sim.Message{}, nil
}

// limitAfter offers more than can be worked on, for so long, and gives the average limit
// of the last half.
func limitAfter(call sim.Handler, p policy.Policy, during time.Duration) float64 {
	var all sync.WaitGroup
	sum, n := 0.0, 0
	began := time.Now()
	for time.Since(began) < during {
		for range 10 {
			all.Go(func() { _, _ = call(context.Background(), get()) })
		}
		time.Sleep(time.Millisecond)
		if time.Since(began) > during/2 {
			sum, n = sum+p.Gauge().Of, n+1
		}
	}
	all.Wait()
	return sum / float64(n)
}

// The limit comes within 20 % of what the server can work on at once, and follows when
// that halves.
func TestAnAdaptiveLimitFindsTheCapacity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := made(t, "adaptive max=1000", policy.Deps{})
		for _, at := range []int{80, 40} {
			server := &capacity{make(chan struct{}, at), 20 * time.Millisecond}
			got := limitAfter(sim.Chain(server.handle, p.Around()), p, 20*time.Second)
			t.Logf("the limit is %.1f where %d can be worked on at once", got, at)
			if got < 0.8*float64(at) || got > 1.2*float64(at) {
				t.Errorf("the limit is %.1f where %d can be worked on at once", got, at)
			}
		}
	})
}

// Gradient2 bears waiting up to half of the time of work, and takes the limit back beyond.
func TestAGradientLimitStaysNearTheCapacity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := made(t, "adaptive rule=gradient", policy.Deps{})
		before := 0.0
		for _, at := range []int{30, 15} {
			server := &capacity{make(chan struct{}, at), 20 * time.Millisecond}
			got := limitAfter(sim.Chain(server.handle, p.Around()), p, 2*time.Minute)
			t.Logf("the limit is %.1f where %d can be worked on at once", got, at)
			if before == 0 && (got < float64(at) || got > 2.2*float64(at)) || before > 0 && got > 0.8*before {
				t.Errorf("the limit is %.1f where %d can be worked on at once", got, at)
			}
			before = got
		}
	})
}

// The steps of AIMDLimit, as concurrency-limits takes them: initial 20, backoff 0.9.
func TestAIMDSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := made(t, "adaptive rule=aimd initial=20 min=1 max=22", policy.Deps{})
		fail := true
		call := sim.Chain(func(context.Context, sim.Message) (sim.Message, error) {
			time.Sleep(time.Millisecond)
			if fail {
				return sim.Message{}, &sim.Error{Code: sim.Unavailable, Remote: true}
			}
			return sim.Message{}, nil
		}, p.Around())
		for _, want := range []float64{18, 16, 14, 12} { // int(20·0.9), int(18·0.9), …
			_, _ = call(t.Context(), get())
			if got := p.Gauge().Of; got != want {
				t.Fatalf("the limit is %.0f, want %.0f", got, want)
			}
		}
		fail = false
		_, _ = call(t.Context(), get()) // one of twelve places: nothing is learnt
		if got := p.Gauge().Of; got != 12 {
			t.Errorf("one call in flight raised the limit to %.0f", got)
		}
		for range 4 {
			var all sync.WaitGroup
			for range 12 {
				all.Go(func() { _, _ = call(context.Background(), get()) })
			}
			all.Wait()
		}
		if got := p.Gauge().Of; got != 22 {
			t.Errorf("the limit is %.0f, and 22 is the highest", got)
		}
	})
}

// The published vectors of VegasLimit: alpha 3, beta 6, initial 10, max 20.
func TestVegasSteps(t *testing.T) {
	for _, tt := range []struct {
		calls []struct{ ms, inFlight int }
		want  []float64
	}{
		{[]struct{ ms, inFlight int }{{10, 10}, {10, 11}}, []float64{10, 16}},
		{[]struct{ ms, inFlight int }{{10, 10}, {50, 11}}, []float64{10, 9}},
		{[]struct{ ms, inFlight int }{{10, 10}, {14, 14}}, []float64{10, 10}},
	} {
		v := policy.NewVegas(10, 20)
		for i, c := range tt.calls {
			if got := v(c.inFlight, time.Duration(c.ms)*time.Millisecond); got != tt.want[i] {
				t.Errorf("%v: after call %d the limit is %.0f, want %.0f", tt.calls, i+1, got, tt.want[i])
			}
		}
	}
}

func TestAnAdaptiveLimitRefusesMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := made(t, "adaptive initial=2", policy.Deps{})
		call := sim.Chain(func(context.Context, sim.Message) (sim.Message, error) {
			time.Sleep(time.Second)
			return sim.Message{}, nil
		}, p.Around())
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() { _, _ = call(context.Background(), get()) })
		}
		synctest.Wait()
		if _, err := call(t.Context(), get()); sim.CodeOf(err) != sim.Unavailable {
			t.Errorf("the third of two: %v", err)
		}
		all.Wait()
		if g := p.Gauge(); g.Used != 0 || g.Passed != 2 || g.Refused != 1 {
			t.Errorf("%+v", g)
		}
	})
}
