package lessons

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Opener starts the world of a lesson from its world.yaml. Close ends it.
type Opener func(ctx context.Context, l *Lesson) (w World, close func() error, err error)

// Report is what Check found.
type Report struct {
	Lesson   *Lesson
	Steps    []StepReport
	Problems []*sim.Error // where and what, with a way out
}

// StepReport is one step as its answer played it.
type StepReport struct {
	Title string
	Took  time.Duration
	Told  string // what the learner is told at the end of it, with the numbers of this run
}

// Check loads a lesson and plays it by its answers in a world of its own. Every
// task must be false before anything was done, with all traffic of the steps
// before it in the log, and true after its answer. Of every prediction and every
// quiz question exactly one choice must be true. Every placeholder must have a
// value, and bytes must have crossed every link that a step speaks of.
//
// The error is for a lesson that cannot be read, all that is wrong joined, or that
// cannot be begun; what is wrong with one
// that can be played is in the report. Check needs o.Visit for steps that are done
// in another terminal; it keeps no progress.
func Check(ctx context.Context, fsys fs.FS, name string, open Opener, o Options) (r Report, err error) {
	return checked(ctx, fsys, name, open, o, nil)
}

func checked(ctx context.Context, fsys fs.FS, name string, open Opener, o Options, by *keys) (r Report, err error) {
	l, all := LoadAll(fsys, name)
	if len(all) > 0 {
		return r, errors.Join(all...)
	}
	w, closeWorld, err := open(ctx, l)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, closeWorld()) }()
	o.Progress = nil
	s, err := Start(ctx, l, w, o)
	if err != nil {
		return r, err
	}
	c := &checker{s: s, report: &r, keys: by}
	r.Lesson = l
	return r, c.run(ctx)
}

// checker plays one session as a learner with the answers would.
type checker struct {
	s      *Session
	report *Report
	keys   *keys // nil = lines of the answers, as fast as they go
}

func (c *checker) problem(at spot, format string, args ...any) {
	c.report.Problems = append(c.report.Problems, at.invalid(format, args...))
}

// run plays step after step. It ends with the first one that its answer does not
// solve: later ones may need what was to be measured there.
func (c *checker) run(ctx context.Context) error {
	for _, st := range c.s.lesson.steps {
		begun := time.Now()
		err := c.step(ctx, st)
		c.report.Steps = append(c.report.Steps, StepReport{st.title, time.Since(begun), c.s.State().After})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			c.report.Problems = append(c.report.Problems, sim.AsError(err))
			return nil
		}
		if err := c.leave(ctx); err != nil {
			return err
		}
	}
	return nil
}

// leave goes to the next step, over the end of the core if need be.
func (c *checker) leave(ctx context.Context) error {
	if _, err := c.s.Do(ctx, sim.Next{}); err != nil {
		return err
	}
	if c.s.State().Phase != Finished || c.s.step().more {
		return nil
	}
	c.summary()
	if c.s.at+1 == len(c.s.lesson.steps) {
		return nil
	}
	_, err := c.s.Do(ctx, sim.Next{})
	return err
}

func (c *checker) step(ctx context.Context, st step) error {
	c.resolves(st.prose)
	if len(st.quiz) > 0 {
		return c.quiz(ctx, st)
	}
	if st.task == nil {
		return nil
	}
	if c.s.State().Phase == Predicting {
		if _, err := c.s.Do(ctx, sim.Predict{Choice: c.guess(st)}); err != nil {
			return err
		}
	}
	if s := c.s.Update(); s.Phase != Doing || s.Task.Done {
		c.problem(st.task.check.at, "the task of %q is done before anything was done", st.title)
	}
	if err := c.play(ctx, st); err != nil {
		return err
	}
	c.audit(st)
	return nil
}

// guess is what the answers predict.
func (c *checker) guess(st step) string {
	for _, l := range c.s.lesson.answers[st.title] {
		if p, ok := l.do.(sim.Predict); ok {
			return p.Choice
		}
	}
	return Unknowing
}

// audit looks at a step that was just done.
func (c *checker) audit(st step) {
	if st.predict != nil {
		c.oneTrue(st.predict)
	}
	t := st.task
	c.resolves(st.after)
	c.resolves(t.text)
	c.resolves(t.result)
	for _, h := range t.hints {
		c.resolves(h)
	}
	for _, k := range t.keep {
		if _, err := c.s.ev.eval(k.value); err != nil {
			c.problem(k.value.at, "%s has no value: %v", k.name, err)
		}
	}
	for _, link := range st.links() {
		if link.From() == sim.Outside {
			continue
		}
		if n := c.s.ev.window.bytes(link); n <= 0 {
			c.problem(st.at, "%q speaks of %s, but no byte crossed it", st.title, link)
		}
	}
	if len(c.s.ev.window.hops) >= maxHops {
		c.problem(st.at, "%q sends more than %d messages, and only those are looked at", st.title, maxHops)
	}
}

func (c *checker) quiz(ctx context.Context, st step) error {
	for i := range st.quiz {
		q := &st.quiz[i]
		which := c.oneTrue(q)
		for _, a := range q.choices {
			c.resolves(a.text)
			c.resolves(a.why)
		}
		if q.only != nil && which < 0 {
			c.problem(q.only.holds.at, "what %s asks about did not happen in this run", q.name)
			if _, err := c.s.Do(ctx, sim.Next{}); sim.CodeOf(err) == sim.Conflict {
				_, err = c.s.Do(ctx, sim.Next{})
				return err
			}
		}
		if _, err := c.s.Do(ctx, sim.Predict{Choice: keyOf(max(which, 0))}); err != nil {
			return err
		}
		if i+1 < len(st.quiz) {
			if _, err := c.s.Do(ctx, sim.Next{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// oneTrue reports a question that has no answer, or several.
func (c *checker) oneTrue(q *question) int {
	c.resolves(q.ask)
	if q.only != nil && !c.s.ev.true(q.only.holds) {
		return -1 // it did not happen in this run, and is not judged
	}
	which, n := c.s.truth(q)
	if n != 1 {
		c.problem(q.at, "of the choices of %s, %d are true in this run, not one", q.name, n)
	}
	return which
}

func (c *checker) resolves(t text) {
	if _, err := t.fill(&c.s.ev); err != nil {
		c.problem(t.at, "something told here has no value: %v", err)
	}
}

func (c *checker) summary() {
	for _, lines := range [][]text{c.s.lesson.did, c.s.lesson.recall, c.s.lesson.try} {
		for _, t := range lines {
			c.resolves(t)
		}
	}
}

// links are those that the expressions of a step name.
func (st *step) links() (all []sim.LinkID) {
	add := func(x *expression) { all = append(all, x.links...) }
	if st.predict != nil {
		for _, c := range st.predict.choices {
			add(c.true)
		}
	}
	st.after.each(add)
	add(st.task.check)
	if st.task.answer != nil {
		add(st.task.answer)
	}
	for _, k := range st.task.keep {
		add(k.value)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
