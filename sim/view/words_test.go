package view

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

func TestLine(t *testing.T) {
	at := func(us int64, node sim.Instance, l sim.LinkID, f sim.Fact) sim.Event {
		return sim.Event{At: time.Duration(us) * time.Microsecond, Node: node, Link: l, Fact: f}
	}
	product := sim.Instance{Service: "product", N: 2}
	asked := sim.Link("order", "product")
	for _, test := range []struct {
		e       sim.Event
		line    string
		outcome sim.Outcome
	}{
		{at(412310, client, asks, sim.Sent{Label: "GET /orders/preview?product=999", Try: 1}), "0.412310 s  client to order  GET /orders/preview?product=999", 0},
		{at(412402, order, asked, sim.Sent{Label: "GET /products/999", Try: 2}), "0.412402 s  order to product  GET /products/999  attempt 2", 0},
		{at(5, product, asked, sim.Received{Label: "GET /products/999"}), "0.000005 s  order to product#2  received GET /products/999", 0},
		{at(6, order, curls, sim.Received{Label: "GET /orders/1", Peer: "curl/8"}), "0.000006 s  outside to order  received GET /orders/1", 0},
		{at(7, product, asked, sim.Replied{Status: 404, Code: sim.NotFound, Took: ms}), "0.000007 s  product#2 to order  replies 404 Not Found after 1 millisecond", 0},
		{
			at(412611, order, asked, sim.Answered{Status: 404, Code: sim.NotFound, Took: 209 * time.Microsecond}),
			"0.412611 s  product to order  404 Not Found after 209 microseconds", sim.WasAnswered,
		},
		{at(1, order, asked, sim.Answered{Took: 0}), "0.000001 s  product to order  ok after 0 microseconds", sim.WasAnswered},
		{at(1, order, asked, sim.Answered{Status: 5, Code: sim.NotFound}), "0.000001 s  product to order  not_found after 0 microseconds", sim.WasAnswered},
		{at(1, order, pays, refused), "0.000001 s  order to payment  failed: connection refused after 1 millisecond", sim.WasFailed},
		{at(1, order, pays, late), "0.000001 s  order to payment  failed: no response in time after 1 second", sim.WasTimedOut},
		{at(1, order, pays, sim.Lost{Took: 2500 * time.Microsecond}), "0.000001 s  order to payment  lost: no instance received it, after 2.50 milliseconds", sim.WasLost},
		{at(1, order, pays, sim.Called{Type: "shop.payment.v1.Charge"}), "0.000001 s  order to payment  wants shop.payment.v1.Charge", 0},
		{at(1, client, asks, sim.Begun{UseCase: "order.place"}), "0.000001 s  client  begins order.place", 0},
		{
			at(1, client, asks, sim.Ended{UseCase: "order.place", Outcome: sim.WasDegraded, Text: "confirmed", Took: 90 * time.Second}),
			"0.000001 s  client  order.place: confirmed after 90 seconds", sim.WasDegraded,
		},
		{at(1, payment, "", sim.Effect{Text: "charged c-1 36.36 EUR"}), "0.000001 s  payment  charged c-1 36.36 EUR", 0},
		{at(1, payment, "", sim.Started{Addr: "127.0.0.1:40123"}), "0.000001 s  payment  started at 127.0.0.1:40123", 0},
		{at(1, client, "", sim.Started{}), "0.000001 s  client  started", 0},
		{at(1, payment, "", sim.Stopped{Cause: "killed"}), "0.000001 s  payment  killed", 0},
		{at(1, payment, "", sim.Paused{}), "0.000001 s  payment  paused", 0},
		{at(1, payment, "", sim.Resumed{}), "0.000001 s  payment  goes on", 0},
		{at(1, sim.Instance{}, "", sim.Load{Rate: 200}), "0.000001 s  load 200/s", 0},
		{at(1, sim.Instance{}, "", sim.Marked{Text: "a\x1b]52;c;x\ab"}), "0.000001 s  mark: a␛]52;c;x␇b", 0},
		{at(1, sim.Instance{}, "", sim.Reset{}), "0.000001 s  counting starts again", 0},
		{at(1, order, "", sim.Missed{N: 7}), "0.000001 s  order  7 events were counted but not kept", 0},
	} {
		if diff := cmp.Diff(test.line, Line(test.e)); diff != "" {
			t.Errorf("%T (-want +got):\n%s", test.e.Fact, diff)
		}
		if got := Short(test.e).Outcome; got != test.outcome {
			t.Errorf("%s ended %v", test.line, got)
		}
	}
}

// Whatever is in an event, its line is one line and does nothing to a terminal.
func FuzzLine(f *testing.F) {
	f.Add("GET /\x1b[2J", "order:\u202epayment", "order\r\n")
	f.Fuzz(func(t *testing.T, text, link, node string) {
		for _, fact := range []sim.Fact{
			sim.Begun{UseCase: text},
			sim.Ended{UseCase: text, Text: text},
			sim.Called{Type: text},
			sim.Sent{Label: text},
			sim.Received{Label: text},
			sim.Replied{},
			sim.Answered{},
			sim.Failed{Reason: text},
			sim.Lost{},
			sim.Effect{Text: text},
			sim.Started{Addr: text},
			sim.Stopped{Cause: text},
			sim.Load{UseCase: text},
			sim.Marked{Text: text},
		} {
			line := Line(sim.Event{Node: sim.Instance{Service: node, N: 1}, Link: sim.LinkID(link), Fact: fact})
			if line != sim.Visible(line) || strings.ContainsAny(line, "\n\r\t") {
				t.Errorf("%T: %q", fact, line)
			}
		}
	})
}
