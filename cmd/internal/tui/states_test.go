package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/sim"
)

func TestASlowCommandIsShownAndCanBeGivenUp(t *testing.T) {
	sit(t, 100, 30, inPlayground, func(r *rig) {
		r.w.Block = make(chan struct{})
		r.press(":")
		r.write("send product.get")
		r.press("enter")
		r.pass(500 * time.Millisecond)
		r.misses("running for")
		r.pass(2 * time.Second)
		r.sees("send product.get · running for 2 s · esc stops it")
		r.press("esc")
		r.pass(100 * time.Millisecond)
		r.sees("given up: send product.get")
	})
}

func TestErrorsAreACalmLineWithTheFix(t *testing.T) {
	sit(t, 100, 30, inPlayground, func(r *rig) {
		r.w.Fail(sim.Errorf(sim.Unavailable, "product is gone\x1b]52;c;evil\a").WithFix("start product"))
		r.press("+")
		r.sees("product is gone", "start product")
		if raw := r.m.View().Content; strings.Contains(raw, "\x1b]52") {
			t.Error("an escape sequence reached the terminal")
		}
		r.press(":")
		r.write("sned product.get")
		r.press("enter")
		r.sees("did you mean send?", "sned product.get")
	})
}

func TestThePaletteCompletesAndRemembers(t *testing.T) {
	sit(t, 100, 30, inPlayground, func(r *rig) {
		r.press(":")
		r.misses("predict")
		r.write("se")
		r.press("tab")
		r.write("prod")
		r.press("tab")
		r.sees("send product.get")
		r.write("item=999")
		r.press("enter")
		want := sim.Send{UseCase: "product.get", N: 1, Fields: map[string]string{"item": "999"}}
		if did := r.w.Did(); len(did) != 1 || did[0].(sim.Send).Fields["item"] != want.Fields["item"] {
			t.Fatalf("done: %v", did)
		}
		r.press(":", "up")
		r.sees("send product.get item=999")
		r.press("esc", ":", "tab", "tab", "shift+tab")
		r.sees(" : send")
	})
}

func TestFramesEndWhenNothingMovesAndBeginWhenSomethingHappens(t *testing.T) {
	sit(t, 80, 24, inPlayground, func(r *rig) {
		r.pass(6 * time.Second)
		if r.m.ticking {
			t.Fatal("frames are drawn although nothing moves")
		}
		_, err := r.w.Do(t.Context(), sim.Send{UseCase: "product.get"}) // somebody outside
		if err != nil {
			t.Fatal(err)
		}
		r.settle()
		if !r.m.ticking {
			t.Fatal("the screen sleeps on")
		}
		r.pass(500 * time.Millisecond)
		r.sees("GET /products/101")
		r.pass(8 * time.Second)
		if r.m.ticking {
			t.Error("frames go on for ever")
		}
	})
}

func TestViewCostsNothingBetweenFrames(t *testing.T) {
	sit(t, 120, 40, inPlayground, func(r *rig) {
		before := r.m.View().Content
		if n := testing.AllocsPerRun(100, func() { _ = r.m.View() }); n > 2 {
			t.Errorf("View allocates %.0f times", n)
		}
		r.send(tea.FocusMsg{})
		if r.m.View().Content != before {
			t.Error("a message without a meaning changed the screen")
		}
	})
}

func TestEscLeadsHomeStepByStep(t *testing.T) {
	sit(t, 100, 30, inPlayground, func(r *rig) {
		r.press("right", "[", "esc", "esc")
		r.sees("live again")
		r.press("esc")
		r.sees("esc again goes to the home screen; this world ends")
		r.press("s", "esc", "esc")
		r.sees("esc again")
		r.press("esc")
		r.sees("Lessons")
		r.settle()
		if !r.w.Closed() {
			t.Error("the world was left open")
		}
	})
}

func TestStepBackOverTheAnswerAndForwardAgain(t *testing.T) {
	sit(t, 100, 30, inPlayground, func(r *rig) {
		r.press(":")
		r.write("send product.get")
		r.press("enter")
		r.pass(4 * time.Second)
		after := r.lines()[2:20]
		r.press("S", "S", "S", "S")
		r.sees("paused")
		r.misses("200 OK")
		r.press("s", "s", "s", "s")
		r.press("space")
		r.pass(time.Second)
		if got := strings.Join(r.lines()[2:20], "\n"); got != strings.Join(after, "\n") {
			t.Errorf("forward again the stage is another one:\n%s\nbefore:\n%s", got, strings.Join(after, "\n"))
		}
	})
}

func TestLooks(t *testing.T) {
	looks := []struct {
		name  string
		o     Options
		check func(r *rig, raw string)
	}{
		{"ascii", Options{ASCII: true}, func(r *rig, raw string) {
			for _, c := range raw {
				if c > 126 {
					r.Fatalf("%q is no ASCII", c)
				}
			}
		}},
		{"no-colour", Options{NoColor: true}, func(r *rig, raw string) {
			for _, colour := range []string{"38;", "48;", ";3", "[3"} {
				if strings.Contains(strings.ReplaceAll(raw, "[0;3m", ""), colour) {
					r.Fatalf("there is a colour: %q", colour)
				}
			}
		}},
		{"light", Options{Ground: LightGround}, func(r *rig, raw string) {}},
		{"calm", Options{ReduceMotion: true, Ground: DarkGround}, func(r *rig, raw string) {}},
	}
	for _, l := range looks {
		t.Run(l.name, func(t *testing.T) {
			l.o.Start = inLesson
			sitWith(t, 120, 40, l.o, func(r *rig) {
				r.press("3", "enter")
				r.pass(4 * time.Second)
				l.check(r, r.m.View().Content)
				r.golden("look-" + l.name)
			})
		})
	}
}

func TestTheGroundIsAskedForAndTaken(t *testing.T) {
	sitWith(t, 80, 24, Options{Start: inLesson}, func(r *rig) {
		dark := r.m.View().Content
		r.send(tea.BackgroundColorMsg{}) // nothing is known: the default stays dark
		r.m.ground(false)
		r.m.draw()
		if r.m.View().Content == dark {
			t.Error("a light ground has the colours of a dark one")
		}
	})
}

func TestTheMouseSelectsOnlyWhenItMay(t *testing.T) {
	sit(t, 100, 30, inPlayground, func(r *rig) {
		x, y := r.find("order ─")
		click := tea.MouseClickMsg{X: x, Y: y + 1, Button: tea.MouseLeft}
		if r.send(click); r.m.hasSelected() {
			t.Error("the mouse selects although it is off")
		}
		r.press("m")
		if r.m.View().MouseMode == tea.MouseModeNone {
			t.Error("the mouse is not asked for")
		}
		if r.send(click); r.m.run.sel.Box.Service != "order" {
			t.Errorf("selected: %v", r.m.run.sel)
		}
		r.send(click)
		r.sees("order is up")
	})
}

// find is where a text stands.
func (r *rig) find(text string) (x, y int) {
	for y, line := range r.lines() {
		if i := strings.Index(line, text); i >= 0 {
			return len([]rune(line[:i])), y
		}
	}
	r.Fatalf("%q is not on the screen:\n%s", text, r.text())
	return 0, 0
}

func TestTheEndOfALessonOpensItsPlayground(t *testing.T) {
	sit(t, 80, 24, inLesson, func(r *rig) {
		r.press("3", "enter")
		r.pass(3 * time.Second)
		r.press("enter", "enter")
		r.pass(3 * time.Second)
		r.press("a")
		r.write("62")
		r.press("enter", "enter", "2", "n")
		r.sees("REST is finished", "What to try in the playground catalog")
		r.press("p")
		r.pass(time.Second)
		r.sees("playground · catalog")
	})
}

func TestEnterOnTheStageOpensWhatIsHighlighted(t *testing.T) {
	sit(t, 120, 40, inLesson, func(r *rig) {
		r.press("3", "enter")
		r.pass(3 * time.Second)
		r.press("enter", "enter")
		r.pass(3 * time.Second)
		for _, way := range [][]string{nil, {"right", "right"}} { // the newest message, then a selected one
			r.press("tab")
			r.press(way...)
			r.sees("enter open")
			r.press("enter")
			r.sees("► response", "the status code: done")
			r.press("esc", "esc", "tab")
		}
	})
}

// The line for an answer opens by a key alone: whatever is pressed while a task
// becomes done means what it meant before.
func TestNoKeyFallsIntoAnAnswerThatOpensUnderIt(t *testing.T) {
	sit(t, 80, 24, inLesson, func(r *rig) {
		r.press("3", "enter")
		r.pass(3 * time.Second)
		r.press("enter", "enter")
		r.pass(3 * time.Second)
		r.sees("a types the answer", "a answer")
		r.press("a")
		r.sees("type what you read, then enter")
		r.press("a")
		if got := r.m.run.answer.Value(); got != "a" {
			r.Errorf("the second a, which is a letter, made the answer %q", got)
		}
	})
}

// Of a link that the followed request has not touched, enter opens what crossed it
// last: on a crowded stage somebody else is always followed.
func TestEnterOnALinkOpensItsNewestMessageOfAnyRequest(t *testing.T) {
	sit(t, 80, 24, inPlayground, func(r *rig) {
		r.press("enter")
		r.pass(3 * time.Second)
		at := r.w.Now()
		other := func(f sim.Fact) sim.Event {
			return sim.Event{At: at, Trace: sim.TraceID{9}, Span: 900, Node: sim.Instance{Service: "client", N: 1}, Link: "client:order", Fact: f}
		}
		r.w.Log.Add(other(sim.Begun{UseCase: "product.get"}), other(sim.Called{Type: "x"}), other(sim.Sent{Label: "GET /orders", Try: 1}))
		r.pass(time.Second)
		if h := r.m.run.hop(); h == nil || h.Link != "client:order" {
			r.Fatalf("the other request is not followed, but %+v", h)
		}
		r.press("right", "right", "right", "right")
		if r.m.run.sel.Link != "order:product" {
			r.Fatalf("selected: %+v", r.m.run.sel)
		}
		r.press("enter")
		r.sees("order → product", "► response")
	})
}

func TestLeavingALessonSaysHowToGoOnWithThatOne(t *testing.T) {
	o := Options{Start: Start{Lesson: "./mine"}, Ground: DarkGround}
	sitWith(t, 80, 24, o, func(r *rig) {
		if got := r.m.farewell(); !strings.Contains(got, "Go on with: msc-sim lesson ./mine\n") {
			r.Errorf("a lesson of one's own: %q", got)
		}
	})
	o.Again = func(name string) string { return "msc-sim lesson " + name + " --assignment week1.yaml" }
	sitWith(t, 80, 24, o, func(r *rig) {
		if got := r.m.farewell(); !strings.Contains(got, "Go on with: msc-sim lesson ./mine --assignment week1.yaml\n") {
			r.Errorf("an assignment: %q", got)
		}
	})
}

// What a command did is told as long as it is so, and as long as it takes to read.
func TestWhatACommandDidIsOfNow(t *testing.T) {
	sit(t, 100, 30, inPlayground, func(r *rig) {
		r.press(":")
		r.write("load 40/s")
		r.press("enter")
		r.pass(time.Second)
		r.sees("► load 40/s")
		r.w.Log.Add(sim.Event{At: r.w.Now(), Fact: sim.Load{}}) // it was for a while
		r.pass(200 * time.Millisecond)
		r.misses("► load 40/s")

		r.press(":")
		r.write("send product.get 150")
		r.press("enter")
		r.pass(2 * time.Second)
		r.sees("► sent product.get")
		r.pass(fresh)
		r.misses("► sent product.get")
	})
}
