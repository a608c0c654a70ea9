// Package door is the language in which people act on a world. A line such as
//
//	send order.place item=101 qty=2
//
// becomes a [sim.Command], and a command becomes a line again. The palette,
// lessons, scripts and msc-sim ctl all use these words, so whatever one of them
// can do the others can do, record and repeat.
//
// There is one table of verbs, [Verbs]. A new verb is one row: parsing, writing,
// completion and errors follow from what it says of its arguments.
package door

import (
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Verb is one row of the table: a word, what it means, and what its line says.
type Verb struct {
	Word    string
	Usage   string // "load <rate>|off [use case] [arrivals=constant|poisson] [for=30s]"
	About   string // what it does, in a few words
	Example string // a line that works in a built-in world
	Lesson  bool   // it speaks to a lesson or a demo and does nothing in a bare world

	of     sim.Command // the command that it makes, empty
	takes  string      // its arguments in words, for whoever wrote others
	args   []arg
	params []form.Param
	pairs  func(said []string, v Vocabulary) []Suggestion // it takes any name=value besides; what they may be
	keep   string                                         // the one pair that stands for an argument
	check  func(sim.Command) error                        // what concerns more than one argument
}

// Row is the verb as a form, for [form.Find].
func (v Verb) Row() form.Form {
	return form.Form{Word: v.Word, About: v.About, Params: v.params, Example: v.Example}
}

// Parse reads one line. A ":" in front of it, as lessons write it, is accepted.
// Errors are *sim.Error and say what to write instead.
func Parse(line string) (sim.Command, error) {
	words, err := form.Words(strings.TrimPrefix(strings.TrimSpace(line), ":"))
	if err != nil {
		return nil, err
	}
	return ParseWords(words)
}

// ParseWords is Parse for a line that a shell has already taken apart.
func ParseWords(words []string) (sim.Command, error) {
	if err := plausible(words); err != nil {
		return nil, err
	}
	if len(words) > 0 && words[0] == ":" {
		words = words[1:]
	}
	if len(words) == 0 {
		return nil, sim.Invalidf("the line is empty").WithFix("type a command, such as: %s", Verbs()[0].Example)
	}
	v, err := find(words[0])
	if err != nil {
		return nil, err
	}
	c, err := v.read(words[1:])
	if err != nil {
		e := sim.AsError(err)
		if e.Fix == "" {
			return nil, e.WithFix("such as: %s", v.Example)
		}
		return nil, e
	}
	return c, nil
}

// Format writes c as Parse reads it. A command that no verb makes gives "".
func Format(c sim.Command) string {
	for _, v := range Verbs() {
		if words, ok := v.write(c); ok {
			return form.Join(append([]string{v.Word}, words...))
		}
	}
	return ""
}

// Help is what to know about one verb, in three lines.
func Help(word string) (string, error) {
	v, err := find(word)
	if err != nil {
		return "", err
	}
	return v.Usage + "\n" + v.About + "\nsuch as: " + v.Example, nil
}

func find(word string) (Verb, error) { return form.Find("verb", word, Verbs()) }

// plausible refuses what no person and no script of ours writes.
func plausible(words []string) error {
	size := 0
	for _, w := range words {
		size += len(w) + 1
		if !utf8.ValidString(w) {
			return sim.Invalidf("this line is not text").WithFix("write it in UTF-8")
		}
	}
	if size > MaxLine {
		return sim.Invalidf("this line is too long").WithFix("at most %d bytes", MaxLine)
	}
	return nil
}
