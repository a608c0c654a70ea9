package world

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// faults are all faults of a world: those that are armed and, for their
// receipts, the last ones that were cleared. The zero value is ready to use.
type faults struct {
	mu    sync.Mutex
	next  map[string]int // last number given, by first letter
	all   []*armed       // in the order they were armed
	slots map[string]*slot

	arming sync.Mutex               // one rearm at a time
	skews  atomic.Pointer[[]*armed] // clocks that are wrong; nil = none
}

// Bounds of a world's faults.
const (
	maxArmed = 100 // at the same time
	maxKept  = 100 // receipts of cleared ones
)

// inject makes a fault of a command, arms it and returns its id and text.
func (w *World) inject(ctx context.Context, c sim.Inject) (string, error) {
	f, err := w.makeFault(c.Fault, c.Target, c.Params)
	if err != nil {
		return "", err
	}
	to, err := w.aim(c.Target, f.Form)
	if err != nil {
		return "", err
	}
	a, err := w.arm(ctx, f, to)
	if err != nil {
		return "", err
	}
	return a.id + " armed: " + to.name + " " + f.Text, nil
}

// makeFault makes a fault. Unless it is given a seed, its own is made of the
// world's seed, its id and its target: faults draw independently of each other,
// and the same commands in the same world draw the same again.
func (w *World) makeFault(word, target string, params map[string]string) (fault.Fault, error) {
	f, err := fault.Make(word, params)
	if _, own := params["seed"]; err != nil || own || !f.Form.Row().Has("seed") {
		return f, err
	}
	sum := fnv.New64a()
	fmt.Fprintf(sum, "%d %s %s", w.spec.Seed, w.faults.nextID(f.Effect), target)
	with := map[string]string{"seed": strconv.FormatUint(sum.Sum64(), 10)}
	maps.Copy(with, params)
	seeded, err := fault.Make(word, with)
	seeded.Text = f.Text
	return seeded, err
}

// target is what a fault is aimed at.
type target struct {
	name  string
	link  *link // nil for a box, and for the way from a topic
	place wire.Place

	boxes   []Box   // what it is; nil for a link
	product Product // of which; nil = of a service
}

// aim finds what a name means and checks that the fault can be aimed at it.
func (w *World) aim(name string, f fault.Form) (target, error) {
	kind, t := form.Service, target{name: name}
	switch {
	case strings.ContainsAny(name, ":→>"):
		id, err := sim.ParseLink(name)
		if err != nil {
			return t, err
		}
		base, _, _ := strings.Cut(string(id), "@")
		if f.Level == fault.OnQueue || f.Level == fault.OnBroker {
			return w.aimAtQueue(id, f)
		}
		k, ok := w.links[sim.LinkID(base)]
		if !ok {
			return t, sim.Unknown("link", name, w.spec.Names().Links)
		}
		kind, t = form.Link, target{name: string(id), link: k, place: wire.Place{Link: id}}
	default:
		var err error
		if t.boxes, t.product, err = w.boxes(name, false); err != nil {
			return t, err
		}
		self := t.boxes[0].Self()
		switch {
		case t.product != nil:
			kind = form.Broker
		case strings.Contains(name, "#"):
			kind, t.place.Instance = form.Instance, self
		default:
			t.place.Instance.Service = self.Service
		}
	}
	if !f.Row().Aims(kind) {
		return t, sim.Invalidf("%s cannot be aimed at a %s", f.Word, kind).WithFix("such as: %s", f.Example)
	}
	return t, nil
}

// arm gives a fault its id and lets it hit from now on.
func (w *World) arm(ctx context.Context, f fault.Fault, to target) (*armed, error) {
	a := &armed{w: w, fault: f, to: to, draw: f.Scope.Draw(), gone: make(chan struct{}), missed: map[string]int64{}}
	var err error
	if a.down, err = victims(f, to); err != nil {
		return nil, err
	}
	if err := a.upset(); err != nil {
		return nil, err
	}
	if err := w.faults.add(a); err != nil {
		return nil, err
	}
	a.record(sim.Armed{Fault: a.id, Text: to.name + " " + f.Text})
	if err := a.begin(ctx); err != nil {
		return nil, errors.Join(err, a.clear(ctx))
	}
	if d := f.Scope.For; d > 0 {
		w.run.Go(func() { a.expire(d) })
	}
	return a, nil
}

// expire clears the fault when its time is over.
func (a *armed) expire(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		a.w.soon(func() { _ = a.clear(a.w.ctx) }) // what cannot be started again stays stopped, and shows so
	case <-a.gone:
	case <-a.w.ctx.Done():
	}
}

// soon runs f as a command of its own, unless the world ends first. It never
// stands in the way of that: whoever closes a world holds the lock and waits.
func (w *World) soon(f func()) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !w.doing.TryLock() {
		select {
		case <-tick.C:
		case <-w.ctx.Done():
			return
		}
	}
	defer w.doing.Unlock()
	if w.ctx.Err() == nil {
		f()
	}
}

// noFault names the faults there are: ids are too short for a nearest one.
func noFault(id string, all []string) error {
	e := sim.Errorf(sim.NotFound, "there is no fault %q", id)
	switch {
	case len(all) == 0:
		return e.WithFix("no fault is armed")
	case len(all) > 20:
		return e.WithFix("look: show faults")
	default:
		return e.WithFix("there are: %s", strings.Join(all, ", "))
	}
}

// clear takes faults away: by id, by target, or all.
func (w *World) clear(ctx context.Context, c sim.Clear) (string, error) {
	which := w.faults.match(c.Target)
	if len(which) == 0 && c.Target != "all" {
		if _, err := w.aim(c.Target, fault.Form{Targets: []string{form.Link, form.Service, form.Instance, form.Broker}}); err != nil {
			return "", noFault(c.Target, w.faults.ids())
		}
	}
	if len(which) == 0 {
		return "no fault is armed", nil
	}
	var ids []string
	for _, a := range which {
		if err := a.clear(ctx); err != nil {
			return "", err
		}
		ids = append(ids, a.id)
	}
	return "cleared " + strings.Join(ids, ", "), nil
}

// add gives a its id: k1 for a kill, p1 for a pause, f1 for all others.
func (s *faults) add(a *armed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, b := range s.all {
		if b.armed() {
			n++
		}
	}
	if n >= maxArmed {
		return sim.Errorf(sim.Exhausted, "%d faults are armed, which is all there may be", n).WithFix("clear some first: clear all")
	}
	letter := letterOf(a.fault.Effect)
	a.id = s.id(letter)
	if s.next == nil {
		s.next = map[string]int{}
	}
	s.next[letter]++
	s.all = append(s.all, a)
	s.forget()
	return nil
}

// letterOf begins the id of a fault.
func letterOf(e fault.Effect) string {
	switch e.(type) {
	case fault.Kill:
		return "k"
	case fault.Pause:
		return "p"
	}
	return "f"
}

// nextID is the id that the next fault with this effect gets.
func (s *faults) nextID(e fault.Effect) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id(letterOf(e))
}

// id is the next one that begins with a letter. The lock is held.
func (s *faults) id(letter string) string { return letter + strconv.Itoa(s.next[letter]+1) }

// forget drops the oldest receipts of cleared faults. The lock is held.
func (s *faults) forget() {
	over := len(s.all) - maxArmed - maxKept
	s.all = slices.DeleteFunc(s.all, func(a *armed) bool {
		if over <= 0 || a.armed() {
			return false
		}
		over--
		return true
	})
}

// list copies the faults, in the order they were armed.
func (s *faults) list() []*armed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}

// match finds the armed faults that a person means.
func (s *faults) match(what string) (which []*armed) {
	for _, a := range s.list() {
		if a.armed() && (what == "all" || what == a.id || what == a.to.name) {
			which = append(which, a)
		}
	}
	return which
}

func (s *faults) ids() (ids []string) {
	for _, a := range s.match("all") {
		ids = append(ids, a.id)
	}
	return ids
}

// forgetFaults clears all faults and drops their receipts: counting starts anew.
func (w *World) forgetFaults(ctx context.Context) error {
	for _, a := range w.faults.match("all") {
		if err := a.clear(ctx); err != nil {
			return err
		}
	}
	w.faults.mu.Lock()
	w.faults.all = nil
	w.faults.mu.Unlock()
	w.rearm()
	return nil
}
