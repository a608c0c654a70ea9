package lessons

import (
	"context"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// World is where a lesson happens. *lab.Lab is one.
type World interface {
	sim.Door
	// Exchange returns the bytes that crossed for one attempt, if they are kept.
	Exchange(sim.LinkID, sim.SpanID) (sim.Exchange, bool)
	Spec() *sim.WorldSpec
}

// Options of a session. The zero value works: nothing is kept.
type Options struct {
	// Progress keeps what was done; nil = nothing is kept.
	Progress *Store
	// Now is the clock on the wall; nil = time.Now.
	Now func() time.Time
	// Visit asks a loopback address as somebody outside would, for `solve` and
	// lesson checks of steps that are done in another terminal; nil = it cannot.
	Visit func(ctx context.Context, url string) error
}

// Session is one learner in one lesson. It is a [sim.Door]: commands of a lesson
// (predict, answer, next, back, hint, solve) are its own, every other one goes on
// to the world. It starts no goroutine; whoever shows it calls Update. All methods
// may be called by many goroutines.
type Session struct {
	lesson *Lesson
	world  World
	opt    Options

	turn sync.Mutex // held for one command of the lesson
	mu   sync.Mutex // guards what follows

	cursor sim.Seq
	buf    []sim.Event
	rate   sim.Rate  // offered now
	loads  int       // events of load since a command that set it
	runs   int       // how many times a step was begun
	moved  time.Time // when something happened last
	ran    string    // what was running when it was last looked at
	ev     evidence

	at       int
	phase    Phase
	quizAt   int // which question
	run      attemptAtStep
	skip     bool // Next was said once and refused
	progress Progress
	active   time.Time // when the learner last did something
	saved    bool
	note     string
	shown    State
	stale    bool // shown is to be built anew
}

// attemptAtStep is what is known of the step that is going on.
type attemptAtStep struct {
	checked bool // the check held once
	given   string
	right   bool // the value typed is right
	wrong   bool
	says    string    // what is said of it
	entered int       // how many Enter lines were done
	busy    string    // the line that Enter has begun; "" = none
	load    string    // the load of this step that ends by itself; "" = none
	missed  string    // what to say of a condition that did not hold; "" = all held
	unread  time.Time // since when bytes are missing that are needed
}

// Start begins a lesson in a world, or goes on where the learner left off. The
// world must be the one of the lesson. Start returns an error when progress
// cannot be trusted or the world refuses the first step; it leaves nothing behind.
func Start(ctx context.Context, l *Lesson, w World, o Options) (*Session, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if name := w.Spec().Name; name != l.Info.World {
		return nil, sim.Invalidf("lesson %s happens in the world %s, not in %s", l.Info.Name, l.Info.World, name)
	}
	s := &Session{
		lesson: l, world: w, opt: o, active: o.Now(), stale: true,
		buf: make([]sim.Event, 512),
		ev:  newEvidence(l, w),
	}
	if o.Progress != nil {
		p, note, err := o.Progress.Load(l.Info.Name)
		if err != nil {
			return nil, err
		}
		s.progress, s.note = p, note
	}
	s.resume()
	if s.phase == Finished {
		return s, nil
	}
	return s, s.arrive(ctx, s.at)
}

// Timeline is the log of the world.
func (s *Session) Timeline() sim.Timeline { return s.world.Timeline() }

// Do carries out a command. Commands of the lesson that do not fit what it waits
// for are Conflict errors that say what does.
func (s *Session) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	do := s.lessonCommand(c)
	if _, key := c.(sim.Enter); key {
		return s.press(ctx)
	}
	if do == nil {
		return s.act(ctx, c)
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	s.Update()
	text, err := do(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, next := c.(sim.Next); !next || err == nil {
		s.skip = false
	}
	s.touch()
	s.stale = true
	return sim.Result{Seq: s.cursor, Text: text}, err
}

// act lets the world carry out a line that somebody typed.
func (s *Session) act(ctx context.Context, c sim.Command) (sim.Result, error) {
	offered := s.offered(c)
	s.announce(c)
	r, err := s.world.Do(ctx, c)
	s.acted(c, offered, err)
	return r, err
}

// lessonCommand is what carries out c, or nil when the world does.
func (s *Session) lessonCommand(c sim.Command) func(context.Context) (string, error) {
	switch c := c.(type) {
	case sim.Predict:
		return func(ctx context.Context) (string, error) { return s.predict(ctx, c.Choice) }
	case sim.AnswerTask:
		return func(context.Context) (string, error) { return s.answer(c.Value) }
	case sim.Next:
		return s.next
	case sim.Back:
		return s.back
	case sim.Hint:
		return func(context.Context) (string, error) { return s.hint() }
	case sim.Solve:
		return s.solve
	default:
		return nil
	}
}

// step is the one that is going on. mu is held.
func (s *Session) step() *step { return &s.lesson.steps[s.at] }

// record changes what is kept of the current step. mu is held.
func (s *Session) record(change func(*StepProgress)) {
	title := s.step().title
	p := s.progress.Steps[title]
	change(&p)
	s.progress.Steps[title] = p
}

// idle is how long a learner may think without having left.
const idle = 5 * time.Minute

// touch counts the time since the learner last did something. mu is held.
func (s *Session) touch() {
	now := s.opt.Now()
	if d := min(now.Sub(s.active), idle); d > 0 {
		s.progress.Took += d
		s.record(func(p *StepProgress) { p.Took += d })
	}
	s.active = now
}

// save keeps progress. When that fails the lesson goes on and says so. mu is held.
func (s *Session) save() {
	s.progress.Changed = s.opt.Now()
	if s.opt.Progress == nil {
		return
	}
	err := s.opt.Progress.Save(s.progress)
	s.saved = err == nil
	if err != nil {
		s.note = sim.AsError(err).Message
	}
}
