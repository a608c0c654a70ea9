package lessons

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// Terms are the names of one world, for texts that are no lessons and speak the
// language of lessons: conditions, {{values}} in texts, lines of the door. What
// they compile is asked by a [Witness]. Errors are *sim.Error with the place and
// the nearest word. Terms belong to one goroutine.
type Terms struct{ scope scope }

// Condition is a compiled question to what happened. It never changes.
type Condition struct{ x *expression }

// Text is text with places for what happened. The zero value says nothing.
type Text struct{ t text }

// Place is where a piece of a file stands: line and column count from 1.
type Place struct {
	File      string
	Line, Col int
}

// TermsOf are the terms of a world.
func TermsOf(w *sim.WorldSpec) *Terms {
	return &Terms{scope{words: worldWords{w.Name, w.Names()}, kept: map[string]any{}}}
}

// Condition compiles a condition.
func (t *Terms) Condition(at Place, s string) (Condition, error) {
	x, err := t.scope.boolean(at.piece(s))
	return Condition{x}, err
}

// Text compiles a text.
func (t *Terms) Text(at Place, s string) (Text, error) {
	c, err := t.scope.text(at.piece(s))
	return Text{c}, err
}

// Keep compiles a value and makes its name known to what is compiled later.
func (t *Terms) Keep(at Place, name, s string) (Kept, error) {
	b := builder{scope: &t.scope, lesson: &Lesson{}}
	var one task
	if err := b.keep(&one, at.piece(name+isTrueWhen+s)); err != nil {
		return Kept{}, err
	}
	return Kept{one.keep[0]}, nil
}

// Kept is a value that is measured once and named.
type Kept struct{ k keep }

// Command reads a line of the door and checks its names.
func (t *Terms) Command(at Place, s string) (sim.Command, error) {
	c, err := door.Parse(s)
	if err != nil {
		return nil, at.Wrap(err)
	}
	return c, t.scope.words.check(at.spot(), c)
}

// Words counts the words of a text; what is filled in counts as one each.
func (t Text) Words() int { return len(strings.Fields(placeholder(t.t))) }

// Empty reports whether t says nothing.
func (t Text) Empty() bool { return t.t.empty() }

func (p Place) spot() spot           { return spot{p.File, p.Line, p.Col} }
func (p Place) piece(s string) piece { return piece{s, p.spot()} }
func (p Place) String() string       { return p.spot().String() }

// Invalid is an error at p.
func (p Place) Invalid(format string, args ...any) *sim.Error {
	return p.spot().invalid(format, args...)
}

// Unknown is the error for a word that is not among words.
func (p Place) Unknown(what, word string, words []string) *sim.Error {
	return p.spot().unknown(what, word, words)
}

// Wrap says where err happened and keeps what can be done about it.
func (p Place) Wrap(err error) *sim.Error { return p.spot().wrap(err) }
