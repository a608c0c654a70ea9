package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// State is what to show now.
func (s *Show) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.st
	if !s.until.IsZero() && st.Mode == Playing {
		st.Left = max(time.Until(s.until), 0)
	}
	return st
}

// Saw says how far a screen has shown the world, on the world's clock.
func (s *Show) Saw(w World, at time.Duration) {
	s.mu.Lock()
	news := w == s.st.World && (at > s.seen || s.st.Held != nil && at != s.seen)
	s.mu.Unlock()
	if news {
		s.set(func() { s.seen = at })
	}
}

// Jump plays chapter i from its known state; false when there is none.
func (s *Show) Jump(i int) bool {
	if i < 0 || i >= len(s.demo.chapters) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.target = i
	if s.leave != nil {
		s.leave(errJump)
	}
	return true
}

// Next jumps to the next chapter; false at the last one.
func (s *Show) Next() bool { return s.Jump(s.State().Chapter + 1) }

// Back jumps to the chapter before; false at the first one.
func (s *Show) Back() bool { return s.Jump(s.State().Chapter - 1) }

// Restore plays this chapter from its known state.
func (s *Show) Restore() { s.Jump(s.State().Chapter) }

// Pause stands still. The world goes on.
func (s *Show) Pause() {
	s.set(func() {
		if s.st.Mode == Playing || s.st.Mode == Waiting {
			s.st.Mode, s.until = Paused, time.Time{}
		}
	})
}

// GoOn goes on where the show waits or stands still, and says what it does. When
// the world was changed by hand its chapter is brought about anew. It reports
// false when there was nothing to go on with.
func (s *Show) GoOn() (said string, ok bool) {
	st := s.State()
	switch {
	case st.Mode == Paused && st.Touched:
		s.Restore()
		return fmt.Sprintf("restored: chapter %d, %s, from its beginning", st.Chapter+1, st.Chapters[st.Chapter]), true
	case st.Mode == Paused || st.Mode == Waiting:
		s.set(func() { s.st.Mode, s.goOn = Playing, true })
		if st.Mode == Paused {
			said = "it goes on where it stood"
		}
		return said, true
	default:
		return "", false
	}
}

// Click is what the one key of a clicker means: go on where the show waits, to
// the next chapter where it plays by itself. It says what it does, if that cannot
// be seen.
func (s *Show) Click() (said string) {
	if said, ok := s.GoOn(); ok {
		return said
	}
	switch mode := s.State().Mode; {
	case mode == Over:
		return "this is the end; 0 plays the last chapter again"
	case mode == Playing && s.opt.Step:
		return "one moment: something is on its way"
	case !s.Next():
		return "this is the last chapter"
	default:
		return ""
	}
}

// Faster doubles the speed of pauses; false when it cannot be faster.
func (s *Show) Faster() bool { return s.pace(2) }

// Slower halves it.
func (s *Show) Slower() bool { return s.pace(0.5) }

func (s *Show) pace(by float64) (ok bool) {
	s.set(func() {
		if f := s.st.Speed * by; f >= slowest && f <= fastest {
			s.st.Speed, ok = f, true
		}
	})
	return ok
}

// Do is for whoever presents: any line of the door. What changes the world stops
// the show; GoOn brings the chapter about anew then. Next and back turn chapters,
// vote counts hands.
func (s *Show) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	switch c := c.(type) {
	case sim.Next:
		return s.turned(s.Next())
	case sim.Back:
		return s.turned(s.Back())
	case sim.Vote:
		return s.vote(c.Hands)
	case sim.Show:
		if c.What == "demo" {
			return sim.Result{Data: s.Script()}, nil
		}
	}
	w := s.world()
	if w == nil {
		return sim.Result{}, sim.Errorf(sim.Unavailable, "the chapter is being prepared").WithFix("say it again")
	}
	if acts(c) {
		s.Pause()
		s.set(func() { s.st.Held = nil }) // whoever acts sees what comes of it
	}
	r, err := w.Do(ctx, c)
	if err == nil && changes(c) {
		s.set(func() { s.st.Touched = true })
	}
	return r, err
}

// acts reports whether a command does something that is worth looking at.
func acts(c sim.Command) bool {
	switch c.(type) {
	case sim.Show, sim.Mark:
		return false
	default:
		return true
	}
}

// changes reports whether a command leaves the world in another state. A request
// more does not.
func changes(c sim.Command) bool {
	_, send := c.(sim.Send)
	return acts(c) && !send
}

func (s *Show) turned(ok bool) (sim.Result, error) {
	if !ok {
		return sim.Result{}, sim.Errorf(sim.Conflict, "there is no chapter that way").WithFix("0 plays this one again")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return sim.Result{Text: fmt.Sprintf("chapter %d, %s", s.target+1, s.st.Chapters[s.target])}, nil
}

// vote counts the hands of the room.
func (s *Show) vote(hands []int) (r sim.Result, err error) {
	s.set(func() {
		switch {
		case s.st.Ask == nil:
			err = sim.Errorf(sim.Conflict, "nothing was asked in this chapter yet").WithFix("vote while a question is shown")
		case len(hands) != len(s.st.Ask.Choices):
			err = sim.Invalidf("%d numbers for %d choices", len(hands), len(s.st.Ask.Choices)).
				WithFix("one number for each choice, such as: vote 9 17 5")
		default:
			counted := *s.st.Ask
			counted.Votes = slices.Clone(hands)
			s.st.Ask = &counted
			r.Text = fmt.Sprintf("%d hands", counted.Voted())
		}
	})
	return r, err
}
