package lessons

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim/door"
)

// builder understands the steps of a draft, one after another: what one step
// keeps, the next ones may name.
type builder struct {
	lesson *Lesson
	scope  *scope
	show   []string
}

// line that separates a choice from what makes it true.
const isTrueWhen = " = "

func (b *builder) step(d draftStep) (err error) {
	s := step{title: d.title.text, more: d.more, show: d.show, at: d.title.at}
	if s.show == nil {
		s.show = b.show
	}
	for _, box := range d.show {
		if err := b.lesson.shows(s.at, box); err != nil {
			return err
		}
	}
	for _, other := range b.lesson.steps {
		if other.title == s.title {
			return s.at.invalid("two steps have the title %q", s.title)
		}
	}
	if s.prose, err = b.scope.text(d.prose); err != nil {
		return err
	}
	if err := b.blocks(&s, d.blocks); err != nil {
		return err
	}
	b.lesson.steps = append(b.lesson.steps, s)
	return s.sound()
}

// blocks are understood in the order in which they happen, whatever their order
// in the file.
func (b *builder) blocks(s *step, all []block) error {
	byKind := map[string][]block{}
	for _, k := range all {
		if len(byKind[k.kind]) > 0 && k.kind != "quiz" {
			return k.at.invalid("a second %s in one step", k.kind)
		}
		byKind[k.kind] = append(byKind[k.kind], k)
	}
	for _, k := range byKind["predict"] {
		q, err := b.question(k)
		if err != nil {
			return err
		}
		s.predict = &q
		b.scope.predictions = append(b.scope.predictions, q.name)
	}
	for _, k := range byKind["do"] {
		t, err := b.task(k)
		if err != nil {
			return err
		}
		s.task = &t
	}
	for _, k := range byKind["after"] {
		var err error
		if s.after, err = b.scope.text(k.all); err != nil {
			return err
		}
	}
	for _, k := range byKind["quiz"] {
		q, err := b.question(k)
		if err != nil {
			return err
		}
		s.quiz = append(s.quiz, q)
	}
	for _, k := range byKind["summary"] {
		if err := b.summary(k); err != nil {
			return err
		}
	}
	return nil
}

// sound checks what belongs together in a step.
func (s *step) sound() error {
	switch {
	case s.predict != nil && s.task == nil:
		return s.at.invalid("%q predicts, but nothing is done", s.title).WithFix("add a ```do block with a check")
	case s.task != nil && s.after.empty():
		return s.at.invalid("%q has no after-text", s.title).WithFix("add an ```after block: the truth beside the prediction, and what surprises")
	case s.task == nil && !s.after.empty():
		return s.at.invalid("%q has an after-text, but nothing comes before it", s.title).WithFix("add a ```do block, or make it plain text")
	case len(s.quiz) > 0 && (s.task != nil || s.predict != nil):
		return s.at.invalid("%q mixes a quiz and a task", s.title).WithFix("give the quiz a step of its own")
	case len(s.quiz) > 0 && (len(s.quiz) < 3 || len(s.quiz) > 5):
		return s.at.invalid("a quiz of %d questions", len(s.quiz)).WithFix("between 3 and 5")
	}
	return nil
}

// whole checks the lesson as one.
func (b *builder) whole(d *draft) error {
	tasks, more := 0, false
	for i, s := range b.lesson.steps {
		if s.task != nil && !s.more {
			tasks++
		}
		if more && !s.more {
			return s.at.invalid("a core step stands behind one marked {more}").WithFix("put the steps marked {more} at the end")
		}
		more = s.more
		if tasks > MaxTasks {
			return b.lesson.steps[i].at.invalid("more than %d core steps have a task", MaxTasks).WithFix("mark what goes beyond the one idea {more}")
		}
	}
	if b.lesson.coreSteps() == 0 {
		return d.steps[0].title.at.invalid("every step is marked {more}")
	}
	return nil
}

// question reads a predict or a quiz block: the question, then its choices.
func (b *builder) question(k block) (q question, err error) {
	if err := k.named(); err != nil {
		return q, err
	}
	if k.kind == "predict" {
		for _, n := range b.scope.predictions {
			if n == k.name {
				return q, k.at.invalid("two predictions are named %s", k.name)
			}
		}
	}
	q = question{name: k.name, at: k.at}
	var ask []string
	i := 0
	for ; i < len(k.lines) && !isChoice(k.lines[i], 1); i++ {
		ask = append(ask, k.lines[i].text)
	}
	if len(ask) == 0 {
		return q, k.at.invalid("%s %s asks nothing", k.kind, k.name).WithFix("the first line is the question; then come the choices: 1 … = expression")
	}
	if q.ask, err = b.scope.text(piece{strings.Join(ask, "\n"), k.lines[0].at}); err != nil {
		return q, err
	}
	for _, p := range k.lines[i:] {
		if err := b.choice(&q, k.kind, p); err != nil {
			return q, err
		}
	}
	return q, q.sound(k.kind)
}

func isChoice(p piece, n int) bool { return strings.HasPrefix(p.text, strconv.Itoa(n)+" ") }

// choice reads "2 text = expression", or the "because …" of the choice above it.
func (b *builder) choice(q *question, kind string, p piece) (err error) {
	if word, rest := p.word(); word == "because" && kind == "quiz" && len(q.choices) > 0 {
		q.choices[len(q.choices)-1].why, err = b.scope.text(rest)
		return err
	}
	n := len(q.choices) + 1
	switch {
	case !isChoice(p, n):
		return p.at.invalid("choice %d is expected here", n).WithFix("write it as: %d text = expression", n)
	case n > MaxChoices:
		return p.at.invalid("more than %d choices", MaxChoices)
	}
	left, right, found := p.cut(isTrueWhen)
	if !found {
		return p.at.invalid("this choice does not say when it is true").WithFix("write it as: %d text = expression", n)
	}
	c := choice{at: p.at}
	_, words := left.word()
	if c.text, err = b.scope.text(words.trim()); err != nil {
		return err
	}
	if c.true, err = b.scope.boolean(right); err != nil {
		return err
	}
	q.choices = append(q.choices, c)
	return nil
}

func (q *question) sound(kind string) error {
	if len(q.choices) < 2 {
		return q.at.invalid("%s %s has %d choices", kind, q.name, len(q.choices)).WithFix("at least two")
	}
	for _, c := range q.choices {
		if c.text.empty() {
			return c.at.invalid("this choice says nothing")
		}
		if kind == "quiz" && c.why.empty() {
			return c.at.invalid("this choice has no explanation").WithFix("add a line below it: because …")
		}
	}
	return nil
}

// taskWords are the lines of a do block, after the text of the task.
func taskWords() []string {
	return []string{"setup", "enter", "check", "answer", "keep", "result", "hint"}
}

func (b *builder) task(k block) (t task, err error) {
	t.at = k.at
	i := 0
	var words []string
	for ; i < len(k.lines) && !isTaskWord(k.lines[i]); i++ {
		words = append(words, k.lines[i].text)
	}
	if len(words) == 0 {
		return t, k.at.invalid("the task is not told").WithFix("the first lines of ```do say what is to be done")
	}
	if t.text, err = b.scope.text(piece{strings.Join(words, "\n"), k.lines[0].at}); err != nil {
		return t, err
	}
	for _, p := range k.lines[i:] {
		if err := b.taskLine(&t, p); err != nil {
			return t, err
		}
	}
	switch {
	case t.check == nil:
		return t, t.at.invalid("the task has no check").WithFix(`add one, such as: check count("answered") >= 1`)
	case len(t.hints) != Hints:
		return t, t.at.invalid("the task has %d hints, not %d", len(t.hints), Hints).WithFix("a nudge, a direction, the exact line")
	}
	return t, nil
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
		if l, err = b.line(rest); err == nil {
			t.enter = append(t.enter, l)
		}
	case "check":
		if err = once(t.check != nil); err == nil {
			t.check, err = b.scope.boolean(rest)
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

// summary reads the lines of the end.
func (b *builder) summary(k block) error {
	to := map[string]*[]text{"did": &b.lesson.did, "remember": &b.lesson.recall, "try": &b.lesson.try}
	for _, p := range k.lines {
		word, rest := p.word()
		if to[word] == nil {
			return p.at.unknown("line of a summary", word, []string{"did", "remember", "try"})
		}
		t, err := b.scope.text(rest)
		if err != nil {
			return err
		}
		*to[word] = append(*to[word], t)
	}
	return nil
}
