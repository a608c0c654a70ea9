package lessons_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/lessons"
)

func TestARehearsalFindsWhatEnterDoesNotDo(t *testing.T) {
	t.Parallel()
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
