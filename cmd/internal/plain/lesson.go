package plain

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// settle is how long a line waits for what it caused before the next prompt.
const settle = 400 * time.Millisecond

// errLeave ends a face because the person said so.
var errLeave = errors.New("left")

// Lesson plays a lesson line by line until it is finished, in ends, the person
// leaves, or ctx ends. It returns nil in all these cases; an error means that
// reading or writing failed. Progress is the lesson's own business.
func Lesson(ctx context.Context, in io.Reader, out io.Writer, w World, l Teacher, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines, stop := readLines(ctx, in)
	defer stop()
	p := pupil{face: newFace(out, w, o), lesson: l, again: o.Again}
	p.do, p.lines = l.Do, lines
	return p.run(ctx)
}

// pupil is one person in one lesson.
type pupil struct {
	*face
	lesson Teacher
	shown  lessons.State // what was said last
	again  string        // Options.Again

	running string // what was said to go on
}

func (p *pupil) run(ctx context.Context) error {
	st := p.lesson.Update()
	p.skipEvents()
	p.welcome(st.Info)
	p.step(st)
	for p.err == nil && st.Phase != lessons.Finished {
		p.prompt(st)
		line, ok := p.read(ctx)
		if !ok {
			p.farewell(st, ctx.Err() != nil)
			return p.err
		}
		switch err := p.take(ctx, strings.TrimSpace(line), st); {
		case errors.Is(err, errLeave):
			p.farewell(st, true)
			return p.err
		case err != nil:
			p.trouble(err)
		}
		st = p.await(ctx)
		p.changed(st)
	}
	return p.err
}

// read waits for a line; false means that there will be no more.
func (p *pupil) read(ctx context.Context) (string, bool) {
	select {
	case line, ok := <-p.lines:
		return line, ok
	case <-ctx.Done():
		return "", false
	}
}

// take does what a line says in this phase: a number chooses, an empty line
// does the obvious, words of the door are done, anything else is the answer
// where one is wanted.
func (p *pupil) take(ctx context.Context, line string, st lessons.State) error {
	if c, ok := p.short(line, st); ok {
		if c == nil {
			return nil
		}
		_, err := p.do(ctx, c)
		return err
	}
	switch line {
	case "q", "quit", "exit":
		return errLeave
	case "help":
		p.help(st)
		return nil
	}
	if link, ok := opens(line); ok {
		return p.open(link, st.Show)
	}
	c, err := door.Parse(line)
	if err != nil && wantsValue(st) && !startsWithVerb(line) {
		c, err = sim.AnswerTask{Value: line}, nil
	}
	if err != nil {
		return err
	}
	res, err := p.do(ctx, c)
	if err == nil && res.Text != "" && !told(c) {
		p.say("%s", sim.Visible(res.Text))
	}
	if err == nil && res.Data != nil {
		p.show(res.Data)
	}
	return err
}

// told reports whether what a command did is told anyway: as the lesson's next
// words, or as events.
func told(c sim.Command) bool {
	switch c.(type) {
	case sim.Predict, sim.AnswerTask, sim.Next, sim.Back, sim.Hint, sim.Send:
		return true
	default:
		return false
	}
}

// short is the command of a line that is not in words: nothing, a number, a
// question mark. A nil command means that there was nothing to do.
func (p *pupil) short(line string, st lessons.State) (sim.Command, bool) {
	switch {
	case line == "?" && st.Task != nil && !st.Task.Done || line == "?" && wantsValue(st):
		return sim.Hint{}, true
	case line == "?":
		p.help(st)
		return nil, true
	case chooses(st) && choice(st, line):
		return sim.Predict{Choice: line}, true
	case line != "":
		return nil, false
	case st.Phase == lessons.Reading || st.Phase == lessons.Explaining:
		return sim.Next{}, true
	case st.Phase == lessons.Doing && st.Task != nil && !st.Task.Done && (st.Task.Send != "" || st.Task.Missed != ""):
		return sim.Enter{}, true
	default:
		return nil, true
	}
}

func startsWithVerb(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	for _, v := range door.Verbs() {
		if v.Word == word {
			return true
		}
	}
	return false
}

func chooses(st lessons.State) bool {
	return st.Predict != nil && (st.Phase == lessons.Predicting || st.Phase == lessons.Asking)
}

func choice(st lessons.State, key string) bool {
	for _, c := range st.Predict.Choices {
		if c.Key == key {
			return true
		}
	}
	return false
}

func wantsValue(st lessons.State) bool {
	return st.Phase == lessons.Doing && st.Task != nil && st.Task.WantsValue && !st.Task.ValueRight
}

// await tells events as they come in, until the lesson has moved on or nothing
// more happens for a moment. What Enter has begun is waited for.
func (p *pupil) await(ctx context.Context) lessons.State {
	before := p.shown
	end, stop := context.WithTimeout(ctx, settle)
	defer stop()
	for {
		p.tellEvents()
		st := p.lesson.Update()
		moved := st.Phase != before.Phase || st.Step != before.Step || done(st) && !done(before)
		if running := st.Task != nil && st.Task.Running != ""; running && !moved && ctx.Err() == nil {
			p.runs(ctx, st.Task.Running)
			continue
		}
		if moved || end.Err() != nil {
			p.tellEvents()
			p.summarize(true)
			return st
		}
		if before.Phase != lessons.Doing {
			return st
		}
		_, _ = p.world.Timeline().Await(end, p.cursor, func(sim.Event) bool { return true })
	}
}

// runs waits a moment for what goes on, and says what that is, once.
func (p *pupil) runs(ctx context.Context, what string) {
	if what != p.running {
		p.say("Running: %s", sim.Visible(what))
	}
	p.running = what
	short, stop := context.WithTimeout(ctx, settle/4)
	defer stop()
	_, _ = p.world.Timeline().Await(short, p.cursor, func(sim.Event) bool { return true })
}

func done(st lessons.State) bool { return st.Task != nil && st.Task.Done }
