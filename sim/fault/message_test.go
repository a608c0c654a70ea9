package fault_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
)

// stage is a place where an effect meets messages, with a virtual clock.
type stage struct {
	arrived   int
	hit, miss []string
	side      []func(context.Context)
	body      proto.Message // of what arrived last
	died      bool
	commits   bool // the work stores something
	link      bool // a link, not a service
	up        time.Duration
	took      time.Duration // that the work takes
}

type doneKey struct{}

// meet lets one message through an effect.
func (s *stage) meet(ctx context.Context, e fault.Effect) (sim.Message, error) {
	var verdict func(*sim.Error) int
	if s.link {
		verdict = (*sim.Error).Status
	}
	return e.(fault.Message).Meet(ctx, fault.Attempt{
		Verdict: verdict,
		Message: sim.Message{Body: wrapperspb.String("hello")}, Up: s.up,
		Next: func(ctx context.Context, m sim.Message) (sim.Message, error) {
			s.arrived++
			s.body = m.Body
			time.Sleep(s.took) // virtual
			if done, ok := ctx.Value(doneKey{}).(func()); ok && s.commits {
				done()
			}
			return sim.Message{Body: wrapperspb.Int64(42)}, ctx.Err()
		},
		Hit:  func(what string) { s.hit = append(s.hit, what) },
		Miss: func(why string) { s.miss = append(s.miss, why) },
		Wait: func(ctx context.Context, d time.Duration, early <-chan struct{}) error {
			select {
			case <-time.After(d):
			case <-early:
			case <-ctx.Done():
				return ctx.Err()
			}
			return nil
		},
		Side: func(f func(context.Context)) { s.side = append(s.side, f) },
		Die:  func() { s.died = true },
		Then: func(ctx context.Context, done func()) context.Context {
			return context.WithValue(ctx, doneKey{}, done)
		},
	})
}

func effect(t *testing.T, word string, pairs ...string) fault.Effect {
	t.Helper()
	params := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	f, err := fault.Make(word, params)
	if err != nil {
		t.Fatal(err)
	}
	return f.Effect
}

func TestMessageEffects(t *testing.T) {
	for _, c := range []struct {
		name    string
		effect  fault.Effect
		stage   stage
		took    time.Duration
		code    sim.Code
		arrived int
		hit     string
		miss    string
	}{
		{"latency", effect(t, "latency", "delay", "300ms"), stage{}, 300 * time.Millisecond, sim.OK, 1, "latency 300 ms", ""},
		{"latency past the deadline", effect(t, "latency", "delay", "2s"), stage{}, time.Second, sim.Timeout, 0, "latency 2.00 s", ""},
		{"error", effect(t, "error", "code", "429"), stage{}, 0, sim.Exhausted, 0, "429 Too Many Requests", ""},
		{"error by its gRPC name", effect(t, "error", "code", "unavailable"), stage{}, 0, sim.Unavailable, 0, "503 Service Unavailable", ""},
		{"drop out", effect(t, "drop"), stage{link: true}, time.Second, sim.Timeout, 0, "the message was lost", ""},
		{"drop in", effect(t, "drop", "direction", "in"), stage{link: true}, time.Second, sim.Timeout, 1, "the response was lost", ""},
		{"drop in, no answer", effect(t, "drop", "direction", "in"), stage{took: 2 * time.Second, link: true}, 2 * time.Second, sim.Timeout, 1, "", "there was no response to lose"},
		{"delay out", effect(t, "delay", "delay", "20ms"), stage{link: true}, 20 * time.Millisecond, sim.OK, 1, "held for 20.0 ms", ""},
		{"delay in", effect(t, "delay", "delay", "20ms", "direction", "in"), stage{link: true}, 20 * time.Millisecond, sim.OK, 1, "the response held for 20.0 ms", ""},
		{"drop out, at a service", effect(t, "drop"), stage{}, time.Second, sim.Timeout, 1, "the response was lost", ""},
		{"delay in, at a service", effect(t, "delay", "delay", "20ms", "direction", "in"), stage{}, 20 * time.Millisecond, sim.OK, 1, "held for 20.0 ms", ""},
		{"corrupt out", effect(t, "corrupt"), stage{}, 0, sim.OK, 1, "changed value", ""},
		{"corrupt in", effect(t, "corrupt", "direction", "in"), stage{}, 0, sim.OK, 1, "changed value", ""},
		{"duplicate", effect(t, "duplicate"), stage{}, 0, sim.OK, 1, "sent twice", ""},
		{"reorder alone", effect(t, "reorder", "delay", "50ms"), stage{}, 50 * time.Millisecond, sim.OK, 1, "", "too few came to overtake it"},
		{"slowstart, cold", effect(t, "slowstart", "delay", "100ms", "ramp", "10s"), stage{}, 100 * time.Millisecond, sim.OK, 1, "cold, 100 ms", ""},
		{"slowstart, half way", effect(t, "slowstart", "delay", "100ms", "ramp", "10s"), stage{up: 5 * time.Second}, 50 * time.Millisecond, sim.OK, 1, "cold, 50.0 ms", ""},
		{"slowstart, warm", effect(t, "slowstart"), stage{up: time.Minute}, 0, sim.OK, 1, "", "it is warm"},
		{"busy, free", effect(t, "busy"), stage{}, 0, sim.OK, 1, "", "a worker was free"},
		{"pressure", effect(t, "pressure"), stage{}, 0, sim.OK, 1, "under pressure", ""},
		{"crash before the answer", effect(t, "crash"), stage{}, 0, sim.Unavailable, 1, "crashed before the response", ""},
		{"crash after the commit", effect(t, "crash", "at", "after-commit"), stage{commits: true}, 0, sim.OK, 1, "crashed after the commit", ""},
		{"crash without a commit", effect(t, "crash", "at", "after-commit"), stage{}, 0, sim.OK, 1, "", "nothing was committed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				began := time.Now()
				_, err := c.stage.meet(ctx, c.effect)
				if took := time.Since(began); took != c.took {
					t.Errorf("took %s, want %s", took, c.took)
				}
				if sim.CodeOf(err) != c.code || c.stage.arrived != c.arrived {
					t.Errorf("%v, %d arrived; want %s, %d", err, c.stage.arrived, c.code, c.arrived)
				}
				if !only(c.stage.hit, c.hit) || !only(c.stage.miss, c.miss) {
					t.Errorf("hit %q, missed %q; want %q, %q", c.stage.hit, c.stage.miss, c.hit, c.miss)
				}
			})
		})
	}
}

// only reports whether list is the one word, or empty for "".
func only(list []string, word string) bool {
	return word == "" && len(list) == 0 || len(list) == 1 && list[0] == word
}

func TestDuplicateSendsACopyWithTheSameIdentity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s stage
		span := &sim.Span{ID: 7, Try: 1}
		if _, err := s.meet(sim.WithSpan(t.Context(), span), effect(t, "duplicate", "delay", "1s")); err != nil {
			t.Fatal(err)
		}
		if len(s.side) != 1 || s.arrived != 1 {
			t.Fatalf("%d copies, %d arrived", len(s.side), s.arrived)
		}
		began := time.Now()
		s.side[0](t.Context())
		if s.arrived != 2 || time.Since(began) != time.Second {
			t.Errorf("%d arrived after %s", s.arrived, time.Since(began))
		}
	})
}

func TestBusyQueuesAndTurnsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := effect(t, "busy", "workers", "1") // one works, and one more may wait
		stages := make([]stage, 4)
		done := make(chan error, len(stages))
		for i := range stages {
			stages[i].took = time.Second
			go func() { _, err := stages[i].meet(t.Context(), e); done <- err }()
			synctest.Wait()
		}
		turned := 0
		for range stages {
			if sim.CodeOf(<-done) == sim.Unavailable {
				turned++
			}
		}
		if turned != 2 || !only(stages[0].miss, "a worker was free") || !only(stages[1].hit, "waits for a worker") {
			t.Errorf("%d turned away; first %q, second %q", turned, stages[0].miss, stages[1].hit)
		}
	})
}

func TestReorderLetsTwoOvertake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := effect(t, "reorder", "window", "2", "delay", "1m")
		var held, late stage
		done := make(chan struct{})
		go func() { defer close(done); _, _ = held.meet(t.Context(), e) }()
		synctest.Wait()
		_, _ = late.meet(t.Context(), e) // chosen too: overtakes instead
		e.(fault.Passer).Pass()          // not chosen: overtakes
		<-done
		if !only(held.hit, "overtaken by 2") || !only(late.miss, "it overtook another") {
			t.Errorf("held %q, late %q", held.hit, late.miss)
		}
	})
}

// What is corrupted differs from the original, which is left as it was.
func TestCorruptAlwaysChanges(t *testing.T) {
	e := effect(t, "corrupt")
	for range 200 {
		var s stage
		_, _ = s.meet(t.Context(), e)
		if proto.Equal(s.body, wrapperspb.String("hello")) {
			t.Fatal("nothing was changed")
		}
	}
}

// Pressure ends with its context, and does not take more than it may.
func TestPressureEnds(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	effect(t, "pressure", "cpu", "10", "memory", "1MiB").(fault.Burner).Burn(ctx)
	if ctx.Err() == nil {
		t.Error("it ended before its time")
	}
}
