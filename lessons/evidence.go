package lessons

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/expr-lang/expr"

	"github.com/msc-sim/msc-sim/sim"
)

// Why an expression has no value yet.
var (
	// errNothing: what it asks about has not happened in this step.
	errNothing = errors.New("this has not happened in this step")
	// errUnread: it happened, but its bytes are still being read.
	errUnread = errors.New("the bytes of this are still being read")
)

// tooFew is errNothing for a percentile that so few calls do not make.
type tooFew int

func (n tooFew) Error() string {
	return fmt.Sprintf("p99 needs at least %d answered calls, and this step has %d: send more, or name max, the slowest of them", fewest, int(n))
}

func (tooFew) Is(other error) bool { return other == errNothing }

// evidence is what expressions are asked against: what happened in this step,
// what was captured, what was kept from earlier steps, what was predicted.
type evidence struct {
	window     *window
	world      World
	setup      setup
	addresses  map[string]string      // by service
	down       map[string]sim.Command // what brings back who was killed or paused
	topics     map[string]*kept       // that a broker keeps
	kept       map[string]any
	predicted  map[string]prediction
	mine       string
	refused    int  // lines of this step that the world refused before anything was sent
	blank      bool // texts have a gap where a measured value would stand
	unreadable bool // give up on bytes that are still missing
}

// newEvidence is that of a lesson in which nothing happened yet. Without a world
// it can only tell what was kept.
func newEvidence(l *Lesson, w World) evidence {
	return evidence{
		window: newWindow(0), world: w, setup: l.setup,
		addresses: map[string]string{}, down: map[string]sim.Command{}, kept: map[string]any{}, topics: map[string]*kept{}, predicted: map[string]prediction{},
	}
}

// prediction is what a learner predicted, as expressions see it.
type prediction struct {
	Choice int    `expr:"choice" about:"number of the choice; 0 before the learner chooses"`
	Text   string `expr:"text" about:"words of the choice"`
	Right  bool   `expr:"right" about:"whether the choice came true"`
}

// eval gives the value of x, or errNothing, errUnread, or what went wrong.
func (e *evidence) eval(x *expression) (any, error) {
	return e.run(x, &query{evidence: e, x: x})
}

// asked is the message that x takes its value from.
func (e *evidence) asked(x *expression) Asked {
	q := &query{evidence: e, x: x}
	if _, err := e.run(x, q); err != nil || q.found == nil {
		return Asked{}
	}
	return Asked{q.found.link, q.found.span, x.asks("response")}
}

func (e *evidence) run(x *expression, q *query) (any, error) {
	names := vocabulary(q)
	for _, k := range x.kept {
		v, ok := e.kept[k]
		if !ok {
			return nil, errNothing
		}
		names[k] = v
	}
	v, err := expr.Run(x.program, names)
	var few tooFew
	switch {
	case errors.As(err, &few):
		return nil, few
	case errors.Is(err, errNothing):
		return nil, errNothing
	case errors.Is(err, errUnread):
		return nil, errUnread
	case err != nil:
		return nil, x.at.invalid("%s", firstLine(err.Error()))
	}
	return v, nil
}

// holds reports whether a condition is true. A condition about something that has
// not happened is false; the error says so where it matters why.
func (e *evidence) holds(x *expression) (bool, error) {
	v, err := e.eval(x)
	yes, _ := v.(bool)
	return yes && err == nil, err
}

// true is holds without the reason why not.
func (e *evidence) true(x *expression) bool { yes, _ := e.holds(x); return yes }

// note folds what is true of the world beyond one step.
func (e *evidence) note(ev sim.Event) {
	switch f := ev.Fact.(type) {
	case sim.Started:
		if !f.Part {
			e.addresses[ev.Node.Service] = strings.TrimPrefix(f.Addr, "http://")
		}
		if f.Nodes > 0 { // all its nodes run
			maps.DeleteFunc(e.down, func(who string, _ sim.Command) bool { return strings.HasPrefix(who, ev.Node.Service+"#") })
		}
		delete(e.down, ev.Who())
	case sim.Stopped:
		if !f.Part {
			delete(e.addresses, ev.Node.Service)
		}
		delete(e.down, ev.Who())
		if f.Cause == "killed" {
			e.down[ev.Who()] = sim.Start{Target: ev.Who()}
		}
	case sim.Paused:
		e.down[ev.Who()] = sim.Resume{Target: ev.Who()}
	case sim.Resumed:
		delete(e.down, ev.Who())
	case sim.Position, sim.Assigned, sim.Led:
		e.noteTopic(ev)
	}
}
