package policy_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

// maker counts what it makes, and answers as its errors say, one after another.
type maker struct {
	made int
	errs []error
}

func (m *maker) handle(_ context.Context, q sim.Message) (sim.Message, error) {
	m.made++
	if len(m.errs) >= m.made && m.errs[m.made-1] != nil {
		return sim.Message{}, m.errs[m.made-1]
	}
	reply := sim.NewMessage(&conformv1.Thing{Id: fmt.Sprint("t-", m.made)})
	reply.Header = sim.Header{"x-made": {"yes"}}
	return reply, nil
}

// ask is a request to make a thing, from a caller, with a key.
func ask(h sim.Handler, from, key, note string) (sim.Message, error) {
	m := sim.NewMessage(&conformv1.MakeThing{Note: note})
	if key != "" {
		m.Header = sim.Header{sim.HeaderIdempotencyKey: {key}}
	}
	return h(sim.WithSpan(context.Background(), &sim.Span{Note: sim.Note{Peer: from}}), m)
}

func TestSameKeySameAnswer(t *testing.T) {
	var m maker
	h := policy.Idempotency(policy.IdempotencyOptions{})(m.handle)
	first, err := ask(h, "order", `"k"`, "x")
	if err != nil {
		t.Fatal(err)
	}
	want := &conformv1.Thing{Id: "t-1"}
	first.Body.(*conformv1.Thing).Id = "changed by the one who got it"
	again, err := ask(h, "order", "k", "x")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, again.Body, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(sim.Header{"x-made": {"yes"}, policy.HeaderReplayed: {"true"}}, again.Header); diff != "" {
		t.Error(diff)
	}
	if first.Header.Get(policy.HeaderReplayed) != "" || m.made != 1 {
		t.Errorf("made %d times; the first answer says %v", m.made, first.Header)
	}
}

func TestWhoAndWhatAKeyBelongsTo(t *testing.T) {
	var m maker
	h := policy.Idempotency(policy.IdempotencyOptions{})(m.handle)
	for i, c := range []struct {
		from, key, note string
		status, made    int
	}{
		{"order", "k", "x", 0, 1},
		{"order", "k", "y", 422, 1}, // another request
		{"order", "k", "x", 0, 1},   // the first one still stands
		// What a caller says of itself (a User-Agent, a name) is no identity:
		// draft-ietf-httpapi-idempotency-key-header-07, section 5.
		{"curl/8.5", "k", "x", 0, 1},
		{"payment", "k", "y", 422, 1},
		{"order", "k2", "y", 0, 2}, // another key
		{"order", `"broken`, "y", 400, 2},
		{"order", "", "x", 0, 3}, // optional
		{"order", "", "x", 0, 4},
	} {
		_, err := ask(h, c.from, c.key, c.note)
		status := 0
		if e := sim.AsError(err); e != nil {
			status = e.Status()
		}
		if status != c.status || m.made != c.made {
			t.Errorf("%d: got %d, made %d; want %d, made %d", i, status, m.made, c.status, c.made)
		}
	}
}

func TestWhichAnswersAreKept(t *testing.T) {
	for code := sim.Invalid; code <= sim.Internal; code++ {
		m := maker{errs: []error{sim.Errorf(code, "no")}}
		h := policy.Idempotency(policy.IdempotencyOptions{})(m.handle)
		_, first := ask(h, "order", "k", "x")
		_, again := ask(h, "order", "k", "x")
		wantMade, wantAgain := 2, sim.OK // no answer yet: trying again may help
		if code.Answers() {
			wantMade, wantAgain = 1, code
		}
		if m.made != wantMade || sim.CodeOf(first) != code || sim.CodeOf(again) != wantAgain {
			t.Errorf("%s: made %d, then %s; want made %d, then %s", code, m.made, sim.CodeOf(again), wantMade, wantAgain)
		}
	}
}

func TestContextsAndPanicsAreNoAnswers(t *testing.T) {
	m := maker{errs: []error{context.DeadlineExceeded, context.Canceled, sim.ErrKilled}}
	h := policy.Idempotency(policy.IdempotencyOptions{})(m.handle)
	for range 3 {
		if _, err := ask(h, "order", "k", "x"); err == nil {
			t.Fatal("an answer")
		}
	}
	if _, err := ask(h, "order", "k", "x"); err != nil || m.made != 4 {
		t.Errorf("got %v after %d attempts", err, m.made)
	}

	panics := true
	p := policy.Idempotency(policy.IdempotencyOptions{})(func(ctx context.Context, q sim.Message) (sim.Message, error) {
		if panics {
			panic("a mistake")
		}
		return m.handle(ctx, q)
	})
	func() {
		defer func() { _ = recover() }()
		_, _ = ask(p, "order", "k", "x")
	}()
	panics = false
	if _, err := ask(p, "order", "k", "x"); err != nil {
		t.Errorf("after a panic: %v", err)
	}
}

func TestWhileTheFirstIsWorkedOn(t *testing.T) {
	began, goOn := make(chan bool), make(chan bool)
	h := policy.Idempotency(policy.IdempotencyOptions{Max: 1})(func(ctx context.Context, q sim.Message) (sim.Message, error) {
		if q.Body.(*conformv1.MakeThing).GetNote() == "slow" {
			began <- true
			<-goOn
		}
		return sim.NewMessage(&conformv1.Thing{Id: q.Body.(*conformv1.MakeThing).GetNote()}), nil
	})
	var all sync.WaitGroup
	all.Go(func() {
		if reply, err := ask(h, "order", "k", "slow"); err != nil || reply.Body.(*conformv1.Thing).GetId() != "slow" {
			t.Errorf("the first: %v, %v", reply.Body, err)
		}
	})
	<-began
	for i := range 5 { // others fill the book meanwhile; the first is never forgotten
		if _, err := ask(h, "order", fmt.Sprint("other-", i), "x"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ask(h, "order", "k", "slow"); sim.CodeOf(err) != sim.Conflict || sim.AsError(err).GRPCCode() != 10 { // ABORTED
		t.Errorf("the second: got %v, want a conflict", err)
	}
	if _, err := ask(h, "order", "k", "x"); sim.AsError(err).Status() != 422 {
		t.Errorf("another request: got %v, want 422", err)
	}
	close(goOn)
	all.Wait()
}

func TestBounds(t *testing.T) {
	var m maker
	now := time.Unix(1e9, 0)
	h := policy.Idempotency(policy.IdempotencyOptions{Max: 2, Keep: time.Hour, Now: func() time.Time { return now }})(m.handle)
	for i, c := range []struct {
		key  string
		made int
		wait time.Duration
	}{
		{"a", 1, 0},
		{"b", 2, 0},
		{"a", 2, 0}, // both are known
		{"c", 3, 0}, // a goes
		{"b", 3, 0},
		{"a", 4, time.Hour},       // b goes; after exactly an hour a and c are still known
		{"c", 4, time.Nanosecond}, // now they are not
		{"a", 5, 0},
		{"c", 6, 0},
	} {
		if _, err := ask(h, "order", c.key, "x"); err != nil || m.made != c.made {
			t.Errorf("%d: %s: made %d, %v; want %d", i, c.key, m.made, err, c.made)
		}
		now = now.Add(c.wait)
	}
}

func TestRequired(t *testing.T) {
	var m maker
	always := func(string) bool { return true }
	h := policy.Idempotency(policy.IdempotencyOptions{Required: always})(m.handle)
	if _, err := ask(h, "order", "", "x"); sim.CodeOf(err) != sim.Invalid || m.made != 0 {
		t.Errorf("without a key: got %v, made %d", err, m.made)
	}
	if _, err := h(t.Context(), sim.NewMessage(&conformv1.GetThing{Id: "1"})); err != nil {
		t.Errorf("a contract without idempotency: %v", err)
	}
	if _, err := h(t.Context(), sim.Message{Type: "unknown"}); err != nil {
		t.Errorf("no contract: %v", err)
	}
}

func TestManyAtOnceMakeOne(t *testing.T) {
	var mu sync.Mutex
	var m maker
	h := policy.Idempotency(policy.IdempotencyOptions{})(func(ctx context.Context, q sim.Message) (sim.Message, error) {
		mu.Lock()
		defer mu.Unlock()
		return m.handle(ctx, q)
	})
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			reply, err := ask(h, "order", "k", "x")
			if code := sim.CodeOf(err); code != sim.OK && code != sim.Conflict {
				t.Error(err)
			}
			if err == nil && reply.Body.(*conformv1.Thing).GetId() != "t-1" {
				t.Errorf("got %v", reply.Body)
			}
		})
	}
	all.Wait()
	if m.made != 1 {
		t.Errorf("made %d", m.made)
	}
}
