package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/frame"
)

// Enter shows what was not read yet before it does anything else, and the footer
// says so.
func TestEnterShowsTheRestFirst(t *testing.T) {
	sit(t, 60, 20, Start{Lesson: "rest"}, func(r *rig) {
		r.sees("One question, one answer", "more below, ↓", "enter read on")
		r.press("enter")
		r.sees("How long until the answer is back?", "4  I do not know yet", " One question, one answer ", "more above, ↑")
		r.misses("read on", "more below")
		r.press("enter")
		r.sees("choose first: a number from 1 to 4")
		r.press("3")
		r.sees("you   ► 3  less than 1 ms", "send product.get item=101")
	})
}

// What was shown once is not shown again: up and down, and the stage and back.
func TestWhatWasReadStaysRead(t *testing.T) {
	sit(t, 60, 20, Start{Lesson: "rest"}, func(r *rig) {
		r.press("end", "home")
		r.misses("read on")
		r.press("tab")
		r.misses("read on")
	})
}

// With the stage in focus the text is still there, and can be read on.
func TestTheTextStaysBesideAStageInFocus(t *testing.T) {
	sit(t, 80, 24, Start{Lesson: "rest"}, func(r *rig) {
		r.press("3", "enter")
		r.hurry(10e9)
		r.press("tab")
		r.sees("How long until the answer is back?", "more below, ↓", "how long it really took")
	})
}

// A note of two rows covers neither what enter will do nor the task.
func TestANoteCoversNothing(t *testing.T) {
	for _, size := range [...][2]int{{80, 24}, {120, 40}} {
		sit(t, size[0], size[1], Start{Lesson: "rest"}, func(r *rig) {
			r.press("3")
			r.sees("send product.get item=101")
			r.m.note = frame.Note{Text: strings.Repeat("order:product travels by something else now ", 3), Fix: "a fix that is a row of its own"}
			r.m.draw()
			r.sees("Ask for product 101.", "send product.get item=101", "a fix that is a row of its own", "travels by something else now")
		})
	}
}

// The message that the step asks for is the one that Enter opens on the stage, though
// another one was sent since.
func TestTheMessageAskedForIsSelected(t *testing.T) {
	sit(t, 120, 40, Start{Lesson: "rest"}, func(r *rig) {
		r.press("3", "enter")
		r.hurry(10e9)
		r.press("n", "enter")
		r.hurry(10e9)
		asked := r.m.run.state.Task.Asked
		if asked.Span == 0 || r.m.run.sel.Span != asked.Span || !r.m.run.sel.Answer {
			t.Fatalf("selected is %+v, asked for %+v", r.m.run.sel, asked)
		}
		r.press("tab", ":")
		r.write("send product.get item=999")
		r.press("enter")
		r.hurry(10e9)
		r.press("enter")
		r.sees("product → order", "kettle")
		if o, ok := r.m.over.(*inspectOver); !ok || o.Exchange.Link != asked.Link || !o.Answer {
			t.Errorf("opened is %+v, asked for %+v", r.m.over, asked)
		}
	})
}

// Enter opens every event of the list: what a service did while it handled a message
// is opened with that message, and what happened to the world is told in full.
func TestEveryEventOpens(t *testing.T) {
	sit(t, 120, 40, Start{World: "catalog"}, func(r *rig) {
		r.press(":")
		r.write("send product.get item=101")
		r.press("enter")
		r.hurry(10e9)
		r.press("tab", "up")
		for range len(r.m.run.events) {
			e := r.m.event()
			if e == nil {
				t.Fatal("no event is selected")
			}
			r.press("enter")
			if r.m.over == nil && r.m.note.Text == "" || strings.Contains(r.m.note.Text, "select") {
				t.Errorf("Enter does not open %+v: %q", e, r.m.note.Text)
			}
			if r.m.over != nil {
				r.press("esc")
			}
			r.press("up")
		}
	})
}

// While load runs, the list of events of a large screen changes a few times a second,
// not with every frame, and not at all in pause.
func TestTheListOfEventsIsReadAtLeisure(t *testing.T) {
	sit(t, 250, 70, Start{World: "catalog"}, func(r *rig) {
		side := r.m.layout().side
		list := func() string { // of a screen in columns the other half is the stage
			text := ""
			for _, l := range r.lines()[side.Y+2 : side.Bottom()-1] {
				text += string([]rune(l + strings.Repeat(" ", side.Right()))[side.X:]) + "\n"
			}
			return text
		}
		changes, before := 0, ""
		for range 100 { // two seconds
			r.busy(20 * time.Millisecond)
			if now := list(); now != before {
				before = now
				changes++
			}
		}
		if most := 2*listCells/(side.W*side.H) + 2; changes < 2 || changes > most {
			t.Errorf("the list changed %d times in two seconds, not 2 to %d", changes, most)
		}
		r.press("space")
		still := r.text()
		r.busy(time.Second)
		if r.text() != still {
			t.Error("in pause the screen changes")
		}
	})
}

// A message that has only just left does not empty the strip: the one before stays
// until there is something to draw.
func TestTheStripIsNeverEmptyBetweenCalls(t *testing.T) {
	sit(t, 120, 40, Start{World: "catalog"}, func(r *rig) {
		r.press("enter")
		r.hurry(10e9)
		r.sees("to scale")
		r.press("enter")
		for range 200 {
			r.pass(10 * time.Millisecond)
			r.sees("to scale", "a blink")
			if t.Failed() {
				return
			}
		}
	})
}
