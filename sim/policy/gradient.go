package policy

import "time"

// gradient is Gradient2Limit of concurrency-limits, with the window of a second that
// its builder puts around it: one sample is the average of all calls of a second, and
// of at least ten.
type gradient struct {
	long    float64 // average of many samples, in seconds
	samples int

	from time.Time
	sum  float64
	n    int
	most int // calls in flight at once
}

// Constants of Gradient2, as published.
const (
	gradientSmoothing = 0.2
	gradientQueue     = 4
	gradientLong      = 600 // samples
	gradientTolerance = 1.5
	gradientWarmUp    = 10 // samples
	gradientWindow    = time.Second
	gradientNeeds     = 10 // calls
)

// next is the limit after a call that took so long beside so many others.
func (g *gradient) next(limit float64, used int, took float64, now time.Time) float64 {
	if g.n == 0 {
		g.from = now
	}
	g.sum, g.n, g.most = g.sum+took, g.n+1, max(g.most, used)
	if g.n < gradientNeeds || now.Sub(g.from) < gradientWindow {
		return limit
	}
	short, busy := g.sum/float64(g.n), float64(g.most)
	g.sum, g.n, g.most = 0, 0, 0
	if g.samples++; g.samples <= gradientWarmUp { // an average first, then one that forgets
		g.long += (short - g.long) / float64(g.samples)
	} else {
		g.long += (short - g.long) * 2 / (gradientLong + 1)
	}
	if short <= 0 {
		return limit
	}
	if g.long/short > 2 { // it comes down from an overload
		g.long *= 0.95
	}
	if busy < limit/2 {
		return limit
	}
	factor := max(0.5, min(1, gradientTolerance*g.long/short))
	return limit*(1-gradientSmoothing) + gradientSmoothing*(limit*factor+gradientQueue)
}
