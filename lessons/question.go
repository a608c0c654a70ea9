package lessons

import (
	"strconv"
	"strings"
)

// isTrueWhen parts a choice, or a name, from its expression.
const isTrueWhen = " = "

// question reads a predict or a quiz block: the question, then its choices; ok is
// false when something in it is wrong.
func (b *builder) question(k block) (q question, ok bool) {
	before := len(b.errs)
	q, err := b.asked(k)
	if !b.note(err) && len(b.errs) == before {
		b.note(q.sound(k.kind))
	}
	return q, len(b.errs) == before
}

func (b *builder) asked(k block) (q question, err error) {
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
	for ; i < len(k.lines) && !isChoice(k.lines[i], 1) && !strings.HasPrefix(k.lines[i].text, "only if "); i++ {
		ask = append(ask, k.lines[i].text)
	}
	if len(ask) == 0 {
		return q, k.at.invalid("%s %s asks nothing", k.kind, k.name).WithFix("the first line is the question; then come the choices: 1 … = expression")
	}
	if q.ask, err = b.scope.text(piece{strings.Join(ask, "\n"), k.lines[0].at}); err != nil {
		return q, err
	}
	for _, p := range k.lines[i:] {
		b.note(b.choice(&q, k.kind, p))
	}
	return q, nil
}

func isChoice(p piece, n int) bool { return strings.HasPrefix(p.text, strconv.Itoa(n)+" ") }

// choice reads "2 text = expression", or the "because …" of the choice above it.
func (b *builder) choice(q *question, kind string, p piece) (err error) {
	if word, rest := p.word(); word == "because" && kind != "predict" && len(q.choices) > 0 {
		q.choices[len(q.choices)-1].why, err = b.scope.text(rest)
		return err
	}
	n := len(q.choices) + 1
	switch word, rest := p.word(); {
	case word == "only" && q.only == nil:
		q.only, err = b.only(rest)
		return err
	case word == "otherwise" && q.only != nil && q.only.otherwise.empty():
		q.only.otherwise, err = b.scope.text(rest)
		return err
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
	c.text, err = b.scope.text(words.trim())
	b.note(err)
	c.true, err = b.scope.boolean(right)
	q.choices = append(q.choices, c) // also one that is wrong: it counts
	return err
}

func (q *question) sound(kind string) error {
	if q.only != nil && kind != "predict" && len(q.only.holds.kept) == 0 {
		return q.only.holds.at.invalid("this condition names no kept number").WithFix("keep what happened in the step that does it, and name that here")
	}
	if len(q.choices) < 2 {
		return q.at.invalid("%s %s has %d choices", kind, q.name, len(q.choices)).WithFix("at least two")
	}
	for _, c := range q.choices {
		if c.text.empty() {
			return c.at.invalid("this choice says nothing")
		}
		if kind != "predict" && c.why.empty() {
			return c.at.invalid("this choice has no explanation").WithFix("add a line below it: because …")
		}
	}
	return nil
}
