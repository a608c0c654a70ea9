package policy_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// An overloaded server that accepts 20 of 100 requests a second receives about k times
// that (Google SRE book, "Handling Overload").
func TestAThrottledServerReceivesKTimesWhatItAccepts(t *testing.T) {
	for _, k := range []string{"1.5", "2", "3"} {
		synctest.Test(t, func(t *testing.T) {
			var r recorder
			received, accepted := 0, 0
			var second time.Time
			left := 0
			server := func(context.Context, sim.Message) (sim.Message, error) {
				received++
				if now := time.Now().Truncate(time.Second); now != second {
					second, left = now, 20
				}
				if left--; left < 0 {
					return sim.Message{}, &sim.Error{Code: sim.Unavailable, Message: "overloaded", Remote: true}
				}
				accepted++
				return sim.Message{}, nil
			}
			p := made(t, "throttle over=10s k="+k, r.deps())
			call := sim.Chain(server, p.Around())
			offered := 0
			for step := range 6000 {
				if step == 3000 {
					received, accepted, offered = 0, 0, 0
				}
				offered++
				_, err := call(t.Context(), get())
				if errors.Is(err, policy.ErrThrottled) != errors.Is(err, sim.ErrNotSent) {
					t.Fatalf("%v", err)
				}
				time.Sleep(10 * time.Millisecond)
			}
			want := map[string]float64{"1.5": 1.5, "2": 2, "3": 3}[k]
			if got := float64(received) / float64(accepted); math.Abs(got-want) > 0.25*want {
				t.Errorf("k=%s: of %d offered the server received %d and accepted %d, %.2f times", k, offered, received, accepted, got)
			}
		})
	}
}

func TestAThrottleLetsAllThroughWhileAllIsAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		p := made(t, "throttle", r.deps())
		fine := func(context.Context, sim.Message) (sim.Message, error) { return sim.Message{}, nil }
		call := sim.Chain(fine, p.Around())
		for range 1000 {
			if _, err := call(t.Context(), get()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
		}
		if g := p.Gauge(); g.Used != 0 || g.Passed != 1000 || g.Refused != 0 {
			t.Errorf("%+v", g)
		}
	})
}
