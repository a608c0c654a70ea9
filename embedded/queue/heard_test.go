package queue

import (
	"slices"
	"sync"
)

// heard keeps what an engine told, and who was buried.
type heard struct {
	mu      sync.Mutex
	moves   []Move
	burials []Burial
}

func (h *heard) move(m Move) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.moves = append(h.moves, m)
}

func (h *heard) bury(b Burial) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.burials = append(h.burials, b)
}

func (h *heard) of(what What) (found []Move) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.moves {
		if m.What == what {
			found = append(found, m)
		}
	}
	return found
}

func (h *heard) count(what What) int { return len(h.of(what)) }

// story is what happened, without depths.
func (h *heard) story() (all []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.moves {
		if m.What != Depth {
			all = append(all, m.What.String()+" "+string(m.Props))
		}
	}
	return all
}

// graves are bodies and reasons, and are forgotten.
func (h *heard) graves() (all []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, b := range h.burials {
		all = append(all, string(b.Message.Body)+" "+string(b.Reason))
	}
	h.burials = slices.Delete(h.burials, 0, len(h.burials))
	return all
}

// inbox keeps what a consumer was handed. Zero stop: it takes all.
type inbox struct {
	mu   sync.Mutex
	got  []*Delivery
	stop int // it wants no more after so many
}

func (b *inbox) deliver(d *Delivery) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, d)
	return b.stop == 0 || len(b.got) < b.stop
}

func (b *inbox) bodies() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bodies(b.got)
}

// take returns what came since it was called last.
func (b *inbox) take() (all []*Delivery) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, b.got = b.got, nil
	return all
}
