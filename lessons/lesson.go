// Package lessons teaches: it reads lessons written as text, follows what
// really happens in a world, and says when a task is done, which prediction
// came true, and what the learner's own numbers mean.
//
// A lesson is a folder with three files and no Go code:
//
//	lesson.md     what is told, asked and checked
//	world.yaml    the world it happens in; sim/worldfile reads it
//	answers.txt   the lines of the door that solve every step
//
// [Load] reads and checks one, [Start] begins it in a running world, and a
// [Session] carries it through: it is a [sim.Door] that understands predict,
// answer, next, back, hint and solve, and hands every other command to the world.
package lessons

import (
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of a lesson. It is written by hand; what is larger is a mistake.
const (
	MaxFile    = 256 << 10 // bytes of one file
	MaxSteps   = 40
	MaxTasks   = 8 // core steps with something to do
	MaxChoices = 8 // of one question, "I do not know yet" not counted
	MaxPoints  = 100
	MaxNested  = 4 // {{if}} within {{if}}
	Hints      = 3 // of every task: a nudge, a direction, the exact line
)

// Unknowing is the choice that ends every prediction.
const Unknowing = "I do not know yet"

// Lesson is a lesson that was read and checked. It is never changed afterwards;
// many sessions may use it at once.
type Lesson struct {
	Info  Info
	World []byte // world.yaml as it stands in the folder

	steps   []step
	words   worldWords
	did     []text
	recall  []text // what to remember
	try     []text
	setup   setup // what had to be written before the first answer
	folder  string
	kept    map[string]any    // names of kept numbers, with a value of their type
	answers map[string][]line // by title
	written source            // its three files
	vary    []swaps           // what assignments may change
}

// setup counts what had to be there before the first answer.
type setup struct{ lines, services, links int }

// step is one idea.
type step struct {
	title   string
	more    bool
	points  int // for doing it, or for answering its quiz; 0 where nothing is done
	show    []string
	prose   text
	predict *question
	task    *task
	after   text
	quiz    []question
	recall  bool // quiz is one question of an earlier lesson, asked as the lesson opens
	at      spot
}

// question is a prediction or a question of the quiz.
type question struct {
	name    string
	ask     text
	choices []choice
	only    *condition // what must have happened for one of them to be true; nil = nothing
	at      spot
}

// condition is what must have happened in this run, and what to say where it did not.
type condition struct {
	holds     *expression
	otherwise text
}

type choice struct {
	text text
	true *expression
	why  text // quiz only
	at   spot
}

// task is something to do.
type task struct {
	text   text
	setup  []sim.Command // done by the lesson when the step begins
	enter  []line        // what the Enter key sends, one after another
	only   []condition   // what must have happened for anything to be said about this run
	check  *expression
	checks []*expression // the conditions of check, each by itself
	answer *expression   // nil: nothing to type
	keep   []keep
	result text
	hints  []text
	at     spot
}

// keep is a number that later steps may use.
type keep struct {
	name  string
	value *expression
}

// line is one line of the door, or of answers.txt.
type line struct {
	text  text
	plain string      // as it stands in the file
	do    sim.Command // nil when the text has placeholders
	wait  *expression // "wait <expression>"
	visit bool        // "visit <address>": somebody outside asks
	with  bool        // enter: the line before it and this one are one press of the key
	until *expression // enter: what must hold before the key does anything else
	at    spot
}

// Outline lists the titles of the core steps and of those that go beyond it.
func (l *Lesson) Outline() (core, more []string) {
	for _, s := range l.steps {
		if s.more {
			more = append(more, s.title)
		} else {
			core = append(core, s.title)
		}
	}
	return core, more
}

// coreSteps is how many steps the lesson has without those that go beyond it.
func (l *Lesson) coreSteps() int {
	n := 0
	for _, s := range l.steps {
		if !s.more {
			n++
		}
	}
	return n
}

// left is about how long the rest of the core takes from step i on.
func (l *Lesson) left(i int) time.Duration {
	n := l.coreSteps()
	if n == 0 || i >= n {
		return 0
	}
	return time.Duration(l.Info.Minutes) * time.Minute * time.Duration(n-i) / time.Duration(n)
}
