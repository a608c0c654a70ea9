package sim

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Dist is a distribution of service times, written as in a world file:
//
//	fixed 20ms
//	uniform 10ms 30ms        between the two
//	exponential 20ms         with this mean
//	normal 20ms 5ms          mean and standard deviation, never below 0
//	lognormal 20ms 0.5       median and sigma of the logarithm: a few are much slower
//	pareto 20ms 1.5          smallest value and shape: a heavy tail
//
// The zero value takes no time at all. Every sample is at most MaxServiceTime.
type Dist struct {
	name string
	a, b float64 // seconds, or a bare number for a shape
}

// MaxServiceTime bounds what a Dist may draw.
const MaxServiceTime = time.Minute

var distForms = map[string]string{
	"fixed": "d", "uniform": "dd", "exponential": "d", "normal": "dd", "lognormal": "dn", "pareto": "dn",
}

// ParseDist reads one of the forms above; "" is the zero value and "20ms" is fixed.
func ParseDist(s string) (Dist, error) {
	f := strings.Fields(s)
	if len(f) == 0 {
		return Dist{}, nil
	}
	if _, err := time.ParseDuration(f[0]); err == nil && len(f) == 1 {
		f = []string{"fixed", f[0]}
	}
	form, ok := distForms[f[0]]
	if !ok {
		e := Unknown("distribution", f[0], []string{"fixed", "uniform", "exponential", "normal", "lognormal", "pareto"})
		return Dist{}, Invalidf("%q is not a distribution", f[0]).WithFix("%s", e.Fix)
	}
	if len(f)-1 != len(form) {
		return Dist{}, Invalidf("%s takes %d parameters, not %d", f[0], len(form), len(f)-1).WithFix("such as: lognormal 20ms 0.5")
	}
	d := Dist{name: f[0]}
	for i, p := range []*float64{&d.a, &d.b}[:len(form)] {
		if form[i] == 'd' {
			v, err := ParseDuration(f[i+1], MaxServiceTime)
			if err != nil {
				return Dist{}, err
			}
			*p = v.Seconds()
			continue
		}
		v, err := strconv.ParseFloat(f[i+1], 64)
		if err != nil || !(v > 0 && v <= 10) {
			return Dist{}, Invalidf("%q is not a shape", f[i+1]).WithFix("a number above 0, at most 10")
		}
		*p = v
	}
	if d.name == "uniform" && d.b < d.a {
		d.a, d.b = d.b, d.a
	}
	return d, nil
}

// Sample draws one service time.
func (d Dist) Sample(r *rand.Rand) time.Duration {
	var s float64
	switch d.name {
	case "fixed":
		s = d.a
	case "uniform":
		s = d.a + r.Float64()*(d.b-d.a)
	case "exponential":
		s = r.ExpFloat64() * d.a
	case "normal":
		s = max(0, d.a+r.NormFloat64()*d.b)
	case "lognormal":
		s = d.a * math.Exp(r.NormFloat64()*d.b)
	case "pareto":
		s = d.a / math.Pow(1-r.Float64(), 1/d.b)
	}
	return min(time.Duration(s*float64(time.Second)), MaxServiceTime)
}

// String writes d as ParseDist reads it.
func (d Dist) String() string {
	dur := func(s float64) string { return time.Duration(math.Round(s * 1e9)).String() }
	switch distForms[d.name] {
	case "d":
		return d.name + " " + dur(d.a)
	case "dd":
		return d.name + " " + dur(d.a) + " " + dur(d.b)
	case "dn":
		return d.name + " " + dur(d.a) + " " + strconv.FormatFloat(d.b, 'g', -1, 64)
	default:
		return ""
	}
}
