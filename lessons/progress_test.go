package lessons_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func TestGoingOnAfterACrash(t *testing.T) {
	store := &lessons.Store{Dir: filepath.Join(t.TempDir(), "lessons")}
	o := lessons.Options{Progress: store}

	first := startTiny(t, newFake(2*time.Millisecond), o)
	told := do(t, first, "predict 1", "send stock.look", "answer application/json")
	if !told.Saved {
		t.Error("nothing was saved")
	}
	do(t, first, "next", "hint", "kill stock") // and here the power goes

	second := startTiny(t, newFake(time.Second), o)
	st := second.Update()
	if st.Title != "Break" || st.Phase != lessons.Doing || len(st.Task.Hints) != 1 || st.Prose != "It took 2.00 ms before." {
		t.Fatalf("it goes on with %+v %+v", st, st.Task)
	}
	if st = do(t, second, "back"); st.After != told.After || st.Task.ValueGiven != "application/json" || st.Predict.Chosen != 0 || st.Predict.Truth != 0 {
		t.Errorf("looking back: %+v %+v", st, st.Predict)
	}
	do(t, second, "next", "solve", "next", "predict 2", "next", "predict 2", "next", "predict 2", "next", "next")

	third := startTiny(t, newFake(time.Second), o)
	st = third.Update()
	if st.Phase != lessons.Finished {
		t.Fatalf("after the end it goes on with %+v", st)
	}
	if d := cmp.Diff([]string{"waited 2.00 ms"}, st.Summary.Did); d != "" || st.Summary.Right != 1 || st.Summary.Correct != 2 || st.Summary.Solved != 1 {
		t.Errorf("summary %+v", st.Summary)
	}
	if st = do(t, third, "next"); st.Title != "From outside" {
		t.Errorf("next at the end leads to %q", st.Title)
	}

	p, note, err := store.Load("tiny")
	if err != nil || note != "" || !p.Finished || p.DoneSteps() != 4 || p.Steps["Look"].Predicted != 1 {
		t.Errorf("kept: %+v, %q, %v", p, note, err)
	}
	if err := store.Reset("tiny"); err != nil {
		t.Fatal(err)
	}
	if st := startTiny(t, newFake(0), o).Update(); st.Title != "Look" || st.Phase != lessons.Predicting {
		t.Errorf("after a reset it begins with %+v", st)
	}
}

func TestPredictedAndLeft(t *testing.T) {
	o := lessons.Options{Progress: &lessons.Store{Dir: t.TempDir()}}
	do(t, startTiny(t, newFake(0), o), "predict 2", "send stock.look")
	st := startTiny(t, newFake(0), o).Update()
	if st.Phase != lessons.Doing || st.Predict.Chosen != 1 || st.Task.Done {
		t.Errorf("it goes on with %+v %+v", st, st.Task)
	}
}

func TestLessonThatChanged(t *testing.T) {
	o := lessons.Options{Progress: &lessons.Store{Dir: t.TempDir()}}
	do(t, startTiny(t, newFake(0), o), "predict 2", "send stock.look", "answer application/json", "next")
	l := loadTiny(t, "Break", "Breaking", "keep wait", "keep pause", "{{wait}}", "{{pause}}", "(1000), wait)", "(1000), pause)")
	s, err := lessons.Start(t.Context(), l, newFake(0), o)
	if err != nil {
		t.Fatal(err)
	}
	if st := s.Update(); st.Title != "Breaking" || st.Prose != "It took … before." {
		t.Errorf("it goes on with %+v", st)
	}
}

func TestProgressThatCannotBeRead(t *testing.T) {
	for name, content := range map[string]string{
		"cut":     `{"schema":1,"lesson":"tiny","at":"Lo`,
		"empty":   "",
		"foreign": `{"schema":1,"lesson":"rest"}`,
		"large":   strings.Repeat(" ", 1<<20) + "{}",
		"escape":  "\x1b[2J",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "tiny.json")
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			s := startTiny(t, newFake(0), lessons.Options{Progress: &lessons.Store{Dir: dir}})
			st := s.Update()
			if !strings.Contains(st.Note, "moved to "+file) || sim.Visible(st.Note) != st.Note || !st.Saved {
				t.Errorf("note %q, saved %v", st.Note, st.Saved)
			}
			aside, _ := filepath.Glob(file + ".unreadable-*")
			if len(aside) != 1 {
				t.Fatalf("moved aside: %q", aside)
			}
			if kept, err := os.ReadFile(aside[0]); err != nil || string(kept) != content {
				t.Errorf("what was there is lost: %v", err)
			}
		})
	}
}

func TestProgressOfANewerVersion(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "tiny.json")
	newer := `{"schema":2,"lesson":"tiny"}`
	if err := os.WriteFile(file, []byte(newer), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := lessons.Start(t.Context(), loadTiny(t), newFake(0), lessons.Options{Progress: &lessons.Store{Dir: dir}})
	if sim.CodeOf(err) != sim.Conflict || sim.AsError(err).Fix == "" {
		t.Errorf("got %v", err)
	}
	if kept, _ := os.ReadFile(file); string(kept) != newer {
		t.Errorf("the newer file is now %q", kept)
	}
}

func TestProgressThatCannotBeKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "in-the-way")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	store := &lessons.Store{Dir: filepath.Join(file, "lessons")}
	if err := store.Save(lessons.Progress{Lesson: "tiny"}); err == nil || sim.AsError(err).Fix == "" {
		t.Errorf("saving: %v", err)
	}
	if err := store.Save(lessons.Progress{Lesson: "../tiny"}); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("a name that leads out: %v", err)
	}
	if err := store.Reset("../tiny"); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("a name that leads out: %v", err)
	}
}

func TestSaveLeavesOneFile(t *testing.T) {
	store := &lessons.Store{Dir: t.TempDir()}
	for range 3 {
		if err := store.Save(lessons.Progress{Lesson: "tiny", At: "Look"}); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(store.Dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "tiny.json" {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestTimeSpentLeavesPausesOut(t *testing.T) {
	now := time.Unix(0, 0)
	store := &lessons.Store{Dir: t.TempDir()}
	s := startTiny(t, newFake(0), lessons.Options{Progress: store, Now: func() time.Time { return now }})
	now = now.Add(time.Minute)
	do(t, s, "predict 1")
	now = now.Add(24 * time.Hour)
	do(t, s, "send stock.look", "answer application/json", "next")
	p, _, err := store.Load("tiny")
	if want := 6 * time.Minute; err != nil || p.Took != want {
		t.Errorf("took %s (%v), want %s", p.Took, err, want)
	}
}

func FuzzProgress(f *testing.F) {
	f.Add([]byte(`{"schema":1,"lesson":"tiny","at":"Break","finished":true,"steps":{"Look":{"done":true,"predicted":9,"truth":-4,"hints":99}},"quiz":{"rate":{"chosen":77}},"kept":{"wait":"x"}}`))
	f.Add([]byte(`{"schema":1,"lesson":"tiny","at":"Quiz","quiz":{"rate":{"chosen":-1,"truth":9}},"took_ns":-5}`))
	dir := f.TempDir()
	l, err := lessons.Load(tiny(), "tiny")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := os.WriteFile(filepath.Join(dir, "tiny.json"), file, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := lessons.Start(t.Context(), l, newFake(0), lessons.Options{Progress: &lessons.Store{Dir: dir}})
		if err != nil {
			return
		}
		for _, c := range []sim.Command{sim.Hint{}, sim.Predict{Choice: "1"}, sim.Next{}, sim.Next{}, sim.Back{}} {
			s.Update()
			_, _ = s.Do(t.Context(), c)
		}
	})
}
