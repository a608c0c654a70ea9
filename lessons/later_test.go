package lessons

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

// bytesOf is a world that captured one exchange for every attempt.
type bytesOf struct {
	World
	exchange sim.Exchange
}

func (b bytesOf) Exchange(sim.LinkID, sim.SpanID) (sim.Exchange, bool) { return b.exchange, true }

// queueStory is a message that was accepted and dealt with later, one that still
// waits, a swap between them, and a stream.
func queueStory() *evidence {
	w := newWindow(0)
	seq := sim.Seq(0)
	say := func(at time.Duration, span sim.SpanID, f sim.Fact) {
		seq++
		w.apply(sim.Event{Seq: seq, At: at, Trace: sim.TraceID{byte(span)}, Span: span, Node: sim.Instance{Service: "a", N: 1}, Link: "a:b", Fact: f})
	}
	say(1, 1, sim.Sent{Label: "PUB work", Try: 1})
	say(2, 1, sim.Accepted{Took: 2 * time.Millisecond, BytesOut: 7})
	say(3, 1, sim.Settled{Took: time.Second})
	say(4, 9, sim.Swapped{From: "nats", To: "grpc"})
	say(5, 2, sim.Sent{Label: "PUB work", Try: 1})
	say(6, 2, sim.Accepted{Took: 3 * time.Millisecond})
	say(6, 9, sim.Swapped{From: "grpc", To: "rest"})
	for i, took := range []time.Duration{10, 20, 30, 40} {
		span := sim.SpanID(10 + i)
		say(7, span, sim.Sent{Label: "Service/Call", Try: 1})
		say(8, span, sim.Replied{Took: took / 2})
		say(9, span, sim.Answered{Status: 0, Took: took})
	}
	say(10, 20, sim.Sent{Label: "Service/Follow", Try: 1})
	say(11, 20, sim.Streamed{N: 1})
	say(12, 20, sim.Streamed{N: 2})
	say(13, 30, sim.Effect{Text: "order o-1 pending: its charge is accepted"})
	say(14, 30, sim.Effect{Text: "order o-2 pending: its charge is accepted"})
	return &evidence{window: w, refused: 2, world: bytesOf{exchange: sim.Exchange{
		Request: sim.Captured{
			Start: "POST /x HTTP/2", Body: []byte("\x00\x00\x00\x00\x03\x08\x96\x01"),
			Lines: []sim.Field{{Name: "content-type", Value: "application/grpc"}, {Name: "grpc-timeout", Value: "1998475u"}},
		},
		Response: sim.Captured{Start: "HTTP/2 200"},
	}}}
}

func TestWhatComesLater(t *testing.T) {
	e, sc := queueStory(), storyScope()
	for source, want := range map[string]any{
		`count("accepted", {link: "a:b"})`:                       2,
		`count("settled")`:                                       1,
		`count("sent", {outcome: "accepted"})`:                   2,
		`first("a:b").outcome`:                                   "accepted",
		`first("a:b").took`:                                      2 * time.Millisecond,
		`first("a:b").settled`:                                   time.Second,
		`last("a:b", {outcome: "accepted"}).settled`:             time.Duration(0),
		`link("a:b").accepted`:                                   2,
		`link("a:b").settled`:                                    1,
		`link("a:b").in_flight`:                                  1, // the stream
		`link("a:b").ended`:                                      4,
		`link("a:b").streamed`:                                   2,
		`link("a:b").inside`:                                     10 * time.Nanosecond,
		`link("a:b").early`:                                      10 * time.Nanosecond,
		`link("a:b").late`:                                       30 * time.Nanosecond,
		`first("a:b", {method: "Service/Call"}).inside`:          5 * time.Nanosecond,
		`count("sent", {until: "swapped"})`:                      1,
		`count("sent", {since: "swapped"})`:                      5,
		`count("sent", {until: "stopped"})`:                      7, // nobody stopped
		`count("sent", {since: "stopped"})`:                      0,
		`said("effect", {text: "pending"})`:                      "order o-2 pending: its charge is accepted",
		`word(said("effect", {text: "pending"}), 2)`:             "o-2",
		`word(said("effect", {text: "pending"}), 3)`:             "pending",
		`hex(last("a:b", {status: 0}).request.body, 5)`:          "08 96 01",
		`hex("abc", 9)`:                                          "",
		`last("a:b", {method: "Service/Call"}).request.payload`:  3,
		`last("a:b", {method: "Service/Call"}).request.timeout`:  1998475 * time.Microsecond,
		`last("a:b", {method: "Service/Call"}).response.timeout`: time.Duration(0),
		`refused`: 2,
	} {
		x, err := sc.value(piece{text: source})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := e.eval(x); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s = %v (%v), want %v", source, got, err, want)
		}
	}
	for _, source := range []string{`said("stopped")`, `word("one two", 3)`, `word("one", 0)`} {
		x, err := sc.value(piece{text: source})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := e.eval(x); err != errNothing {
			t.Errorf("%s = %v (%v), want no value", source, got, err)
		}
	}
	if _, err := sc.value(piece{text: `count("sent", {since: "swaped"})`}); err == nil || sim.AsError(err).Fix == "" {
		t.Errorf("a kind that is none: %v", err)
	}
}

func TestTimeouts(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"5S": 5 * time.Second, "20m": 20 * time.Millisecond, "1998475u": 1998475 * time.Microsecond, "9n": 9,
		"2H": 2 * time.Hour, "3M": 3 * time.Minute, "": 0, "S": 0, "-1S": 0, "1x": 0, "123456789S": 0,
	} {
		if got := timeoutOf(sim.Captured{Lines: []sim.Field{{Name: "grpc-timeout", Value: header}}}); got != want {
			t.Errorf("grpc-timeout: %s is %s, want %s", header, got, want)
		}
	}
	if got := timeoutOf(sim.Captured{Lines: []sim.Field{{Name: "Request-Timeout-Ms", Value: "250"}}}); got != 250*time.Millisecond {
		t.Errorf("Request-Timeout-Ms: 250 is %s", got)
	}
}

func FuzzTimeout(f *testing.F) {
	for _, s := range []string{"5S", "1998475u", "", "99999999H", "x", "0n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d := timeoutOf(sim.Captured{Lines: []sim.Field{{Name: "grpc-timeout", Value: s}}}); d < 0 {
			t.Errorf("%q is %s", s, d)
		}
	})
}
