package plain

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func (p *pupil) welcome(i lessons.Info) {
	p.say("%s. %s", i.Title, i.Promise)
	p.say("About %d minutes. A number chooses, enter does the next thing, ? gives a hint, help lists the commands, q leaves.", i.Minutes)
}

// step says what the step is about, and asks.
func (p *pupil) step(st lessons.State) {
	p.shown = st
	if st.Phase == lessons.Finished {
		p.summary(st)
		return
	}
	p.print("")
	step := fmt.Sprintf("Step %d of %d", st.Step+1, st.Steps)
	if st.More {
		step = "Beyond the core"
	}
	p.say("%s. %s", step, sentence(bare(st.Title)))
	p.prose(st.Prose)
	p.phase(st)
}

// changed says what is new since the last time.
func (p *pupil) changed(st lessons.State) {
	was := p.shown
	if st.Step != was.Step || st.Title != was.Title || st.Phase == lessons.Finished {
		p.step(st)
		return
	}
	p.shown = st
	p.taskChanged(was.Task, st.Task)
	if st.Phase != was.Phase {
		p.phase(st)
	}
}

// taskChanged says what became of the task: hints, done, the value.
func (p *pupil) taskChanged(was, now *lessons.Task) {
	if now == nil {
		return
	}
	if was == nil {
		was = &lessons.Task{}
	}
	for _, h := range now.Hints[min(len(was.Hints), len(now.Hints)):] {
		p.say("Hint: %s", bare(h))
	}
	if now.Send != was.Send && now.Send != "" && was.Send != "" && !now.Done {
		p.say("Next, enter does: %s", sim.Visible(now.Send))
	}
	if now.Missed != "" && now.Missed != was.Missed {
		p.say("%s Enter does the step again.", bare(now.Missed))
	}
	if now.Done && !was.Done {
		result := now.Result
		if result == "" {
			result = "done"
		}
		p.say("Task: %s", sentence(result))
		if now.WantsValue && !now.ValueRight {
			p.say("Type open to read what crossed, then type what you read.")
		}
	}
	switch {
	case now.ValueRight && !was.ValueRight:
		p.say("%s is right.", sim.Visible(now.ValueGiven))
	case now.ValueWrong && now.ValueGiven != "" && (!was.ValueWrong || now.ValueGiven != was.ValueGiven):
		p.say("%s %s. ? gives a hint.", sim.Visible(now.ValueGiven), now.ValueSays)
	}
}

// sentence ends a text with a full stop, unless it has an end of its own.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".?!") {
		return s
	}
	return s + "."
}

// phase says what the step waits for now.
func (p *pupil) phase(st lessons.State) {
	switch st.Phase {
	case lessons.Predicting:
		p.question("Predict", st.Predict)
	case lessons.Asking:
		p.question("Question", st.Predict)
	case lessons.Doing:
		p.task(st.Task)
	case lessons.Reading:
		p.verdict(st.Predict)
		p.prose(st.After)
	case lessons.Explaining:
		p.verdict(st.Predict)
		p.why(st.Predict)
		p.prose(st.After)
	}
}

func (p *pupil) question(word string, q *lessons.Prediction) {
	if q == nil {
		return
	}
	p.say("%s: %s", word, bare(q.Question))
	for _, c := range q.Choices {
		p.wrap(fmt.Sprintf("  %s) ", c.Key), bare(c.Text))
	}
}

func (p *pupil) task(t *lessons.Task) {
	if t == nil {
		return
	}
	p.say("Do: %s", bare(t.Text))
	if t.Send != "" && !t.Done {
		p.say("Enter does: %s", sim.Visible(t.Send))
	}
}

// verdict puts the prediction beside the truth.
func (p *pupil) verdict(q *lessons.Prediction) {
	if q == nil || q.Chosen < 0 || q.Chosen >= len(q.Choices) || q.Truth < 0 || q.Truth >= len(q.Choices) {
		return
	}
	if q.Chosen == q.Truth {
		p.say("You were right: %s.", bare(q.Choices[q.Truth].Text))
		return
	}
	p.say("You chose %s. What is true: %s.", bare(q.Choices[q.Chosen].Text), bare(q.Choices[q.Truth].Text))
}

func (p *pupil) why(q *lessons.Prediction) {
	if q != nil && q.Chosen >= 0 && q.Chosen < len(q.Choices) && q.Choices[q.Chosen].Why != "" {
		p.say("%s", bare(q.Choices[q.Chosen].Why))
	}
}

// prompt says in a few words what may be typed now.
func (p *pupil) prompt(st lessons.State) {
	switch {
	case chooses(st):
		p.say("Type a number and enter.")
	case st.Phase == lessons.Reading, st.Phase == lessons.Explaining:
		p.say("Enter goes on.")
	}
	p.printed = 0
}

func (p *pupil) summary(st lessons.State) {
	p.print("")
	p.say("%s is finished.", st.Info.Title)
	s := st.Summary
	if s == nil {
		return
	}
	if s.Predicted > 0 {
		p.say("Predictions right: %d of %d. Time: %s.", s.Right, s.Predicted, sim.Human(s.Took))
	}
	p.list("What you did", s.Did)
	p.list("What to remember", s.Remember)
	p.list("What to try in the playground", s.Try)
}

func (p *pupil) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	p.say("%s:", title)
	for _, it := range items {
		p.wrap("  - ", bare(sim.Visible(it)))
	}
}

// farewell is said when the person leaves before the end.
func (p *pupil) farewell(st lessons.State, asked bool) {
	p.print("")
	if !asked {
		p.say("The input ended here.")
	}
	kept := "You were at"
	if st.Saved {
		kept = "All is kept. You are at"
	}
	p.say("%s step %d of %d.", kept, st.Step+1, st.Steps)
	p.print("Go on with: " + sim.Visible(cmp.Or(p.again, "msc-sim lesson "+st.Info.Name))) // on one line, to be copied
}
