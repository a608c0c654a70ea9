package policy_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// In any time T at most burst + rate·T calls leave, however they come.
func TestTokenBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate, burst = 50.0, 10
		l := made(t, "ratelimit rate=50/s burst=10", policy.Deps{})
		draw := rand.New(rand.NewPCG(5, 6))
		var left []time.Time
		for range 5000 {
			time.Sleep(time.Duration(draw.ExpFloat64() * float64(8*time.Millisecond)))
			if went, _ := once(l, "ok"); went {
				left = append(left, time.Now())
			}
		}
		for i := range left {
			for j := i; j < min(i+200, len(left)); j++ {
				span := left[j].Sub(left[i])
				if most := burst + rate*span.Seconds(); float64(j-i+1) > most+1e-6 {
					t.Fatalf("%d left in %s, at most %.1f may", j-i+1, span, most)
				}
			}
		}
		all := left[len(left)-1].Sub(left[0])
		if got := float64(len(left)) / all.Seconds(); got < rate*0.97 {
			t.Errorf("%.1f/s left, want nearly %v", got, rate)
		}
	})
}

func TestRateLimitSaysWhenToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		l := made(t, "ratelimit rate=2/s burst=3", r.deps())
		for range 3 {
			if left, err := once(l, "ok"); !left || err != nil {
				t.Fatal(err)
			}
		}
		_, err := once(l, "ok")
		e := sim.AsError(err)
		if !errors.Is(err, policy.ErrLimited) || e.Code != sim.Exhausted || e.RetryAfter != 500*time.Millisecond {
			t.Fatalf("%+v, want to come back after 500 ms", e)
		}
		if f := r.taken()[0].(sim.Rejected); f.By != "rate limit" || f.Why != "2/s, bursts of 3" {
			t.Errorf("%+v", f)
		}
		time.Sleep(e.RetryAfter)
		if left, err := once(l, "ok"); !left {
			t.Errorf("after that: %v", err)
		}
		time.Sleep(time.Hour)
		if g := l.Gauge(); g.Used != 3 || g.Of != 3 || g.Unit != "tokens" || g.Passed != 4 || g.Refused != 1 {
			t.Errorf("%+v", g)
		}
	})
}
