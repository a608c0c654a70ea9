// Package door is the language in which people act on a world. A line such as
//
//	send order.place item=101 qty=2
//
// becomes a [sim.Command], and a command becomes a line again. The palette,
// lessons, scripts and msc-sim ctl all use these words, so whatever one of them
// can do the others can do, record and repeat.
//
// There is one table of verbs, [Verbs]. A new verb is one file and one row.
package door

import (
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Bounds of a line.
const (
	MaxLine  = 4096  // bytes
	MaxSends = 10000 // requests of one send
)

// Verb is one row of the table: a word, what it means, and how it is read,
// written and completed.
type Verb struct {
	Word    string
	Usage   string // "load <rate>|off [use case] [arrivals=constant|poisson] [for=30s]"
	About   string // what it does, in a few words
	Example string // a line that works in a built-in world
	Lesson  bool   // it speaks to a lesson or a demo and does nothing in a bare world

	parse    func(words []string) (sim.Command, error)                // the words after Word
	format   func(c sim.Command) (words []string, ok bool)            // false: not a command of this verb
	complete func(before []string, v Vocabulary) (words []Suggestion) // what may stand after before
}

// Verbs is the table, in the order in which people should meet the words.
func Verbs() []Verb {
	return []Verb{
		send(), load(),
		kill(), start(), restart(), pause(), resume(), scale(),
		inject(), clear(), guard(), unguard(), swap(), subscribe(), unsubscribe(), topic(), redrive(),
		mark(), reset(), show(),
		predict(), answer(), enter(), next(), back(), hint(), solve(), vote(),
	}
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
		return nil, sim.Invalidf("the line is empty").WithFix("type a command, such as: %s", send().Example)
	}
	v, err := find(words[0])
	if err != nil {
		return nil, err
	}
	c, err := v.parse(words[1:])
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
		if words, ok := v.format(c); ok {
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

func find(word string) (Verb, error) {
	var all []string
	for _, v := range Verbs() {
		if v.Word == word {
			return v, nil
		}
		all = append(all, v.Word)
	}
	return Verb{}, sim.Unknown("verb", word, all)
}

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
