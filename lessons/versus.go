package lessons

import (
	"math"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of a comparison.
const (
	fewestInBlock = 50   // calls; a shorter block is warm-up
	mostPairs     = 16   // all signs of 16 pairs are 65,536
	oddsOfChance  = 0.01 // the share of runs in which equal links may be called different
)

// comparison is two links that were measured in turns, as expressions see it:
//
//	first   ▪▪▪▪▪▪▪      ▪▪▪▪▪▪▪      ▪▪▪▪▪▪▪        a block is the calls on one link
//	second         ▪▪▪▪▪▪       ▪▪▪▪▪▪       ▪▪▪▪▪   between two calls on the other
//	        └── pair 1 ─┘└─ pair 2 ──┘└─ pair 3 ──┘
//
// The number of a block is its p50. Calls in one block have the same luck, so
// blocks are compared and not calls: a test on all calls finds a difference between
// equal links in most runs.
type comparison struct {
	Pairs       int     `expr:"pairs" about:"pairs of blocks that were compared"`
	FirstAhead  int     `expr:"first_ahead" about:"pairs in which the first link was faster"`
	SecondAhead int     `expr:"second_ahead" about:"pairs in which the second link was faster"`
	Times       float64 `expr:"times" about:"time of the first ÷ time of the second (Hodges-Lehmann)"`
	Noise       float64 `expr:"noise" about:"slower ÷ faster of two neighbouring blocks of one link, median"`
	Winner      int     `expr:"winner" about:"1 or 2 is faster; 0 if the difference is within the noise"`
}

// versus compares two links by the one rule for noise: a link is faster only when
// chance would give such pairs in at most 1 run of 100 (exact sign flip, two-sided;
// of 8 pairs it must be faster in all), and when the difference is larger than that
// of a link from itself.
func (q *query) versus(first, second string) (comparison, error) {
	a, b := q.window.blocks(sim.LinkID(first), sim.LinkID(second))
	c := compare(a, b)
	if c.Pairs == 0 {
		return c, errNothing
	}
	return c, nil
}

// blocks are the p50 of every block of two links, oldest first.
func (w *window) blocks(first, second sim.LinkID) (a, b []time.Duration) {
	var block []time.Duration
	var of sim.LinkID
	end := func() {
		if slices.Sort(block); len(block) >= fewestInBlock {
			if p50 := rank(block, 0.50); of == first {
				a = append(a, p50)
			} else {
				b = append(b, p50)
			}
		}
		block = nil
	}
	for _, h := range w.hops {
		if h.link != first && h.link != second || h.outcome != sim.WasAnswered {
			continue
		}
		if h.link != of {
			end()
			of = h.link
		}
		block = append(block, h.took)
	}
	end()
	return a, b
}

func compare(a, b []time.Duration) (c comparison) {
	c.Pairs = min(len(a), len(b), mostPairs)
	if c.Pairs == 0 {
		return c
	}
	var d, self []float64
	for i := range c.Pairs {
		d = append(d, apart(a[i], b[i]))
		switch {
		case d[i] < 0:
			c.FirstAhead++
		case d[i] > 0:
			c.SecondAhead++
		}
		if i > 0 {
			self = append(self, math.Abs(apart(a[i-1], a[i])), math.Abs(apart(b[i-1], b[i])))
		}
	}
	noise, apart := middle(self), middle(averages(d))
	c.Noise, c.Times = math.Exp(noise), math.Exp(apart)
	if chance(d) <= oddsOfChance && math.Abs(apart) > noise {
		c.Winner = 1
		if apart > 0 {
			c.Winner = 2
		}
	}
	return c
}

// apart is the logarithm of a ratio: 0 = equal, and –x is as far apart as x.
func apart(a, b time.Duration) float64 { return math.Log(float64(max(a, 1)) / float64(max(b, 1))) }

// averages are the Walsh averages of d; their middle is the Hodges-Lehmann estimate.
func averages(d []float64) (all []float64) {
	for i := range d {
		for j := range i + 1 {
			all = append(all, (d[i]+d[j])/2)
		}
	}
	return all
}

func middle(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// chance is how likely a sum as far from 0 as that of d is when every difference
// could as well have the other sign, as it could between equal links.
func chance(d []float64) float64 {
	sum := func(negative uint) (s float64) {
		for i, x := range d {
			if negative&(1<<i) != 0 {
				x = -x
			}
			s += x
		}
		return math.Abs(s)
	}
	all, asFar := uint(1)<<len(d), 0
	seen := sum(0)
	for signs := range all {
		if sum(signs) >= seen-1e-12 {
			asFar++
		}
	}
	return float64(asFar) / float64(all)
}
