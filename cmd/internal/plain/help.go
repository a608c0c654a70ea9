package plain

import (
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim/door"
)

// help says what may be typed now, then the words of the door.
func (p *pupil) help(st lessons.State) {
	switch {
	case chooses(st):
		p.say("Type the number of your choice. The last one says that you do not know yet.")
	case wantsValue(st):
		p.say("Type the value that you read, or a command. ? gives a hint.")
	case st.Phase == lessons.Doing:
		p.say("Press enter to do the task, or type a command. ? gives a hint.")
	default:
		p.say("Press enter to go on, back to go back.")
	}
	p.words(true)
}

// words lists the verbs of the door; those of lessons only where there is one.
func (f *face) words(lesson bool) {
	f.say("Commands:")
	for _, v := range door.Verbs() {
		if v.Lesson && !lesson {
			continue
		}
		f.wrap("  ", v.Usage+": "+v.About)
	}
	f.wrap("  ", "open [link]: every byte of the last message")
	f.wrap("  ", "q: leave")
}
