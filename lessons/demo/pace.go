package demo

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
)

// fill writes a text with the numbers of this run.
func (s *Show) fill(t lessons.Text) (string, error) {
	if t.Empty() {
		return "", nil
	}
	return s.witness.Fill(t)
}

// world is the one that is open. Only Run's goroutine may ask.
func (s *Show) world() World {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.st.World
}

// rest leaves time: less or more of it when the speed changes, none while the
// show stands still.
func (s *Show) rest(ctx context.Context, d time.Duration) error {
	if s.opt.Quick {
		return context.Cause(ctx)
	}
	for left := float64(d); left > 0; {
		if err := s.hold(ctx); err != nil {
			return err
		}
		s.mu.Lock()
		speed, changed := s.st.Speed, s.changed
		begin, d := time.Now(), time.Duration(left/speed)
		s.until = begin.Add(d)
		s.mu.Unlock()
		timer := time.NewTimer(d)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-changed:
		}
		timer.Stop()
		left -= float64(time.Since(begin)) * speed
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = time.Time{}
	return nil
}

// hold stands still as long as the show is paused.
func (s *Show) hold(ctx context.Context) error {
	return s.await(ctx, func() bool { return s.st.Mode != Paused })
}

// stop waits until whoever presents goes on.
func (s *Show) stop(ctx context.Context) error {
	s.set(func() { s.st.Mode, s.goOn, s.until = Waiting, false, time.Time{} })
	err := s.await(ctx, func() bool { return s.goOn })
	s.set(func() {
		if s.st.Mode == Waiting {
			s.st.Mode = Playing
		}
	})
	if err != nil {
		return err
	}
	return s.hold(ctx)
}

// caughtUp waits until the screen has shown what has happened, so that no caption
// tells what has not been seen. It returns the moment that it waited for.
func (s *Show) caughtUp(ctx context.Context) (time.Duration, error) {
	now := s.world().Now()
	if h := s.State().Held; h != nil { // a later moment is another picture
		now = h.At
	}
	if !s.opt.Watched {
		return now, context.Cause(ctx)
	}
	short, cancel := context.WithTimeout(ctx, longestLag)
	defer cancel()
	_ = s.await(short, func() bool {
		if h := s.st.Held; h != nil {
			return s.seen == h.At
		}
		return s.seen >= now
	})
	return now, context.Cause(ctx)
}

// holdStill lets the picture stand at this moment; the world goes on.
func (s *Show) holdStill(ctx context.Context) error {
	at := s.world().Now()
	seq, err := s.logEnd(ctx)
	if err == nil {
		s.set(func() { s.st.Held, s.seen = &Moment{at, seq}, 0 })
	}
	return err
}

// release lets the picture be of now again, unless what comes next belongs to the
// caption that holds it: a mark, a note, or what nobody sees.
func (s *Show) release(next beat) {
	switch next.(type) {
	case mark, note, keep, expect:
		return
	}
	if s.State().Held != nil {
		s.set(func() { s.st.Held = nil })
	}
}

// await waits until something holds that is guarded by mu, and returns the cause
// that ended ctx otherwise.
func (s *Show) await(ctx context.Context, holds func() bool) error {
	for {
		s.mu.Lock()
		yes, changed := holds(), s.changed
		s.mu.Unlock()
		if yes {
			return context.Cause(ctx)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		}
	}
}
