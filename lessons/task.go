package lessons

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/msc-sim/msc-sim/sim/door"
)

// taskLines are the lines of a do block, after the text of the task.
func taskLines() []Term {
	return []Term{
		{"setup COMMAND", nil, "a command that runs before the task is shown"},
		{"enter COMMAND", nil, "a command that Enter runs; of several lines each Enter runs the next"},
		{"and COMMAND", nil, "one more command for the same Enter"},
		{"wait CONDITION", nil, "the same Enter continues when the condition is true"},
		{"check CONDITION", nil, "the task is done when the condition is true"},
		{"only if CONDITION", nil, "the result counts only if the condition is true; otherwise the step is offered again"},
		{"otherwise TEXT", nil, "explanation for a condition that is false, below its only if"},
		{"answer EXPRESSION", nil, "the value that the learner has to read and type"},
		{"keep NAME = EXPRESSION", nil, "a value for later steps"},
		{"result TEXT", nil, "one line with the result, shown when the task is done"},
		{"hint TEXT", nil, fmt.Sprintf("a hint; a task has %d: an idea, a direction, the exact line", Hints)},
	}
}

func taskWords() []string { return WordsOf(taskLines()) }

// task reads a do block; ok is false when something in it is wrong.
func (b *builder) task(k block) (t task, ok bool) {
	t.at = k.at
	i := 0
	var words []string
	for ; i < len(k.lines) && !isTaskWord(k.lines[i]); i++ {
		words = append(words, k.lines[i].text)
	}
	before := len(b.errs)
	if len(words) == 0 {
		b.note(k.at.invalid("the task is not told").WithFix("the first lines of ```do say what is to be done"))
	} else {
		var err error
		t.text, err = b.scope.text(piece{strings.Join(words, "\n"), k.lines[0].at})
		b.note(err)
	}
	for _, p := range k.lines[i:] {
		b.note(b.taskLine(&t, p))
	}
	switch {
	case len(b.errs) > before:
		return t, false
	case t.check == nil:
		b.note(t.at.invalid("the task has no check").WithFix(`add one, such as: check count("answered") >= 1`))
	case len(t.hints) != Hints:
		b.note(t.at.invalid("the task has %d hints, not %d", len(t.hints), Hints).WithFix("a nudge, a direction, the exact line"))
	}
	return t, len(b.errs) == before
}

func isTaskWord(p piece) bool {
	word, _ := p.word()
	for _, w := range taskWords() {
		if w == word {
			return true
		}
	}
	return false
}

func (b *builder) taskLine(t *task, p piece) (err error) {
	word, rest := p.word()
	once := func(there bool) error {
		if there {
			return p.at.invalid("a second %s", word)
		}
		return nil
	}
	switch word {
	case "setup":
		var l line
		if l, err = b.line(rest); err == nil {
			t.setup = append(t.setup, l.do)
		}
	case "enter":
		var l line
		if l, err = b.lesson.doorLine(b.scope, rest); err == nil {
			t.enter = append(t.enter, l)
		}
	case "and", "wait":
		err = b.sameEnter(t, word, p.at, rest)
	case "only":
		var c *condition
		if c, err = b.only(rest); err == nil {
			t.only = append(t.only, *c)
		}
	case "otherwise":
		if len(t.only) == 0 || !t.only[len(t.only)-1].otherwise.empty() {
			return p.at.invalid("this otherwise belongs to no condition").WithFix("put it below a line: only if EXPRESSION")
		}
		t.only[len(t.only)-1].otherwise, err = b.scope.text(rest)
	case "check":
		if err = once(t.check != nil); err == nil {
			if t.check, err = b.scope.boolean(rest); err == nil {
				t.checks, err = b.scope.parts(rest)
			}
		}
	case "answer":
		if err = once(t.answer != nil); err == nil {
			t.answer, err = b.scope.value(rest)
		}
	case "keep":
		err = b.keep(t, rest)
	case "result":
		if err = once(!t.result.empty()); err == nil {
			t.result, err = b.scope.text(rest)
		}
	case "hint":
		var h text
		h, err = b.scope.text(rest)
		t.hints = append(t.hints, h)
	default:
		err = p.at.unknown("line of a task", word, taskWords())
	}
	return err
}

// keep reads "name = expression" and makes the name known to what follows.
func (b *builder) keep(t *task, p piece) error {
	name, value, ok := p.cut(isTrueWhen)
	name = name.trim()
	if !ok || (block{kind: "keep", name: name.text, at: p.at}).named() != nil {
		return p.at.invalid("this keeps nothing").WithFix("write it as: keep price_p50 = expression")
	}
	_, twice := b.scope.kept[name.text]
	_, word := vocabulary(nil)[name.text]
	if twice || word {
		return name.at.invalid("%s is a name already", name.text)
	}
	x, err := b.scope.value(value)
	if err != nil {
		b.lose(name.text)
		return err
	}
	b.scope.kept[name.text] = reflect.Zero(x.kind).Interface()
	t.keep = append(t.keep, keep{name.text, x})
	return nil
}

// line reads a line of the door that is known as it stands.
func (b *builder) line(p piece) (line, error) {
	c, err := door.Parse(p.text)
	if err != nil {
		return line{}, p.at.wrap(err)
	}
	return line{plain: p.text, do: c, at: p.at}, b.lesson.words.check(p.at, c)
}
