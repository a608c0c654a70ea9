package demo

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
)

// Spec is the world of the chapter that is played.
func (s *Show) Spec() *sim.WorldSpec {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.demo.chapters[s.st.Chapter].world
}

// Timeline is the log of the world that is open; before there is one, a log in
// which nothing happens. With Do it makes a show a [sim.Door].
func (s *Show) Timeline() sim.Timeline {
	if w := s.world(); w != nil {
		return w.Timeline()
	}
	return silence{}
}

// Opened waits for the first world.
func (s *Show) Opened(ctx context.Context) (World, error) {
	err := s.await(ctx, func() bool { return s.st.World != nil || s.st.Trouble != nil })
	if err != nil {
		return nil, err
	}
	st := s.State()
	return st.World, st.Trouble
}

// silence is a log in which nothing happens.
type silence struct{}

func (silence) Read(after sim.Seq, _ []sim.Event) (int, sim.Seq, uint64) { return 0, after, 0 }

func (silence) Await(ctx context.Context, _ sim.Seq, _ func(sim.Event) bool) (sim.Event, error) {
	<-ctx.Done()
	return sim.Event{}, ctx.Err()
}
