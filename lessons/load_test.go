package lessons_test

import (
	"testing"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func TestBuiltinLessonsLoad(t *testing.T) {
	for _, name := range lessons.Names(lessons.Builtin()) {
		if _, err := lessons.Load(lessons.Builtin(), name); err != nil {
			t.Errorf("%s: %v (%s)", name, err, sim.AsError(err).Fix)
		}
	}
}
