package plain

import (
	"fmt"
	"strings"

	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

// Notes is the page of a demo's speaker: where it stands, what to say now, what
// comes next. The note that is meant now is marked.
func Notes(s demo.Script) string {
	var b strings.Builder
	f := &face{out: &b, width: 78}
	title := ""
	if i := s.Chapter - 1; i >= 0 && i < len(s.Chapters) {
		title = s.Chapters[i]
	}
	f.say("%s · chapter %d of %d: %s · %s", sim.Visible(s.Title), s.Chapter, len(s.Chapters), sim.Visible(title), s.Mode)
	f.say("It takes %d:%02d by itself, at the usual speed.", int(s.Takes)/60, int(s.Takes)%60)
	f.print("")
	for i, n := range s.Notes {
		marker := "   "
		if i+1 == s.Note {
			marker = ">> "
		}
		f.wrap(marker, sim.Visible(n))
	}
	if s.Question != "" {
		f.print("")
		f.say("Question: %s", sim.Visible(s.Question))
		for i, c := range s.Choices {
			marker := fmt.Sprintf("   %d) ", i+1)
			if i+1 == s.Truth {
				marker = fmt.Sprintf(">> %d) ", i+1)
			}
			f.wrap(marker, sim.Visible(c))
		}
	}
	f.print("")
	f.wrap("now   ", sim.Visible(s.Caption))
	f.wrap("next  ", sim.Visible(s.Next))
	if s.Chapter < len(s.Chapters) {
		f.wrap("then  ", "chapter "+fmt.Sprint(s.Chapter+1)+", "+sim.Visible(s.Chapters[s.Chapter]))
	}
	return b.String()
}
