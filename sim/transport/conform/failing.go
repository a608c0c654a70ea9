package conform

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

func codesCross(t *testing.T, s Subject) {
	var answer error
	p := s.open(t, func(context.Context, sim.Message) (sim.Message, error) { return sim.Message{}, answer })
	for code := sim.Invalid; code <= sim.Internal; code++ {
		answer = sim.Errorf(code, "it is %s – really", code)
		_, err := p.conn.Do(t.Context(), get("1"))
		var e *sim.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, which is no *sim.Error", code, err)
			continue
		}
		if e.Code != code || e.Message != answer.Error() || !e.Remote {
			t.Errorf("got %s %q, remote %v; want %s %q, remote", e.Code, e.Message, e.Remote, code, answer.Error())
		}
		if got, want := sim.OutcomeOf(err), sim.OutcomeOf(answer); got != want {
			t.Errorf("%s counts as %s, want %s", code, got, want)
		}
	}
}

func retryAfterCrosses(t *testing.T, s Subject) {
	var answer error
	p := s.open(t, func(context.Context, sim.Message) (sim.Message, error) { return sim.Message{}, answer })
	for _, code := range []sim.Code{sim.Exhausted, sim.Unavailable} {
		answer = &sim.Error{Code: code, Message: "not now", RetryAfter: 3 * time.Second}
		_, err := p.conn.Do(t.Context(), get("1"))
		if e := sim.AsError(err); e == nil || e.RetryAfter != 3*time.Second {
			t.Errorf("%s: got %+v, want 3s", code, e)
		}
	}
}

func unknownContract(t *testing.T, s Subject) {
	seen, h := arrivals(echo)
	p := s.open(t, h)
	for _, m := range []sim.Message{
		{Type: "sim.conform.v1.NoSuch", Body: &conformv1.Ping{}},
		sim.NewMessage(&conformv1.Part{}),
	} {
		if _, err := p.conn.Do(t.Context(), m); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%s: got %v, want invalid", m.Type, err)
		}
	}
	if len(seen) > 0 {
		t.Errorf("it was sent: %v", <-seen)
	}
}

// nobodyThere dials where a server was and is no more.
func nobodyThere(t *testing.T, s Subject) {
	p := s.open(t, echo)
	if err := p.finish(); err != nil {
		t.Fatal(err)
	}
	_, err := p.conn.Do(t.Context(), get("1"))
	if e := sim.AsError(err); e == nil || e.Code != sim.Unavailable || e.Remote {
		t.Errorf("got %+v, want unavailable, found out here", e)
	}
}

func deadlineShrinks(t *testing.T, s Subject) {
	left := make(chan time.Duration, 1)
	p := s.open(t, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		at, ok := ctx.Deadline()
		if !ok {
			at = time.Time{}
		}
		left <- time.Until(at)
		return echo(ctx, m)
	})
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	at, _ := ctx.Deadline()
	before := time.Until(at)
	if _, err := p.conn.Do(ctx, get("1")); err != nil {
		t.Fatal(err)
	}
	if got := <-left; got > before || got < before/2 {
		t.Errorf("the handler had %s, the caller had %s", got, before)
	}
}

func deadlineEnds(t *testing.T, s Subject) {
	ended := make(chan error, 1)
	p := s.open(t, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		if m.Type == "sim.conform.v1.Ping" {
			return echo(ctx, m)
		}
		<-ctx.Done()
		ended <- ctx.Err()
		return sim.Message{}, ctx.Err()
	})
	p.use(1)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := p.conn.Do(ctx, get("1"))
	if sim.CodeOf(err) != sim.Timeout {
		t.Errorf("the caller got %v, want a timeout", err)
	}
	within(t, ended, "the handler's context to end")
}

func cancelReaches(t *testing.T, s Subject) {
	began, ended := make(chan bool, 1), make(chan error, 1)
	p := s.open(t, func(ctx context.Context, _ sim.Message) (sim.Message, error) {
		began <- true
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return sim.Message{}, ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	got := make(chan error, 1)
	go func() { // ends when Do returns
		_, err := p.conn.Do(ctx, get("1"))
		got <- err
	}()
	within(t, began, "the handler")
	cancel()
	if err := within(t, got, "the caller"); sim.CodeOf(err) != sim.Unavailable {
		t.Errorf("the caller got %v, want unavailable: given up", err)
	}
	within(t, ended, "the handler's context to end")
}
