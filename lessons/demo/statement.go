package demo

import (
	"fmt"
	"slices"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// lines of a demo, besides the commands.
func lines() []lessons.Term {
	return []lessons.Term{
		{Word: "say SHORT | FULL", Text: fmt.Sprintf("show a caption for the time that reading takes; the short form has at most %d words", MaxWords)},
		{Word: "hold SHORT | FULL", Text: "as say; the picture shows this moment until the caption was read, and at a mark below it: for a peak that passes"},
		{Word: "pause 3s", Text: "wait longer, at most " + MaxPause.String()},
		{Word: "mark TEXT", Text: "a place to pause with --pause-at-marks"},
		{Word: "note TEXT", Text: "a note for the speaker from here on"},
		{Word: "wait CONDITION", Text: "continue when the condition is true"},
		{Word: "keep NAME = EXPRESSION", Text: "store a value for later captions of the chapter"},
		{Word: "expect CONDITION", Text: "a condition that demo check tests"},
		{Word: "anew", Text: "conditions and values use only later events"},
		{Word: "reveal 10s", Text: "show which choice of the question came true"},
	}
}

func words() []string { return lessons.WordsOf(lines()) }

// beat reads one line of a play or setup block.
func (w *writer) beat(l line, setup bool) (beat, error) {
	word, rest := l.word()
	if setup && word != "wait" && slices.Contains(words(), word) {
		return nil, l.at.Invalid("%s has no place in a setup", word).WithFix("a setup has commands and waits; the rest stands in ```play")
	}
	switch word {
	case "say", "hold":
		return w.say(rest, word == "hold")
	case "pause":
		d, err := duration(rest.at, rest.text, 0)
		if err == nil && d <= 0 {
			err = l.at.Invalid("the pause has no time").WithFix("such as: pause 3s")
		}
		return pause{d}, err
	case "mark":
		if rest.text == "" {
			return nil, l.at.Invalid("a mark needs a name").WithFix("such as: mark the breaker is open")
		}
		return mark{rest.text}, nil
	case "note":
		w.c.notes = append(w.c.notes, rest.text)
		return note{len(w.c.notes) - 1}, nil
	case "wait":
		c, err := w.terms.Condition(rest.at, rest.text)
		return wait{c, rest.text, l.at}, err
	case "expect":
		c, err := w.terms.Condition(rest.at, rest.text)
		return expect{c, rest.text, l.at}, err
	case "keep":
		return w.keep(l, rest)
	case "anew":
		return anew{}, nil
	case "reveal":
		return w.reveal(l, rest)
	default:
		return w.door(l, word)
	}
}

// say reads "short | full", also that of hold. A caption without a full form is its own.
func (w *writer) say(l line, holds bool) (beat, error) {
	short, full, _ := l.cut("|")
	s := say{holds: holds}
	var err error
	if s.short, err = w.terms.Text(short.at, short.text); err != nil {
		return nil, err
	}
	if s.full, err = w.terms.Text(full.at, full.text); err != nil {
		return nil, err
	}
	switch n := s.short.Words(); {
	case n == 0:
		return nil, l.at.Invalid("this caption says nothing").WithFix("such as: say A customer orders. | The client sends one order.")
	case n > MaxWords:
		return nil, l.at.Invalid("a caption of %d words is too long for a wall", n).WithFix("say it in %d words, then: | and all you want to say", MaxWords)
	}
	return s, nil
}

func (w *writer) keep(l, rest line) (beat, error) {
	name, value, ok := rest.cut(" = ")
	if !ok {
		return nil, l.at.Invalid("this keeps nothing").WithFix("write it as: keep waited = expression")
	}
	k, err := w.terms.Keep(value.at, name.text, value.text)
	return keep{k}, err
}

func (w *writer) reveal(l, rest line) (beat, error) {
	if w.asked == nil {
		return nil, l.at.Invalid("there is no question to answer").WithFix("put an ```ask block before this")
	}
	for i, when := range w.when {
		var err error
		if w.asked.choices[i].when, err = w.terms.Condition(when.at, when.text); err != nil {
			return nil, err
		}
	}
	d, err := duration(rest.at, rest.text, revealTime)
	r := reveal{d, w.asked, l.at}
	w.asked = nil
	return r, err
}

// door reads a line of the door. A word that is none is looked for in both tables.
func (w *writer) door(l line, word string) (beat, error) {
	all := words()
	known := false
	for _, v := range door.Verbs() {
		if v.Lesson {
			continue
		}
		all = append(all, v.Word)
		known = known || v.Word == word
	}
	if !known {
		return nil, l.at.Unknown("word", word, all)
	}
	c, err := w.terms.Command(l.at, l.text)
	if _, show := c.(sim.Show); err == nil && show {
		return nil, l.at.Invalid("show prints something and changes nothing").WithFix("say it in a caption: say {{link(\"order:payment\").sent}} sent")
	}
	return do{l.text, c, l.at}, err
}
