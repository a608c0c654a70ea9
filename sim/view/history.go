package view

import (
	"slices"
	"sort"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of a history.
const (
	KeptHistory = 1 << 17 // events, at least
	keyEvery    = 2000    // events between two key frames of a small world
)

// History is the past of a picture: the events, and a key frame every so often,
// so that the picture after any kept event is one key frame and a short fold away.
//
//	key ▪──events──▪──events──▪──events── Head
//	           At(seq) = clone of the key before seq + fold
//
// It forgets the oldest events first. It belongs to one goroutine.
type History struct {
	head  *Picture
	every int // events between two key frames; more in a big world, whose frames are big
	pages []page
	kept  int
}

// page is a key frame and the events that follow it.
type page struct {
	key    *Picture
	events []sim.Event // never empty
}

// NewHistory is the past of a world in which nothing has happened yet.
func NewHistory(spec *sim.WorldSpec) *History {
	return &History{head: New(spec), every: keyEvery * (1 + (len(spec.Links)+len(spec.Services))/50)}
}

// Apply folds the newest event. Its Seq is above that of all before it.
func (h *History) Apply(e sim.Event) {
	last := len(h.pages) - 1
	if last < 0 || len(h.pages[last].events) >= h.every {
		h.pages = append(h.pages, page{key: h.head.Clone()})
		last++
	}
	h.pages[last].events = append(h.pages[last].events, e)
	h.kept++
	h.head.Apply(e)
	if oldest := len(h.pages[0].events); h.kept-oldest >= KeptHistory && last > 0 {
		h.pages = slices.Delete(h.pages, 0, 1)
		h.kept -= oldest
	}
}

// Missed notes that n events are gone that should come next.
func (h *History) Missed(n uint64) {
	h.Apply(sim.Event{Seq: h.head.Seq + sim.Seq(n), At: h.head.At, Fact: sim.Missed{N: n}})
}

// Head is the newest picture. It goes on to change; it is the history's own.
func (h *History) Head() *Picture { return h.head }

// First is the oldest event that is kept, 0 when there is none.
func (h *History) First() sim.Seq {
	if len(h.pages) == 0 {
		return 0
	}
	return h.pages[0].events[0].Seq
}

// At is the picture after event seq, as a fold of everything up to it would give.
// It belongs to the caller. Before the first kept event it is the picture that
// the first one found; after the last, the newest.
func (h *History) At(seq sim.Seq) *Picture {
	if len(h.pages) == 0 || seq >= h.head.Seq {
		return h.head.Clone()
	}
	pg := h.pages[max(h.pageOf(seq), 0)]
	p := pg.key.Clone()
	for _, e := range pg.events {
		if e.Seq > seq {
			break
		}
		p.Apply(e)
	}
	return p
}

// Event returns a kept event.
func (h *History) Event(seq sim.Seq) (sim.Event, bool) {
	if n := h.pageOf(seq); n >= 0 {
		es := h.pages[n].events
		if i := place(es, seq+1) - 1; es[i].Seq == seq {
			return es[i], true
		}
	}
	return sim.Event{}, false
}

// Next is the first kept event after seq; false when there is none.
func (h *History) Next(seq sim.Seq) (sim.Seq, bool) {
	n := max(h.pageOf(seq), 0)
	for ; n < len(h.pages); n++ {
		if es := h.pages[n].events; place(es, seq+1) < len(es) {
			return es[place(es, seq+1)].Seq, true
		}
	}
	return seq, false
}

// Prev is the last kept event before seq; false when there is none.
func (h *History) Prev(seq sim.Seq) (sim.Seq, bool) {
	if seq == 0 {
		return 0, false
	}
	n := h.pageOf(seq - 1)
	if n < 0 {
		return seq, false
	}
	es := h.pages[n].events
	return es[place(es, seq)-1].Seq, true
}

// pageOf is the last page that begins at or before seq; -1 when none does.
func (h *History) pageOf(seq sim.Seq) int {
	return sort.Search(len(h.pages), func(i int) bool { return h.pages[i].events[0].Seq > seq }) - 1
}

// place is the index of the first event at or after seq.
func place(es []sim.Event, seq sim.Seq) int {
	return sort.Search(len(es), func(i int) bool { return es[i].Seq >= seq })
}
