package policy_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// A recorded stream: so many calls that end so, after a pause, and the state
// after the last one. "no" must be refused without leaving.
type step struct {
	after time.Duration
	n     int
	how   string // ok, fail, slow (a second), late (as long as the step says), no
	state string
}

var streams = []struct {
	preset, source string
	steps          []step
}{
	{"hystrix", "≥ 20 requests in 10 s (ten 1-s buckets) and ≥ 50 % errors; 5 s; 1 trial", []step{
		{0, 19, "fail", "closed"},             // 19 requests are too few
		{10 * time.Second, 1, "ok", "closed"}, // they have aged out
		{0, 10, "ok", "closed"},
		{0, 8, "fail", "closed"},
		{0, 1, "fail", "closed"}, // 9 of 20
		{0, 1, "fail", "closed"}, // 10 of 21
		{0, 1, "fail", "open"},   // 11 of 22 is half
		{5*time.Second - 1, 3, "no", "open"},
		{1, 1, "fail", "open"}, // the one trial fails
		{5*time.Second - 1, 1, "no", "open"},
		{1, 1, "ok", "closed"},
		{0, 19, "fail", "closed"}, // what was before is forgotten
		{0, 1, "fail", "open"},
	}},
	{"resilience4j", "count window 100, at least 100 calls, ≥ 50 % failed; 60 s; 10 calls", []step{
		{0, 99, "fail", "closed"}, // 99 calls are too few
		{0, 1, "ok", "open"},      // 99 of 100
		{60*time.Second - 1, 5, "no", "open"},
		{1, 5, "ok", "half_open"},
		{0, 4, "ok", "half_open"},
		{0, 1, "fail", "closed"}, // judged when all 10 are home: 1 of 10
		{0, 51, "ok", "closed"},
		{0, 49, "fail", "closed"},      // 49 of 100
		{time.Hour, 1, "ok", "closed"}, // a count window does not age
		{0, 1, "fail", "open"},         // the window moved along: 50 of 100
		{time.Minute, 9, "fail", "half_open"},
		{0, 1, "ok", "open"}, // 9 of 10
	}},
	{"polly", "≥ 100 calls in 30 s and ratio ≥ 0.1; 5 s; 1", []step{
		{0, 90, "ok", "closed"},
		{0, 9, "fail", "closed"}, // 9 of 99
		{0, 1, "fail", "open"},   // 10 of 100
		{5*time.Second - 1, 1, "no", "open"},
		{1, 1, "fail", "open"},
		{5 * time.Second, 1, "ok", "closed"},
		{0, 99, "fail", "closed"},
		{30 * time.Second, 1, "fail", "closed"}, // the rest has aged out
	}},
	{"gobreaker", "more than 5 failures in a row; 60 s; MaxRequests (1) successes in a row", []step{
		{0, 5, "fail", "closed"},
		{0, 1, "ok", "closed"},           // the row is broken
		{time.Hour, 5, "fail", "closed"}, // interval 0: nothing is cleared by time
		{time.Hour, 1, "fail", "open"},
		{60*time.Second - 1, 2, "no", "open"},
		{1, 1, "fail", "open"},
		{60 * time.Second, 1, "ok", "closed"},
		{0, 5, "fail", "closed"},
		{0, 1, "fail", "open"},
	}},
}

func TestPresetsOpenStayOpenProbeAndClose(t *testing.T) {
	for _, tt := range streams {
		t.Run(tt.preset, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				preset, err := policy.FindPreset(tt.preset)
				if err != nil {
					t.Fatal(err)
				}
				s, _, err := preset.Make(nil, policy.Deps{})
				if err != nil {
					t.Fatal(err)
				}
				b, _ := s.Find("breaker")
				play(t, b, tt.steps)
			})
		})
	}
}

func play(t *testing.T, b policy.Policy, steps []step) {
	t.Helper()
	for i, s := range steps {
		time.Sleep(s.after)
		for range s.n {
			left, err := once(b, s.how)
			if no := errors.Is(err, policy.ErrOpen); no != (s.how == "no") || left == no {
				t.Fatalf("step %d %+v: left %v, %v", i, s, left, err)
			}
		}
		if got := b.Gauge().State; got != s.state {
			t.Fatalf("step %d %+v: the state is %s; %+v", i, s, got, b.Gauge())
		}
	}
}

// once makes one call that ends as it is told, and reports whether it left.
func once(b policy.Policy, how string) (left bool, err error) {
	_, err = b.Around()(func(context.Context, sim.Message) (sim.Message, error) {
		left = true
		switch how {
		case "fail":
			return sim.Message{}, unavailable()
		case "slow":
			time.Sleep(time.Second + 1)
		}
		return sim.Message{}, nil
	})(context.Background(), get())
	return left, err
}

func TestSlowCallsOpenIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		b := made(t, "breaker window=4 calls=4 slower=1s slow=75% open=1s probes=2", r.deps())
		play(t, b, []step{
			{0, 2, "slow", "closed"},
			{0, 2, "ok", "closed"}, // 2 of 4
			{0, 2, "slow", "closed"},
			{0, 1, "slow", "open"},
			{time.Second, 1, "slow", "half_open"},
			{0, 1, "slow", "open"}, // slow probes open it again
			{time.Second, 2, "ok", "closed"},
		})
		want := []sim.Fact{
			sim.Moved{Policy: "breaker", From: "closed", To: "open", Why: "3 of 4 took longer than 1.00 s"},
			sim.Moved{Policy: "breaker", From: "open", To: "half_open", Why: "after 1.00 s; lets 2 trial calls pass"},
			sim.Moved{Policy: "breaker", From: "half_open", To: "open", Why: "2 of 2 took longer than 1.00 s"},
			sim.Moved{Policy: "breaker", From: "open", To: "half_open", Why: "after 1.00 s; lets 2 trial calls pass"},
			sim.Moved{Policy: "breaker", From: "half_open", To: "closed", Why: "2 of 2 probes came home"},
		}
		if d := cmp.Diff(want, r.taken()); d != "" {
			t.Error(d)
		}
	})
}

func TestForcedStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		play(t, made(t, "breaker state=closed", policy.Deps{}), []step{{0, 100, "fail", "forced_closed"}})
		open := made(t, "breaker state=open open=1ms", policy.Deps{})
		play(t, open, []step{{0, 1, "no", "forced_open"}, {time.Hour, 1, "no", "forced_open"}})
		if g := open.Gauge(); g.Refused != 2 || g.About != "held open by hand" {
			t.Errorf("%+v", g)
		}
	})
}

// A call to an other side that says no was answered; one that a policy inside
// did not let leave, or that its caller gave up, says nothing about it.
func TestWhatCounts(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name  string
		ctx   context.Context
		err   error
		state string
		calls float64
	}{
		{"not found", t.Context(), &sim.Error{Code: sim.NotFound, Remote: true}, "closed", 3},
		{"invalid", t.Context(), sim.Invalidf("no"), "closed", 3},
		{"too many", t.Context(), sim.Errorf(sim.Exhausted, "later"), "open", 3},
		{"timeout", t.Context(), context.DeadlineExceeded, "open", 3},
		{"internal", t.Context(), errors.New("a mistake"), "open", 3},
		{"refused by a limit inside", t.Context(), fmt.Errorf("no: %w", policy.ErrFull), "closed", 0},
		{"given up by the caller", canceled, context.Canceled, "closed", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := made(t, "breaker window=3 calls=3", policy.Deps{})
			h := b.Around()(func(context.Context, sim.Message) (sim.Message, error) { return sim.Message{}, tt.err })
			for range 3 {
				_, _ = h(tt.ctx, get())
			}
			if g := b.Gauge(); g.State != tt.state || g.Of != tt.calls {
				t.Errorf("%s with %v calls seen, want %s with %v", g.State, g.Of, tt.state, tt.calls)
			}
		})
	}
}

// held is a call that stays under way until it is told how to end.
func held(b policy.Policy) (end chan<- error, done <-chan error) {
	how, over := make(chan error), make(chan error)
	go func() {
		_, err := b.Around()(func(context.Context, sim.Message) (sim.Message, error) { return sim.Message{}, <-how })(context.Background(), get())
		over <- err
	}()
	synctest.Wait()
	return how, over
}

// Half open, exactly the probes leave, however many callers there are; they are
// judged together, and one that says nothing gives its place back.
func TestProbesAreCounted(t *testing.T) {
	for _, tt := range []struct {
		failed int
		state  string
	}{{1, "closed"}, {2, "open"}} {
		synctest.Test(t, func(t *testing.T) {
			b := made(t, "breaker window=2 calls=2 open=1s probes=3", policy.Deps{})
			play(t, b, []step{{0, 2, "fail", "open"}})
			time.Sleep(time.Second)
			var ends []chan<- error
			var done []<-chan error
			for range 3 {
				e, d := held(b)
				ends, done = append(ends, e), append(done, d)
			}
			if left, err := once(b, "ok"); left || !errors.Is(err, policy.ErrOpen) {
				t.Fatalf("a fourth one left: %v, %v", left, err)
			}
			ends[0] <- policy.ErrFull
			<-done[0]
			ends[0], done[0] = held(b) // its place is free again
			for i := range 3 {
				var err error
				if i < tt.failed {
					err = unavailable()
				}
				if got := b.Gauge(); got.State != "half_open" || got.Used != float64(i) || got.Of != 3 {
					t.Errorf("with %d home: %+v", i, got)
				}
				ends[i] <- err
				<-done[i]
			}
			if got := b.Gauge().State; got != tt.state {
				t.Errorf("%d of 3 failed: %s, want %s", tt.failed, got, tt.state)
			}
		})
	}
}

// What left before the breaker opened says nothing about what is true now.
func TestLateResultsAreHarmless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := made(t, "breaker row=2 open=1s probes=1", policy.Deps{})
		lateOK, okDone := held(b)
		lateNo, noDone := held(b)
		play(t, b, []step{{0, 2, "fail", "open"}})
		time.Sleep(time.Second)
		probe, probeDone := held(b)
		lateOK <- nil
		<-okDone
		lateNo <- unavailable()
		<-noDone
		if got := b.Gauge(); got.State != "half_open" || got.Used != 0 {
			t.Errorf("late results moved it: %+v", got)
		}
		probe <- nil
		<-probeDone
		if got := b.Gauge().State; got != "closed" {
			t.Errorf("after its probe: %s", got)
		}
	})
}

// A call that panics gives its probe back.
func TestPanicGivesTheProbeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := made(t, "breaker row=1 open=1s", policy.Deps{})
		play(t, b, []step{{0, 1, "fail", "open"}})
		time.Sleep(time.Second)
		func() {
			defer func() { _ = recover() }()
			_, _ = b.Around()(func(context.Context, sim.Message) (sim.Message, error) { panic("a mistake") })(t.Context(), get())
		}()
		play(t, b, []step{{0, 1, "ok", "closed"}})
	})
}

func TestBreakerGauge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := made(t, "breaker window=10 open=5s", policy.Deps{})
		play(t, b, []step{{0, 4, "ok", "closed"}, {0, 4, "fail", "closed"}})
		if g := b.Gauge(); g.Used != 4 || g.Of != 8 || g.Left != nil {
			t.Errorf("%+v", g)
		}
		play(t, b, []step{{0, 2, "fail", "open"}, {2 * time.Second, 1, "no", "open"}})
		if g := b.Gauge(); g.Used != 6 || g.Of != 10 || g.Unit != "failed" || g.Left == nil || *g.Left != 3000 || g.Passed != 10 || g.Refused != 1 {
			t.Errorf("%+v", g)
		}
	})
}

// Where failsafe-go means the same, both breakers agree on random streams.
func TestBreakerAgreesWithFailsafe(t *testing.T) {
	for _, tt := range []struct {
		line  string
		other func() circuitbreaker.CircuitBreaker[any]
	}{
		{"breaker window=10s calls=5 failed=50% open=5s", func() circuitbreaker.CircuitBreaker[any] {
			return circuitbreaker.NewBuilder[any]().WithFailureRateThreshold(0.5, 5, 10*time.Second).WithDelay(5 * time.Second).WithSuccessThreshold(1).Build()
		}},
		{"breaker row=3 open=1s", func() circuitbreaker.CircuitBreaker[any] {
			return circuitbreaker.NewBuilder[any]().WithFailureThreshold(3).WithDelay(time.Second).WithSuccessThreshold(1).Build()
		}},
	} {
		t.Run(tt.line, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				draw := rand.New(rand.NewPCG(3, 4))
				ours, theirs := made(t, tt.line, policy.Deps{}), tt.other()
				opened := 0
				for i := range 10_000 {
					time.Sleep(time.Duration(draw.IntN(1000)) * time.Millisecond)
					how := "ok"
					if draw.Float64() < 0.4 {
						how = "fail"
					}
					left, _ := once(ours, how)
					if may := theirs.TryAcquirePermit(); may != left {
						t.Fatalf("call %d: left %v, failsafe-go says %v", i, left, may)
					}
					switch {
					case left && how == "fail":
						theirs.RecordFailure()
					case left:
						theirs.RecordSuccess()
					}
					if a, b := ours.Gauge().State, theirs.State().String(); a != b && a != "half_open" {
						t.Fatalf("call %d: %s, failsafe-go says %s", i, a, b)
					}
					if !left {
						opened++
					}
				}
				if opened < 100 {
					t.Errorf("only %d calls were refused: this compares nothing", opened)
				}
			})
		})
	}
}

// Hystrix counts SEMAPHORE_REJECTED and THREAD_POOL_REJECTED as failures, and
// resilience4j records every exception, a BulkheadFullException too.
func TestWhatALimitInsideRejects(t *testing.T) {
	for line, want := range map[string]string{
		"breaker window=4 calls=4":                "closed",
		"breaker window=4 calls=4 refused=count":  "open",
		"breaker window=4 calls=4 refused=ignore": "closed",
	} {
		s := stack(t, policy.Deps{}, line, "ratelimit rate=0.001/s burst=1")
		calls := 0
		for range 5 {
			_, _ = s.Around()(failing(0, nil, &calls))(t.Context(), get())
		}
		b, _ := s.Find("breaker")
		if g := b.Gauge(); g.State != want || calls != 1 {
			t.Errorf("%s: %s after %d calls left, want %s", line, g.State, calls, want)
		}
	}
}
