package lessons_test

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// openLab opens the world of a lesson as msc-sim does.
func openLab(ctx context.Context, l *lessons.Lesson) (lessons.World, func() error, error) {
	spec, err := worldfile.Parse(l.Info.Name+"/world.yaml", l.World)
	if err != nil {
		return nil, nil, err
	}
	w, err := lab.Open(ctx, spec, lab.Options{})
	if err != nil {
		return nil, nil, err
	}
	return w, w.Close, nil
}

// visit is what curl does.
func visit(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", "curl/8.5.0")
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// restWith is the lesson rest with changes in its files: pairs of old and new text.
func restWith(t *testing.T, changes ...string) fs.FS {
	t.Helper()
	changed := fstest.MapFS{}
	for _, file := range []string{"rest/lesson.md", "rest/world.yaml", "rest/answers.txt"} {
		data, err := fs.ReadFile(lessons.Builtin(), file)
		if err != nil {
			t.Fatal(err)
		}
		changed[file] = &fstest.MapFile{Data: []byte(strings.NewReplacer(changes...).Replace(string(data)))}
	}
	return changed
}

// The quiz asks how many previews one caller gets in a second. The right choice
// is decided by what was measured: it follows the time that product takes.
func TestQuizFollowsTheServiceTime(t *testing.T) {
	const asked = "The p50 of a preview was"
	truth := func(serviceTime string) int {
		l, err := lessons.Load(restWith(t,
			"time: lognormal 200us 1.6", "time: "+serviceTime,
			"load 100/s order.preview for=3s", "send order.preview 100",
			`count("load") >= 2`, `count("load") >= 0`), "rest")
		if err != nil {
			t.Fatal(err)
		}
		s := startAt(t, l, "Slow product, order waits")
		do(t, s, "solve", "next")
		for s.Update().Phase != lessons.Asking {
			_ = try(t, s, "next")
		}
		st := do(t, s, "predict 1")
		if !strings.HasPrefix(st.Predict.Question, asked) {
			t.Fatalf("another question: %q", st.Predict.Question)
		}
		return st.Predict.Truth
	}
	if fast, slow := truth("fixed 50us"), truth("fixed 12ms"); slow != 0 || fast <= slow {
		t.Errorf("with a fast product choice %d is true, with a slow one choice %d", fast+1, slow+1)
	}
}

func TestLessonsArePlayedByTheirAnswers(t *testing.T) {
	t.Parallel()
	for _, name := range lessons.Names(lessons.Builtin()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := lessons.Check(t.Context(), lessons.Builtin(), name, openLab, lessons.Options{Visit: visit})
			if err != nil {
				t.Fatalf("%v (%s)", err, sim.AsError(err).Fix)
			}
			for _, p := range r.Problems {
				t.Errorf("%v (%s)", p, p.Fix)
			}
			for _, s := range r.Steps {
				t.Logf("%s (%s)\n%s", s.Title, s.Took, s.Told)
			}
		})
	}
}

// startAt opens a lesson in a world of its own, and leaves out what comes before a step.
func startAt(t *testing.T, l *lessons.Lesson, step string) *lessons.Session {
	t.Helper()
	w, closeWorld, err := openLab(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeWorld() })
	s, err := lessons.Start(t.Context(), l, w, lessons.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for s.Update().Title != step {
		_ = try(t, s, "next") // refused once, then the step is left out
	}
	return s
}
