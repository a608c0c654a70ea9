package compare

import (
	"math"
	"math/bits"
	"slices"
)

// Bounds of a comparison of pairs.
const (
	FewestPairs = 8    // of fewer, chance gives any outcome in more than 1 run of 100
	MostPairs   = 20   // all signs of 20 pairs are 1,048,576
	odds        = 0.01 // the share of runs in which equal arms may be called different
	equalWithin = 0.05 // what is nearer than this is equal
)

// Result of a comparison.
type Result string

// The three results. There is no winner but with Different.
const (
	Different  Result = "different"
	Equal      Result = "equal"       // within ±5 %
	CannotTell Result = "cannot_tell" // more pairs would be needed
)

// Difference is what pairs of neighbouring blocks say of two arms.
type Difference struct {
	Pairs          int
	Low, Mid, High float64 // ratio first ÷ second: the estimate, and its interval at 99 %
	Chance         float64 // how often equal arms would give pairs as far apart
	Result         Result
	WouldNeed      int // with CannotTell: about so many pairs would do
}

// Judge compares two arms by one number for each block; a[i] and b[i] were measured
// beside each other, in drawn order. Noise is how far an arm is from itself, as the
// logarithm of a ratio. Requests in one block have the same luck, so blocks are
// compared and not requests.
//
// The estimate is that of Hodges and Lehmann: the median of all averages of two
// differences. Its interval drops as many of the smallest and largest averages as
// the distribution of Wilcoxon's signed-rank statistic allows. The test flips all
// signs: between equal arms each difference could as well have the other sign.
func Judge(a, b []float64, noise float64) Difference {
	n := min(len(a), len(b), MostPairs)
	d := make([]float64, 0, n)
	for i := range n {
		if a[i] > 0 && b[i] > 0 {
			d = append(d, math.Log(a[i]/b[i]))
		}
	}
	r := Difference{Pairs: len(d), Result: CannotTell, Chance: 1, WouldNeed: FewestPairs}
	if len(d) == 0 {
		return r
	}
	all := averages(d)
	low, mid, high := all[0], median(all), all[len(all)-1]
	if drop := dropped(len(d), odds); len(d) >= FewestPairs {
		low, high = all[drop], all[len(all)-1-drop]
	}
	r.Low, r.Mid, r.High, r.Chance = math.Exp(low), math.Exp(mid), math.Exp(high), flip(d)
	near := math.Log1p(equalWithin)
	switch {
	case len(d) < FewestPairs:
	case r.Chance <= odds && (low > noise || high < -noise):
		r.Result, r.WouldNeed = Different, 0
	case low >= -near && high <= near:
		r.Result, r.WouldNeed = Equal, 0
	default: // the interval shrinks with the root of the number of pairs
		times := (high - low) / (2 * near)
		r.WouldNeed = max(len(d)+1, int(math.Ceil(float64(len(d))*times*times)))
	}
	return r
}

// Noise is how far an arm is from itself: the end of the interval of its difference
// that is further from none.
func Noise(self, again []float64) float64 {
	d := Judge(self, again, 0)
	if d.Low <= 0 {
		return 0
	}
	return max(math.Abs(math.Log(d.Low)), math.Abs(math.Log(d.High)))
}

// averages are the Walsh averages, sorted.
func averages(d []float64) []float64 {
	all := make([]float64, 0, len(d)*(len(d)+1)/2)
	for i := range d {
		for j := range i + 1 {
			all = append(all, (d[i]+d[j])/2)
		}
	}
	slices.Sort(all)
	return all
}

func median(sorted []float64) float64 {
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// dropped is how many of the sorted averages of n differences stand outside an
// interval at each end: the largest w with P(W ≤ w) ≤ odds/2, where W is the sum of
// the ranks 1…n that a fair coin gives a positive sign.
func dropped(n int, odds float64) int {
	ways := make([]float64, n*(n+1)/2+1) // ways[w] = subsets of the ranks whose sum is w
	ways[0] = 1
	for rank := 1; rank <= n; rank++ {
		for w := len(ways) - 1; w >= rank; w-- {
			ways[w] += ways[w-rank]
		}
	}
	sum := 0.0
	for w, k := range ways {
		if sum += k; sum/math.Exp2(float64(n)) > odds/2 {
			return max(0, w-1)
		}
	}
	return 0
}

// flip is how often a sum as far from 0 as that of d comes when every sign is drawn.
func flip(d []float64) float64 {
	sum := 0.0
	for _, x := range d {
		sum += x
	}
	seen, now, asFar := math.Abs(sum)-1e-12, sum, 1
	for i := uint(1); i < 1<<len(d); i++ { // Gray code: one sign changes at a time
		k := bits.TrailingZeros(i)
		if (i^i>>1)>>k&1 == 1 {
			now -= 2 * d[k]
		} else {
			now += 2 * d[k]
		}
		if math.Abs(now) >= seen {
			asFar++
		}
	}
	return float64(asFar) / math.Exp2(float64(len(d)))
}
