package lessons_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/world"
)

// openLab opens the world of a lesson as msc-sim does.
func openLab(ctx context.Context, l *lessons.Lesson) (lessons.World, func() error, error) {
	spec, err := world.Parse(l.Info.Name+"/world.yaml", l.World)
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

func TestLessonsArePlayedByTheirAnswers(t *testing.T) {
	for _, name := range lessons.Names(lessons.Builtin()) {
		r, err := lessons.Check(t.Context(), lessons.Builtin(), name, openLab, lessons.Options{Visit: visit})
		if err != nil {
			t.Fatalf("%s: %v (%s)", name, err, sim.AsError(err).Fix)
		}
		for _, p := range r.Problems {
			t.Errorf("%v (%s)", p, p.Fix)
		}
		for _, s := range r.Steps {
			t.Logf("%s (%s)\n%s", s.Title, s.Took, s.Told)
		}
	}
}
