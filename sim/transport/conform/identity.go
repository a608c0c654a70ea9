package conform

import (
	"context"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

// spans is a handler that hands on the span of what arrives.
func spans() (chan sim.Span, sim.Handler) {
	seen := make(chan sim.Span, 16)
	return seen, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		s := sim.SpanFrom(ctx)
		if s == nil {
			s = &sim.Span{}
		}
		seen <- *s
		return echo(ctx, m)
	}
}

func identityCrosses(t *testing.T, s Subject) {
	seen, h := spans()
	p := s.open(t, h)
	ctx, sent := attempt(t.Context())
	outside := sent.Traceparent()[:53] + "03" // what a trace that began elsewhere brought along
	if !sent.ReadTrace([]string{outside}, []string{"vendor=1, other=2"}) {
		t.Fatal(outside)
	}
	if _, err := p.conn.Do(ctx, get("1")); err != nil {
		t.Fatal(err)
	}
	if got := <-seen; got.Traceparent() != outside || got.Tracestate() != "vendor=1,other=2" {
		t.Errorf("sent %s %s, arrived as %s %s", outside, sent.Tracestate(), got.Traceparent(), got.Tracestate())
	}
}

func peerIsKnown(t *testing.T, s Subject) {
	seen, h := spans()
	p := s.open(t, h)
	if _, err := p.conn.Do(t.Context(), get("1")); err != nil {
		t.Fatal(err)
	}
	if got := (<-seen).Note; got.Peer != asker.Service || got.Label == "" {
		t.Errorf("got %q from %q, want a label from %q", got.Label, got.Peer, asker.Service)
	}
}

func freshIdentity(t *testing.T, s Subject) {
	seen, h := spans()
	p := s.open(t, h)
	ids := map[sim.SpanID]bool{}
	for range 3 {
		if _, err := p.conn.Do(t.Context(), get("1")); err != nil {
			t.Fatal(err)
		}
		got := <-seen
		if got.ID == 0 || got.Trace.IsZero() || ids[got.ID] {
			t.Errorf("got %s %s, want something of its own", got.Trace, got.ID)
		}
		ids[got.ID] = true
	}
}

func noteIsFilled(t *testing.T, s Subject) {
	p := s.open(t, echo)
	for i := range 2 {
		ctx, span := attempt(t.Context())
		if _, err := p.conn.Do(ctx, get("17")); err != nil {
			t.Fatal(err)
		}
		n := span.Note
		if n.Label == "" || n.BytesOut <= 0 || n.BytesIn <= 0 {
			t.Errorf("call %d: the note is empty: %+v", i, n)
		}
		if i > 0 && (n.Opened || n.Connect != 0) {
			t.Errorf("call %d: a connection was opened though one was there: %+v", i, n)
		}
		if labeler, ok := p.conn.(sim.Labeler); ok && labeler.Label(get("17")) != n.Label {
			t.Errorf("announced as %q, sent as %q", labeler.Label(get("17")), n.Label)
		}
	}
}
