package compare

import (
	"math"
	"math/rand/v2"
	"testing"
)

// How many averages are dropped at each end: tables of the signed-rank statistic
// (Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, table A.4).
func TestDropped(t *testing.T) {
	for n, want := range map[int][2]int{8: {3, 0}, 10: {8, 3}, 12: {13, 7}, 16: {29, 19}, 20: {52, 37}} {
		if at95, at99 := dropped(n, 0.05), dropped(n, 0.01); at95 != want[0] || at99 != want[1] {
			t.Errorf("of %d pairs: %d and %d, want %v", n, at95, at99, want)
		}
	}
}

func TestFlip(t *testing.T) {
	for _, test := range []struct {
		d    []float64
		want float64
	}{
		{[]float64{1, 1, 1, 1, 1, 1, 1, 1}, 2.0 / 256},
		{[]float64{1, 1, 1, 1, 1, 1, 1, -1}, 18.0 / 256}, // all, all but one, and their mirrors
		{[]float64{1, -1}, 1},
		{[]float64{3, 1}, 0.5},
	} {
		if got := flip(test.d); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%v: %v, want %v", test.d, got, test.want)
		}
	}
}

// blocks draws n numbers around mid, spread by so much.
func blocks(r *rand.Rand, n int, mid, spread float64) (all []float64) {
	for range n {
		all = append(all, mid*math.Exp(spread*r.NormFloat64()))
	}
	return all
}

// Equal arms are called different in at most 1 run of 100, whatever the spread of
// their blocks; a difference of 20 % is found.
func TestJudge(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const runs = 400
	wrong, found, equal := 0, 0, 0
	for range runs {
		if Judge(blocks(r, 12, 1, 0.1), blocks(r, 12, 1, 0.1), 0).Result == Different {
			wrong++
		}
		if Judge(blocks(r, 16, 1, 0.05), blocks(r, 16, 1.2, 0.05), 0.02).Result == Different {
			found++
		}
		if Judge(blocks(r, 16, 1, 0.01), blocks(r, 16, 1, 0.01), 0.01).Result == Equal {
			equal++
		}
	}
	// of 400 at 1 %: more than 10 has a chance of 0.3 %
	if wrong > 10 || found < runs*95/100 || equal < runs*95/100 {
		t.Errorf("of %d: equal arms different %d, a difference found %d, equal arms equal %d", runs, wrong, found, equal)
	}
}

func TestJudgeSaysHowManyPairsWouldDo(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	d := Judge(blocks(r, 10, 1, 0.2), blocks(r, 10, 1, 0.2), 0)
	if d.Result != CannotTell || d.WouldNeed <= 10 || d.Low >= d.Mid || d.Mid >= d.High {
		t.Errorf("got %+v", d)
	}
	// No winner inside the noise, however sure the difference is.
	small := Judge(blocks(r, 12, 1, 0.001), blocks(r, 12, 1.1, 0.001), 0.2)
	if small.Result == Different {
		t.Errorf("within the noise: %+v", small)
	}
	for _, few := range [][]float64{nil, {1}, {1, 2, 3, 4, 5, 6, 7}} {
		if d := Judge(few, few, 0); d.Result != CannotTell || d.WouldNeed != FewestPairs {
			t.Errorf("%v: %+v", few, d)
		}
	}
}
