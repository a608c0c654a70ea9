package demo

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// writer understands one chapter.
type writer struct {
	c     chapter
	terms *lessons.Terms
	asked *ask   // the last question that is not revealed yet
	when  []line // when each of its choices is true
}

func (p *parser) chapter(s section) (chapter, error) {
	w := &writer{c: chapter{at: s.title.at, show: p.show}}
	worldName := p.plays
	if err := w.title(s.title, &worldName); err != nil {
		return w.c, err
	}
	spec, err := p.find(w.c.at, worldName)
	if err != nil {
		return w.c, err
	}
	w.c.world, w.terms = spec, lessons.TermsOf(spec)
	if err := w.boxes(); err != nil {
		return w.c, err
	}
	for _, n := range s.notes {
		w.c.notes = append(w.c.notes, n.text)
	}
	for _, b := range s.blocks {
		if err := w.block(b); err != nil {
			return w.c, err
		}
	}
	switch {
	case len(w.c.beats) == 0:
		return w.c, w.c.at.Invalid("%q plays nothing", w.c.title).WithFix("add a ```play block")
	case len(w.c.beats) > MaxBeats:
		return w.c, w.c.at.Invalid("more than %d lines in one chapter", MaxBeats)
	case w.asked != nil:
		return w.c, w.asked.at.Invalid("this question is never answered").WithFix("add a line to ```play: reveal")
	}
	return w.c, nil
}

// title takes {world mail} and {show client order} from a title.
func (w *writer) title(l line, world *string) error {
	text := l.text
	for strings.HasSuffix(text, "}") {
		i := strings.LastIndexByte(text, '{')
		if i < 0 {
			break
		}
		words := strings.Fields(strings.Trim(text[i:], "{}"))
		switch {
		case len(words) == 2 && words[0] == "world":
			*world = words[1]
		case len(words) > 1 && words[0] == "show":
			w.c.show = words[1:]
		default:
			return l.at.Unknown("mark of a title", strings.Join(words, " "), []string{"show", "world"})
		}
		text = strings.TrimRight(text[:i], " ")
	}
	if text == "" {
		return l.at.Invalid("a chapter has no title")
	}
	w.c.title = text
	return nil
}

// boxes checks what stands on the stage.
func (w *writer) boxes() error {
	all := w.c.world.Names().Services
	for _, s := range w.c.show {
		if !slices.Contains(all, s) {
			return w.c.at.Unknown("service", s, all)
		}
	}
	n := len(w.c.show)
	if n == 0 {
		n = len(all)
	}
	if n > MaxBoxes {
		return w.c.at.Invalid("%d boxes are too many on a wall", n).WithFix("name at most %d: ## %s {show %s}", MaxBoxes, w.c.title, strings.Join(all[:MaxBoxes], " "))
	}
	return nil
}

func (w *writer) block(b block) error {
	if b.kind == "ask" {
		return w.ask(b)
	}
	if b.kind == "setup" && len(w.c.beats) > 0 {
		return b.at.Invalid("setup stands behind something that is played").WithFix("put it first")
	}
	for _, l := range statements(b) {
		one, err := w.beat(l, b.kind == "setup")
		switch {
		case err != nil:
			return err
		case b.kind == "setup":
			w.c.setup = append(w.c.setup, one)
		default:
			w.c.beats = append(w.c.beats, one)
		}
	}
	return nil
}

// statements are the lines of a block without remarks; a line that begins with
// two spaces continues the one above.
func statements(b block) (all []line) {
	for _, l := range b.lines {
		text := strings.TrimSpace(l.text)
		switch {
		case text == "" || strings.HasPrefix(text, "#"):
		case strings.HasPrefix(l.text, "  ") && len(all) > 0:
			all[len(all)-1].text += " " + text
		default:
			all = append(all, line{text, l.at})
		}
	}
	return all
}

// duration reads a pause, up to MaxPause.
func duration(at lessons.Place, s string, unless time.Duration) (time.Duration, error) {
	if s == "" {
		return unless, nil
	}
	d, err := sim.ParseDuration(s, MaxPause)
	if err != nil {
		return 0, at.Wrap(err)
	}
	return d, nil
}

// ask reads a question: its text, then its choices "1 text = expression".
func (w *writer) ask(b block) (err error) {
	if w.asked != nil {
		return b.at.Invalid("the question before this one is not answered").WithFix("add a line to ```play before this: reveal")
	}
	q := &ask{at: b.at}
	w.when = nil
	if q.d, err = duration(b.at, b.rest, askTime); err != nil {
		return err
	}
	lines := statements(b)
	i := 0
	var text []string
	for ; i < len(lines) && !strings.HasPrefix(lines[i].text, "1 "); i++ {
		text = append(text, lines[i].text)
	}
	if i == 0 || len(lines)-i < 2 || len(lines)-i > MaxChoices {
		return b.at.Invalid("a question has a text and two to %d choices", MaxChoices).WithFix("write choices as: 1 text = expression")
	}
	if q.text, err = w.terms.Text(lines[0].at, strings.Join(text, " ")); err != nil {
		return err
	}
	for n, l := range lines[i:] {
		if err := w.choice(q, l, strconv.Itoa(n+1)); err != nil {
			return err
		}
	}
	w.asked = q
	w.c.beats = append(w.c.beats, *q)
	return nil
}

// choice reads one of them. When it is true is understood where it is revealed:
// it may name numbers that are kept until then.
func (w *writer) choice(q *ask, l line, number string) error {
	word, rest := l.word()
	text, when, found := rest.cut(" = ")
	if word != number || !found {
		return l.at.Invalid("choice %s is expected here", number).WithFix("write it as: %s text = expression", number)
	}
	t, err := w.terms.Text(text.at, text.text)
	q.choices = append(q.choices, choice{text: t})
	w.when = append(w.when, when)
	return err
}
