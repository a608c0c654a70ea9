package lessons

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

const (
	resultKind   = "msc-sim result"
	resultSchema = 1
	maxResult    = 256 << 10 // bytes
	resultNote   = "The checksum shows when this file was changed after it was written. It is no proof: msc-sim can make a new one for any content."
)

// Result is what became of an assignment, as result.json keeps it.
type Result struct {
	Schema      int            `json:"schema"`
	Kind        string         `json:"kind"`
	Lesson      string         `json:"lesson"`
	Edition     string         `json:"edition"`
	Seed        uint64         `json:"seed"`
	Name        string         `json:"name"`
	Version     string         `json:"version"` // of msc-sim
	Machine     string         `json:"machine"`
	Started     time.Time      `json:"started"`
	Ended       time.Time      `json:"ended"`   // when something was last done
	Seconds     float64        `json:"seconds"` // spent, pauses left out
	Finished    bool           `json:"finished"`
	Done        int            `json:"done"` // steps with a task
	Of          int            `json:"of"`
	Steps       []ResultStep   `json:"steps"`
	Predictions Score          `json:"predictions"`
	Quiz        Score          `json:"quiz"`
	Points      Points         `json:"points,omitzero"`
	Answers     []ResultAnswer `json:"answers"` // to the quiz
	Note        string         `json:"note"`
	Checksum    string         `json:"checksum"`
}

// ResultStep is one step with a task.
type ResultStep struct {
	Title      string  `json:"title"`
	Done       bool    `json:"done"`
	SolvedBy   string  `json:"solved_by"` // learner, program, nobody
	Hints      int     `json:"hints"`
	Seconds    float64 `json:"seconds"`
	Prediction string  `json:"prediction"` // right, wrong, unknown (said so), none
	Result     string  `json:"result,omitempty"`
	Points     Points  `json:"points,omitzero"`
}

// Points are what the learner's own work is worth: a task as a whole, of a quiz the
// share of right answers. What the program did earns none.
type Points struct {
	Earned float64 `json:"earned"`
	Of     int     `json:"of"`
}

// String is "2.5 of 3".
func (p Points) String() string {
	return strconv.FormatFloat(math.Round(p.Earned*10)/10, 'f', -1, 64) + " of " + strconv.Itoa(p.Of)
}

func (p *Points) add(earned float64, of int) {
	p.Earned += earned
	p.Of += of
}

// ResultAnswer is the answer to one question of the quiz.
type ResultAnswer struct {
	Question string `json:"question"` // its name
	Chosen   int    `json:"chosen"`   // 1 is the first; 0 = not answered
	Truth    int    `json:"truth"`
	Right    bool   `json:"right"`
	SolvedBy string `json:"solved_by"`
}

// Score counts answers. Unknown are those who said that they do not know yet,
// Open those that were not given, or were given by the program.
type Score struct {
	Right   int `json:"right"`
	Wrong   int `json:"wrong"`
	Unknown int `json:"unknown"`
	Open    int `json:"open"`
}

// Of is how many there were to give.
func (s Score) Of() int { return s.Right + s.Wrong + s.Unknown + s.Open }

// ResultOf is what became of an assignment, from the progress in it. L is the
// personal lesson; version and machine say what it was done with.
func ResultOf(a Assignment, l *Lesson, p Progress, version, machine string) Result {
	r := Result{
		Schema: resultSchema, Kind: resultKind, Lesson: a.Lesson, Edition: a.Edition, Seed: a.Seed, Name: a.Name,
		Version: version, Machine: machine, Started: p.Begun.UTC(), Ended: p.Changed.UTC(), Seconds: seconds(p.Took),
		Finished: p.Finished, Note: resultNote,
	}
	for _, st := range l.steps {
		if st.task != nil {
			r.step(st, p.Steps[st.title])
		}
		right := r.Quiz.Right
		for i := range st.quiz {
			r.answer(st.quiz[i].name, p.Quiz[st.quiz[i].name])
		}
		if n := len(st.quiz); n > 0 {
			r.Points.add(float64(st.points*(r.Quiz.Right-right))/float64(n), st.points)
		}
	}
	r.Checksum = r.sum()
	return r
}

func (r *Result) step(st step, p StepProgress) {
	out := ResultStep{
		Title: st.title, Done: p.Done, SolvedBy: solver(p.Done, p.Solved), Hints: p.Hints,
		Seconds: seconds(p.Took), Result: p.Result, Prediction: "none",
	}
	r.Of++
	out.Points.Of = st.points
	if p.Done {
		r.Done++
		if !p.Solved {
			out.Points.Earned = float64(st.points)
		}
	}
	r.Points.add(out.Points.Earned, out.Points.Of)
	if st.predict != nil {
		switch {
		case p.Predicted == 0 || p.Solved || !p.Done:
			r.Predictions.Open++
		case p.Predicted > len(st.predict.choices):
			r.Predictions.Unknown++
			out.Prediction = "unknown"
		case p.Predicted == p.Truth:
			r.Predictions.Right++
			out.Prediction = "right"
		default:
			r.Predictions.Wrong++
			out.Prediction = "wrong"
		}
	}
	r.Steps = append(r.Steps, out)
}

func (r *Result) answer(name string, q QuizProgress) {
	given := q.Chosen > 0
	right := given && !q.Solved && q.Chosen == q.Truth
	switch {
	case right:
		r.Quiz.Right++
	case given && !q.Solved:
		r.Quiz.Wrong++
	default:
		r.Quiz.Open++
	}
	r.Answers = append(r.Answers, ResultAnswer{Question: name, Chosen: q.Chosen, Truth: q.Truth, Right: right, SolvedBy: solver(given, q.Solved)})
}

func solver(done, solved bool) string {
	switch {
	case solved:
		return "program"
	case done:
		return "learner"
	default:
		return "nobody"
	}
}

func seconds(d time.Duration) float64 { return d.Round(100 * time.Millisecond).Seconds() }

// Solved is how many steps the program solved.
func (r Result) Solved() int {
	n := 0
	for _, s := range r.Steps {
		if s.SolvedBy == "program" {
			n++
		}
	}
	return n
}

// Hints is how many were asked for.
func (r Result) Hints() int {
	n := 0
	for _, s := range r.Steps {
		n += s.Hints
	}
	return n
}

// CopyOf reports whether two results tell of one run: the same moments, or the same
// measured values where there are any.
func (r Result) CopyOf(o Result) bool {
	if !r.Started.IsZero() && r.Started.Equal(o.Started) && r.Ended.Equal(o.Ended) {
		return true
	}
	same := 0
	for i, s := range r.Steps {
		if i >= len(o.Steps) || s.Title != o.Steps[i].Title {
			return false
		}
		switch other := o.Steps[i]; {
		case s.Result == "" && other.Result == "":
		case s.Result != other.Result || s.Seconds != other.Seconds:
			return false
		default:
			same++
		}
	}
	return same > 1
}

// Intact reports whether nothing was changed since r was written. It is no
// proof of who wrote it.
func (r Result) Intact() bool { return r.Checksum == r.sum() }

// sum is a sum over everything else in r.
func (r Result) sum() string {
	r.Checksum = ""
	data, err := json.Marshal(r)
	if err != nil {
		return ""
	}
	h := sha256.Sum256(append([]byte("msc-sim result\x00"), data...))
	return hex.EncodeToString(h[:])
}

// JSON is r as result.json has it.
func (r Result) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, sim.Errorf(sim.Internal, "the result cannot be written: %w", err)
	}
	return append(data, '\n'), nil
}

// ParseResult reads a result. What is no result, or not whole, is an Invalid
// error. A result that was changed is returned as it is: ask Intact.
func ParseResult(data []byte) (r Result, err error) {
	if err := readForm(data, maxResult, resultKind, resultSchema, &r); err != nil {
		return Result{}, err
	}
	if !validName(r.Lesson) {
		return Result{}, sim.Invalidf("it names no lesson")
	}
	return r, nil
}
