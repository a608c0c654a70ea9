package demo

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// World is a running world; *lab.Lab is one. The show closes it.
type World interface {
	lessons.World
	Now() time.Duration
	Close() error
}

// Options of a show. Open must be given; everything else may be zero.
type Options struct {
	// Open opens a world. It is called anew for every chapter.
	Open func(ctx context.Context, spec *sim.WorldSpec) (World, error)

	Speed   float64 // of pauses; 0 = 1
	Step    bool    // after every caption it waits for GoOn
	AtMarks bool    // at every mark it waits for GoOn
	Quick   bool    // without pauses
	Watched bool    // a screen says with Saw how much of the world it has shown, and the show waits for it
	Strict  bool    // what does not come true ends it, and every expect must hold
	From    int     // the chapter to begin with

	// Tell is called after everything that changes what is to be shown, by
	// whoever changed it; nil = nobody listens. It must not call the show back.
	Tell func(State)
}

// Bounds of a show.
const (
	longestWait = 30 * time.Second // for something that should come true
	longestLag  = 4 * time.Second  // for a screen to show it
	slowest     = 0.25
	fastest     = 8
)

// Show is one demo as it is played. Run plays it; every other method may be
// called by many goroutines, also before Run and after it.
type Show struct {
	demo *Demo
	opt  Options

	mu      sync.Mutex // guards what follows
	st      State
	changed chan struct{} // closed, and made anew, when something below has changed
	witness *lessons.Witness
	until   time.Time               // when the pause that is going on ends; zero = none is
	seen    time.Duration           // what the screen has shown, on the world's clock
	goOn    bool                    // whoever presents said so
	target  int                     // the chapter to play next
	leave   context.CancelCauseFunc // ends the chapter that is played; nil = none is
}

// errJump ends a chapter because another one is wanted.
var errJump = errors.New("another chapter is wanted")

// New returns a show that Run plays.
func New(d *Demo, o Options) *Show {
	if o.Speed <= 0 {
		o.Speed = 1
	}
	s := &Show{demo: d, opt: o, changed: make(chan struct{})}
	s.target = min(max(o.From, 0), len(d.chapters)-1)
	s.st = State{
		Info: d.Info, Chapters: d.Chapters(), Chapter: s.target, Scene: Title, Speed: min(max(o.Speed, slowest), fastest),
		Ended: make([]string, len(d.chapters)),
	}
	return s
}

// Run plays until the demo is over, and goes on playing when somebody goes back
// after that; a show that nobody watches ends there. It returns when ctx ends, or
// with Strict when something does not come true. Its world is closed then.
func (s *Show) Run(ctx context.Context) error {
	defer s.closeWorld(nil)
	for {
		i := s.wanted()
		err := s.perform(ctx, i)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errJump):
			continue
		case err != nil && s.opt.Strict:
			return err
		case err != nil:
			s.set(func() { s.st.Mode, s.st.Trouble = Stuck, err })
		case s.after(i):
			continue
		case !s.opt.Watched:
			return nil
		}
		if err := s.idle(ctx); err != nil {
			return nil
		}
	}
}

// wanted is the chapter to play next.
func (s *Show) wanted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.target
}

// after goes to the chapter after i, and reports false when there is none.
func (s *Show) after(i int) bool {
	more := i+1 < len(s.demo.chapters)
	s.set(func() {
		if more && s.target == i {
			s.target = i + 1
		} else if !more {
			s.st.Mode, s.st.Scene, s.until = Over, End, time.Time{}
		}
	})
	return more
}

// idle waits until another chapter is wanted.
func (s *Show) idle(ctx context.Context) error {
	ctx, cancel := s.leavable(ctx)
	defer cancel(nil)
	<-ctx.Done()
	if errors.Is(context.Cause(ctx), errJump) {
		return nil
	}
	return ctx.Err()
}

// leavable is a context that a jump ends.
func (s *Show) leavable(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave = cancel
	return ctx, cancel
}

// perform plays chapter i from its known state.
func (s *Show) perform(ctx context.Context, i int) error {
	ctx, cancel := s.leavable(ctx)
	defer cancel(nil)
	if s.wanted() != i { // a jump came before it could be heard
		return errJump
	}
	err := s.play(ctx, i)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func (s *Show) play(ctx context.Context, i int) error {
	c := &s.demo.chapters[i]
	if err := s.prepare(ctx, i); err != nil {
		return c.at.Wrap(err)
	}
	if err := s.rest(ctx, titleTime); err != nil {
		return err
	}
	s.set(func() { s.st.Scene = Stage })
	for n, b := range c.beats {
		s.set(func() { s.st.Next = s.following(c.beats[n+1:]) })
		if err := s.hold(ctx); err != nil {
			return err
		}
		s.release(b)
		if err := b.play(ctx, s); err != nil {
			return err
		}
	}
	s.set(func() { s.st.Ended[i], s.st.Held = s.st.Caption, nil })
	return nil
}

// following is the next caption. mu is held.
func (s *Show) following(rest []beat) string {
	for _, b := range rest {
		if c, ok := b.(say); ok {
			text, _ := s.witness.Fill(c.short)
			return text
		}
	}
	return ""
}

// prepare brings the known state of a chapter about: its world anew, its setup,
// and expressions that look at nothing before.
func (s *Show) prepare(ctx context.Context, i int) error {
	begin, c := time.Now(), &s.demo.chapters[i]
	s.set(func() {
		st := &s.st
		st.Chapter, st.Scene, st.Mode, st.Show = i, Title, Playing, c.show
		st.Caption, st.Full, st.Mark, st.Next, st.Ask, st.Trouble, st.Touched = "", "", "", "", nil, nil, false
		st.Notes, st.Note, st.Held, st.Said = c.notes, 0, nil, 0
		st.Ended = slices.Clone(st.Ended)
		s.goOn, s.seen = false, 0
	})
	w, err := s.opt.Open(ctx, c.world)
	if err != nil {
		return err
	}
	s.closeWorld(w)
	for _, b := range c.setup {
		if err := b.play(ctx, s); err != nil {
			return err
		}
	}
	if err := (anew{}).play(ctx, s); err != nil {
		return err
	}
	s.set(func() { s.st.Ready = time.Since(begin) })
	return nil
}

// closeWorld puts a new world in the place of the one that is open, and closes
// that one. Nobody is left to tell what goes wrong there.
func (s *Show) closeWorld(w World) {
	s.mu.Lock()
	old := s.st.World
	s.st.World, s.witness = w, nil
	if w != nil {
		s.witness = lessons.NewWitness(w)
	}
	s.mu.Unlock()
	if old != nil {
		_ = old.Close()
	}
}

// set changes what is shown, and tells it.
func (s *Show) set(change func()) {
	s.mu.Lock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
	if s.opt.Tell != nil {
		s.opt.Tell(s.State())
	}
}
