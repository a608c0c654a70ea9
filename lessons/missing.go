package lessons

import (
	"context"
	"strings"
)

// What may be done about a question of the quiz that speaks of numbers nobody has
// measured in this run; they stand in the place of its choices.
const (
	measureIt = iota + 1 // the program plays the steps that measure them
	doIt                 // the learner does
	leaveIt
)

// missing are the steps that measure what a question speaks of and what is not
// known. A question is not asked before that list is empty. mu is held.
func (s *Session) missing(q *question) []int {
	if steps := s.lesson.measuring(q.kept(), s.ev.kept); len(steps) > 0 || q.only == nil {
		return steps
	}
	if yes, _ := s.ev.holds(q.only.holds); yes {
		return nil
	}
	return s.lesson.measuring(q.only.holds.kept, nil)
}

// shownMissing offers to measure what a question speaks of. mu is held.
func (s *Session) shownMissing(q *question, steps []int) *Prediction {
	var titles []string
	for _, i := range steps {
		titles = append(titles, "*"+s.lesson.steps[i].title+"*")
	}
	measured, do := "the step", "do the step"
	if len(titles) > 1 {
		measured, do = "the steps", "do these steps"
	}
	what := "This question is about numbers that you have not measured in this run. They come from "
	if len(s.lesson.measuring(q.kept(), s.ev.kept)) == 0 { // all are known, and one of them says no
		words, _ := q.only.otherwise.fill(&s.ev)
		what = missed(flow(words)) + " This question is about what happens in "
	}
	return &Prediction{
		Question: what + measured + " " + strings.Join(titles, ", ") + ".",
		Choices: []Choice{
			{Key: keyOf(measureIt - 1), Text: "measure them now: the program does " + measured + " and comes back"},
			{Key: keyOf(doIt - 1), Text: "go there, and " + do + " yourself"},
			{Key: keyOf(leaveIt - 1), Text: "leave this question out"},
		},
		Chosen: -1, Truth: -1,
	}
}

// supply does what was chosen about a question that cannot be asked yet.
func (s *Session) supply(ctx context.Context, q *question, steps []int, said string) (string, error) {
	s.mu.Lock()
	n, err := s.choose(s.shownMissing(q, steps), said)
	s.mu.Unlock()
	switch {
	case err != nil:
		return "", err
	case n == measureIt:
		return "measured", s.measure(ctx, steps)
	case n == doIt:
		return s.lesson.steps[steps[0]].title, s.arrive(ctx, steps[0])
	default:
		return s.leave(ctx)
	}
}

// measure plays steps by their answers, marks them so, and comes back to the
// question that is open, also when one of them fails.
func (s *Session) measure(ctx context.Context, steps []int) (err error) {
	s.mu.Lock()
	at, question := s.at, s.quizAt
	s.mu.Unlock()
	for _, i := range steps {
		if err = s.again(ctx, i); err != nil {
			break
		}
	}
	if back := s.arrive(ctx, at); back != nil {
		return back
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ask(question)
	s.stale = true
	return err
}

// again plays a step by its answers, whether it was done before or not.
func (s *Session) again(ctx context.Context, i int) error {
	st := s.lesson.steps[i]
	s.mu.Lock()
	p := s.progress.Steps[st.title]
	p.Solved, p.Done = true, false
	s.progress.Steps[st.title] = p
	s.mu.Unlock()
	if err := s.arrive(ctx, i); err != nil {
		return err
	}
	return s.play(ctx, st)
}

// leave goes on behind a question, answered or not.
func (s *Session) leave(ctx context.Context) (string, error) {
	s.mu.Lock()
	st := s.step()
	if s.quizAt+1 < len(st.quiz) {
		defer s.mu.Unlock()
		s.ask(s.quizAt + 1)
		return "", nil
	}
	s.record(func(p *StepProgress) { p.Done, p.Skipped = s.answeredAll(st), !s.answeredAll(st) })
	s.mu.Unlock()
	return s.goOn(ctx)
}

// wanted is an error for whoever wants to go on without what is missing. mu is held.
func (s *Session) wanted(steps []int) string {
	return "this question needs what " + s.lesson.steps[steps[0]].title + " measures: predict " + keyOf(measureIt-1) + " does that now"
}
