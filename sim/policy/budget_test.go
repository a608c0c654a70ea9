package policy_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// While everything fails, retries stay within share · calls + floor · window.
func TestBudgetBoundsRetries(t *testing.T) {
	for _, tt := range []struct {
		budget         string
		calls, retries int
	}{
		{"budget share=20% floor=0/s", 1000, 200},
		{"budget share=0% floor=10/s over=10s", 1000, 100}, // Linkerd's floor
		{"budget share=20% floor=10/s over=10s", 1000, 300},
		{"budget share=100% floor=0/s", 50, 50},
	} {
		t.Run(tt.budget, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := stack(t, policy.Deps{}, "retry tries=3 base=0s jitter=none", tt.budget)
				calls := 0
				h := s.Around()(failing(1<<30, unavailable(), &calls))
				for range tt.calls {
					_, _ = h(t.Context(), get())
				}
				if calls != tt.calls+tt.retries {
					t.Errorf("%d attempts for %d calls, want %d retries", calls, tt.calls, tt.retries)
				}
				b, _ := s.Find("budget")
				if g := b.Gauge(); g.Used != g.Of || int(g.Used) != tt.retries || g.Refused == 0 {
					t.Errorf("%+v", g)
				}
			})
		})
	}
}

// floor · over holds for every stretch of that length, wherever it begins.
func TestBudgetBoundsEveryStretch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := stack(t, policy.Deps{}, "retry tries=2 base=0s jitter=none", "budget share=0% floor=5/s over=2s").Around()
		calls := 0
		var at []time.Time                 // of every retry
		time.Sleep(150 * time.Millisecond) // into a bucket of the window
		for range 1000 {
			before := calls
			_, _ = h(failing(1<<30, unavailable(), &calls))(t.Context(), get())
			if calls == before+2 {
				at = append(at, time.Now())
			}
			time.Sleep(7 * time.Millisecond)
		}
		for i := range at {
			n := 0
			for _, later := range at[i:] {
				if later.Sub(at[i]) < 2*time.Second {
					n++
				}
			}
			if n > 10 {
				t.Fatalf("%d retries within 2 s, the bound is 10", n)
			}
		}
		if len(at) < 25 { // 7 s at up to 5/s
			t.Errorf("only %d retries in 7 s", len(at))
		}
	})
}

// A spent budget ends a call with its own failure, and says so.
func TestSpentBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		h := stack(t, r.deps(), "retry tries=5 base=1ms jitter=none", "budget share=0% floor=1/s over=1s").Around()
		calls := 0
		_, err := h(failing(99, unavailable(), &calls))(t.Context(), get())
		e := sim.AsError(err)
		if calls != 2 || !e.Remote || e.Code != sim.Unavailable || !strings.HasSuffix(e.Message, "not retried: the retry budget is used up") {
			t.Errorf("%v after %d calls", err, calls)
		}
		want := []sim.Fact{
			sim.Waited{For: time.Millisecond, Try: 2, Why: "GET may be repeated"},
			sim.Waited{For: 2 * time.Millisecond, Try: 3, Why: "GET may be repeated"},
			sim.Rejected{By: "budget", Why: "the retry budget is used up"},
		}
		if d := cmp.Diff(want, r.taken()); d != "" {
			t.Error(d)
		}
		time.Sleep(2 * time.Second) // what was long ago is forgotten
		calls = 0
		if _, err := h(failing(1, unavailable(), &calls))(t.Context(), get()); err != nil {
			t.Errorf("later: %v", err)
		}
	})
}
