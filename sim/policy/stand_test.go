package policy_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

// recorder keeps what policies report.
type recorder struct {
	mu    sync.Mutex
	facts []sim.Fact
}

func (r *recorder) report(_ context.Context, f sim.Fact) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.facts = append(r.facts, f)
}

// taken returns what was reported since the last time.
func (r *recorder) taken() []sim.Fact {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.facts
	r.facts = nil
	return all
}

// deps draws the same in every run.
func (r *recorder) deps() policy.Deps {
	return policy.Deps{Report: r.report, Draw: rand.New(rand.NewPCG(1, 2)).Float64}
}

// made makes a policy of a line.
func made(t testing.TB, line string, d policy.Deps) policy.Policy {
	t.Helper()
	word, params, err := policy.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Make(word, params, d)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// stack puts several together.
func stack(t testing.TB, d policy.Deps, lines ...string) (s policy.Stack) {
	t.Helper()
	for _, line := range lines {
		s = s.With(made(t, line, d))
	}
	return s
}

// get is a message that may be repeated, and post one that may not, unless it has a key.
func get() sim.Message { return sim.NewMessage(&conformv1.GetThing{Id: "7"}) }

func post(key string) sim.Message {
	m := sim.NewMessage(&conformv1.MakeThing{Note: "x"})
	if key != "" {
		m.Header = m.Header.With(sim.HeaderIdempotencyKey, key)
	}
	return m
}

// unavailable is a failure that the other side told.
func unavailable() error {
	return &sim.Error{Code: sim.Unavailable, Message: "503 Service Unavailable", Remote: true}
}

// failing fails the first n times, then answers, and counts.
func failing(n int, err error, calls *int) sim.Handler {
	return func(context.Context, sim.Message) (sim.Message, error) {
		*calls++
		if *calls <= n {
			return sim.Message{}, err
		}
		return sim.NewMessage(&conformv1.Thing{Id: "7"}), nil
	}
}
