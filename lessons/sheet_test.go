package lessons_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// openFake opens the world of the lesson tiny, without sockets.
func openFake(w *fakeWorld) lessons.Opener {
	return func(context.Context, *lessons.Lesson) (lessons.World, func() error, error) {
		return w, func() error { return nil }, nil
	}
}

func TestSheetHasTheNumbersOfItsRun(t *testing.T) {
	w := newFake(10 * time.Millisecond)
	var told []string
	each := func(step, of int, title string) { told = append(told, title) }
	visit := func(context.Context, string) error { w.outside("curl/8"); return nil }
	s, err := lessons.PlaySheet(t.Context(), loadTiny(t), openFake(w), lessons.Options{Visit: visit}, each)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"Look", "Break", "Quiz", "In production", "From outside"}, told); d != "" {
		t.Errorf("steps told (-want +got):\n%s", d)
	}
	look := s.Steps[0]
	if look.Predict.Truth != 1 || look.Predict.Chosen != -1 {
		t.Errorf("the prediction of the sheet: %+v", look.Predict)
	}
	wantTask := &lessons.SheetTask{
		Text: "Ask for apples.", Gaps: "Ask for apples.", Result: "after 10.0 ms", Reads: true, Value: "application/json",
		Hints: []string{"one", "two", "type answer application/json"},
		Lines: []string{"send stock.look item=apples", "answer application/json"},
	}
	if d := cmp.Diff(wantTask, look.Task); d != "" {
		t.Errorf("task (-want +got):\n%s", d)
	}
	if want := "You said **…**; it took 10.0 ms. Now you know."; look.After != want {
		t.Errorf("told %q, want %q", look.After, want)
	}
	wantLadder := &lessons.Ladder{Parties: []string{"client", "stock"}, Of: 1, Rungs: []lessons.Rung{
		{From: "client", To: "stock", Text: "GET /stock/apples?all=1"},
		{From: "stock", To: "client", At: 10 * time.Millisecond, Text: "200", Back: true},
	}}
	if d := cmp.Diff(wantLadder, look.Picture); d != "" {
		t.Errorf("picture (-want +got):\n%s", d)
	}
	if p := s.Steps[1].Picture; p == nil || !p.Rungs[1].Broken || p.Rungs[1].Text != "connection refused" {
		t.Errorf("the picture of what broke: %+v", p)
	}
	quiz := s.Steps[2].Quiz
	if len(quiz) != 3 || quiz[0].Truth != 1 || !strings.Contains(quiz[0].Choices[0].Why, "100") || quiz[2].Choices[1].Why != "it is" {
		t.Errorf("quiz: %+v", quiz)
	}
	if text := s.Steps[4].Task.Text; text != "Use curl on 127.0.0.1:…." {
		t.Errorf("an address of this run stands on a sheet: %q", text)
	}
	if d := cmp.Diff([]string{"waited 10.0 ms"}, s.Did); d != "" {
		t.Errorf("did (-want +got):\n%s", d)
	}
}

// A lesson that its answers do not solve has no sheet.
func TestNoSheetOfALessonThatIsNotSolved(t *testing.T) {
	w := newFake(time.Millisecond)
	w.refuseAt = "kill stock"
	_, err := lessons.PlaySheet(t.Context(), loadTiny(t), openFake(w), lessons.Options{}, nil)
	if e := sim.AsError(err); e == nil || !strings.Contains(e.Message, "answers.txt") {
		t.Errorf("got %v; the line that failed has a place", err)
	}
}

// What a learner is to find out is not printed on the sheet for learners.
func TestSheetsForLearnersHaveGaps(t *testing.T) {
	w := newFake(2 * time.Millisecond)
	open := func(context.Context, *lessons.Lesson) (lessons.World, func() error, error) {
		return w, func() error { return nil }, nil
	}
	o := lessons.Options{Visit: func(context.Context, string) error { w.outside("curl/8"); return nil }}
	s, err := lessons.PlaySheet(t.Context(), loadTiny(t), open, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{s.Steps[1].Gaps, s.Gaps.Did[0]}; !strings.HasPrefix(got[0], "It took _____") || got[1] != "waited _____" {
		t.Errorf("gaps are %q", got)
	}
	if !strings.Contains(s.Steps[1].Prose, "2.00 ms") || !strings.Contains(s.Did[0], "2.00 ms") {
		t.Errorf("for the teacher: %q, %q", s.Steps[1].Prose, s.Did)
	}
}
