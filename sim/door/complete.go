package door

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Vocabulary is what a world adds to the words of the door. The zero value
// knows no names.
type Vocabulary struct {
	sim.Names
	Policies, Presets []form.Form                    // what guard can put on a link
	Faults            []form.Form                    // what inject can arm
	Armed             []string                       // ids of faults that clear can take away
	Ways              func(link string) []Suggestion // transports that a link can take; may be nil
}

// Suggestion is one way to go on. Text takes the place of the last word of the
// line, or stands after it when the line ends in a space.
type Suggestion struct {
	Text, About string
}

// Complete says how a line that is being typed may go on, best first. It never
// fails: where nothing fits it returns nothing.
func Complete(line string, names Vocabulary) []Suggestion {
	before, _ := form.Scan(strings.TrimPrefix(strings.TrimSpace(line), ":"))
	last := ""
	if r, _ := utf8.DecodeLastRuneInString(line); len(before) > 0 && !unicode.IsSpace(r) {
		before, last = before[:len(before)-1], before[len(before)-1]
	}
	if len(before) == 0 {
		return beginning(last, words(form.All(Verbs()), ""))
	}
	v, err := find(before[0])
	if err != nil {
		return nil
	}
	return beginning(last, v.suggest(before[1:], names))
}

// suggest says what may stand after some words of the verb's line.
func (v Verb) suggest(before []string, names Vocabulary) (all []Suggestion) {
	said, _, _ := v.part(before)
	if n := len(said); n < len(v.args) {
		if a := v.args[n]; a.suggest != nil {
			all = a.suggest(said, names)
		}
		if !v.args[n].optional {
			return all
		}
	}
	all = append(all, unsaid(before, values(v.params))...)
	if v.pairs != nil {
		all = append(all, unsaid(before, v.pairs(said, names))...)
	}
	return all
}

// words are the words of forms, each with something before it.
func words(forms []form.Form, before string) (all []Suggestion) {
	for _, f := range forms {
		all = append(all, Suggestion{before + f.Word, f.About})
	}
	return all
}

func beginning(prefix string, all []Suggestion) (fit []Suggestion) {
	for _, s := range all {
		if strings.HasPrefix(s.Text, prefix) {
			fit = append(fit, s)
		}
	}
	return fit
}

// each makes suggestions with the same explanation.
func each(about string, words []string) (all []Suggestion) {
	for _, w := range words {
		all = append(all, Suggestion{w, about})
	}
	return all
}

// values suggests what parameters may be: their choices, or an example.
func values(params []form.Param) (all []Suggestion) {
	for _, p := range params {
		some := p.Choices
		if len(some) == 0 {
			some = []string{p.Example}
		}
		for _, v := range some {
			all = append(all, Suggestion{form.Quote(p.Name + "=" + v), p.About + " (" + p.Bounds() + ")"})
		}
	}
	return all
}

// valuesOf suggests the parameters of one of several words.
func valuesOf(word string, all []form.Form) []Suggestion {
	for _, f := range all {
		if f.Word == word {
			return values(f.Params)
		}
	}
	return nil
}

// unsaid leaves out parameters that already stand in the line.
func unsaid(before []string, all []Suggestion) (rest []Suggestion) {
	said := map[string]bool{}
	for _, w := range before {
		if key, _, ok := strings.Cut(w, "="); ok {
			said[key] = true
		}
	}
	for _, s := range all {
		if key, _, _ := strings.Cut(s.Text, "="); !said[key] {
			rest = append(rest, s)
		}
	}
	return rest
}
