package lessons_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// handedIn plays an assignment of tiny: one prediction is right, one task is
// solved by the program, one question is answered wrongly.
func handedIn(t *testing.T) lessons.Result {
	t.Helper()
	l := loadTiny(t, "## Look\nAsk ", "## Look {points 3}\nAsk ", "## Break {show stock}", "## Break {points 4} {show stock}")
	a, err := lessons.Assign(l, 4, "Ada")
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.Personal(l)
	if err != nil {
		t.Fatal(err)
	}
	store := &lessons.Store{Dir: t.TempDir()}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { now = now.Add(time.Second); return now }
	s, err := lessons.Start(t.Context(), p, newFake(10*time.Millisecond), lessons.Options{Progress: store, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	do(t, s, "predict 2", "hint", "send stock.look item=apples", "answer application/json", "next", "solve", "next")
	for i := range 3 {
		st := s.Update()
		answer := "predict 1"
		if i > 0 { // the first is answered as it comes, the others by the program
			answer = "solve"
		}
		if st.Phase != lessons.Asking {
			t.Fatalf("question %d: %+v", i+1, st)
		}
		do(t, s, answer, "next")
	}
	do(t, s, "next")
	kept, _, err := store.Load("tiny")
	if err != nil {
		t.Fatal(err)
	}
	return lessons.ResultOf(a, p, kept, "v1", "a machine")
}

func TestResultSaysWhatBecameOfAnAssignment(t *testing.T) {
	r := handedIn(t)
	if r.Name != "Ada" || r.Seed != 4 || r.Lesson != "tiny" || !r.Finished || r.Done != 2 || r.Of != 2 || r.Hints() != 1 || r.Solved() != 1 {
		t.Errorf("%+v", r)
	}
	if want := (lessons.Score{Right: 1}); r.Predictions != want {
		t.Errorf("predictions %+v, want %+v", r.Predictions, want)
	}
	if r.Quiz.Open != 2 || r.Quiz.Of() != 3 || r.Quiz.Right+r.Quiz.Wrong != 1 {
		t.Errorf("quiz %+v", r.Quiz)
	}
	// Look is worth 3 and was done, Break is worth 4 and the program did it, and of the
	// quiz, worth 1, at most one of three was answered rightly by the learner.
	if p := r.Points; p.Of != 8 || p.Earned != 3+float64(r.Quiz.Right)/3 || r.Steps[0].Points != (lessons.Points{Earned: 3, Of: 3}) || r.Steps[1].Points != (lessons.Points{Of: 4}) {
		t.Errorf("points %v, of steps %v and %v", p, r.Steps[0].Points, r.Steps[1].Points)
	}
	if r.Started.IsZero() || !r.Ended.After(r.Started) || r.Seconds <= 0 || r.Steps[0].Seconds <= 0 {
		t.Errorf("times: %v %v %v %v", r.Started, r.Ended, r.Seconds, r.Steps[0].Seconds)
	}
	if got := []string{r.Steps[0].SolvedBy, r.Steps[1].SolvedBy}; !cmp.Equal(got, []string{"learner", "program"}) {
		t.Errorf("solved by %v", got)
	}
}

func TestChangedResultsAreNoticed(t *testing.T) {
	r := handedIn(t)
	data, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := lessons.ParseResult(data)
	if err != nil || !got.Intact() {
		t.Fatalf("as it was written: intact %v, %v", got.Intact(), err)
	}
	if d := cmp.Diff(r, got); d != "" {
		t.Errorf("written and read (-want +got):\n%s", d)
	}
	for _, change := range [][2]string{
		{`"name": "Ada"`, `"name": "Bob"`},
		{`"seed": 4`, `"seed": 5`},
		{`"solved_by": "program"`, `"solved_by": "learner"`},
		{`"wrong": 0`, `"wrong": 1`},
		{`"seconds": `, `"seconds": 1`},
		{`"hints": 1`, `"hints": 0`},
	} {
		text := strings.Replace(string(data), change[0], change[1], 1)
		got, err := lessons.ParseResult([]byte(text))
		if err != nil || text == string(data) {
			t.Fatalf("%v: %v", change, err)
		}
		if got.Intact() {
			t.Errorf("%s → %s is not noticed", change[0], change[1])
		}
	}
}

func TestForeignResults(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "no complete JSON",
		"{}":                                   "no msc-sim result",
		`{"kind":"msc-sim result"}`:            "schema 0",
		`{"kind":"msc-sim result","schema":2}`: "newer version",
		`{"kind":"msc-sim result","schema":1}`: "names no lesson",
		`{"kind":"msc-sim result","schema":1,"x":1}`:                          "not what msc-sim writes",
		`{"kind":"msc-sim assignment","schema":1}`:                            "no msc-sim result",
		`{"kind":"msc-sim result","schema":1}` + strings.Repeat(" ", 300<<10): "larger than",
	} {
		if _, err := lessons.ParseResult([]byte(text)); err == nil || !strings.Contains(sim.AsError(err).Message, want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
}

func FuzzParseResult(f *testing.F) {
	f.Add([]byte(`{"schema":1,"kind":"msc-sim result","lesson":"tiny","steps":[{"title":"x"}],"checksum":"00"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := lessons.ParseResult(data)
		if err != nil {
			return
		}
		out, err := r.JSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := lessons.ParseResult(out)
		if err != nil || again.Intact() != r.Intact() {
			t.Errorf("%v: intact %v, then %v", err, r.Intact(), again.Intact())
		}
	})
}

// The answers of an assignment stand in its key and nowhere else, and the key of one
// opens no other.
func TestAKeyOpensItsOwnAssignments(t *testing.T) {
	l := loadTiny(t)
	var all []lessons.Assignment
	for seed, name := range []string{"Ada", "Bob", "Eve"} {
		a, err := lessons.Assign(l, uint64(seed), name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	k, err := lessons.KeyOf(l, all[0], all[1])
	if err != nil {
		t.Fatal(err)
	}
	data, err := k.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if k, err = lessons.ParseKey(data); err != nil || !k.Opens(all[0]) || !k.Opens(all[1]) || k.Opens(all[2]) {
		t.Errorf("%v: it opens %v %v %v", err, k.Opens(all[0]), k.Opens(all[1]), k.Opens(all[2]))
	}
	other := all[0]
	other.Edition = "another"
	if one := k.Keys[0]; k.Opens(other) || one.Points != 3 || !strings.HasPrefix(one.Steps[0].Lines[0], "predict ") || len(one.Steps[2].Quiz) < 6 {
		t.Errorf("%+v", one)
	}
	if _, err := lessons.ParseKey([]byte(`{"schema": 1, "kind": "msc-sim assignment"}`)); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("an assignment as a key: %v", err)
	}
}
