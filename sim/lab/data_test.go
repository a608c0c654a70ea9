package lab_test

import (
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// Two worlds never keep what they store in one directory, one after another they may.
func TestOneDirectoryOneWorld(t *testing.T) {
	dir := t.TempDir()
	spec, err := worldfile.Load("checkout")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		l, err := lab.Open(t.Context(), spec, lab.Options{Data: dir})
		if err != nil {
			t.Fatal(err)
		}
		if second, err := lab.Open(t.Context(), spec, lab.Options{Data: dir}); err == nil {
			t.Error("two worlds share a directory")
			_ = second.Close()
		} else if e := sim.AsError(err); e.Code != sim.Conflict || !strings.Contains(e.Message, dir) || e.Fix == "" {
			t.Errorf("the second one is told: %v", err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
