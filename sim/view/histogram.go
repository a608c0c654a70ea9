package view

import (
	"math/bits"
	"time"
)

// Histogram counts durations in buckets that grow with them: eight to every
// doubling, so none is wider than an eighth of what it holds, from 1 µs to 67 s.
// It is a value: a copy is a snapshot. The zero value is empty. For published
// numbers there is the log's own, finer one; this one is small and for drawing.
type Histogram struct {
	counts [buckets]uint32
	count  int64
	most   time.Duration
}

const (
	perDoubling = 8
	doublings   = 26
	buckets     = perDoubling * (doublings - 2) // the first 8 µs need no doubling
)

// Add counts one duration. What is longer than 67 s counts as that long, but Max
// stays exact.
func (h *Histogram) Add(d time.Duration) {
	h.counts[bucketOf(d)]++
	h.count++
	h.most = max(h.most, d)
}

// merge adds what another one counted.
func (h *Histogram) merge(o *Histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.count += o.count
	h.most = max(h.most, o.most)
}

// Count is how many were added.
func (h *Histogram) Count() int64 { return h.count }

// Max is the longest one, exactly.
func (h *Histogram) Max() time.Duration { return h.most }

// Quantile is the duration that a share p (0 to 1) of all did not exceed, spread
// evenly inside its bucket; 0 when nothing was added.
func (h *Histogram) Quantile(p float64) time.Duration {
	if h.count == 1 {
		return h.most // it is known exactly
	}
	rank := min(max(p, 0), 1) * float64(h.count)
	below := 0.0
	for i, n := range h.counts {
		if n == 0 {
			continue
		}
		if below+float64(n) >= rank {
			from, to := edges(i)
			return min(from+time.Duration(float64(to-from)*(rank-below)/float64(n)), h.most)
		}
		below += float64(n)
	}
	return h.most
}

// Bucket is how many durations d there were with From ≤ d < To.
type Bucket struct {
	From, To time.Duration
	Count    int64
}

// Buckets returns the buckets from the first to the last that is not empty.
func (h *Histogram) Buckets() []Bucket {
	var bs []Bucket
	for i, n := range h.counts {
		if n == 0 && len(bs) == 0 {
			continue
		}
		from, to := edges(i)
		bs = append(bs, Bucket{from, to, int64(n)})
	}
	for len(bs) > 0 && bs[len(bs)-1].Count == 0 {
		bs = bs[:len(bs)-1]
	}
	return bs
}

func bucketOf(d time.Duration) int {
	us := uint64(max(d, 0) / time.Microsecond)
	if us < perDoubling {
		return int(us)
	}
	shift := bits.Len64(us) - 4 // leaves the four highest bits: 8 to 15
	return min(perDoubling*shift+int(us>>shift), buckets-1)
}

// edges are the bounds of bucket i.
func edges(i int) (from, to time.Duration) {
	if i < perDoubling {
		return time.Duration(i) * time.Microsecond, time.Duration(i+1) * time.Microsecond
	}
	shift := i/perDoubling - 1
	low := time.Duration(i-perDoubling*shift) << shift
	return low * time.Microsecond, (low + 1<<shift) * time.Microsecond
}
