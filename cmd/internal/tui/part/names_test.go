package part_test

import (
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Where boxes shrink to one row they are wide enough for their names, beside
// which the counts stand.
func TestOneRowBoxesKeepTheirNames(t *testing.T) {
	names := []string{"product", "inventory", "payment", "shipping", "notification"}
	spec := &sim.WorldSpec{Services: []sim.ServiceSpec{{Name: "client", Kind: "client"}, {Name: "order"}}}
	spec.AddLink("client", "order")
	for _, n := range names {
		spec.Services = append(spec.Services, sim.ServiceSpec{Name: n})
		spec.AddLink("order", n)
	}
	lines := show(t, "names", part.Stage{Picture: view.New(spec), Plan: &part.Plan{}}, 78, 7, dark)
	for _, n := range names {
		if all := strings.Join(lines, "\n"); !strings.Contains(all, n) {
			t.Errorf("no %q in\n%s", n, all)
		}
	}
}
