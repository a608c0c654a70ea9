package lab_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim/lab"
)

// Each use case has a load of its own, with its own figures; off ends all of them,
// and with a use case that one.
func TestSeveralLoadsAtOnce(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	loads := func() (all map[string]float64) {
		all = map[string]float64{}
		s, _ := say(t, l, "show load").Data.(*lab.LoadStatus)
		if s == nil {
			return all
		}
		if len(s.Loads) == 0 {
			all[s.UseCase] = s.Rate
		}
		for _, one := range s.Loads {
			all[one.UseCase] = one.Rate
		}
		return all
	}
	for _, step := range []struct {
		line string
		want map[string]float64
	}{
		{"load 40/s order.place", map[string]float64{"order.place": 40}},
		{"load 20/s order.get", map[string]float64{"order.place": 40, "order.get": 20}},
		{"load 30/s", map[string]float64{"order.place": 30, "order.get": 20}},
		{"load off order.place", map[string]float64{"order.get": 20}},
		{"load 10/s order.place", map[string]float64{"order.place": 10, "order.get": 20}},
		{"load off", map[string]float64{}},
	} {
		say(t, l, step.line)
		if diff := cmp.Diff(step.want, loads()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", step.line, diff)
		}
	}
}
