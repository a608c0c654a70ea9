package demo_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

// fake is a world in which nothing happens; it remembers what was done.
type fake struct {
	spec   *sim.WorldSpec
	mu     sync.Mutex
	did    []sim.Command
	at     time.Duration
	closed bool
}

func (f *fake) Do(_ context.Context, c sim.Command) (sim.Result, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.did = append(f.did, c)
	return sim.Result{}, nil
}

func (f *fake) sends() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.did {
		if _, ok := c.(sim.Send); ok {
			n++
		}
	}
	return n
}

func (f *fake) Timeline() sim.Timeline                                   { return nothing{} }
func (f *fake) Spec() *sim.WorldSpec                                     { return f.spec }
func (f *fake) Exchange(sim.LinkID, sim.SpanID) (s sim.Exchange, _ bool) { return s, false }
func (f *fake) Now() time.Duration                                       { f.mu.Lock(); defer f.mu.Unlock(); return f.at }

func (f *fake) Close() error { f.mu.Lock(); defer f.mu.Unlock(); f.closed = true; return nil }

type nothing struct{}

func (nothing) Read(after sim.Seq, _ []sim.Event) (int, sim.Seq, uint64) { return 0, after, 0 }

func (nothing) Await(ctx context.Context, _ sim.Seq, _ func(sim.Event) bool) (sim.Event, error) {
	<-ctx.Done()
	return sim.Event{}, ctx.Err()
}

// small is a demo that needs nothing to happen.
const small = `---
demo: small
title: Small
about: a test
minutes: 1
world: catalog
show: [client, order, product]
---
## One
note the first
` + "```ask 10s" + `
How many?
1 none   = count("sent") == 0
2 some   = count("sent") > 0
` + "```\n```play" + `
send order.preview
reveal 10s
mark here
say First. | All of the first.
note the second
say Second.
` + "```" + `
## Two
` + "```setup\nguard order:product timeout after=1s\n```\n```play" + `
say Third.
` + "```\n"

// stage is a show with a person in front of it, in virtual time.
type stage struct {
	t *testing.T
	*demo.Show
	mu     sync.Mutex
	worlds []*fake
}

func parsed(t testing.TB, text string) *demo.Demo {
	t.Helper()
	d, err := demo.Parse("small", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func present(t *testing.T, text string, o demo.Options) *stage {
	s := &stage{t: t}
	o.Open = func(_ context.Context, spec *sim.WorldSpec) (demo.World, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.worlds = append(s.worlds, &fake{spec: spec})
		return s.worlds[len(s.worlds)-1], nil
	}
	s.Show = demo.New(parsed(t, text), o)
	return s
}

func (s *stage) opened() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.worlds)
}

// sees fails unless this is what is shown.
func (s *stage) sees(chapter int, scene demo.Scene, mode demo.Mode, caption string) {
	s.t.Helper()
	st := s.State()
	if st.Chapter != chapter || st.Scene != scene || st.Mode != mode || st.Caption != caption {
		s.t.Fatalf("chapter %d scene %d %s %q, want chapter %d scene %d %s %q",
			st.Chapter, st.Scene, st.Mode, st.Caption, chapter, scene, mode, caption)
	}
}

// now sets the clock of the world that is open.
func (s *stage) now(at time.Duration) {
	w := s.State().World.(*fake)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = at
}
