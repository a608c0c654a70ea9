package lessons_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func TestStepFromQuestionToTruth(t *testing.T) {
	w := newFake(10 * time.Millisecond)
	s := startTiny(t, w, lessons.Options{})

	st := s.Update()
	if st.Phase != lessons.Predicting || st.Task != nil || st.Step != 0 || st.Steps != 4 || st.Mores != 1 || st.Left != 8*time.Minute {
		t.Fatalf("at the beginning: %+v", st)
	}
	if want := "Ask *stock*, and wait.\n\nA second paragraph."; st.Prose != want {
		t.Errorf("prose %q, want %q", st.Prose, want)
	}
	wantChoices := []lessons.Choice{{Key: "1", Text: "short"}, {Key: "2", Text: "long"}, {Key: "3", Text: lessons.Unknowing}}
	if d := cmp.Diff(wantChoices, st.Predict.Choices); d != "" || st.Predict.Truth != -1 || st.Predict.Chosen != -1 {
		t.Errorf("choices (-want +got):\n%s%+v", d, st.Predict)
	}

	st = do(t, s, "predict 1")
	if st.Phase != lessons.Doing || st.Task.Send != "send stock.look item=apples" || st.Task.Done || st.Predict.Chosen != 0 {
		t.Fatalf("after the prediction: %+v %+v", st, st.Task)
	}
	st = do(t, s, "send stock.look item=apples")
	if st.Phase != lessons.Doing || !st.Task.Done || st.Task.Send != "" || !st.Task.WantsValue {
		t.Fatalf("after sending: %+v", st.Task)
	}
	st = do(t, s, "answer text/html")
	if !st.Task.ValueWrong || st.Task.ValueGiven != "text/html" || st.Phase != lessons.Doing {
		t.Fatalf("after a wrong value: %+v", st.Task)
	}
	st = do(t, s, "answer Application/JSON")
	if st.Phase != lessons.Reading || st.Task.Result != "done, after 10.0 ms" || !st.Task.ValueRight {
		t.Fatalf("after the right value: %+v %+v", st, st.Task)
	}
	if want := "You said **short**; it took 10.0 ms. Now you know."; st.After != want || st.Predict.Truth != 1 {
		t.Errorf("told %q, want %q; truth %d, want 1", st.After, want, st.Predict.Truth)
	}
}

func TestEnterOffersOneLineAfterTheOther(t *testing.T) {
	s := startTiny(t, newFake(time.Millisecond), lessons.Options{})
	do(t, s, "predict 3", "send stock.look item=apples", "answer application/json", "next")
	for _, want := range []string{"kill stock", "send stock.look"} {
		if got := s.Update().Task.Send; got != want {
			t.Fatalf("Enter sends %q, want %q", got, want)
		}
		do(t, s, want)
	}
	if st := s.Update(); st.After != "connection refused" {
		t.Errorf("told %q", st.After)
	}
}

// seen is a world in which the session sees what a line did before it is told that
// the line is done, as a screen does that draws meanwhile.
type seen struct {
	*fakeWorld
	by *lessons.Session
}

func (w *seen) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	r, err := w.fakeWorld.Do(ctx, c)
	if w.by != nil {
		w.by.Update()
	}
	return r, err
}

// What a line names may be otherwise when it is done: it was still the one offered.
func TestEnterGoesOnWhenItsLineChangedWhatItNames(t *testing.T) {
	w := &seen{fakeWorld: newFake(0)}
	l := loadTiny(t, "enter send stock.look item=apples\n", `enter send stock.look item=n{{count("ended")}}`+"\n")
	s, err := lessons.Start(t.Context(), l, w, lessons.Options{})
	if err != nil {
		t.Fatal(err)
	}
	do(t, s, "predict 1")
	w.by = s
	for _, want := range []string{"send stock.look item=n0", "send stock.look item=pears"} {
		if got := s.Update().Task.Send; got != want {
			t.Fatalf("Enter offers %q, want %q", got, want)
		}
		do(t, s, want)
	}
}

func TestNothingBeforeTheStepCounts(t *testing.T) {
	w := newFake(time.Millisecond)
	s := startTiny(t, w, lessons.Options{})
	do(t, s, "send stock.look item=apples") // before the prediction
	if st := do(t, s, "predict 1"); st.Task.Done {
		t.Fatal("what was sent before the prediction solved the task")
	}
	do(t, s, "send stock.look item=apples", "kill stock", "send stock.look item=apples", "answer application/json")
	if st := do(t, s, "next"); st.Title != "Break" || st.Task.Done || st.Phase != lessons.Doing {
		t.Fatalf("a failure of the step before solved the task: %+v", st)
	}
}

func TestStepBeginsWithEverybodyRunningAndNoLoad(t *testing.T) {
	w := newFake(time.Millisecond)
	s := startTiny(t, w, lessons.Options{})
	do(t, s, "predict 1", "send stock.look item=apples", "answer application/json", "pause stock", "load 5/s stock.look", "next")
	got := w.lines()
	if want := []string{"load off", "resume stock", "scale stock 1"}; !cmp.Equal(got[len(got)-3:], want) {
		t.Errorf("the world was told %q; a step begins with %q", got, want)
	}
}

func TestCommandsThatDoNotFit(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before []string
		line   string
		want   string // in the fix
	}{
		{"answer before the task", nil, "answer 1", "prediction comes first"},
		{"hint before the task", nil, "hint", "prediction comes first"},
		{"a choice that is none", nil, "predict 4", "1 to 3"},
		{"predict twice", []string{"predict 1"}, "predict 1", "not done yet"},
		{"answer before anything was sent", []string{"predict 1"}, "answer 1", "Ask for apples."},
		{"next before it is done", []string{"predict 1"}, "next", "once more"},
		{"back at the beginning", nil, "back", ""},
		{"four hints", []string{"predict 1", "hint", "hint", "hint"}, "hint", "solve"},
		{"solve what is done", []string{"predict 1", "send stock.look", "answer application/json"}, "solve", "next goes on"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startTiny(t, newFake(time.Millisecond), lessons.Options{})
			do(t, s, tt.before...)
			before := s.State()
			err := try(t, s, tt.line)
			if err == nil || !strings.Contains(sim.AsError(err).Fix, tt.want) {
				t.Fatalf("got %v (%s), want a fix with %q", err, sim.AsError(err).Fix, tt.want)
			}
			if after := s.State(); after.Phase != before.Phase || after.Step != before.Step {
				t.Error("a refused command changed the lesson")
			}
		})
	}
}

func TestHints(t *testing.T) {
	s := startTiny(t, newFake(time.Millisecond), lessons.Options{})
	st := do(t, s, "predict 1", "hint", "hint", "hint")
	if want := []string{"one", "two", "type answer …"}; !cmp.Equal(st.Task.Hints, want) || st.Task.HintsLeft != 0 {
		t.Errorf("hints %q, want %q", st.Task.Hints, want)
	}
	if st = do(t, s, "send stock.look"); st.Task.Hints[2] != "type answer application/json" {
		t.Errorf("once it is known the hint says %q", st.Task.Hints[2])
	}
}

func TestSkipTakesTwo(t *testing.T) {
	s := startTiny(t, newFake(time.Millisecond), lessons.Options{})
	if err := try(t, s, "next"); sim.CodeOf(err) != sim.Conflict {
		t.Fatalf("the first next: %v", err)
	}
	do(t, s, "predict 1")
	if err := try(t, s, "next"); sim.CodeOf(err) != sim.Conflict {
		t.Fatalf("a command in between did not take the first next back: %v", err)
	}
	if st := do(t, s, "next"); st.Title != "Break" {
		t.Errorf("two nexts lead to %q", st.Title)
	}
	if st := do(t, s, "back"); st.Phase != lessons.Doing || st.Task.Done {
		t.Errorf("a skipped step is %+v when looked at again", st)
	}
}

func TestNumbersStayOnceTheyWereTold(t *testing.T) {
	w := newFake(time.Millisecond)
	s := startTiny(t, w, lessons.Options{})
	told := do(t, s, "predict 1", "send stock.look", "answer application/json").After
	w.set(func(w *fakeWorld) { w.took = time.Second })
	if got := do(t, s, "send stock.look", "next", "back").After; got != told {
		t.Errorf("told %q, and later %q", told, got)
	}
}

func TestQuizIsAboutThisRun(t *testing.T) {
	for _, tt := range []struct {
		took  time.Duration
		truth int
		why   string
	}{
		{2 * time.Millisecond, 1, "a second holds 500"},
		{50 * time.Millisecond, 0, "a second holds 20"},
	} {
		s := startTiny(t, newFake(tt.took), lessons.Options{})
		st := do(t, s, "predict 3", "send stock.look", "answer application/json", "next", "solve", "next")
		if st.Phase != lessons.Asking || st.Predict.Of != 3 || st.Predict.Number != 1 || len(st.Predict.Choices) != 2 || st.Predict.Choices[0].Why != "" {
			t.Fatalf("the quiz begins with %+v", st.Predict)
		}
		st = do(t, s, "predict fewer than 100")
		if st.Phase != lessons.Explaining || st.Predict.Truth != tt.truth || st.Predict.Chosen != 0 || st.Predict.Choices[1].Why != tt.why {
			t.Errorf("with answers after %s: %+v, want truth %d and %q", tt.took, st.Predict, tt.truth, tt.why)
		}
	}
}

func TestToTheEndAndBeyond(t *testing.T) {
	w := newFake(2 * time.Millisecond)
	visited := ""
	o := lessons.Options{Visit: func(_ context.Context, url string) error {
		visited = url
		w.outside("curl/8")
		return nil
	}}
	s := startTiny(t, w, o)
	do(t, s, "predict 1", "send stock.look", "answer application/json", "next", "solve", "next")
	do(t, s, "predict 2", "next", "predict 2", "next", "solve", "next")
	st := do(t, s, "next")
	if st.Phase != lessons.Finished || st.Left != 0 {
		t.Fatalf("the end: %+v", st)
	}
	want := &lessons.Summary{
		Did: []string{"waited 2.00 ms"}, Remember: []string{"that"}, Try: []string{"pause stock"}, More: []string{"From outside"},
		Predicted: 1, Right: 1, Asked: 2, Correct: 1, Solved: 1, Took: st.Summary.Took,
	}
	if d := cmp.Diff(want, st.Summary); d != "" {
		t.Errorf("summary (-want +got):\n%s", d)
	}
	st = do(t, s, "next")
	if !st.More || st.Step != 4 || st.Task.Text != "Use curl on 127.0.0.1:4712." {
		t.Fatalf("beyond the end: %+v %+v", st, st.Task)
	}
	st = do(t, s, "solve")
	if st.After != "Hello curl/8." || visited != "http://127.0.0.1:4712/stock/pears" {
		t.Errorf("told %q after a visit to %q", st.After, visited)
	}
	if st = do(t, s, "next"); st.Phase != lessons.Finished {
		t.Errorf("the end of what is beyond: %+v", st)
	} else if len(st.Summary.More) > 0 {
		t.Errorf("still to come: %q", st.Summary.More)
	}
	if err := try(t, s, "next"); sim.CodeOf(err) != sim.Conflict {
		t.Errorf("next at the very end: %v", err)
	}
}

// The message on which the wanted value stands is named, so that a face can show it,
// and not before it is there, nor when the value was given.
func TestTheMessageAskedForIsNamed(t *testing.T) {
	s := startTiny(t, newFake(time.Millisecond), lessons.Options{})
	if st := do(t, s, "predict 1"); st.Task.Asked != (lessons.Asked{}) {
		t.Errorf("before anything was sent: %+v", st.Task.Asked)
	}
	st := do(t, s, "send stock.look")
	if a := st.Task.Asked; a.Link != "client:stock" || a.Span == 0 || !a.Response {
		t.Errorf("it asks for %+v, not for the response of client:stock", a)
	}
	if st := do(t, s, "answer application/json"); st.Task.Asked.Span != 0 {
		t.Errorf("after the value was given: %+v", st.Task.Asked)
	}
}

func TestBytesThatAreReadLate(t *testing.T) {
	now := time.Unix(0, 0)
	w := newFake(time.Millisecond)
	w.unread = true
	l := loadTiny(t, "answer first(\"client:stock\").response.media_type", "keep kind = first(\"client:stock\").response.media_type", "answer {{first", "# {{first")
	s, err := lessons.Start(t.Context(), l, w, lessons.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if st := do(t, s, "predict 1", "send stock.look"); st.Phase != lessons.Doing || !st.Task.Done {
		t.Fatalf("bytes are missing, yet the step is %+v", st)
	}
	w.set(func(w *fakeWorld) { w.unread = false })
	if st := s.Update(); st.Phase != lessons.Reading {
		t.Fatalf("the bytes are here, yet the step is %+v", st)
	}
}

func TestBytesThatNeverCome(t *testing.T) {
	now := time.Unix(0, 0)
	w := newFake(time.Millisecond)
	w.unread = true
	l := loadTiny(t, "answer first(\"client:stock\").response.media_type", "keep kind = first(\"client:stock\").response.media_type", "answer {{first", "# {{first")
	s, err := lessons.Start(t.Context(), l, w, lessons.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	do(t, s, "predict 1", "send stock.look")
	now = now.Add(3 * time.Second)
	s.Update()
	if st := s.Update(); st.Phase != lessons.Reading {
		t.Errorf("without its bytes the step never ends: %+v", st)
	}
}

func TestWorldThatRefuses(t *testing.T) {
	w := newFake(time.Millisecond)
	w.refuseAt = "kill stock"
	s := startTiny(t, w, lessons.Options{})
	do(t, s, "predict 1", "send stock.look", "answer application/json", "next")
	if err := try(t, s, "kill stock"); sim.CodeOf(err) != sim.Unavailable {
		t.Errorf("got %v", err)
	}
	if got := s.Update().Task.Send; got != "kill stock" {
		t.Errorf("after a refusal Enter offers %q", got)
	}
}

func TestWrongWorld(t *testing.T) {
	l := loadTiny(t)
	_, err := lessons.Start(t.Context(), l, other{newFake(0)}, lessons.Options{})
	if sim.CodeOf(err) != sim.Invalid {
		t.Errorf("got %v", err)
	}
}

type other struct{ *fakeWorld }

func (other) Spec() *sim.WorldSpec { return &sim.WorldSpec{Name: "mail"} }

func TestForeignTextCannotAct(t *testing.T) {
	l := loadTiny(t, "result after {{wait}}", `result {{first("client:stock").response.header("X-Odd")}}`)
	s, err := lessons.Start(t.Context(), l, newFake(time.Millisecond), lessons.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if st := do(t, s, "predict 1", "send stock.look", "answer application/json"); st.Task.Result != "done, a␛[2Jb" {
		t.Errorf("result %q", st.Task.Result)
	}
}

func TestUpdateIsQuietWhenNothingHappens(t *testing.T) {
	s := startTiny(t, newFake(time.Millisecond), lessons.Options{})
	first := s.Update()
	if n := testing.AllocsPerRun(100, func() { s.Update() }); n > 0 {
		t.Errorf("%v allocations a frame", n)
	}
	if second := s.Update(); second.Predict != first.Predict {
		t.Error("the state was built anew though nothing happened")
	}
}

func TestManyAtOnce(t *testing.T) {
	s := startTiny(t, newFake(time.Millisecond), lessons.Options{Progress: &lessons.Store{Dir: t.TempDir()}})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, line := range []string{"predict 1", "send stock.look", "hint", "answer application/json", "next", "solve", "next", "back"} {
				_ = try(t, s, line)
				s.Update()
				s.State()
			}
		})
	}
	all.Wait()
	for range 40 {
		_ = try(t, s, "next")
	}
	if st := s.Update(); st.Phase != lessons.Finished && !st.More {
		t.Errorf("after all that it stands at %+v", st)
	}
}

// Who begins a task anew before typing what was read, is not told of half of it.
func TestATaskBegunAnewIsFinishedAnew(t *testing.T) {
	const once = `check count("answered", {link: "client:stock", path: "/stock/apples", status: 200}) >= 1`
	l := loadTiny(t, once, `check count("answered", {link: "client:stock", path: "/stock/apples", since: "stopped"}) >= 1`)
	s, err := lessons.Start(t.Context(), l, newFake(time.Millisecond), lessons.Options{})
	if err != nil {
		t.Fatal(err)
	}
	st := do(t, s, "predict 1", "kill stock", "start stock", "send stock.look", "kill stock", "answer application/json")
	if st.Phase != lessons.Doing {
		t.Errorf("in the middle of the second time it is finished: %+v", st.Task)
	}
	if st = do(t, s, "start stock", "send stock.look"); st.Phase != lessons.Reading {
		t.Errorf("done twice, it is not finished: %+v", st.Task)
	}
}

func TestSolveTypesWhatIsLeft(t *testing.T) {
	w := newFake(time.Millisecond)
	s := startTiny(t, w, lessons.Options{})
	do(t, s, "predict 1", "send stock.look")
	before := len(w.lines())
	if st := do(t, s, "solve"); st.Phase != lessons.Reading || len(w.lines()) != before {
		t.Errorf("solved with %v", w.lines()[before:])
	}
}
