package lessons

import (
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Phase says what a step waits for.
type Phase uint8

const (
	Predicting Phase = iota // a prediction, before anything is done
	Doing                   // the task
	Reading                 // the after-text, or a step that only tells; Next goes on
	Asking                  // a quiz question
	Explaining              // the answer to a quiz question; Next goes on
	Finished                // nothing; the summary is shown. Next goes beyond the core
)

// State is what a face shows of a running lesson. It is a value: faces keep and
// compare it freely; what it points to is never changed.
type State struct {
	Info    Info
	Step    int // 0 is the first; steps beyond the core count on
	Steps   int // core steps, quiz included
	Mores   int // steps beyond the core
	Phase   Phase
	More    bool // this step goes beyond the core
	Title   string
	Prose   string // paragraphs of light Markdown: *emphasis*, **strong**, `code`
	Predict *Prediction
	Task    *Task
	After   string        // filled in from this run; "" before the task is done
	Show    []string      // boxes on the stage in this step; nil = all
	Left    time.Duration // about how long the rest takes
	Saved   bool          // progress is on disk
	Note    string        // what the person should know about their progress; "" = nothing
	Summary *Summary
}

// Info is the front matter of a lesson.
type Info struct {
	Name, Title, Promise string
	Minutes, Level       int
	Needs                []string
	World                string
	Words                []string // terms it teaches
	Steps                int
}

// Prediction is a question with named choices, asked before the truth is known;
// a quiz question has the same form.
type Prediction struct {
	Question string
	Choices  []Choice
	Chosen   int // index; -1 = not yet
	Truth    int // index of what turned out to be true; -1 = not known yet
	Number   int // quiz: which question this is, 1 is the first; 0 = a prediction
	Of       int // quiz: how many there are
}

// Choice is one possible answer. Keys are "1", "2", …; the last one of a
// prediction is "I do not know yet".
type Choice struct {
	Key, Text string
	Why       string // quiz: what is wrong, or right, with it; shown once chosen
}

// Task is something to do, checked from what really happened.
type Task struct {
	Text       string
	Send       string // the line of the door that Enter sends now; "" = none
	Running    string // what goes on that Enter waits for; Send is "" meanwhile
	Missed     string // what did not happen in this run; Enter does the step again
	At, Of     int    // which of the task's lines Send is, 1 is the first, and how many there are
	Done       bool   // the check holds
	Result     string // "done, 0.21 ms"
	WantsValue bool   // the learner must also type what they read
	ValueGiven string
	ValueRight bool
	ValueSays  string   // what is said of the last value typed: "is nearly right: the whole value"
	ValueWrong bool     // the last value typed was wrong
	Asked      Asked    // the message on which the value stands, as soon as it is there
	Hints      []string // those asked for so far
	HintsLeft  int
}

// Asked names a message: an attempt, and which half of it.
type Asked struct {
	Link     sim.LinkID
	Span     sim.SpanID // 0 = none
	Response bool
}

// Summary is the end of a lesson.
type Summary struct {
	Did       []string // what was done, in the learner's numbers
	Remember  []string
	Try       []string // lines for the playground
	More      []string // titles of the steps beyond the core that are still to come
	Predicted int      // predictions made, "I do not know yet" left out
	Right     int
	Asked     int // quiz questions answered
	Correct   int // of them, right at the first try
	Solved    int // tasks that `solve` did
	Took      time.Duration
}
