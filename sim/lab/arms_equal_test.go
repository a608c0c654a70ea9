package lab

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/compare"
)

// TestEqualArmsAreNotCalledDifferent compares two equal arms, and one whose p50 is
// 20 % longer, as often as it is asked to:
//
//	make equal RUNS=100
//
// Equal arms may be called different in 5 of 100 runs; a p50 that is 20 % longer has to
// be found in 95 of 100. It takes some 12 s a run.
func TestEqualArmsAreNotCalledDifferent(t *testing.T) {
	runs, err := strconv.Atoi(os.Getenv("RUNS"))
	if err != nil {
		t.Skip("RUNS says how often: make equal RUNS=100")
	}
	wrong, found := map[string]int{}, 0
	for run := range runs {
		for _, v := range verdictsOf(t, uint64(run)) {
			switch {
			case v.B == "equal" && v.Result == compare.Different:
				wrong[v.Metric]++
				t.Logf("run %d: %s of equal arms is called different: %s", run, v.Metric, v.Why)
			case v.B == "longer" && v.A == "one" && v.Metric == "p50" && v.Winner != nil && *v.Winner == "one":
				found++
			}
		}
	}
	t.Logf("of %d runs, equal arms were called different %v, and the longer p50 was found %d times", runs, wrong, found)
	for metric, n := range wrong {
		if n*100 > 5*runs {
			t.Errorf("%s of equal arms was called different %d times in %d runs", metric, n, runs)
		}
	}
	if found*100 < 95*runs {
		t.Errorf("a p50 that is 20 %% longer was found %d times in %d runs", found, runs)
	}
}

func taking(t *testing.T, s string) sim.Dist {
	t.Helper()
	d, err := sim.ParseDist(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func verdictsOf(t *testing.T, seed uint64) []compare.Verdict {
	t.Helper()
	// A call takes some 0.3 ms besides, and 0.46 ms are 20 % of 2.3 ms.
	arms, err := openArms(t.Context(), []armSpec{
		{"one", "rest", taking(t, "2ms")}, {"equal", "rest", taking(t, "2ms")}, {"longer", "rest", taking(t, "2.46ms")},
	}, 100)
	if err != nil {
		t.Fatal(err)
	}
	defer arms.Close()
	const block = 100 * time.Millisecond
	all, err := compare.Run(t.Context(), arms.Each(), compare.Options{During: block, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return compare.Conclude(all, block).Verdicts
}
