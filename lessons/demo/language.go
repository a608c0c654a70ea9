package demo

import (
	"fmt"

	"github.com/msc-sim/msc-sim/lessons"
)

// Language is what a demo may contain. Its expressions are those of lessons.
func Language() []lessons.Section {
	return []lessons.Section{
		{Title: "Front matter", About: ofFront.About, Terms: lessons.TermsFor(ofFront.Params())},
		{Title: "Chapters", About: "A chapter begins with ## and its title. {show client order} names its services on the stage, {world counter} its world. Below the title, lines that begin with note are for the speaker. # begins a comment."},
		{Title: "Blocks", About: "A block begins with three backquotes and its kind, and ends with three backquotes.", Terms: blockForms()},
		{Title: "Lines of play", About: "A line is a command, as for ctl, or one of these. A block setup has only commands and wait. Conditions and {{values}} are those of lessons: msc-sim help lessons-language.", Terms: lines()},
		{
			Title: "Limits", Terms: []lessons.Term{
				{Word: "the file", Text: fmt.Sprintf("at most %d KiB", MaxFile>>10)},
				{Word: "chapters", Text: fmt.Sprintf("at most %d", MaxChapters)},
				{Word: "lines", Text: fmt.Sprintf("at most %d in one chapter", MaxBeats)},
			},
		},
	}
}
