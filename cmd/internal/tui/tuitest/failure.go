package tuitest

import (
	"context"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/world"
)

// Under is what this world says of faults, policies and queues. Tests set it.
type Under struct {
	Faults []world.Receipt
	Guards []world.Guards

	Exchanges []lab.Exchange
	Letters   []lab.Letter
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

// Exchanges are those that were set.
func (w *World) Exchanges() []lab.Exchange {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.under.Exchanges)
}

// Dead are the letters that were set, of whatever queue; a redrive takes them away.
func (w *World) Dead(context.Context, string) ([]lab.Letter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.under.Letters), nil
}

// Topics are those of its description.
func (w *World) Topics() []sim.TopicSpec { return w.Spec().Topics }

// Choices are REST now, gRPC, a queue that cannot be, and one that can.
func (w *World) Choices(sim.LinkID) []world.Choice {
	all := []world.Choice{
		{Transport: "rest", Now: true, Promise: sim.Direct()},
		{Transport: "grpc", Promise: sim.Direct()},
		{Transport: "nats", Why: "nats cannot carry order:product: the question has no late answer"},
		{Transport: "rabbitmq-reply", Promise: sim.Promise{
			Keeper: "the queue, on disk, until it is acknowledged", Order: "as sent, for one instance that works on one at a time",
			Again: "when it is refused or its connection ends, up to 5 times", Replay: "no: what is acknowledged is gone",
		}},
	}
	for _, name := range []string{"nats-reply", "nats-stream", "rabbitmq", "rabbitmq-transient", "activemq", "activemq-reply", "sqs", "kafka"} {
		all = append(all, world.Choice{Transport: name, Why: name + " cannot carry order:product: the question has no late answer"})
	}
	return all
}

// Waiting is a world of which letters wait in RabbitMQ, and two are dead.
func Waiting() Under {
	since := time.Date(2025, 11, 22, 15, 4, 5, 0, time.UTC)
	why := "delivered as often as its queue allows (delivery_limit)"
	return Under{
		Exchanges: []lab.Exchange{{Kind: "direct", Bindings: []lab.Binding{{To: "order.mail", Queue: "order:mail", Key: "order.mail"}}}},
		Letters: []lab.Letter{
			{Queue: "order:mail", Broker: "rabbitmq", Why: why, At: &since, Headers: [][2]string{{"type", "shop.mail.v1.Notify"}}, Body: `{"to":"c-1","text":"order o-1 is confirmed"}`},
			{Queue: "order:mail", Broker: "rabbitmq", Why: why, Tries: 5, Body: "no JSON"},
		},
	}
}

// Broken is a world in which a fault hits and a breaker is open.
func Broken() Under {
	left := 2100.0
	return Under{
		Faults: []world.Receipt{
			{
				ID: "f1", Kind: "latency", Target: "order:product", Text: "latency delay=300ms share=30%", Unit: "message",
				Armed: true, Hit: 7, Of: 20, Missed: 13, MissedBecause: map[string]int64{"share": 13}, State: "armed",
			},
			{
				ID: "f2", Kind: "refuse", Target: "product", Text: "refuse", Unit: "dial",
				Hit: 812, Of: 812, Cleared: true, Untouched: 7, State: "cleared, not yet verified (7 of 20)",
			},
			{
				ID: "f3", Kind: "reset", Target: "order:product", Text: "reset first=2", Unit: "connection", Hit: 2, Of: 9, Missed: 7,
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
