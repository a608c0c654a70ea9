package lesson

import (
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/picture"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/lessons"
)

func drawn(l Lesson, w, h int) string {
	th, g := theme.New(theme.Options{Ground: theme.Dark}), grid.New(w, h+1)
	l.Draw(g, grid.Rect{Y: 1, W: w, H: h}, th)
	return strings.Join(picture.NewScreen(g.Encode(th.Palette), w, h+1).Lines(), "\n")
}

// Where not all has room a prediction opens with its title and says that more
// follows. Scrolled down, the rule above keeps the title.
func TestAPredictionOpensAtItsTitle(t *testing.T) {
	l := Lesson{State: lessons.State{
		Title: "The last one", Prose: strings.Repeat("Two sell, and one umbrella is left. ", 20), Phase: lessons.Predicting,
		Predict: &lessons.Prediction{Question: "Who gets it?", Choices: []lessons.Choice{{Key: "1", Text: "ada"}, {Key: "2", Text: "bob"}, {Key: "3", Text: "neither"}}},
	}}
	screen := drawn(l, 78, 9)
	if !strings.Contains(screen, "The last one") || strings.Contains(screen, "more above") {
		t.Errorf("it opens as\n%s", screen)
	}
	l.Scroll = l.MaxScroll(grid.Rect{Y: 1, W: 78, H: 9}, theme.New(theme.Options{}))
	screen = drawn(l, 78, 9)
	for _, want := range []string{"The last one", "Who gets it?", "1  ada", "3  neither", "more above, ↑"} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q in\n%s", want, screen)
		}
	}
}

// After the choice the text stands at what was chosen: all above it was read before.
func TestTheChoiceIsInSightWhileTheTaskIsDone(t *testing.T) {
	l := Lesson{State: lessons.State{
		Title: "The last one", Prose: strings.Repeat("Two sell, and one umbrella is left. ", 20), Phase: lessons.Doing,
		Task:    &lessons.Task{Text: "Sell it.", Send: "send sale", At: 1, Of: 1},
		Predict: &lessons.Prediction{Question: "Who gets it?", Chosen: 1, Truth: -1, Choices: []lessons.Choice{{Key: "1", Text: "ada"}, {Key: "2", Text: "bob"}, {Key: "3", Text: "neither"}}},
	}}
	screen := drawn(l, 78, 9)
	for _, want := range []string{"you   ► 2  bob", "enter  send sale"} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q in\n%s", want, screen)
		}
	}
}

// The line that enter sends is whole, however narrow its side.
func TestTheLineOfATaskIsWhole(t *testing.T) {
	l := Lesson{State: lessons.State{
		Phase: lessons.Doing,
		Task:  &lessons.Task{Text: "Place it.", Send: "send order.place 20 customer=c-2 item=103", At: 1, Of: 2},
	}}
	screen := drawn(l, 40, 12)
	if strings.Contains(screen, "…") || !strings.Contains(screen, "item=103") || !strings.Contains(screen, "1 of 2") {
		t.Errorf("the line is cut:\n%s", screen)
	}
}

// What came of a task is whole, also where only one row of it would have room.
func TestTheResultIsWhole(t *testing.T) {
	for _, h := range []int{12, 30} {
		l := Lesson{State: lessons.State{
			Phase: lessons.Reading,
			Task:  &lessons.Task{Text: "Send it.", Done: true, Result: "done, a 400, and a request that was never sent", ValueRight: true, ValueGiven: "42"},
		}}
		screen := strings.Join(strings.Fields(drawn(l, 30, h)), " ")
		if strings.Contains(screen, "…") || !strings.Contains(screen, "and a request that was never sent") {
			t.Errorf("%d rows:\n%s", h, drawn(l, 30, h))
		}
	}
}
