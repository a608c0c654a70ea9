package lessons_test

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// varied makes apples another fruit, and the rest with it.
var varied = []string{"words: [request]", `words: [request]` + "\n" + `vary: [{apples: [plums, cherries], Ask for: [Get the, Fetch the]}]`}

func TestTheSameSeedGivesTheSameAssignment(t *testing.T) {
	l := loadTiny(t, varied...)
	seen := map[string]bool{}
	for seed := range uint64(20) {
		a, err := lessons.Assign(l, seed, "Ada")
		if err != nil {
			t.Fatal(err)
		}
		again, _ := lessons.Assign(l, seed, "Ada")
		if d := cmp.Diff(a, again); d != "" {
			t.Fatalf("seed %d (-once +again):\n%s", seed, d)
		}
		seen[a.Changed["apples"]+" "+strings.Join(a.Quiz, ",")] = true
	}
	if len(seen) < 8 {
		t.Errorf("20 seeds gave %d assignments: %v", len(seen), seen)
	}
}

func TestAnAssignmentIsSolvedByItsLesson(t *testing.T) {
	l := loadTiny(t, varied...)
	for seed := range uint64(10) {
		a, err := lessons.Assign(l, seed, "")
		if err != nil {
			t.Fatal(err)
		}
		p, err := a.Personal(l)
		if err != nil {
			t.Fatal(err)
		}
		s, err := lessons.PlaySheet(t.Context(), p, openFake(newFake(0)), lessons.Options{}, nil)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want := "Ask for apples."
		if fruit := a.Changed["apples"]; fruit != "" {
			want = a.Changed["Ask for"] + " " + fruit + "."
		}
		if s.Steps[0].Task.Text != want {
			t.Errorf("seed %d asks %q, want %q", seed, s.Steps[0].Task.Text, want)
		}
	}
}

// For another seed a lesson has other numbers, and can still be read.
func TestBuiltinLessonsVary(t *testing.T) {
	for _, name := range []string{"why", "rest", "grpc", "queue", "brokers", "events", "saga-outbox"} {
		l, err := lessons.Load(lessons.Builtin(), name)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for seed := range uint64(8) {
			a, err := lessons.Assign(l, seed, "")
			if err != nil {
				t.Fatalf("%s, seed %d: %v (%s)", name, seed, err, sim.AsError(err).Fix)
			}
			changed, err := json.Marshal(a.Changed)
			if err != nil {
				t.Fatal(err)
			}
			seen[string(changed)] = true
		}
		if len(seen) < 3 {
			t.Errorf("%s: 8 seeds give only %d lessons: %v", name, len(seen), seen)
		}
	}
}

// Every lesson of the program can be varied, and is still solved by its answers.
func TestBuiltinLessonsAsAssignments(t *testing.T) {
	t.Parallel()
	for _, name := range lessons.Names(lessons.Builtin()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := lessons.Load(lessons.Builtin(), name)
			if err != nil {
				t.Fatal(err)
			}
			a, err := lessons.Assign(l, 7, "")
			if err != nil {
				t.Fatal(err)
			}
			p, err := a.Personal(l)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := lessons.PlaySheet(t.Context(), p, openLab, lessons.Options{Visit: visit}, nil); err != nil {
				t.Errorf("changed %v: %v (%s)", a.Changed, err, sim.AsError(err).Fix)
			}
		})
	}
}

func TestMistakesInWhatVaries(t *testing.T) {
	for _, tt := range []struct{ vary, want string }{
		{`vary: [{pears: [plums]}]`, ""},
		{`vary: [{kiwis: [plums]}]`, `"kiwis" stands nowhere`},
		{`vary: [{apple: [plum]}]`, `"apple" stands nowhere`}, // a part of a word
		{`vary: [{apples: []}]`, "0 alternatives"},
		{`vary: [{apples: [plums, figs], pears: [nuts]}]`, "has 1"},
		{`vary: {apples: [plums]}`, "vary must be a list of words"},
	} {
		_, err := lessons.Load(tiny("words: [request]", "words: [request]\n"+tt.vary), "tiny")
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.vary, err, tt.want)
		}
	}
}

func TestAssignmentsOfOtherLessonsAreRefused(t *testing.T) {
	a, err := lessons.Assign(loadTiny(t), 1, "Ada")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Personal(loadTiny(t, "All of it.", "Some of it.")); sim.CodeOf(err) != sim.Conflict {
		t.Errorf("another edition: %v, want a conflict", err)
	}
	rest, err := lessons.Load(lessons.Builtin(), "rest")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Personal(rest); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("another lesson: %v, want invalid", err)
	}
	if _, err := lessons.Assign(rest, 1, "A\x1b[2J"); sim.CodeOf(err) != sim.Invalid {
		t.Errorf("a name that acts on a terminal: %v, want invalid", err)
	}
}

func TestParseAssignment(t *testing.T) {
	a, err := lessons.Assign(loadTiny(t, varied...), 3, "Ada")
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	got, err := lessons.ParseAssignment(data)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, got); d != "" {
		t.Errorf("written and read (-want +got):\n%s", d)
	}
	for text, want := range map[string]sim.Code{
		"":               sim.Invalid,
		"{}":             sim.Invalid,
		string(data[1:]): sim.Invalid,
		strings.Replace(string(data), `"schema":1`, `"schema":2`, 1):           sim.Conflict,
		strings.Replace(string(data), `"lesson":"tiny"`, `"lesson":"../x"`, 1): sim.Invalid,
		strings.Replace(string(data), `"seed"`, `"sed"`, 1):                    sim.Invalid,
	} {
		if _, err := lessons.ParseAssignment([]byte(text)); sim.CodeOf(err) != want {
			t.Errorf("%.60q: %v, want %v", text, err, want)
		}
	}
}

func FuzzParseAssignment(f *testing.F) {
	f.Add([]byte(`{"schema":1,"kind":"msc-sim assignment","lesson":"tiny","seed":7}`))
	l, err := lessons.Load(fs.FS(tiny()), "tiny")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := lessons.ParseAssignment(data)
		if err != nil {
			return
		}
		if p, err := a.Personal(l); (p == nil) == (err == nil) {
			t.Errorf("%v %v", p, err)
		}
	})
}
