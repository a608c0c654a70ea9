package lab_test

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/world"
)

// transports is where every fault on a link is tried. A new transport is a new row.
var transports = []string{"rest", "grpc", "nats-reply"}

const payWorld = `
name: pay
services:
  client:  {kind: client}
  payment: {kind: payment}
links:
  "client:payment": {transport: %s}
use_cases:
  pay: {from: client, ask: payment.Charge, body: {order_id: o-1, customer_id: c-1, amount: {currency: EUR, cents: 100}}, deadline: 5s}
  hasty: {from: client, ask: payment.Charge, body: {order_id: o-1, customer_id: c-1, amount: {currency: EUR, cents: 100}}, deadline: 150ms}
`

const pays = sim.LinkID("client:payment")

// parseLine reads a line of the door.
func parseLine(t testing.TB, line string) sim.Command {
	t.Helper()
	c, err := door.Parse(line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return c
}

// receipt is what `show faults` says about one fault.
func receipt(t *testing.T, l *lab.Lab, id string) world.Receipt {
	t.Helper()
	for _, r := range say(t, l, "show faults").Data.([]world.Receipt) {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("%s has no receipt", id)
	return world.Receipt{}
}

// seen is what a customer sees of one request.
type seen struct {
	text string
	took time.Duration
}

// pay sends requests one after another and tells what the customer saw.
func pay(l *lab.Lab, n int) []seen { return sendOf(l, "pay", n) }

// hasty is pay by a customer who does not wait long.
func hasty(l *lab.Lab, n int) []seen { return sendOf(l, "hasty", n) }

func sendOf(l *lab.Lab, useCase string, n int) (all []seen) {
	for range n {
		began := time.Now()
		r, err := l.Do(context.Background(), sim.Send{UseCase: useCase, N: 1})
		if err != nil {
			r.Text = "error: " + err.Error()
		}
		all = append(all, seen{r.Text, time.Since(began)})
	}
	return all
}

// count counts the requests for which the customer felt something.
func count(all []seen, felt func(seen) bool) (n int64) {
	for _, s := range all {
		if felt(s) {
			n++
		}
	}
	return n
}

func notCharged(s seen) bool { return s.text != "charged" }
func noAnswer(s seen) bool   { return s.text == "no response" }
func slow(s seen) bool       { return s.took >= 60*time.Millisecond }

func slower(than time.Duration) func(seen) bool {
	return func(s seen) bool { return s.took >= than }
}

func has(part string) func(seen) bool {
	return func(s seen) bool { return strings.Contains(s.text, part) }
}

// linkFaults is every fault that can be aimed at a link, as its customer counts it.
var linkFaults = []struct {
	line   string // what is injected
	mute   bool   // nothing comes back, so only a hasty customer is asked
	cold   bool   // it hits on dials, so nothing may be open yet
	felt   func(seen) bool
	clock  bool   // felt by the clock: on a busy machine other calls may take as long
	want   int64  // how often, of five requests; 0 = twice
	shared string // why the customer of a link whose connection is not his alone cannot count the same; "" = he can
}{
	{line: "latency delay=70ms first=2", felt: slow, clock: true},
	{line: "latency delay=70ms first=2 on=wire direction=out", felt: slow, clock: true, shared: perBurst},
	{line: "error code=503 first=2", felt: notCharged},
	{line: "drop first=2", mute: true, felt: noAnswer},
	{line: "drop direction=in first=2", mute: true, felt: noAnswer},
	{line: "delay delay=70ms first=2", felt: slow, clock: true},
	{line: "delay delay=70ms direction=in first=2", felt: slow, clock: true},
	{line: "refuse first=2", cold: true, felt: has("refused"), shared: "gRPC dials in the background and keeps a refused call waiting for the next dial"},
	{line: "reset first=2", felt: has("reset"), shared: perBurst},
	{line: "reset direction=in first=2", felt: has("reset"), shared: perBurst},
	{line: "cut after=10B first=2", felt: has("lost"), shared: perBurst},
	{line: "blackhole first=2", mute: true, felt: noAnswer, shared: perBurst},
	{line: "blackhole direction=in first=2", mute: true, felt: noAnswer, shared: perBurst},
	{line: "partition direction=out first=2", mute: true, felt: noAnswer, shared: perBurst},
	{line: "bandwidth rate=3KiB/s direction=out", want: 5, felt: slower(25 * time.Millisecond), clock: true, shared: perBurst},
	{line: "slice size=16B delay=5ms direction=out", want: 5, felt: slower(20 * time.Millisecond), clock: true, shared: perBurst},
	{line: "garble first=2", felt: notCharged, shared: perBurst},
}

// gaps are faults that cannot be tried on a transport, each with its reason.
var gaps = map[string]string{
	"nats-reply/refuse first=2": "a client of a broker dials once and keeps its connection, whatever happens to the receiver",
}

const perBurst = "an HTTP/2 connection says more than calls: its bursts are counted"

// elsewhere are the faults of a link that one customer cannot feel; each has a test of its own.
var elsewhere = map[string]string{
	"duplicate": "TestDuplicateArrivesTwice", "reorder": "TestReorder", "corrupt": "TestCorruptChangesTheBytes", "slowclose": "TestSlowClose of sim/wire",
	"poison": atBrokers, "lostack": atBrokers, "slow": atBrokers, "full": atBrokers, "rebalance": atBrokers, "leader": atBrokers,
}

const atBrokers = "TestEveryBrokerFault"

// Every fault on every transport: it hits, it is counted as its customer
// counts it, and after clear there is no trace of it.
func TestEveryLinkFault(t *testing.T) {
	for _, transport := range transports {
		for _, f := range linkFaults {
			t.Run(transport+"/"+f.line, func(t *testing.T) {
				if why := gaps[transport+"/"+f.line]; why != "" {
					t.Skip(why)
				}
				felt := f.felt
				if f.shared != "" && transport != "rest" && !f.mute {
					felt = func(s seen) bool { return f.felt(s) || notCharged(s) } // in whatever words
				}
				l := openSpec(t, parse(t, fmt.Sprintf(payWorld, transport)), lab.Options{})
				pay(l, 1)
				before := runtime.NumGoroutine()
				if f.cold {
					say(t, l, "restart payment")
				}
				say(t, l, "inject client:payment "+f.line)
				send := pay
				if f.mute {
					send = hasty
				}
				times := count(send(l, 5), felt)
				r := receipt(t, l, "f1")
				exact := transport == "rest" || f.shared == ""
				want := cmp.Or(f.want, 2)
				if f.clock || f.mute { // a hasty customer feels by the clock, too
					times = min(times, want)
				}
				if times == 0 || r.Hit == 0 || exact && (times != want || r.Hit != want || l.LinkStats(pays).FaultsHit != want) {
					t.Errorf("the customer felt it %d times; hit %d of %d (%v), %d on the link", times, r.Hit, r.Of, r.MissedBecause, l.LinkStats(pays).FaultsHit)
				}
				if r.Missed != r.Of-r.Hit || exact && r.Of < 2 {
					t.Errorf("%+v", r)
				}
				untouched(t, l, "f1", before)
			})
		}
	}
}

// untouched clears a fault and checks that nothing is left of it: the customer
// sees what he saw before, and it is verified by twenty requests.
func untouched(t *testing.T, l *lab.Lab, id string, goroutines int) {
	t.Helper()
	say(t, l, "clear "+id)
	if r := receipt(t, l, id); r.Armed || !r.Cleared || r.Verified {
		t.Errorf("just cleared: %+v", r)
	}
	settled(t, l)
	hit := receipt(t, l, id).Hit
	if n := count(pay(l, world.Untouched+1), notCharged); n != 0 {
		t.Errorf("after clear the customer missed %d answers", n)
	}
	r := receipt(t, l, id)
	if !r.Verified || r.State != "cleared, verified" || r.Hit != hit {
		t.Errorf("%+v", r)
	}
	eventually(t, "the goroutines of the fault are gone", func() bool { return runtime.NumGoroutine() <= goroutines+goroutineSlack })
}

// goroutineSlack are the two that serve and use a connection opened anew, on
// each side, while the old ones end.
const goroutineSlack = 4

// settled waits until the customer is served again: a connection that a fault has
// broken may only be noticed now.
func settled(t *testing.T, l *lab.Lab) {
	t.Helper()
	eventually(t, "the customer is served again", func() bool { return count(hasty(l, 1), notCharged) == 0 })
}

func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(patience); !holds(); <-look.C {
		if time.Now().After(end) {
			t.Fatalf("never came true: %s", what)
		}
	}
}

// The table above has every fault that a link may meet.
func TestNoLinkFaultIsForgotten(t *testing.T) {
	for _, row := range form.All(fault.Forms()) {
		if !row.Aims(form.Link) {
			continue
		}
		here := elsewhere[row.Word] != ""
		for _, f := range linkFaults {
			word, _, _ := strings.Cut(f.line, " ")
			here = here || word == row.Word
		}
		if !here {
			t.Errorf("%s is tried on no link", row.Word)
		}
	}
}
