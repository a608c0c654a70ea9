package tui

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

// scenes are the moments of a demo that are drawn.
func scenes() map[string]func(*actor) {
	asked := func(votes []int, truth int) *demo.Asked {
		return &demo.Asked{
			Text:    "Product takes 0.6 seconds now. Who waits?",
			Choices: []string{"only order", "order and its customer", "nobody"}, Votes: votes, Truth: truth,
		}
	}
	return map[string]func(*actor){
		"stage": func(*actor) {},
		"title": func(a *actor) { a.st.Scene = demo.Title },
		"question": func(a *actor) {
			a.st.Scene, a.st.Ask, a.st.Left = demo.Question, asked(nil, -1), 65*time.Second
		},
		"truth": func(a *actor) { a.st.Scene, a.st.Ask = demo.Question, asked([]int{9, 170, 5}, 1) },
		"end": func(a *actor) {
			a.st.Scene, a.st.Mode = demo.End, demo.Over
			a.st.Ended = []string{"Both waited. That is synchronous.", "Waiting is passed on.", "Was it done? Nobody knows.", "16 orders, 63 attempts."}
		},
		"stuck": func(a *actor) {
			a.st.Mode = demo.Stuck
			a.st.Trouble = sim.Invalidf("order.md:12:1: this did not come true in 30 s").WithFix("0 plays the chapter from its beginning, n goes on")
		},
	}
}

func TestDemoScenes(t *testing.T) {
	for name, put := range scenes() {
		for _, size := range [...][2]int{{80, 24}, {120, 40}} {
			for _, wall := range []bool{false, true} {
				golden := fmt.Sprintf("demo-%s-%dx%d", name, size[0], size[1])
				if wall && size[0] != 80 {
					continue // a wall shows 80x24
				}
				if wall {
					golden = "demo-" + name + "-wall"
				}
				t.Run(golden, func(t *testing.T) {
					a := newActor()
					put(a)
					attend(t, size[0], size[1], wall, a, func(r *rig) {
						a.order(r)
						r.pass(4 * time.Second)
						r.golden(golden)
					})
				})
			}
		}
	}
}

func TestDemoKeys(t *testing.T) {
	for key, want := range map[string][]string{
		"space": {"pause"}, "pgdown": {"click"}, "enter": {"click"}, "n": {"next"}, "right": {"next"},
		"p": {"back"}, "pgup": {"back"}, "left": {"back"}, "0": {"restore"}, "3": {"jump 2"}, "9": {"jump 8"}, "]": {"faster"}, "[": {"slower"},
		"b": nil, ".": nil,
	} {
		a := newActor()
		attend(t, 80, 24, false, a, func(r *rig) {
			r.press(key)
			if d := cmp.Diff(want, a.cues); d != "" {
				t.Errorf("%s: %s", key, d)
			}
		})
	}
}

func TestWhatADemoSays(t *testing.T) {
	a := newActor()
	attend(t, 80, 24, false, a, func(r *rig) {
		for key, says := range map[string]string{
			"p": "this is the first chapter", "9": "there is no chapter 9", "[": "it cannot go slower",
			"]": "it goes at 2x of the usual speed", "0": "restored: chapter 2, A slow product",
		} {
			r.press(key)
			r.sees(says)
			r.pass(noteTime + time.Second)
			r.misses(says)
		}
	})
}

func TestBlank(t *testing.T) {
	a := newActor()
	attend(t, 80, 24, false, a, func(r *rig) {
		r.press("b")
		for _, l := range r.lines() {
			if l != "" {
				t.Fatalf("a blank screen shows %q", l)
			}
		}
		r.press("n")
		r.sees("It took 0.21 ms.")
		if len(a.cues) != 0 {
			t.Errorf("the key that brings the picture back did %v, too", a.cues)
		}
	})
}

func TestTakeOverAndLetGo(t *testing.T) {
	a := newActor()
	attend(t, 120, 40, false, a, func(r *rig) {
		r.press("o")
		r.sees("you have the stage", "o give back", "break")
		r.press("x") // a key of the playground
		r.sees("select a box")
		r.press("o")
		r.sees("it goes on where it stood", "o take over")
		r.press("o", "esc")
		r.sees("o take over")
		r.press("o", "0")
		if d := cmp.Diff([]string{"pause", "go on", "pause", "go on", "pause", "restore"}, a.cues); d != "" {
			t.Error(d)
		}
	})
}

func TestLinesGoThroughTheDemo(t *testing.T) {
	a := newActor()
	attend(t, 80, 24, false, a, func(r *rig) {
		r.press(":")
		r.write("vote 9 17 5")
		r.press("enter")
		r.sees("31 hands")
		if d := cmp.Diff([]string{"do sim.Vote"}, a.cues); d != "" {
			t.Error(d)
		}
	})
}

func TestAnotherChapterIsAnotherWorld(t *testing.T) {
	a := newActor()
	attend(t, 80, 24, false, a, func(r *rig) {
		a.order(r)
		r.pass(4 * time.Second)
		r.sees("/products/101")
		next := tuitest.New()
		a.st.World, a.st.Chapter, a.st.Caption = next, 2, "A timeout: 200 ms."
		r.w = next
		r.hurry(time.Second)
		r.sees("3 of 4", "A timeout: 200 ms.")
		r.misses("/products/101")
	})
}

func TestLeavingADemo(t *testing.T) {
	a := newActor()
	attend(t, 80, 24, false, a, func(r *rig) {
		r.press("esc")
		r.sees("esc again goes to the home screen; the demo ends")
		r.press("esc")
		r.sees("msc-sim")
		if !r.w.Closed() {
			t.Error("the world was left open")
		}
	})
	attend(t, 80, 24, false, newActor(), func(r *rig) {
		r.press("q")
		if got, want := r.m.farewell(), "To wait, or not to wait, chapter 2 of 4: A slow product.\nGo on with: msc-sim demo order --at 2\n"; got != want {
			t.Errorf("%q", got)
		}
	})
}

func TestADemoThatCannotBeOpened(t *testing.T) {
	sitWith(t, 80, 24, Options{Start: Start{Demo: "order"}, OpenDemo: func(context.Context, string) (Demo, error) {
		return nil, errors.New("no port is free")
	}}, func(r *rig) {
		r.sees("no port is free")
	})
}

// A demo is not told that something was shown before it was, and a caption that is
// ahead of the picture says so.
func TestACaptionIsOfTheShownMoment(t *testing.T) {
	a := newActor()
	attend(t, 120, 40, false, a, func(r *rig) {
		a.order(r)
		for r.pass(frameTime); !r.m.run.player.Frame().Over; {
			r.pass(frameTime)
		}
		a.order(r)
		a.st.Said = a.st.World.Now()
		r.pass(frameTime)
		if f := r.m.run.player.Frame(); a.saw >= a.st.Said || a.saw != f.At {
			t.Errorf("it is said that %v was shown at %v, but it is %v", a.saw, a.st.Said, f.At)
		}
		r.sees("you see")
		r.pass(4 * time.Second)
		if a.saw < a.st.Said {
			t.Errorf("%v was shown, and %v never", a.saw, a.st.Said)
		}
		r.misses("you see")
	})
}
