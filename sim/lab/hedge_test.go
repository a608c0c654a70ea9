package lab_test

import (
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// waits are how long customers waited, of requests sent one after another.
func waits(t *testing.T, l *lab.Lab) (slowest time.Duration, n int) {
	t.Helper()
	for _, e := range events(t, l) {
		if f, ok := e.Fact.(sim.Ended); ok {
			slowest, n = max(slowest, f.Took), n+1
			if f.Code != sim.OK {
				t.Errorf("a request ended with %s", f.Text)
			}
		}
	}
	return slowest, n
}

// One request in fifty is slow. A hedge makes the slowest as fast as two requests one
// after the other, at a few further requests; what loses is cancelled and counts as failed.
func TestAHedgeCutsTheTail(t *testing.T) {
	for _, transport := range []string{"rest", "grpc"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			l := open(t, "catalog", lab.Options{})
			say(t, l, "swap order:product "+transport, "inject order:product latency delay=1s share=2%", "guard order:product hedge after=40ms",
				"send product.get 150")
			slowest, n := waits(t, l)
			s := counted(t, l, "order:product")
			if n != 150 || slowest > 900*time.Millisecond || s.Hedges == 0 || s.Hedges > 15 || s.Retries != 0 || s.Calls != 150 || s.Sent != 150+s.Hedges {
				t.Errorf("%d requests, slowest %s; %d hedges, %d retries, %d calls, %d sent", n, slowest, s.Hedges, s.Retries, s.Calls, s.Sent)
			}
		})
	}
}

// What a cache answers is a call without an attempt.
func TestACacheSparesRequests(t *testing.T) {
	l := open(t, "catalog", lab.Options{})
	say(t, l, "guard order:product cache ttl=1m", "send product.get 10")
	if s := counted(t, l, "order:product"); s.Sent != 1 || s.Answered != 1 || s.Failed != 0 {
		t.Errorf("%+v", s)
	}
	if _, n := waits(t, l); n != 10 {
		t.Errorf("%d requests ended", n)
	}
}

// Each policy and preset can be put on any link without parameters, and traffic goes on.
func TestEveryPolicyIsAcceptedBare(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	for _, word := range []string{"fallback", "cache", "retry", "hedge", "budget", "throttle", "breaker", "ratelimit", "adaptive", "shed", "bulkhead", "timeout"} {
		for _, k := range l.Spec().Links {
			say(t, l, "guard "+string(k.ID)+" "+word)
		}
	}
	if r := say(t, l, "send order.place"); r.Text != "confirmed" {
		t.Errorf("with every policy on every link the customer saw %q", r.Text)
	}
	for _, preset := range []string{"hystrix", "resilience4j", "polly", "gobreaker", "envoy", "linkerd", "grpc", "finagle"} {
		say(t, l, "guard order:payment preset="+preset)
		if r := say(t, l, "send order.place"); r.Text != "confirmed" {
			t.Errorf("with %s the customer saw %q", preset, r.Text)
		}
	}
}
