package lab_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

const twoSteps = `
name: two steps
services:
  client:  {kind: client}
  order:   {kind: order}
  payment: {kind: payment, time: lognormal 1ms 0.5}
brokers: [nats]
links:
  "client:order":  {transport: rest}
  "order:payment": {transport: rest}
use_cases:
  order.place: {from: client, ask: order.PlaceOrder, body: {customer_id: c-1, items: [{product_id: "101", quantity: 1}]}}
`

// all that a link can travel by.
var ways = []string{"rest", "grpc", "nats", "nats-reply"}

// swapped puts 200 orders a second through a link with a retry policy, and
// swaps it every 50 ms among all transports. at is called once, in the middle. Where a
// swap takes longer there are fewer of them, so that the log still holds all orders.
func swapped(t *testing.T, o lab.Options, at func(*lab.Lab)) *lab.Lab {
	t.Helper()
	swaps := 200 // 10 s
	if testing.Short() {
		swaps = 40
	}
	l := openSpec(t, parse(t, twoSteps), o)
	do(t, l, sim.Guard{Link: "order:payment", Policy: "retry", Params: map[string]string{"tries": "3"}})
	do(t, l, sim.SetLoad{Rate: 200})
	const pause = 50 * time.Millisecond
	every, begun := time.NewTicker(pause), time.Now()
	defer every.Stop()
	for i, over := 0, false; i < 2*len(ways) || !over; i++ {
		share := max(float64(i)/float64(swaps), float64(time.Since(begun))/float64(time.Duration(swaps)*2*pause))
		if over = share >= 1; at != nil && share >= 0.5 {
			at(l)
			at = nil
		}
		<-every.C
		do(t, l, sim.Swap{Link: "order:payment", Transport: ways[(i+1)%len(ways)]})
	}
	do(t, l, sim.SetLoad{})
	allSettled(t, l, "order:payment")
	return l
}

// broken says what a swap must not do and did.
func broken(t *testing.T, l *lab.Lab) (what []string) {
	t.Helper()
	complain := func(format string, args ...any) { what = append(what, fmt.Sprintf(format, args...)) }
	s := l.LinkStats("order:payment")
	if s.Lost != 0 {
		complain("lost %d", s.Lost)
	}
	if s.Sent != s.Answered+s.Accepted+s.Failed+s.InFlight+s.Lost || s.Settled+s.Pending != s.Accepted || s.Pending != 0 || s.Draining != 0 {
		complain("the counts do not add up: %+v", s)
	}
	if s.Answered == 0 || s.Accepted == 0 {
		complain("answered %d, accepted %d", s.Answered, s.Accepted)
	}
	begun, sent, settled := map[sim.TraceID]bool{}, map[sim.SpanID]sim.Event{}, map[sim.SpanID]bool{}
	by := map[string]int{}
	for _, e := range events(t, l) {
		switch f := e.Fact.(type) {
		case sim.Begun:
			begun[e.Trace] = true
		case sim.Sent:
			sent[e.Span] = e
			if e.Link == "order:payment" {
				verb, _, _ := strings.Cut(f.Label, " ")
				by[verb+suffix(f.Label)]++
			}
			if !begun[e.Trace] {
				complain("%s %s belongs to no request", e.Link, f.Label)
			}
		case sim.Settled:
			settled[e.Span] = true
		case sim.Received:
			from := sent[e.Span]
			if settled[e.Span] && e.Parent == 0 { // its acknowledgement died with the receiver: by now it is known by its span alone
				e.Parent = from.Parent
			}
			if from.Trace != e.Trace || from.Parent != e.Parent || from.Link != e.Link {
				complain("received at %s on %s as %s %s; sent on %s as %s", e.Node, e.Link, e.Trace, e.Span, from.Link, from.Trace)
			}
		}
	}
	if len(by) != len(ways) {
		complain("not every transport carried something: %v", by)
	}
	return what
}

// suffix tells queues apart: both are written to with PUB.
func suffix(label string) string {
	if strings.HasSuffix(label, ".reply") {
		return " reply"
	}
	return ""
}

func TestSwapLosesNothing(t *testing.T) {
	t.Parallel()
	l := swapped(t, lab.Options{}, nil)
	for _, w := range broken(t, l) {
		t.Error(w)
	}
	s := l.LinkStats("order:payment")
	if s.Failed != 0 || s.Sent != s.Calls {
		t.Errorf("nothing went wrong, but %d failed and %d were sent for %d calls", s.Failed, s.Sent, s.Calls)
	}
	charged := int64(0)
	for _, e := range events(t, l) {
		if f, ok := e.Fact.(sim.Effect); ok && e.Node.Service == "payment" && strings.HasPrefix(f.Text, "charged") {
			charged++
		}
	}
	if charged != s.Calls {
		t.Errorf("%d were charged for %d calls", charged, s.Calls)
	}
}

func TestSwapLosesNothingWhenTheReceiverDies(t *testing.T) {
	t.Parallel()
	l := swapped(t, lab.Options{}, func(l *lab.Lab) {
		do(t, l, sim.Kill{Target: "payment"})
		do(t, l, sim.Start{Target: "payment"})
	})
	for _, w := range broken(t, l) {
		t.Error(w)
	}
}

// The same check finds the one answer that is dropped on purpose.
func TestSwapCheckFindsWhatIsDropped(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	l := swapped(t, lab.Options{Below: func(id sim.LinkID) sim.Middleware {
		if id != "order:payment" {
			return nil
		}
		return func(next sim.Handler) sim.Handler {
			return func(ctx context.Context, m sim.Message) (sim.Message, error) {
				if n.Add(1) == 100 {
					return sim.Message{}, nil
				}
				return next(ctx, m)
			}
		}
	}}, nil)
	if what := broken(t, l); len(what) != 1 || what[0] != "lost 1" {
		t.Errorf("the check finds %q, want the one that was lost", what)
	}
}

// The picture shows that a link drains until it reads that it has drained. So the end of
// a transport that nothing used is recorded after the swap, not before it.
func TestAnIdleLinkHasDrainedAfterItsSwap(t *testing.T) {
	l := openSpec(t, parse(t, twoSteps), lab.Options{})
	for _, way := range []string{"nats", "grpc", "rest"} {
		do(t, l, sim.Swap{Link: "order:payment", Transport: way})
	}
	var story []string
	for _, e := range events(t, l) {
		switch f := e.Fact.(type) {
		case sim.Swapped:
			story = append(story, "to "+f.To)
		case sim.Drained:
			story = append(story, f.Transport+" drained")
		}
	}
	if got := strings.Join(story, ", "); got != "to nats, rest drained, to grpc, nats drained, to rest, grpc drained" {
		t.Errorf("the log says: %s", got)
	}
}
