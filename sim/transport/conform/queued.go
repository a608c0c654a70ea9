package conform

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

// What a broker between caller and receiver must be able to do.

// told is a message that nobody answers.
func told(id string) sim.Message {
	m := sim.NewMessage(&conformv1.MakeThing{Id: id})
	m.Mode = sim.Tell
	return m
}

// accepted sends m and expects the broker to take it.
func (p *pair) accepted(ctx context.Context, m sim.Message) {
	p.t.Helper()
	if reply, err := p.conn.Do(ctx, m); err != nil || reply.Type != sim.TypeAccepted {
		p.t.Fatalf("got %s, %v; want it accepted", reply.Type, err)
	}
}

func messageWaits(t *testing.T, s Subject) {
	p := s.open(t, echo)
	if err := p.finish(); err != nil {
		t.Fatal(err)
	}
	p.accepted(t.Context(), told("waits"))
	seen, h := arrivals(echo)
	_, finish := p.serve(server, h)
	if m := within(t, seen, "the message"); m.Mode != sim.Tell || m.Body.(*conformv1.MakeThing).GetId() != "waits" {
		t.Errorf("got %v as %s", m.Body, m.Mode)
	}
	if err := finish(); err != nil {
		t.Error(err)
	}
}

func queueIsKnown(t *testing.T, s Subject) {
	seen, h := spans()
	p := s.open(t, h)
	ctx, sent := attempt(t.Context())
	p.accepted(ctx, told("1"))
	got := within(t, seen, "the message")
	if got.Trace != sent.Trace || got.ID != sent.ID {
		t.Errorf("sent %s %s, arrived as %s %s", sent.Trace, sent.ID, got.Trace, got.ID)
	}
	if n := got.Note; n.Queue != string(route.Link) || n.Delivery != 1 || n.Peer != asker.Service || n.Label == "" {
		t.Errorf("the receiver knows %+v", n)
	}
	if n := sent.Note; n.BytesOut <= 0 || confirms(p.transport.Can()) == (n.BytesIn <= 0) { // who takes the answers may have opened the connection
		t.Errorf("the sender knows %+v", n)
	}
}

func nextOneTakes(t *testing.T, s Subject) {
	transport, _ := s.New(t)
	f := new(fickle)
	first, goOn := make(chan sim.SpanID, 1), make(chan bool)
	p := openOn(t, transport, f, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		first <- sim.SpanFrom(ctx).ID
		<-goOn
		return sim.Message{}, sim.ErrKilled
	})
	p.accepted(t.Context(), told("1"))
	id := within(t, first, "the first one")
	f.kill(server)
	seen, h := spans()
	_, finish := p.serve(sim.Instance{Service: server.Service, N: 2}, h)
	if got := within(t, seen, "the next one"); got.ID != id || got.Note.Delivery != 2 {
		t.Errorf("the first got %s, the next one %s, delivery %d", id, got.ID, got.Note.Delivery)
	}
	close(goOn)
	if err := finish(); err != nil {
		t.Error(err)
	}
}

func resetBeforeStored(t *testing.T, s Subject) { resetsOf(t, s, false) }
func resetAfterStored(t *testing.T, s Subject)  { resetsOf(t, s, true) }

// resetsOf resets the caller's connection on one message. The next one uses a
// new connection and arrives; whether the first did is known by then, because
// one is handled after the other where they wait.
func resetsOf(t *testing.T, s Subject, stored bool) {
	transport, _ := s.New(t)
	f := new(fickle)
	var acted atomic.Int32
	last := make(chan bool, 1)
	p := openOn(t, transport, f, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		if q, ok := m.Body.(*conformv1.MakeThing); ok && q.GetId() == "boom" {
			acted.Add(1)
		} else {
			last <- true
		}
		return echo(ctx, m)
	})
	p.accepted(t.Context(), told("first"))
	within(t, last, "the first one")
	if err := p.finish(); err != nil {
		t.Fatal(err)
	}
	f.resetLeaving("boom", stored)
	_, err := p.conn.Do(t.Context(), told("boom"))
	lost(t, err)
	p.accepted(t.Context(), told("last"))
	_, finish := p.serve(server, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		if q, ok := m.Body.(*conformv1.MakeThing); ok && q.GetId() == "boom" {
			acted.Add(1)
		} else {
			last <- true
		}
		return echo(ctx, m)
	})
	within(t, last, "the last one")
	if err := finish(); err != nil { // what was taken before the last one is handled
		t.Fatal(err)
	}
	want := int32(0)
	if stored {
		want = 1
	}
	if got := acted.Load(); got != want || f.count() != 1 {
		t.Errorf("the server acted %d times, want %d; %d connections were reset", got, want, f.count())
	}
}

func answeredLater(t *testing.T, s Subject) {
	p := s.open(t, echo)
	ctx, span := attempt(t.Context())
	p.accepted(ctx, get("17"))
	if a := within(t, p.late, "the answer"); a.err != nil || a.span != span.ID || idOf(a.reply) != "17" {
		t.Errorf("got %v, %v for %s; want 17 for %s", a.reply.Body, a.err, a.span, span.ID)
	}
}

// answerWaits closes the caller's connection before there is an answer. Whoever
// comes after it gets the answer.
func answerWaits(t *testing.T, s Subject) {
	began, goOn := make(chan bool, 1), make(chan bool)
	p := s.open(t, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		began <- true
		<-goOn
		return echo(ctx, m)
	})
	ctx, span := attempt(t.Context())
	p.accepted(ctx, get("17"))
	within(t, began, "the handler")
	if err := p.conn.Close(); err != nil {
		t.Fatal(err)
	}
	close(goOn)
	p.conn, p.late = p.dial()
	if a := within(t, p.late, "the answer"); a.err != nil || a.span != span.ID || idOf(a.reply) != "17" {
		t.Errorf("got %v, %v for %s; want 17 for %s", a.reply.Body, a.err, a.span, span.ID)
	}
}

func lateNo(t *testing.T, s Subject) {
	p := s.open(t, func(context.Context, sim.Message) (sim.Message, error) {
		return sim.Message{}, sim.Errorf(sim.Conflict, "it is – taken").WithFix("choose another")
	})
	p.accepted(t.Context(), get("1"))
	e := sim.AsError(within(t, p.late, "the answer").err)
	if e == nil || e.Code != sim.Conflict || e.Message != "it is – taken" || e.Fix != "choose another" || !e.Remote {
		t.Errorf("got %+v", e)
	}
}

func fiveTimes(t *testing.T, s Subject) {
	var tries atomic.Int32
	p := s.open(t, func(ctx context.Context, _ sim.Message) (sim.Message, error) {
		if n := tries.Add(1); int(n) != sim.SpanFrom(ctx).Note.Delivery {
			t.Errorf("delivery %d came as %d", n, sim.SpanFrom(ctx).Note.Delivery)
		}
		return sim.Message{}, sim.Errorf(sim.Unavailable, "not now")
	})
	p.accepted(t.Context(), get("1"))
	e := sim.AsError(within(t, p.late, "the answer").err)
	if e == nil || e.Code != sim.Unavailable || e.Message != "not now" || tries.Load() != 5 {
		t.Errorf("after %d tries: %+v", tries.Load(), e)
	}
}

// withoutEnd refuses a message more often than others allow. It comes until it is
// handled.
func withoutEnd(t *testing.T, s Subject) {
	const refusals = 7
	var tries atomic.Int32
	p := s.open(t, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		n := int(tries.Add(1))
		if got := sim.SpanFrom(ctx).Note.Delivery; got != min(n, 2) {
			t.Errorf("delivery %d came as %d", n, got)
		}
		if n <= refusals {
			return sim.Message{}, sim.Errorf(sim.Unavailable, "not now")
		}
		return echo(ctx, m)
	})
	p.accepted(t.Context(), get("17"))
	if a := within(t, p.late, "the answer"); a.err != nil || idOf(a.reply) != "17" || tries.Load() != refusals+1 {
		t.Errorf("after %d tries: %v, %v", tries.Load(), a.reply.Body, a.err)
	}
}

func expired(t *testing.T, s Subject) {
	p := s.open(t, echo)
	p.use(1)
	if err := p.finish(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := p.conn.Do(ctx, get("1")); sim.CodeOf(err) != sim.Timeout {
		t.Errorf("got %v, want a timeout", err)
	}
	seen, h := arrivals(echo)
	_, finish := p.serve(server, h)
	if m := within(t, seen, "the message"); sim.CodeOf(m.Refused) != sim.Timeout {
		t.Errorf("refused: %v; want it refused as expired", m.Refused)
	}
	if err := finish(); err != nil {
		t.Error(err)
	}
}
