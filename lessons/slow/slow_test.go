// Package slow_test plays every lesson with pauses between the keys. It stands apart
// because it waits for nearly a minute, beside the other tests of lessons.
package slow_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/internal/beside"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

func TestMain(m *testing.M) {
	beside.Tests(8)
	goleak.VerifyTestMain(m)
}

// Each lesson is played by its keys, with a second before every key of a task that
// wants several of them: there a lesson may differ between those who press Enter at
// once and those who read. `make slow` does the same with ten seconds.
func TestLessonsAreTheSameForSlowReaders(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits a second between the keys of every task")
	}
	pace := func(presses int) time.Duration {
		if presses < 2 {
			return 0
		}
		return time.Second
	}
	for _, name := range lessons.Names(lessons.Builtin()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := lessons.Rehearse(t.Context(), lessons.Builtin(), name, open, lessons.Options{Visit: visit}, pace)
			if err != nil {
				t.Errorf("%v (%s)", err, sim.AsError(err).Fix)
			}
			for _, p := range r.Problems {
				t.Errorf("%v (%s)", p, p.Fix)
			}
		})
	}
}

func open(ctx context.Context, l *lessons.Lesson) (lessons.World, func() error, error) {
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

// visit is what a reader does in another terminal.
func visit(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}
