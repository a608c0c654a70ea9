package tuitest

import (
	"context"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// Lesson is three steps over a World: a prediction with a task; a task whose
// answer is typed ("62"); a quiz. Many goroutines may use it.
type Lesson struct {
	World *World

	mu    sync.Mutex
	step  int
	phase lessons.Phase
	mine  int
	hints int
	since sim.Seq // events up to here belong to an earlier step
	given string
	wrong bool
}

// NewLesson begins.
func NewLesson(w *World) *Lesson { return &Lesson{World: w, mine: -1} }

// Do carries out a command of the lesson, or passes it on to the world.
func (l *Lesson) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	l.Update()
	l.mu.Lock()
	defer l.mu.Unlock()
	switch c := c.(type) {
	case sim.Predict:
		return sim.Result{}, l.predict(c.Choice)
	case sim.AnswerTask:
		return sim.Result{}, l.answer(c.Value)
	case sim.Hint:
		l.hints = min(l.hints+1, 3)
		return sim.Result{}, nil
	case sim.Next:
		return sim.Result{}, l.next()
	case sim.Enter:
		return l.enter(ctx)
	case sim.Back:
		if l.step == 0 {
			return sim.Result{}, sim.Errorf(sim.Conflict, "this is the first step")
		}
		l.arrive(l.step - 1)
		return sim.Result{}, nil
	}
	l.mu.Unlock()
	defer l.mu.Lock()
	return l.World.Do(ctx, c)
}

// enter sends the line of the task. mu is held, but while the world does it.
func (l *Lesson) enter(ctx context.Context) (sim.Result, error) {
	l.mu.Unlock()
	defer l.mu.Lock()
	c, err := door.Parse(l.State().Task.Send)
	if err != nil {
		return sim.Result{}, err
	}
	r, err := l.World.Do(ctx, c)
	r.Data = []sim.Command{c}
	return r, err
}

func (l *Lesson) predict(choice string) error {
	if l.phase != lessons.Predicting && l.phase != lessons.Asking {
		return sim.Errorf(sim.Conflict, "there is nothing to predict now")
	}
	l.mine = int(choice[0] - '1')
	l.phase++
	return nil
}

func (l *Lesson) answer(v string) error {
	l.given, l.wrong = v, v != "62"
	if !l.wrong && l.phase == lessons.Doing && l.step == 1 {
		l.phase = lessons.Reading
	}
	return nil
}

func (l *Lesson) next() error {
	switch l.phase {
	case lessons.Reading:
		l.arrive(l.step + 1)
	case lessons.Explaining:
		l.phase = lessons.Finished
	case lessons.Finished:
		l.arrive(0) // it stands for a step beyond the core
	default:
		return sim.Errorf(sim.Conflict, "this step is not done").WithFix("enter does it; next again skips it")
	}
	return nil
}

func (l *Lesson) arrive(step int) {
	l.step, l.mine, l.hints, l.given, l.wrong = step, -1, 0, "", false
	l.phase = []lessons.Phase{lessons.Predicting, lessons.Doing, lessons.Asking}[step]
	l.since = l.World.Log.Last()
}

// Update looks whether the task is done.
func (l *Lesson) Update() lessons.State {
	l.mu.Lock()
	if l.phase == lessons.Doing && l.step == 0 && l.answered() {
		l.phase = lessons.Reading
	}
	l.mu.Unlock()
	return l.State()
}

// answered reports whether a request of this step has its answer.
func (l *Lesson) answered() bool { return l.answeredBy() != nil }

// answeredBy is the first answer of this step that reached order; nil when there is none.
func (l *Lesson) answeredBy() *sim.Event {
	buf := make([]sim.Event, 64)
	for at := l.since; ; {
		n, cursor, _ := l.World.Log.Read(at, buf)
		for _, e := range buf[:n] {
			if e.Fact.Kind() == sim.KindAnswered {
				return &e
			}
		}
		if at = cursor; n == 0 {
			return nil
		}
	}
}

// State is what a face shows.
func (l *Lesson) State() lessons.State {
	l.mu.Lock()
	defer l.mu.Unlock()
	st := lessons.State{
		Info: lessons.Info{
			Name: "rest", Title: "REST", Promise: "You will read a real HTTP conversation.",
			Minutes: 14, Level: 1, World: "catalog", Words: []string{"request", "status code"}, Steps: 3,
		},
		Step: l.step, Steps: 3, Phase: l.phase, Show: []string{"order", "product"},
		Left: 11 * time.Minute, Saved: true,
	}
	switch l.step {
	case 0:
		l.one(&st)
	case 1:
		l.two(&st)
	case 2:
		l.three(&st)
	}
	if l.phase == lessons.Finished {
		st.Summary = &lessons.Summary{
			Did: []string{"asked product twice"}, Remember: []string{"the caller waits"},
			Try: []string{"load 100/s"}, More: []string{"The same over gRPC"}, Predicted: 1, Right: 1, Took: 4 * time.Minute,
		}
	}
	return st
}

func (l *Lesson) prediction(question string, truth int, known bool, choices ...lessons.Choice) *lessons.Prediction {
	p := &lessons.Prediction{Question: question, Chosen: l.mine, Truth: -1, Choices: choices}
	if known {
		p.Truth = truth
	}
	return p
}

func (l *Lesson) one(st *lessons.State) {
	st.Title = "One question, one answer"
	st.Prose = "You are the order service. A customer wants product 101, and you do not know its price. Product does.\n\n" +
		"It is a program of its own, so you cannot call its functions. You can send it a *request*, and wait. " +
		"A blink of an eye takes about **100 milliseconds**. Both programs run on this machine."
	st.Predict = l.prediction("How long until the answer is back?", 2, l.phase == lessons.Reading,
		lessons.Choice{Key: "1", Text: "longer than a blink"}, lessons.Choice{Key: "2", Text: "1 ms to a blink"},
		lessons.Choice{Key: "3", Text: "less than 1 ms"}, lessons.Choice{Key: "4", Text: "I do not know yet"})
	if l.phase == lessons.Predicting {
		return
	}
	st.Task = &lessons.Task{Text: "Ask for product 101.", Send: "send product.get item=101", HintsLeft: 3 - l.hints, Hints: l.hintsSoFar()}
	if l.phase == lessons.Reading {
		st.Task.Done, st.Task.Result = true, "done, 0.21 ms"
		st.After = "You said **less than 1 ms**. It took **0.21 ms**.\n\nAll that time the customer's order stood still. " +
			"That is what *synchronous* means: the caller waits."
	}
}

func (l *Lesson) two(st *lessons.State) {
	st.Title = "Read what crossed"
	st.Prose = "No function was called. Text crossed a connection, and we kept every byte."
	st.Task = &lessons.Task{
		Text: "Ask for product 101 again and open the answer. One header says how long the body is. Type its number.",
		Send: "send product.get item=101", WantsValue: true, HintsLeft: 3 - l.hints, Hints: l.hintsSoFar(),
		ValueGiven: l.given, ValueRight: l.phase == lessons.Reading, ValueWrong: l.wrong, ValueSays: "is not what the task asks for",
	}
	if e := l.answeredBy(); e != nil {
		st.Task.Done, st.Task.Result = true, "done, 0.21 ms"
		st.Task.Asked = lessons.Asked{Link: e.Link, Span: e.Span, Response: true}
	}
	if l.phase == lessons.Reading {
		st.After = "**395 bytes** crossed, and **62** of them were the product. The envelope weighs more than the letter."
	}
}

func (l *Lesson) three(st *lessons.State) {
	st.Title = "A question"
	st.Predict = l.prediction("Who waits while product works?", 0, l.phase == lessons.Explaining,
		lessons.Choice{Key: "1", Text: "order", Why: "Yes: the caller waits."},
		lessons.Choice{Key: "2", Text: "nobody", Why: "Order does: it called."})
}

func (l *Lesson) hintsSoFar() []string {
	return []string{"The line at the bottom names the keys.", "One key sends.", "Press enter, or type  : send product.get item=101"}[:l.hints]
}
