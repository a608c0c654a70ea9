// Package directory is a registry of services: which instances there are, where they
// are, and how they are. It speaks no protocol. Several interfaces (Eureka, Consul,
// Kubernetes) can show and change one directory, and each sees what the others did.
//
//	d := directory.New(directory.Options{})
//	_, err := d.Put(directory.Instance{ID: "product-1", Service: "product", Addr: "127.0.0.1", Port: 8080})
//	d.SetStatus("product-1", directory.Critical, "TTL expired")
//	all, index := d.Service("product")
//	index = d.Wait(ctx, index) // until something changes
//
// A directory has no leases and no clock of its own: who registered an instance decides
// when it is lost. So an instance that was killed stays until somebody removes it.
package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options of a directory. The zero value works.
type Options struct {
	// Max is how many instances it holds, 0 = [DefaultMax].
	Max int
	// Observe hears what changes, in order and after it has; nil = nobody listens. It is
	// called without a lock, by one goroutine at a time, and must not block. A change
	// that another goroutine makes meanwhile is told by the first one.
	Observe func(Move)
}

// DefaultMax is how many instances a directory holds when its Options do not say.
const DefaultMax = 20000

// Directory is the registry. Its methods may be called by many goroutines.
type Directory struct {
	max     int
	observe func(Move)

	mu       sync.Mutex
	index    uint64
	vanished uint64 // the index at which a service last lost its last instance
	byID     map[string]*Instance
	services map[string]*service
	all      []*Instance   // sorted; nil = to be made again
	names    []string      // sorted; nil = to be made again
	changed  chan struct{} // closed at the next change
	untold   []Move
	telling  bool
}

// service holds the instances of one service.
type service struct {
	byID    map[string]*Instance
	sorted  []*Instance // nil = to be made again
	changed uint64
}

// New returns an empty directory with index 1, as after a restart.
func New(o Options) *Directory {
	if o.Max <= 0 {
		o.Max = DefaultMax
	}
	return &Directory{
		max: o.Max, observe: o.Observe, index: 1, vanished: 1,
		byID: map[string]*Instance{}, services: map[string]*service{}, changed: make(chan struct{}),
	}
}

// Put registers an instance, or replaces the one of the same ID, and returns the index of
// that. The same instance again is a renewal and no change. Fields that say when are set
// here; a status that stayed the same keeps its time. An [Error] says that the instance
// cannot be held.
func (d *Directory) Put(i Instance) (uint64, error) {
	if err := i.complete(); err != nil {
		return 0, err
	}
	now := time.Now()
	i.Registered, i.Since, i.renewed = now, now, new(atomic.Int64)
	i.renewed.Store(now.UnixNano())
	d.mu.Lock()
	old := d.byID[i.ID]
	if old == nil && len(d.byID) >= d.max {
		d.mu.Unlock()
		return 0, &Error{fmt.Sprintf("the registry holds %d instances already, and no more than that", d.max), true}
	}
	if old != nil && old.Service == i.Service && i.same(old) {
		d.renew(old)
		return old.Modified, nil
	}
	m := Move{Kind: Registered}
	d.bump()
	i.Created, i.Modified = d.index, d.index
	if old != nil {
		m.Kind, m.From = Replaced, old.Status
		i.Created = old.Created
		if old.Status == i.Status {
			i.Since = old.Since
		}
		if old.Service != i.Service {
			d.drop(old)
		}
	}
	d.hold(&i)
	m.Instance, m.Index, m.Why = &i, d.index, i.Why
	index := d.index
	d.tell(m)
	return index, nil
}

// SetStatus says how an instance is, and why; that renews it too. Only another status or
// reason is a change. It returns false if there is no such instance.
func (d *Directory) SetStatus(id string, s Status, why string) bool {
	return d.Change(id, func(i *Instance) { i.Status, i.Why = s, why })
}

// Change replaces an instance by a copy that edit has changed: status, weight, metadata …
// Maps and slices must be replaced, not written to. That renews it too. It returns false
// if there is no such instance, or if it cannot be held as it has become.
func (d *Directory) Change(id string, edit func(*Instance)) bool {
	d.mu.Lock()
	old := d.byID[id]
	if old == nil {
		d.mu.Unlock()
		return false
	}
	now := *old
	edit(&now)
	now.ID, now.Service = old.ID, old.Service
	if now.complete() != nil {
		d.mu.Unlock()
		return false
	}
	at := time.Now()
	now.renewed.Store(at.UnixNano())
	if now.same(old) {
		d.mu.Unlock()
		return true
	}
	kind := Replaced
	if now.Status != old.Status {
		kind, now.Since = StatusChanged, at
	}
	d.bump()
	now.Modified = d.index
	d.hold(&now)
	d.tell(Move{Kind: kind, Instance: &now, From: old.Status, Index: d.index, Why: now.Why})
	return true
}

// Renew says that an instance was heard of. That is no change: the index stays. It
// returns false if there is no such instance.
func (d *Directory) Renew(id string) bool {
	d.mu.Lock()
	i := d.byID[id]
	if i == nil {
		d.mu.Unlock()
		return false
	}
	d.renew(i)
	return true
}

// renew notes that an instance was heard of, and gives the lock back.
func (d *Directory) renew(i *Instance) {
	i.renewed.Store(time.Now().UnixNano())
	d.tell(Move{Kind: Renewed, Instance: i, From: i.Status, Index: d.index})
}

// Remove takes an instance out, for a reason: deregistered, evicted … It returns false if
// there is no such instance.
func (d *Directory) Remove(id, why string) bool {
	d.mu.Lock()
	i := d.byID[id]
	if i == nil {
		d.mu.Unlock()
		return false
	}
	d.bump()
	d.drop(i)
	d.tell(Move{Kind: Removed, Instance: i, From: i.Status, Index: d.index, Why: why})
	return true
}

// Touch raises the index without a change of an instance, and wakes who waits: what
// Consul keeps beside services has the same index. It returns the new one.
func (d *Directory) Touch() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bump()
	return d.index
}

// Get returns an instance, or nil. Nobody may write to it.
func (d *Directory) Get(id string) *Instance {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.byID[id]
}

// Service returns the instances of a service by their ids, and the index at which they
// last changed. Of a service that does not exist, that is the last index at which one
// vanished. The result is shared: nobody may write to it.
func (d *Directory) Service(name string) ([]*Instance, uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.services[name]
	if s == nil {
		return nil, d.vanished
	}
	if s.sorted == nil {
		s.sorted = byID(s.byID)
	}
	return s.sorted, s.changed
}

// All returns all instances by service and id, and the index of that. The result is
// shared: nobody may write to it.
func (d *Directory) All() ([]*Instance, uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil {
		d.all = make([]*Instance, 0, len(d.byID))
		for _, name := range d.sortedNames() {
			s := d.services[name]
			if s.sorted == nil {
				s.sorted = byID(s.byID)
			}
			d.all = append(d.all, s.sorted...)
		}
	}
	return d.all, d.index
}

// Services returns the names of all services that have an instance, sorted, and the index
// of that. The result is shared: nobody may write to it.
func (d *Directory) Services() ([]string, uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sortedNames(), d.index
}

// Len is how many instances there are.
func (d *Directory) Len() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.byID)
}

// Index is one for all instances and services. It grows by one with every change, and
// starts low again in another directory: who kept one of before must begin at 0.
func (d *Directory) Index() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.index
}

// Changed returns the index, and a channel that is closed when it grows.
func (d *Directory) Changed() (uint64, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.index, d.changed
}

// Wait returns the index as soon as it is higher than after, or when ctx ends. That the
// index is lower is for the caller to find: after a restart it would wait for long.
func (d *Directory) Wait(ctx context.Context, after uint64) uint64 {
	for {
		index, changed := d.Changed()
		if index > after {
			return index
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return index
		}
	}
}

// bump raises the index and wakes who waits. The lock is held.
func (d *Directory) bump() {
	d.index++
	close(d.changed)
	d.changed = make(chan struct{})
}

// hold puts an instance in its place. The lock is held.
func (d *Directory) hold(i *Instance) {
	s := d.services[i.Service]
	if s == nil {
		s = &service{byID: map[string]*Instance{}}
		d.services[i.Service] = s
		d.names = nil
	}
	d.byID[i.ID], s.byID[i.ID] = i, i
	s.sorted, s.changed, d.all = nil, d.index, nil
}

// drop takes an instance from its place. The lock is held.
func (d *Directory) drop(i *Instance) {
	s := d.services[i.Service]
	delete(d.byID, i.ID)
	delete(s.byID, i.ID)
	s.sorted, s.changed, d.all = nil, d.index, nil
	if len(s.byID) == 0 {
		delete(d.services, i.Service)
		d.names, d.vanished = nil, d.index
	}
}

func (d *Directory) sortedNames() []string {
	if d.names == nil {
		d.names = make([]string, 0, len(d.services))
		for name := range d.services {
			d.names = append(d.names, name)
		}
		slices.Sort(d.names)
	}
	return d.names
}

func byID(all map[string]*Instance) []*Instance {
	sorted := make([]*Instance, 0, len(all))
	for _, i := range all {
		sorted = append(sorted, i)
	}
	slices.SortFunc(sorted, func(a, b *Instance) int { return strings.Compare(a.ID, b.ID) })
	return sorted
}

// tell passes a move on and gives the lock back. Whoever comes while another goroutine
// tells leaves its move to that one, so that moves are told in order.
func (d *Directory) tell(m Move) {
	defer d.mu.Unlock()
	if d.observe == nil {
		return
	}
	d.untold = append(d.untold, m)
	if d.telling {
		return
	}
	d.telling = true
	for len(d.untold) > 0 {
		moves := d.untold
		d.untold = nil
		d.mu.Unlock()
		for _, m := range moves {
			d.observe(m)
		}
		d.mu.Lock()
	}
	d.telling = false
}
