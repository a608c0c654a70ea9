package rest_test

import (
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/rest"
)

// TestTraceContext follows the cases of the W3C trace-context test suite.
func TestTraceContext(t *testing.T) {
	const (
		trace = "4bf92f3577b34da6a3ce929d0e0e4736"
		span  = "00f067aa0ba902b7"
		good  = "00-" + trace + "-" + span + "-01"
	)
	for _, c := range []struct {
		name  string
		lines []string
		kept  bool
		state string // what is left of tracestate
	}{
		{"none", nil, false, ""},
		{"good", []string{"traceparent: " + good}, true, ""},
		{"not sampled", []string{"traceparent: 00-" + trace + "-" + span + "-00"}, true, ""},
		{"name in any case", []string{"TraceParent: " + good, "TRACESTATE: a=1"}, true, "a=1"},
		{"a later version", []string{"traceparent: cc-" + trace + "-" + span + "-01-more"}, true, ""},
		{"version ff", []string{"traceparent: ff-" + trace + "-" + span + "-01"}, false, ""},
		{"version 00 with more", []string{"traceparent: " + good + "-x"}, false, ""},
		{"capital letters", []string{"traceparent: 00-" + "4BF92F3577B34DA6A3CE929D0E0E4736" + "-" + span + "-01"}, false, ""},
		{"no trace", []string{"traceparent: 00-00000000000000000000000000000000-" + span + "-01"}, false, ""},
		{"no span", []string{"traceparent: 00-" + trace + "-0000000000000000-01"}, false, ""},
		{"too short", []string{"traceparent: 00-" + trace + "-" + span}, false, ""},
		{"empty", []string{"traceparent:"}, false, ""},
		{"twice", []string{"traceparent: " + good, "traceparent: " + good, "tracestate: a=1"}, false, ""},
		{"state with a good parent", []string{"traceparent: " + good, "tracestate: a=1,b=2"}, true, "a=1,b=2"},
		{"state alone", []string{"tracestate: a=1"}, false, ""},
		{"state with a bad parent", []string{"traceparent: x", "tracestate: a=1"}, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, rest.Options{})
			s.send(request("GET /things/1", "", c.lines...))
			_, got := s.last()
			if kept := got.Trace.String() == trace && got.ID.String() == span; kept != c.kept {
				t.Errorf("got %s %s, want the caller's: %v", got.Trace, got.ID, c.kept)
			}
			if got.Trace.IsZero() || got.ID == 0 {
				t.Error("it has no identity")
			}
			if state := got.Tracestate(); state != c.state {
				t.Errorf("tracestate: got %q, want %q", state, c.state)
			}
		})
	}
}

func TestWhoCalls(t *testing.T) {
	for _, c := range []struct{ line, peer, header string }{
		{"User-Agent: curl/8.5.0", "curl/8.5.0", "curl/8.5.0"},
		{"User-Agent: msc-sim/order", "order", ""},
		{"User-Agent: msc-sim/", "msc-sim/", ""},
		{"X-Nothing: 1", sim.Outside, ""},
		{"User-Agent: \u202egnp.exe \u009b31m", "·gnp.exe ·31m", "\u202egnp.exe \u009b31m"},
	} {
		s := open(t, rest.Options{})
		s.send(request("GET /things/1", "", c.line))
		m, got := s.last()
		if got.Note.Peer != c.peer || m.Header.Get(sim.HeaderUserAgent) != c.header {
			t.Errorf("%q: got %q, header %q; want %q, header %q", c.line, got.Note.Peer, m.Header.Get(sim.HeaderUserAgent), c.peer, c.header)
		}
	}
}

func TestLabelIsSafe(t *testing.T) {
	s := open(t, rest.Options{})
	s.send(request("GET /things/\u009b31m", ""))
	if _, got := s.last(); got.Note.Label != "GET /things/·31m" {
		t.Errorf("got %q", got.Note.Label)
	}
}
