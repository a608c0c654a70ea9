// Package handout prints a lesson that was played: for learners with gaps to
// fill, for teachers with what was true, why, and what was measured. It writes
// Markdown, or one HTML file that needs no other; the words are the same.
package handout

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// Options of a hand-out.
type Options struct {
	Answers bool   // the teacher's version
	Machine string // where it was measured: "linux/amd64, 2 processors"
	Version string // of this program
}

// page is what a hand-out is written on. Texts are light Markdown.
type page interface {
	open(title string)
	head(level int, text string)
	text(s string)
	choices(all []string, right int) // right is ticked; -1 = none
	list(items []string)
	code(lines []string)
	write(label string) // a line to write on
	picture(l *lessons.Ladder, filled bool)
	turn() // what follows stands on a sheet of its own
	close() error
}

// Markdown writes a hand-out as Markdown.
func Markdown(w io.Writer, s lessons.Sheet, o Options) error {
	return (&composer{page: &markdown{w: w}, sheet: s, Options: o}).all()
}

// HTML writes a hand-out as one HTML file with its drawings in it.
func HTML(w io.Writer, s lessons.Sheet, o Options) error {
	return (&composer{page: &html{w: w}, sheet: s, Options: o}).all()
}

// composer decides what stands on the page.
type composer struct {
	page
	Options
	sheet lessons.Sheet
}

func (c *composer) all() error {
	s := c.sheet
	title := s.Info.Title
	if c.Answers {
		title += ": for the teacher"
	}
	c.open(title)
	c.text(s.Info.Promise)
	c.text(c.about())
	if !c.Answers {
		c.write("Name")
		c.write("Date")
	}
	c.text(c.measured())
	for i, st := range s.Steps {
		c.step(i+1, st)
	}
	c.end()
	return c.close()
}

// about says what the lesson takes.
func (c *composer) about() string {
	i := c.sheet.Info
	s := fmt.Sprintf("About %d minutes, level %d. Begin with `msc-sim lesson %s`.", i.Minutes, i.Level, i.Name)
	if len(i.Needs) > 0 {
		s += " Best after: " + strings.Join(i.Needs, ", ") + "."
	}
	sum := 0
	for _, st := range c.sheet.Steps {
		sum += st.Points
	}
	if sum > 0 {
		s += " It has " + points(sum) + "."
	}
	return s
}

func points(n int) string {
	if n == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", n)
}

// measured says whose numbers these are.
func (c *composer) measured() string {
	s := c.sheet
	return fmt.Sprintf("*Numbers on these sheets were measured on %s, in one run of %s, with the seed %d, on %s, by msc-sim %s. "+
		"Milliseconds and rates belong to that machine; shapes, ratios of bytes and the order of events carry over.*",
		s.At.Format("2 January 2006, 15:04 MST"), sim.Human(s.Took.Round(100*time.Millisecond)), s.Seed, c.Machine, c.Version)
}

func (c *composer) step(n int, st lessons.SheetStep) {
	more := ""
	if st.More {
		more = " (for those who want more)"
	}
	if st.Points > 0 {
		more += ", " + points(st.Points)
	}
	c.head(2, fmt.Sprintf("%d. %s%s", n, st.Title, more))
	c.text(c.gapped(st.Gaps, st.Prose))
	if st.Predict != nil {
		c.predict(st.Predict)
	}
	if st.Task != nil {
		c.task(st)
	}
	for _, q := range st.Quiz {
		c.question(q)
	}
}

func (c *composer) predict(q *lessons.Prediction) {
	c.text("**Predict.** " + q.Question)
	all := texts(q.Choices)
	if !c.Answers {
		all = append(all, lessons.Unknowing)
	}
	c.choices(all, c.truth(q))
}

// truth is the choice to tick.
func (c *composer) truth(q *lessons.Prediction) int {
	if c.Answers {
		return q.Truth
	}
	return -1
}

func (c *composer) task(st lessons.SheetStep) {
	t := st.Task
	c.text("**Do.** " + c.gapped(t.Gaps, t.Text))
	if !c.Answers {
		if t.Reads {
			c.write("I read")
		}
		if t.Result != "" {
			c.write("What happened")
		}
		c.drawing(st, "One request of this step. Fill in what came back, and when.")
		c.write("What surprised me")
		return
	}
	if t.Reads {
		c.text("Read in this run: `" + t.Value + "`")
	}
	if t.Result != "" {
		c.text("In this run: " + t.Result + ".")
	}
	c.text("What solves it, typed after `:`")
	c.code(t.Lines)
	c.drawing(st, "One request of this step, as it was.")
	c.text("**Then.** " + st.After)
	c.text("Hints, in this order:")
	c.list(t.Hints)
}

func (c *composer) drawing(st lessons.SheetStep, caption string) {
	if st.Picture == nil {
		return
	}
	if st.Picture.Of > 1 {
		caption = strings.Replace(caption, "One request", fmt.Sprintf("One request of the %d", st.Picture.Of), 1)
	}
	c.text("*" + caption + "*")
	c.picture(st.Picture, c.Answers)
}

func (c *composer) question(q lessons.Prediction) {
	c.head(3, fmt.Sprintf("Question %d", q.Number))
	c.text(q.Question)
	c.choices(texts(q.Choices), c.truth(&q))
	if !c.Answers {
		return
	}
	var why []string
	for i, choice := range q.Choices {
		verdict := "Wrong"
		if i == q.Truth {
			verdict = "True in this run"
		}
		why = append(why, fmt.Sprintf("**%s** %s: %s", choice.Key, verdict, choice.Why))
	}
	c.list(why)
}

// end is what to compare with and to keep. It stands apart, so that nobody
// reads it before they have predicted.
func (c *composer) end() {
	c.turn()
	c.head(2, "When you are done")
	did, remember := c.sheet.Did, c.sheet.Remember
	if c.Answers {
		c.text("In the run that was measured for this sheet, its player")
	} else {
		did, remember = c.sheet.Gaps.Did, c.sheet.Gaps.Remember
		c.text("In my run, I")
	}
	c.list(did)
	c.text("**To remember**")
	c.list(remember)
	if len(c.sheet.Try) > 0 {
		c.text(fmt.Sprintf("**To try** in `msc-sim playground %s`, after `:`", c.sheet.Info.World))
		c.code(c.sheet.Try)
	}
}

// gapped is a text for learners, or the whole of it for teachers.
func (c *composer) gapped(gaps, whole string) string {
	if c.Answers {
		return whole
	}
	return gaps
}

func texts(choices []lessons.Choice) (all []string) {
	for _, ch := range choices {
		all = append(all, ch.Text)
	}
	return all
}
