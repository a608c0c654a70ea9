package gateway

import (
	"container/list"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// mostVariants bounds the responses that are kept of one path.
const mostVariants = 16

// responses are stored responses within a bound of bytes; the one that was used
// longest ago goes first. Each path has a list of variants, the newest first.
type responses struct {
	most int

	mu   sync.Mutex
	all  map[string]*list.Element
	age  list.List // of *shelf
	used int
}

type shelf struct {
	key      string
	variants []*entry
}

func newResponses(most int) *responses {
	return &responses{most: most, all: map[string]*list.Element{}}
}

// find finds the stored response for a request; nil = there is none.
func (r *responses) find(key string, request sim.Header) *entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.all[key]
	if !ok {
		return nil
	}
	r.age.MoveToBack(at)
	for _, e := range at.Value.(*shelf).variants {
		if e.fits(request) {
			return e
		}
	}
	return nil
}

// put stores a response in the place of the one that it replaces.
func (r *responses) put(key string, e *entry, request sim.Header) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.remove(key, request)
	at, ok := r.all[key]
	if !ok {
		at = r.age.PushBack(&shelf{key: key})
		r.all[key] = at
		r.used += len(key)
	}
	s := at.Value.(*shelf)
	s.variants = append([]*entry{e}, s.variants...)
	r.used += e.size()
	for len(s.variants) > mostVariants {
		r.used -= s.variants[len(s.variants)-1].size()
		s.variants = s.variants[:len(s.variants)-1]
	}
	r.age.MoveToBack(at)
	for r.used > r.most && r.age.Len() > 0 {
		r.drop(r.age.Front())
	}
}

// remove takes away what answers a request; mu is held.
func (r *responses) remove(key string, request sim.Header) {
	at, ok := r.all[key]
	if !ok {
		return
	}
	s := at.Value.(*shelf)
	var left []*entry
	for _, e := range s.variants {
		if e.fits(request) {
			r.used -= e.size()
		} else {
			left = append(left, e)
		}
	}
	s.variants = left
}

// forget takes away all that is stored of a path.
func (r *responses) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, ok := r.all[key]; ok {
		r.drop(at)
	}
}

func (r *responses) drop(at *list.Element) {
	s := at.Value.(*shelf)
	for _, e := range s.variants {
		r.used -= e.size()
	}
	r.used -= len(s.key)
	delete(r.all, s.key)
	r.age.Remove(at)
}
