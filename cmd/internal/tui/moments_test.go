package tui

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

func TestTheFirstScreenOfAll(t *testing.T) {
	fresh := func() []LessonRow {
		return []LessonRow{{Name: "why", Title: "Why services talk", Promise: "You will see what is gained.", Minutes: 15, Steps: 10}}
	}
	everySizeWith(t, Options{Ground: DarkGround, Lessons: fresh}, func(r *rig, size string) {
		r.sees("► why", "new", "You will see what is gained.")
		r.misses("Due:")
		r.golden("home-first-" + size)
	})
}

func TestAHintComesBeforeTheKeys(t *testing.T) {
	everySize(t, inLesson, func(r *rig, size string) {
		r.press("3", "?")
		r.sees("Hint", "? again for the next one")
		r.golden("hint-" + size)
	})
}

func TestATerminalThatIsTooSmallIsTold(t *testing.T) {
	for _, s := range [...][2]int{{59, 24}, {80, 19}, {30, 8}} {
		name := fmt.Sprintf("%dx%d", s[0], s[1])
		t.Run(name, func(t *testing.T) {
			sit(t, s[0], s[1], inPlayground, func(r *rig) {
				r.sees("too small to draw", "needs 60x20", "has "+name, "q leaves")
				r.golden("too-small-" + name)
			})
		})
	}
}

func TestOnAWall(t *testing.T) {
	for name, start := range map[string]Start{"lesson": inLesson, "playground": inPlayground} {
		t.Run(name, func(t *testing.T) {
			everySizeWith(t, Options{Start: start, Ground: DarkGround, Projector: true}, func(r *rig, size string) {
				if start == inLesson {
					r.press("3")
				}
				r.press("enter")
				r.pass(4 * time.Second)
				r.golden("wall-" + name + "-" + size)
			})
		})
	}
}

func TestPlaygroundUnderFailure(t *testing.T) {
	everySize(t, inPlayground, func(r *rig, size string) {
		r.breaks()
		r.press("enter")
		r.pass(4 * time.Second)
		r.sees("OPEN", "faults")
		r.golden("playground-failing-" + size)
	})
}

func TestWhatCannotBeOpenedLeadsHome(t *testing.T) {
	o := Options{Start: Start{World: "shop"}, Ground: DarkGround, Open: func(context.Context, string) (World, error) {
		return nil, sim.Unknown("world", "shop", []string{"catalog", "checkout"})
	}}
	everySizeWith(t, o, func(r *rig, size string) {
		r.sees(`there is no world "shop"`, "esc home")
		r.golden("cannot-open-" + size)
		r.press("esc")
		r.settle()
		r.sees("Lessons", "Playground")
	})
}
