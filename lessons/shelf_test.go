package lessons_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func TestTeachersLessonsLieOverOthers(t *testing.T) {
	mine := tiny("title: Tiny", "title: Mine")
	mine["notes.txt"] = &fstest.MapFile{Data: []byte("not a lesson")}
	mine["drafts/notes.md"] = &fstest.MapFile{Data: []byte("not a lesson")}
	below := tiny()
	for _, f := range []string{"lesson.md", "world.yaml", "answers.txt"} {
		below["other/"+f] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(below["tiny/"+f].Data), "lesson: tiny", "lesson: other"))}
	}
	shelf := lessons.Over(mine, below)
	if d := cmp.Diff([]string{"other", "tiny"}, lessons.Names(shelf)); d != "" {
		t.Errorf("names (-want +got):\n%s", d)
	}
	for name, title := range map[string]string{"tiny": "Mine", "other": "Tiny"} {
		if l, err := lessons.Load(shelf, name); err != nil || l.Info.Title != title {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
	delete(mine, "tiny/answers.txt")
	if _, err := lessons.Load(shelf, "tiny"); err == nil {
		t.Error("a missing file was taken from the lesson below")
	}
	delete(below, "tiny/answers.txt")
	if err := fstest.TestFS(lessons.Over(fstest.MapFS{}, below), "other/lesson.md"); err != nil {
		t.Error(err)
	}
}

// A lesson needs no line of Go: its folder is enough.
func TestEveryFolderWithALessonIsBuiltIn(t *testing.T) {
	if d := cmp.Diff(lessons.Names(os.DirFS(".")), lessons.Names(lessons.Builtin())); d != "" {
		t.Errorf("(-folders +built in):\n%s", d)
	}
	for _, name := range []string{"why", "rest", "grpc"} {
		if _, err := lessons.Load(lessons.Builtin(), name); err != nil {
			t.Errorf("%v (%s)", err, sim.AsError(err).Fix)
		}
	}
}

func TestTeachersFolderThatIsNotThere(t *testing.T) {
	shelf := lessons.Over(os.DirFS(t.TempDir()+"/nothing"), lessons.Builtin())
	if d := cmp.Diff(lessons.Names(lessons.Builtin()), lessons.Names(shelf)); d != "" {
		t.Errorf("names (-want +got):\n%s", d)
	}
}

func TestNewLessonWorksAsItIs(t *testing.T) {
	dir := t.TempDir()
	if err := lessons.New(dir, "my-first"); err != nil {
		t.Fatal(err)
	}
	if _, err := lessons.Load(os.DirFS(dir), "my-first"); err != nil {
		t.Fatalf("%v (%s)", err, sim.AsError(err).Fix)
	}
	r, err := lessons.Check(t.Context(), os.DirFS(dir), "my-first", openLab, lessons.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Errorf("%v (%s)", p, p.Fix)
	}
	before, _ := fs.ReadFile(os.DirFS(dir), "my-first/lesson.md")
	if err := lessons.New(dir, "my-first"); sim.CodeOf(err) != sim.Conflict {
		t.Errorf("over a lesson that is there: %v", err)
	}
	if after, _ := fs.ReadFile(os.DirFS(dir), "my-first/lesson.md"); string(after) != string(before) {
		t.Error("the lesson that was there is changed")
	}
	for _, name := range []string{"", "../x", "A", "a b"} {
		if err := lessons.New(dir, name); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestWords(t *testing.T) {
	seen := map[string]bool{}
	last := ""
	for _, w := range lessons.Words() {
		if w.Word <= last {
			t.Errorf("%q stands behind %q", w.Word, last)
		}
		last = w.Word
		if !strings.HasSuffix(w.Text, ".") || len(w.Text) < 30 || len(w.Text) > 300 || strings.ToLower(w.Word) != w.Word {
			t.Errorf("%q: %q", w.Word, w.Text)
		}
		for _, n := range append([]string{w.Word}, w.Also...) {
			if seen[n] {
				t.Errorf("%q stands there twice", n)
			}
			seen[n] = true
			if got, err := lessons.Word(" " + strings.ToUpper(n)); err != nil || got.Word != w.Word {
				t.Errorf("looking up %q: %+v, %v", n, got, err)
			}
		}
	}
	for _, n := range []string{
		"answered", "accepted", "failed", "settled", "pending", // the counters
		"producer", "consumer", "subscribe", "commit", "replica", "leader", "quorum", "in flight", "unacked", "link", "transport", "fault", "policy", "hedge",
	} {
		if !seen[n] {
			t.Errorf("the glossary lacks %q", n)
		}
	}
	if _, err := lessons.Word("idempotnt"); sim.AsError(err).Fix != "did you mean idempotent?" {
		t.Errorf("%+v", sim.AsError(err))
	}
}
