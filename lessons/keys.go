package lessons

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// look is how often a learner's face asks what is new.
const look = 50 * time.Millisecond

// keys plays the tasks of a lesson as a learner does who presses Enter, reads for a
// while, and presses it again. What Enter does not do is done by the answers.
type keys struct {
	pace func(presses int) time.Duration
	now  time.Duration // in this step
}

// Rehearse is [Check] by the keys of a learner, with a pause before every one in a
// task: a lesson must be the same for those who read and for those who do not. The
// pace may depend on how often a task wants Enter pressed.
func Rehearse(ctx context.Context, fsys fs.FS, name string, open Opener, o Options, pace func(presses int) time.Duration) (Report, error) {
	return checked(ctx, fsys, name, open, o, &keys{pace: pace})
}

// play does the task of a step.
func (c *checker) play(ctx context.Context, st step) error {
	if c.keys == nil {
		return c.s.play(ctx, st)
	}
	for range mostTries {
		if err := c.press(ctx, st); err != nil {
			return err
		}
		if c.s.State().Phase == Reading {
			return nil
		}
		if _, err := c.s.Do(ctx, sim.Enter{}); err != nil { // it did not happen: once more
			return err
		}
	}
	return st.at.invalid("what %q is about did not happen in %d tries at this pace", st.title, mostTries)
}

// press does the task of a step once.
func (c *checker) press(ctx context.Context, st step) error {
	ended := func(t State) bool { return t.Phase == Reading || t.Task != nil && t.Task.Missed != "" }
	presses := 0
	for _, l := range st.task.enter {
		if !l.with {
			presses++
		}
	}
	c.keys.now = c.keys.pace(presses)
	for range presses {
		if err := c.pause(ctx); err != nil {
			return err
		}
		if ended(c.s.Update()) {
			return nil
		}
		if _, err := c.s.Do(ctx, sim.Enter{}); err != nil && c.s.refusals() == 0 {
			return st.task.at.wrap(err)
		}
		if err := c.await(ctx, func(t State) bool { return t.Task == nil || t.Task.Running == "" }); err != nil {
			return st.task.at.wrap(err)
		}
	}
	if err := c.pause(ctx); err != nil {
		return err
	}
	for _, l := range c.s.lesson.answers[st.title] {
		now := c.s.Update()
		byHand := strings.HasPrefix(l.plain, "answer ") || presses == 0 || !now.Task.Done && l.wait == nil && !st.task.enters(l)
		if _, predicts := l.do.(sim.Predict); predicts || !byHand || ended(now) {
			continue
		}
		if err := c.s.playLine(ctx, l); err != nil {
			return l.at.wrap(err)
		}
	}
	return c.insist(ctx, st, ended)
}

// insist waits until a task is over. Where Enter offers its last line again, as it
// does on a machine that was too slow for a call, it is pressed again.
func (c *checker) insist(ctx context.Context, st step, ended func(State) bool) error {
	for range mostTries {
		err := c.await(ctx, func(t State) bool { return ended(t) || !t.Task.Done && t.Task.Send != "" })
		if ended(c.s.Update()) {
			return nil
		}
		if err == nil {
			_, _ = c.s.Do(ctx, sim.Enter{}) // what it refuses, unmet tells
		}
	}
	return st.task.at.invalid("Enter did all it offers, and %q is not done%s", st.title, c.s.unmet(st))
}

// pause is the time a learner reads; what happens meanwhile is taken note of.
func (c *checker) pause(ctx context.Context) error {
	end := time.Now().Add(c.keys.now)
	return c.watch(ctx, func() bool { return !time.Now().Before(end) })
}

// await waits until what is shown fits, as long as a played step may take.
func (c *checker) await(ctx context.Context, fits func(State) bool) error {
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	return c.watch(ctx, func() bool { return fits(c.s.State()) })
}

func (c *checker) watch(ctx context.Context, over func() bool) error {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		c.s.Update()
		if over() {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return sim.Errorf(sim.Timeout, "this did not come true in time: %w", ctx.Err())
		}
	}
}

// enters reports whether Enter does a line of the answers, too.
func (t *task) enters(l line) bool {
	return slices.ContainsFunc(t.enter, func(e line) bool { return e.plain == l.plain })
}
