package demo_test

import (
	"context"
	"testing"

	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

func open(ctx context.Context, spec *sim.WorldSpec) (demo.World, error) {
	return lab.Open(ctx, spec, lab.Options{})
}

// TestDemosAreFine plays every demo as msc-sim demo check does.
func TestDemosAreFine(t *testing.T) {
	for _, name := range demo.Names(demo.Builtin()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := demo.Load(demo.Builtin(), name)
			if err != nil {
				t.Fatal(err)
			}
			r, err := demo.Check(t.Context(), d, open)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range r.Problems {
				t.Errorf("%s (%s)", p.Message, p.Fix)
			}
		})
	}
}
