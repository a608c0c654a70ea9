package lessons_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// skipped is a learner who has left out the step that measures, and is asked
// about its number.
func skipped(t *testing.T) (*fakeWorld, *lessons.Session) {
	t.Helper()
	w := newFake(50 * time.Millisecond)
	s := startTiny(t, w, lessons.Options{})
	_ = try(t, s, "next") // refused once
	do(t, s, "next", "send stock.look", "kill stock", "send stock.look")
	if st := do(t, s, "next"); st.Phase != lessons.Asking {
		t.Fatalf("the quiz begins with %+v", st)
	}
	return w, s
}

func TestNoQuestionAboutANumberThatNobodyMeasured(t *testing.T) {
	_, s := skipped(t)
	p := s.Update().Predict
	if !strings.Contains(p.Question, "*Look*") || strings.Contains(p.Question, "…") || p.Number != 1 || p.Of != 3 || len(p.Choices) != 3 {
		t.Fatalf("asked: %+v", p)
	}
	if err := try(t, s, "next"); sim.CodeOf(err) != sim.Conflict || !strings.Contains(err.Error(), "Look") {
		t.Errorf("next: %v", err)
	}
	if err := try(t, s, "predict 4"); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("a choice that is none: %v", err)
	}
}

func TestWhatAQuestionNeedsIsMeasuredNow(t *testing.T) {
	for _, line := range []string{"predict 1", "solve"} {
		_, s := skipped(t)
		st := do(t, s, line)
		if st.Phase != lessons.Asking || st.Title != "Quiz" || st.Predict.Question != "How many in a second?" {
			t.Fatalf("after %q: %+v %+v", line, st, st.Predict)
		}
		if st = do(t, s, "predict 1"); st.Predict.Truth != 0 || st.Predict.Choices[0].Why != "a second holds 20" {
			t.Errorf("after %q: %+v", line, st.Predict)
		}
		st = do(t, s, "next", "predict 1", "next", "predict 2", "next", "next")
		want := []int{3, 3, 1} // asked, right, done by the program
		if got := []int{st.Summary.Asked, st.Summary.Correct, st.Summary.Solved}; !cmp.Equal(got, want) {
			t.Errorf("the summary says %v, want %v", got, want)
		}
	}
}

func TestWhatAQuestionNeedsIsDoneByHandOrLeftOut(t *testing.T) {
	_, s := skipped(t)
	if st := do(t, s, "predict 2"); st.Title != "Look" || st.Phase != lessons.Predicting {
		t.Errorf("by hand: %+v", st)
	}
	_, s = skipped(t)
	if st := do(t, s, "predict 3"); st.Predict.Number != 2 || st.Predict.Question != "A?" {
		t.Errorf("left out: %+v", st.Predict)
	}
}

// Whatever the world does meanwhile, the learner is back at the question.
func TestAFailedMeasurementComesBack(t *testing.T) {
	w, s := skipped(t)
	w.set(func(w *fakeWorld) { w.refuseAt = "send stock.look item=apples" })
	if err := try(t, s, "predict 1"); err == nil || !strings.Contains(err.Error(), "the world does not want to") {
		t.Errorf("measured: %v", err)
	}
	if st := s.Update(); st.Title != "Quiz" || st.Phase != lessons.Asking || len(st.Predict.Choices) != 3 {
		t.Errorf("after a failure: %+v", st)
	}
}
