package lessons_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func TestRecordTellsWhatWasDone(t *testing.T) {
	store := &lessons.Store{Dir: t.TempDir()}
	s := startTiny(t, newFake(10*time.Millisecond), lessons.Options{Progress: store})
	do(t, s, "predict 1", "hint", "send stock.look item=apples", "answer application/json", "next", "solve", "next", "predict 1", "next", "solve")
	p, _, err := store.Load("tiny")
	if err != nil {
		t.Fatal(err)
	}
	r := loadTiny(t).Record(p)
	if r.Finished || r.Begun.IsZero() || r.Summary.Predicted != 1 || r.Summary.Right != 0 || r.Summary.Asked != 1 {
		t.Errorf("%+v", r)
	}
	wantSteps := []lessons.RecordStep{
		{Title: "Look", Done: true, SolvedBy: "learner", Hints: 1, Result: "after 10.0 ms", Predicted: "short", Truth: "long"},
		{Title: "Break", Done: true, SolvedBy: "program"},
	}
	if d := cmp.Diff(wantSteps, r.Steps); d != "" {
		t.Errorf("steps (-want +got):\n%s", d)
	}
	wantQuiz := []lessons.RecordAnswer{
		{Question: "How many in a second?", Chosen: "fewer than 100", Truth: "100 or more"},
		{Question: "A?", Chosen: "yes", Truth: "yes", Right: true, Solved: true},
	}
	if d := cmp.Diff(wantQuiz, r.Quiz); d != "" {
		t.Errorf("quiz (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]lessons.RecordNumber{{Name: "wait", Value: "10.0 ms"}}, r.Kept); d != "" {
		t.Errorf("kept (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"waited 10.0 ms"}, r.Summary.Did); d != "" {
		t.Errorf("did (-want +got):\n%s", d)
	}
}

// A question that speaks of a number is answered by what is measured now; one
// that does not needs no world.
func TestAskingAgainMeasuresAnew(t *testing.T) {
	l := loadTiny(t)
	if d := cmp.Diff([]string{"rate", "a", "b"}, l.QuizNames()); d != "" {
		t.Fatalf("names (-want +got):\n%s", d)
	}
	for took, want := range map[time.Duration]int{time.Millisecond: 1, 100 * time.Millisecond: 0} {
		var played []string
		each := func(_, _ int, title string) { played = append(played, title) }
		all, err := lessons.AskAgain(t.Context(), l, []string{"b", "rate"}, openFake(newFake(took)), lessons.Options{}, each)
		if err != nil {
			t.Fatal(err)
		}
		if all[0].Truth != 1 || all[1].Truth != want || all[1].Chosen != -1 || !strings.Contains(all[1].Choices[0].Why, "a second holds") {
			t.Errorf("with %s: %+v", took, all)
		}
		if d := cmp.Diff([]string{"Look"}, played); d != "" {
			t.Errorf("played (-want +got):\n%s", d)
		}
	}
	if _, err := lessons.AskAgain(t.Context(), l, []string{"a"}, nil, lessons.Options{}, nil); err != nil {
		t.Errorf("a question without numbers: %v", err)
	}
	if _, err := lessons.AskAgain(t.Context(), l, []string{"c"}, nil, lessons.Options{}, nil); sim.CodeOf(err) != sim.NotFound {
		t.Errorf("no such question: %v", err)
	}
}

// Questions come 1, 3, 7 and 21 days after the end of a lesson. Whoever comes
// late is asked once, not once for every day that was missed.
func TestWhenQuestionsComeBack(t *testing.T) {
	end := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	day := func(n float64) time.Time { return end.Add(time.Duration(n * float64(lessons.Day))) }
	for _, tt := range []struct {
		name  string
		asked []float64 // days after the end
		next  float64   // 0 = never
	}{
		{"never asked", nil, 1},
		{"before the first day", []float64{0.5}, 1},
		{"on the first day", []float64{1}, 3},
		{"late", []float64{5}, 7},
		{"every time", []float64{1, 3.5, 8}, 21},
		{"to the end", []float64{1, 30}, 0},
	} {
		var s lessons.Schedule
		for _, n := range tt.asked {
			s.Note("tiny", "a", true, day(n))
		}
		want := day(tt.next)
		if tt.next == 0 {
			want = time.Time{}
		}
		if got := s.Next("tiny", end); !got.Equal(want) {
			t.Errorf("%s: next on %v, want %v", tt.name, got, want)
		}
	}
}

func TestWhichQuestionsComeFirst(t *testing.T) {
	var s lessons.Schedule
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s.Note("tiny", "a", true, at)
	s.Note("tiny", "b", false, at)
	if d := cmp.Diff([]string{"c", "b", "a"}, s.Choose("tiny", []string{"a", "b", "c"})); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
	dir := t.TempDir()
	if err := s.Save(dir); err != nil {
		t.Fatal(err)
	}
	got, err := lessons.LoadSchedule(dir)
	if err != nil {
		t.Fatal(err)
	}
	s.Schema = 1
	if d := cmp.Diff(s, got); d != "" {
		t.Errorf("saved and loaded (-want +got):\n%s", d)
	}
}
