package lessons

import (
	"reflect"
	"strings"

	"github.com/msc-sim/msc-sim/sim/door"
)

// readAnswers reads answers.txt:
//
//	## Title of a step
//	send product.get item=101
//	wait count("answered") >= 1          until this holds
//	answer {{last("order:product").status}}
//	visit {{address("product")}}/products/101    somebody outside asks
//	# a remark
//
// Every step with a task needs its answer.
func (l *Lesson) readAnswers(file string, data []byte, b *builder) {
	s, err := read(file, data)
	if b.note(err) {
		return
	}
	sc := b.scope
	title := ""
	for s.more() {
		p := s.take().trim()
		switch {
		case p.text == "" || strings.HasPrefix(p.text, "#") && !strings.HasPrefix(p.text, "## "):
		case strings.HasPrefix(p.text, "## "):
			if title = p.from(3).trim().text; l.find(title) < 0 {
				b.note(p.spot(3).unknown("step", title, l.titles()))
			}
		case title == "":
			b.note(p.at.invalid("this line belongs to no step").WithFix("name the step first: ## %s", l.steps[0].title))
		default:
			a, err := l.answerLine(sc, p)
			b.note(err)
			l.answers[title] = append(l.answers[title], a)
		}
	}
	for _, st := range l.steps {
		if st.task != nil && len(l.answers[st.title]) == 0 {
			b.note(spot{file: file}.invalid("the step %q has no answer", st.title).WithFix("add: ## %s, and below it the lines that solve it", st.title))
		}
	}
}

// answerLine reads one line of answers.txt.
func (l *Lesson) answerLine(sc *scope, p piece) (a line, err error) {
	a = line{plain: p.text, at: p.at}
	word, rest := p.word()
	switch word {
	case "wait":
		a.wait, err = sc.boolean(rest)
		return a, err
	case "visit":
		a.visit = true
		a.text, err = sc.text(rest)
		return a, err
	}
	return l.doorLine(sc, p)
}

// doorLine reads a line of the door that may have placeholders. With them it is
// checked with a word in their place.
func (l *Lesson) doorLine(sc *scope, p piece) (a line, err error) {
	a = line{plain: p.text, at: p.at}
	if a.text, err = sc.text(p); err != nil {
		return a, err
	}
	said, fixed := a.text.fixed()
	if !fixed {
		said = placeholder(a.text)
	}
	c, err := door.Parse(said)
	if err != nil {
		return a, p.at.wrap(err)
	}
	if fixed {
		a.do = c
	}
	return a, l.words.check(p.at, c)
}

// placeholder is t with a word in the place of every value, or a number of one that
// counts.
func placeholder(t text) string {
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.value != nil && p.value.kind.Kind() == reflect.Int:
			b.WriteString("1")
		case p.value != nil || p.when != nil:
			b.WriteString("x")
		}
		b.WriteString(p.words)
	}
	return b.String()
}

func (l *Lesson) titles() (all []string) {
	for _, s := range l.steps {
		all = append(all, s.title)
	}
	return all
}

// find is the index of the step with a title, or -1.
func (l *Lesson) find(title string) int {
	for i, s := range l.steps {
		if s.title == title {
			return i
		}
	}
	return -1
}
