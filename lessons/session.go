package lessons

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// World is where a lesson happens. *lab.Lab is one.
type World interface {
	sim.Door
	// Exchange returns the bytes that crossed for one attempt, if they are kept.
	Exchange(sim.LinkID, sim.SpanID) (sim.Exchange, bool)
	LinkStats(sim.LinkID) sim.LinkStats
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
	rate   sim.Rate // offered now
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
	entered int       // how many Enter lines were done
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
		ev: evidence{
			window: newWindow(0), world: w, setup: l.setup,
			addresses: map[string]string{}, down: map[sim.Instance]sim.Command{}, kept: map[string]any{}, predicted: map[string]prediction{},
		},
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

// resume takes over what was kept and finds the step to go on with. What the
// lesson no longer has is dropped.
func (s *Session) resume() {
	p := &s.progress
	p.Schema, p.Lesson = progressSchema, s.lesson.Info.Name
	if p.Steps == nil {
		p.Steps = map[string]StepProgress{}
	}
	if p.Quiz == nil {
		p.Quiz = map[string]QuizProgress{}
	}
	if p.Kept == nil {
		p.Kept = map[string]json.RawMessage{}
	}
	for name, example := range s.lesson.kept {
		v := reflect.New(reflect.TypeOf(example))
		if raw, ok := p.Kept[name]; ok && json.Unmarshal(raw, v.Interface()) == nil {
			s.ev.kept[name] = v.Elem().Interface()
		}
	}
	for _, st := range s.lesson.steps {
		if st.predict != nil {
			s.remember(st)
		}
	}
	if s.at = s.lesson.find(p.At); s.at < 0 {
		s.at = s.firstOpen()
	}
	if p.Finished && !s.lesson.steps[s.at].more {
		s.at, s.phase = s.lesson.coreSteps()-1, Finished
	}
}

// firstOpen is the first step that is neither done nor skipped.
func (s *Session) firstOpen() int {
	for i, st := range s.lesson.steps {
		if p := s.progress.Steps[st.title]; !p.Done && !p.Skipped {
			return i
		}
	}
	return 0
}

// remember makes what was predicted in a step known to expressions.
func (s *Session) remember(st step) {
	p := s.progress.Steps[st.title]
	if p.Predicted == 0 {
		return
	}
	made := prediction{Choice: p.Predicted, Text: Unknowing, Right: p.Predicted == p.Truth}
	if p.Predicted <= len(st.predict.choices) {
		made.Text, _ = st.predict.choices[p.Predicted-1].text.fill(&s.ev)
	}
	s.ev.predicted[st.predict.name] = made
}

// Timeline is the log of the world.
func (s *Session) Timeline() sim.Timeline { return s.world.Timeline() }

// Do carries out a command. Commands of the lesson that do not fit what it waits
// for are Conflict errors that say what does.
func (s *Session) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	do := s.lessonCommand(c)
	if do == nil {
		r, err := s.world.Do(ctx, c)
		if err == nil {
			s.entered(c)
		}
		return r, err
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

// entered notes that c was done, so that Enter offers the next line.
func (s *Session) entered(c sim.Command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.step().task
	if s.phase != Doing || t == nil || s.run.entered >= len(t.enter) {
		return
	}
	if reflect.DeepEqual(t.enter[s.run.entered].do, c) {
		s.run.entered++
		s.stale = true
	}
}

// arrive goes to step i. A task begins from a known state: no load, everybody
// running, and what its setup lines say.
func (s *Session) arrive(ctx context.Context, i int) error {
	st := s.lesson.steps[i]
	s.mu.Lock()
	p := s.progress.Steps[st.title]
	tidy := s.tidy()
	s.mu.Unlock()
	phase := st.firstPhase(p)
	if phase == Predicting || phase == Doing {
		if err := prepare(ctx, s.world, st, tidy); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.at, s.phase, s.quizAt, s.run, s.stale = i, phase, 0, attemptAtStep{}, true
	s.ev.window, s.ev.mine = newWindow(^sim.Seq(0)), ""
	s.ev.unreadable = false
	if st.predict != nil {
		s.ev.mine = s.ev.predicted[st.predict.name].Text
	}
	s.progress.At = st.title
	s.save()
	s.mu.Unlock()
	if phase == Doing {
		return s.begin(ctx)
	}
	if phase == Asking || phase == Explaining {
		s.mu.Lock()
		s.ask(0)
		s.mu.Unlock()
	}
	return nil
}

// firstPhase is how a step begins, given what became of it before.
func (st *step) firstPhase(p StepProgress) Phase {
	switch {
	case len(st.quiz) > 0:
		return Asking
	case st.task == nil || p.Done:
		return Reading
	case st.predict != nil && p.Predicted == 0:
		return Predicting
	default:
		return Doing
	}
}

// tidy is what ends load and brings back who is down. mu is held.
func (s *Session) tidy() (all []sim.Command) {
	s.read()
	if s.rate > 0 {
		all = append(all, sim.SetLoad{})
	}
	for _, bring := range s.ev.down {
		all = append(all, bring)
	}
	return all
}

// prepare brings the world to where a task begins.
func prepare(ctx context.Context, w World, st step, tidy []sim.Command) error {
	for _, c := range append(tidy, st.task.setup...) {
		if _, err := w.Do(ctx, c); err != nil {
			return sim.Errorf(sim.CodeOf(err), "step %q cannot begin: %w", st.title, err)
		}
	}
	return nil
}

// begin opens the window of a task: what happens from now on counts.
func (s *Session) begin(ctx context.Context) error {
	s.mu.Lock()
	text := fmt.Sprintf("lesson %s: %s", s.lesson.Info.Name, s.step().title)
	s.mu.Unlock()
	r, err := s.world.Do(ctx, sim.Mark{Text: text})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ev.window = newWindow(r.Seq)
	s.cursor = min(s.cursor, r.Seq) // what was read in between is read again
	s.phase, s.stale = Doing, true
	return nil
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
	if d := now.Sub(s.active); d > 0 {
		s.progress.Took += min(d, idle)
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
