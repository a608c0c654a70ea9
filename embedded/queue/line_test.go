package queue

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A line is in the order of a sorted slice, whatever comes and goes.
func TestLine(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		var l line
		var model []*entry
		order := func(a, b *entry) int {
			if before(a, b) {
				return -1
			}
			return 1
		}
		for id := range uint64(2000) {
			if len(model) > 0 && r.IntN(5) < 2 {
				i := r.IntN(len(model))
				l.remove(model[i])
				if again := r.IntN(2) == 0; again {
					l.add(model[i])
				} else {
					model = slices.Delete(model, i, i+1)
				}
			}
			m := &entry{Message: Message{ID: id*7919%2003 + 1, Priority: uint8(r.IntN(3))}}
			l.add(m)
			model = append(model, m)
			slices.SortFunc(model, order)
		}
		i := 0
		for m := l.first(); m != nil; m = l.after(m) {
			if i >= len(model) || m != model[i] {
				t.Fatalf("seed %d: place %d is wrong", seed, i)
			}
			if l.from(&entry{Message: m.Message}) != m {
				t.Fatalf("seed %d: place %d is not found", seed, i)
			}
			i++
		}
		if i != len(model) || l.len != i || l.tail[0] != model[i-1] {
			t.Fatalf("seed %d: %d entries, it says %d, want %d", seed, i, l.len, len(model))
		}
		for _, m := range model {
			l.remove(m)
		}
		if l.len != 0 || l.head != [levels]*entry{} || l.tail != [levels]*entry{} {
			t.Fatalf("seed %d: it is not empty", seed)
		}
	}
}
