package plain

import (
	"cmp"
	"context"
	"io"
	"strings"

	"github.com/msc-sim/msc-sim/lessons"
)

// Recalled is one question that is asked again. Its truth is known.
type Recalled struct {
	Lesson   string // title
	Question lessons.Prediction
}

// Recall asks questions one after another and explains each answer. Given is
// called with what was chosen; 0 is the first choice. It ends after the last
// question, when in or ctx ends, or when the person leaves; an error means that
// reading, writing or given failed.
func Recall(ctx context.Context, in io.Reader, out io.Writer, all []Recalled, given func(i, choice int) error, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines, stop := readLines(ctx, in)
	defer stop()
	p := pupil{face: &face{out: out, width: cmp.Or(o.Width, 78), lines: lines}}
	for i, r := range all {
		q := r.Question
		p.print("")
		p.say("Question %d of %d, from %s: %s", i+1, len(all), bare(r.Lesson), bare(q.Question))
		for _, c := range q.Choices {
			p.wrap("  "+c.Key+") ", bare(c.Text))
		}
		choice, answered := p.chosen(ctx, &q)
		if !answered {
			return p.err
		}
		q.Chosen = choice
		p.verdict(&q)
		p.why(&q)
		if err := given(i, choice); err != nil {
			return err
		}
	}
	return p.err
}

// chosen waits for the number of a choice.
func (p *pupil) chosen(ctx context.Context, q *lessons.Prediction) (int, bool) {
	for p.err == nil {
		p.say("Type a number and enter; q leaves.")
		line, ok := p.read(ctx)
		if line = strings.TrimSpace(line); !ok || line == "q" || line == "quit" {
			return 0, false
		}
		for i, c := range q.Choices {
			if c.Key == line {
				return i, true
			}
		}
	}
	return 0, false
}
