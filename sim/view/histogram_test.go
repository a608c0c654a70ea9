package view

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestHistogramEdges(t *testing.T) {
	for i := range buckets {
		from, to := edges(i)
		if bucketOf(from) != i || bucketOf(to-1) != i {
			t.Errorf("bucket %d holds %v to %v, which fall into %d and %d", i, from, to, bucketOf(from), bucketOf(to-1))
		}
		if i > perDoubling && float64(to-from) > float64(from)/8*1.001 {
			t.Errorf("bucket %d is too wide: %v to %v", i, from, to)
		}
		if i+1 < buckets {
			if next, _ := edges(i + 1); next != to {
				t.Errorf("between bucket %d and the next there is %v to %v", i, to, next)
			}
		}
	}
	if _, last := edges(buckets - 1); last < time.Minute || bucketOf(time.Hour) != buckets-1 || bucketOf(-1) != 0 {
		t.Errorf("the last bucket ends at %v", last)
	}
}

func TestHistogramQuantiles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var h Histogram
	var all []time.Duration
	for range 20_000 {
		d := time.Duration(20e6 * math.Exp(r.NormFloat64()))
		all = append(all, d)
		h.Add(d)
	}
	slices.Sort(all)
	for _, p := range []float64{0.01, 0.5, 0.9, 0.99, 0.999} {
		want, got := float64(all[int(p*float64(len(all)))]), float64(h.Quantile(p))
		if math.Abs(got/want-1) > 0.05 {
			t.Errorf("p%g is %v, should be about %v", 100*p, time.Duration(got), time.Duration(want))
		}
	}
	if h.Max() != all[len(all)-1] || h.Quantile(1) != h.Max() || h.Count() != 20_000 {
		t.Errorf("max %v, p100 %v, count %d", h.Max(), h.Quantile(1), h.Count())
	}
	var sum int64
	for _, b := range h.Buckets() {
		sum += b.Count
	}
	if bs := h.Buckets(); sum != h.Count() || bs[0].Count == 0 || bs[len(bs)-1].Count == 0 || all[0] < bs[0].From || all[0] >= bs[0].To {
		t.Errorf("the buckets hold %d", sum)
	}
}

func TestHistogramEmptyAndCopied(t *testing.T) {
	var h Histogram
	if h.Quantile(0.5) != 0 || h.Buckets() != nil || h.Max() != 0 {
		t.Error("an empty histogram has something")
	}
	h.Add(time.Millisecond)
	c := h
	h.Add(time.Second)
	if c.Count() != 1 || c.Max() != time.Millisecond || c.Quantile(0.99) > time.Millisecond {
		t.Errorf("the copy changed: %d, %v", c.Count(), c.Max())
	}
}

func TestFlow(t *testing.T) {
	var f Flow
	if f.Rate(0) != 0 || f.FailShare(0) != 0 {
		t.Error("something flows in still water")
	}
	// 100 a second for 10 s, every fourth of them fails.
	for i := range 1000 {
		at := time.Duration(i) * 10 * time.Millisecond
		f.at(at).began++
		if i%4 == 0 {
			f.at(at).failed++
		} else {
			f.at(at).answered++
		}
	}
	for _, test := range []struct {
		now   time.Duration
		want  float64
		share float64
	}{
		{10*time.Second - 1, 100, 0.25},
		{11 * time.Second, 100 * 0.9 / 1.9, 0.25}, // 0.9 s of it are still in the window
		{13 * time.Second, 0, 0},
		{time.Hour, 0, 0},
	} {
		if got := f.Rate(test.now); math.Abs(got-test.want) > 1.5 {
			t.Errorf("at %v: %v per second, want %v", test.now, got, test.want)
		}
		if got := f.Answered(test.now) + f.Failed(test.now); math.Abs(got-test.want) > 1.5 {
			t.Errorf("at %v: %v end per second, want %v", test.now, got, test.want)
		}
		if got := f.FailShare(test.now); math.Abs(got-test.share) > 0.01 {
			t.Errorf("at %v: %v failed, want %v", test.now, got, test.share)
		}
	}
}

func TestFlowOfAYoungWorld(t *testing.T) {
	var f Flow
	for i := range 50 {
		f.at(time.Duration(i)*10*time.Millisecond).began++
	}
	if got := f.Rate(500 * time.Millisecond); math.Abs(got-100) > 1 {
		t.Errorf("%v per second after half a second, want 100", got)
	}
}

// Of one duration every quantile is that one.
func TestQuantilesOfOne(t *testing.T) {
	var h Histogram
	h.Add(1853 * time.Microsecond)
	for _, p := range []float64{0, 0.5, 0.99, 1} {
		if got := h.Quantile(p); got != 1853*time.Microsecond {
			t.Errorf("quantile %v is %v", p, got)
		}
	}
}
