package tuitest

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/world"
)

// Under is what this world says of faults and policies. Tests set it.
type Under struct {
	Faults []world.Receipt
	Guards []world.Guards
}

// SetUnder sets what the world says of faults and policies.
func (w *World) SetUnder(u Under) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.under = u
}

// Asked is how often receipts or gauges were asked for.
func (w *World) Asked() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked
}

// Receipts are those that were set.
func (w *World) Receipts() []world.Receipt {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked++
	return slices.Clone(w.under.Faults)
}

// Guards are those that were set.
func (w *World) Guards() []world.Guards {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked++
	return slices.Clone(w.under.Guards)
}

// Choices are REST now, gRPC, and a queue that cannot be.
func (w *World) Choices(sim.LinkID) []world.Choice {
	return []world.Choice{
		{Transport: "rest", Now: true},
		{Transport: "grpc"},
		{Transport: "nats", Why: "nats cannot carry order:product: the question has no late answer"},
	}
}

// Broken is a world in which a fault bites and a breaker is open.
func Broken() Under {
	left := 2100.0
	return Under{
		Faults: []world.Receipt{
			{
				ID: "f1", Kind: "latency", Target: "order:product", Text: "latency delay=300ms share=30%", Unit: "message",
				Armed: true, Bit: 7, Of: 20, Missed: 13, MissedBecause: map[string]int64{"share": 13}, State: "armed",
			},
			{
				ID: "f2", Kind: "refuse", Target: "product", Text: "refuse", Unit: "dial",
				Bit: 812, Of: 812, Cleared: true, Untouched: 7, State: "cleared, not yet verified (7 of 20)",
			},
			{
				ID: "f3", Kind: "reset", Target: "order:product", Text: "reset first=2", Unit: "connection", Bit: 2, Of: 9, Missed: 7,
				MissedBecause: map[string]int64{"first": 7}, Cleared: true, Verified: true, Untouched: 20, State: "cleared, verified",
				SideEffect: &world.SideEffect{Before: 1, After: 1},
			},
			{ID: "k1", Kind: "kill", Target: "order", Text: "kill for=10s", Unit: "call", Armed: true, State: "armed"},
		},
		Guards: []world.Guards{
			{Link: "client:order", Nesting: "call"},
			{Link: "order:product", Nesting: "fallback(retry(budget(breaker(ratelimit(bulkhead(timeout(call)))))))", Policies: []policy.Gauge{
				{Policy: "fallback", Text: "fallback", About: "answers with the last good answer", Passed: 4},
				{Policy: "retry", Text: "retry tries=3", About: "tries 3 (1 + 2), full jitter", Passed: 12, Refused: 1},
				{Policy: "budget", Text: "budget", About: "20% of calls and 10/s, over 10 s", Used: 5, Of: 8, Unit: "retries", Passed: 12},
				{Policy: "breaker", Text: "breaker", About: "opens when 50% of at least 10 calls failed; for 5.00 s; then 1 probe", State: policy.StateOpen, Used: 6, Of: 10, Unit: "failed", Left: &left, Passed: 31, Refused: 9},
				{Policy: "ratelimit", Text: "ratelimit rate=50/s", About: "50/s, bursts of 10", Used: 7, Of: 10, Unit: "tokens", Passed: 80, Refused: 3},
				{Policy: "bulkhead", Text: "bulkhead max=10 queue=5", About: "10 at once, 5 may wait up to 1.00 s", Used: 10, Of: 10, Unit: "at once", Waiting: 3, Passed: 81, Refused: 2},
				{Policy: "timeout", Text: "timeout after=1s", About: "each attempt has 1.00 s", Passed: 90, Refused: 6},
			}},
		},
	}
}
