package lessons_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// A reader who waits a second before every key gets the same lesson as one who does
// not. Lessons are played side by side: most of the time they wait. Where there is one
// key, there is nothing to wait between.
func TestLessonsAreTheSameForSlowReaders(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits a second between the keys of every task")
	}
	t.Parallel()
	pace := func(presses int) time.Duration {
		if presses < 2 {
			return 0
		}
		return time.Second
	}
	var all sync.WaitGroup
	for _, name := range lessons.Names(lessons.Builtin()) {
		all.Go(func() {
			begun := time.Now()
			r, err := lessons.Rehearse(t.Context(), lessons.Builtin(), name, openLab, lessons.Options{Visit: visit}, pace)
			if err != nil {
				t.Errorf("%s: %v (%s)", name, err, sim.AsError(err).Fix)
			}
			for _, p := range r.Problems {
				t.Errorf("%v (%s)", p, p.Fix)
			}
			t.Logf("%s took %s", name, time.Since(begun))
		})
	}
	all.Wait()
}

func TestARehearsalFindsWhatEnterDoesNotDo(t *testing.T) {
	for want, changes := range map[string][]string{
		"":        nil,
		"Enter":   {"path: \"/stock/apples\", status: 200", "path: \"/stock/plums\", status: 200", "send stock.look item=apples\nwait count(\"answered\") >= 1", "send stock.look item=apples"},
		"3 tries": {"keep wait =", "only if count(\"lost\") > 0\nkeep wait ="},
	} {
		w := newFake(2 * time.Millisecond)
		open := func(context.Context, *lessons.Lesson) (lessons.World, func() error, error) {
			return w, func() error { return nil }, nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		o := lessons.Options{Visit: func(context.Context, string) error { w.outside("curl/8"); return nil }}
		changes = append(changes, "enter kill stock", "enter send stock.look\nenter kill stock")
		r, err := lessons.Rehearse(ctx, tiny(changes...), "tiny", open, o, func(int) time.Duration { return time.Millisecond })
		cancel()
		said := ""
		for _, p := range r.Problems {
			said += p.Message
		}
		if err != nil {
			said += err.Error()
		}
		if want == "" && said != "" || want != "Enter" && !strings.Contains(said, want) || want == "Enter" && said == "" {
			t.Errorf("with %q it says %q, want %q", changes, said, want)
		}
	}
}
