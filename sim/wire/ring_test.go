package wire

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

type kept struct {
	R record
	B string
}

// A ring of any size keeps the newest records, each whole, and forgets the rest.
func TestRing(t *testing.T) {
	for limit := 0; limit < 400; limit += 7 {
		g := ring{limit: limit}
		r := rand.New(rand.NewPCG(1, uint64(limit)))
		var want []kept
		var places []uint64
		for i := range 200 {
			b := make([]byte, r.IntN(limit/2+3))
			for k := range b {
				b[k] = byte(i)
			}
			rec := record{conn: uint32(i), turn: 2, way: in, first: 3, last: 4, total: uint64(len(b) + 5)}
			places = append(places, g.put(rec, b))
			rec.kept = uint32(max(0, min(len(b), limit-header)))
			rec.room = rec.kept
			want = append(want, kept{rec, string(b[:rec.kept])})
			if k := len(want) - 1 - r.IntN(3); k >= 0 && g.extend(places[k], 9, 7) {
				want[k].R.total += 7
				want[k].R.last = 9
			}
			if k := len(want) - 1 - r.IntN(3); k >= 0 && g.holds(places[k]) {
				g.shorten(places[k], 6)
				want[k].R.total -= min(6, want[k].R.total)
				want[k].R.kept = uint32(min(uint64(want[k].R.kept), want[k].R.total))
				want[k].B = want[k].B[:want[k].R.kept]
			}
			var got []kept
			for rec, b := range records(g.snapshot()) {
				got = append(got, kept{rec, string(b)})
			}
			if len(g.buf) > limit {
				t.Fatalf("limit %d: the ring takes %d bytes", limit, len(g.buf))
			}
			if g.gone+uint64(len(got)) != uint64(len(want)) {
				t.Fatalf("limit %d: %d are kept and %d gone, of %d", limit, len(got), g.gone, len(want))
			}
			if newest := want[len(want)-len(got):]; !slices.Equal(newest, got) {
				t.Fatalf("limit %d, after %d (-want +got):\n%s", limit, i, cmp.Diff(newest, got, cmp.AllowUnexported(record{})))
			}
		}
		if limit >= header && len(g.snapshot()) == 0 {
			t.Errorf("limit %d: nothing is kept", limit)
		}
	}
}

func TestCaptureDoesNotAllocate(t *testing.T) {
	c := capture{message: 4 << 10, ring: ring{limit: 64 << 10}}
	var one tap
	request, response := make([]byte, 700), make([]byte, 9000)
	call := func() {
		at := c.add(&one, out, 1, request)
		c.takeBack(&one, at, 1)
		c.add(&one, in, 2, response)
		c.add(&one, in, 3, response)
	}
	for range 100 {
		call()
	}
	if n := testing.AllocsPerRun(100, call); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}

// Clocks only: no socket is needed to see a gate keep its deadlines.
func TestGateKeepsDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gate
		var d deadline
		g.shutFor("f1")
		began := time.Now()
		d.set(began.Add(time.Hour))
		done := make(chan time.Duration)
		go func() { _ = g.wait(nil, &d); done <- time.Since(began) }()
		synctest.Wait()
		d.set(began.Add(2 * time.Second))
		if got := <-done; got != 2*time.Second {
			t.Errorf("held for %v, want 2 s", got)
		}
		go func() { _ = g.wait(nil, nil); done <- time.Since(began) }()
		time.AfterFunc(3*time.Second, func() { g.openFor("f1") })
		if got := <-done; got != 5*time.Second {
			t.Errorf("held until %v, want 5 s", got)
		}
	})
}
