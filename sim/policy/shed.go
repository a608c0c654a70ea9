package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// shed lets so many calls run at once, lets some more wait, and chooses who is refused
// when that is too much:
//
//	order=lifo   the newest goes first: under overload the oldest has the least time left
//	age          a call that has waited so long is refused, whatever its turn
//	keep         when the queue is full, these are refused last: writes or reads
//
// A header "priority: u=N" (RFC 9218: 0 is the most urgent, 3 the default, 7 the least)
// comes before keep. It is ours: no library has a queue with the newest first.
type shed struct {
	base
	most, queue int
	newest      bool
	age         time.Duration
	keep        string

	mu              sync.Mutex
	running         int
	waiting         []*waiter // oldest first
	passed, refused int64
}

type waiter struct {
	urgency int
	turn    chan bool // true = go, false = refused; it has room for one
}

func shedForm() Form {
	return Form{
		Word: "shed", About: "refuse calls by age and priority when more wait than can be worked on",
		Params: []form.Param{
			{Name: "max", Kind: form.Count, Unit: "calls", Default: "20", Min: 1, Max: 10000, About: "how many concurrent calls", Example: "10"},
			{Name: "queue", Kind: form.Count, Unit: "calls", Default: "100", Max: 10000, About: "how many further calls may wait", Example: "50"},
			{Name: "order", Kind: form.Choice, Unit: "word", Default: "fifo", Choices: []string{"fifo", "lifo"}, About: "whether the oldest or the newest goes first", Example: "lifo"},
			{Name: "age", Kind: form.Duration, Unit: "time", Default: "1s", Min: form.Millisecond, Max: form.Minute, About: "how long a call waits at most", Example: "200ms"},
			{Name: "keep", Kind: form.Choice, Unit: "word", Default: "none", Choices: []string{"none", "writes", "reads"}, About: "which calls are refused last when the queue is full", Example: "writes"},
		},
		Example: "guard order:payment shed max=10 order=lifo age=200ms",
		make: func(b base) (Policy, error) {
			v := b.values
			return &shed{base: b, most: v.Count("max"), queue: v.Count("queue"), newest: v.Text("order") == "lifo", age: v.Duration("age"), keep: v.Text("keep")}, nil
		},
	}
}

func (s *shed) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			if why := s.enter(ctx, s.urgency(m)); why != "" {
				return sim.Message{}, s.reject(ctx, "shed", ErrShed, sim.Unavailable, why, 0)
			}
			defer s.leave()
			return next(ctx, m)
		}
	}
}

// urgency is how late a call is refused: 0 the last, 7 the first.
func (s *shed) urgency(m sim.Message) int {
	for part := range strings.SplitSeq(m.Header.Get("priority"), ",") {
		if n, ok := strings.CutPrefix(strings.TrimSpace(part), "u="); ok && len(n) == 1 && n[0] >= '0' && n[0] <= '7' {
			return int(n[0] - '0')
		}
	}
	verb, _ := verbAndKey(m)
	read := verb == "GET" || verb == "HEAD"
	if s.keep == "reads" && read || s.keep == "writes" && !read {
		return 2
	}
	return 3
}

// enter waits for a place; why says why there is none.
func (s *shed) enter(ctx context.Context, urgency int) (why string) {
	w, why := s.line(urgency)
	if w == nil {
		return why
	}
	old := time.NewTimer(s.age)
	defer old.Stop()
	why = "the queue is full, and others are more urgent"
	select {
	case ok := <-w.turn:
		if ok {
			return ""
		}
		return why
	case <-old.C:
		why = "waited " + sim.Human(s.age)
	case <-ctx.Done():
		why = "the caller gave up while it waited"
	}
	if s.withdraw(w) {
		return why
	}
	if <-w.turn { // it was given a place, or refused, at the same moment
		return ""
	}
	return why
}

// line gives a place at once, with no waiter and no reason, or a place in the queue.
func (s *shed) line(urgency int) (w *waiter, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running < s.most {
		s.running++
		s.passed++
		return nil, ""
	}
	if len(s.waiting) >= s.queue && !s.drop(urgency) {
		s.refused++
		return nil, fmt.Sprintf("%d calls run, and %d wait", s.running, len(s.waiting))
	}
	w = &waiter{urgency: urgency, turn: make(chan bool, 1)}
	s.waiting = append(s.waiting, w)
	return w, ""
}

// drop refuses the least urgent of those who wait, if it is less urgent than this:
// of several the one whose turn would come last. The lock is held.
func (s *shed) drop(urgency int) bool {
	at := -1
	for i, w := range s.waiting {
		if w.urgency > urgency && (at < 0 || w.urgency > s.waiting[at].urgency || w.urgency == s.waiting[at].urgency && !s.newest) {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	s.waiting[at].turn <- false
	s.waiting = slices.Delete(s.waiting, at, at+1)
	s.refused++
	return true
}

// withdraw takes a waiter out of the queue; false when it was served already.
func (s *shed) withdraw(w *waiter) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.waiting, w)
	if i < 0 {
		return false
	}
	s.waiting = slices.Delete(s.waiting, i, i+1)
	s.refused++
	return true
}

// leave gives the place to the next.
func (s *shed) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) == 0 {
		s.running--
		return
	}
	next := 0
	if s.newest {
		next = len(s.waiting) - 1
	}
	s.waiting[next].turn <- true
	s.waiting = slices.Delete(s.waiting, next, next+1)
	s.passed++
}

// Gauge shows the places that are taken, and who waits.
func (s *shed) Gauge() Gauge {
	s.mu.Lock()
	defer s.mu.Unlock()
	order := "the oldest first"
	if s.newest {
		order = "the newest first"
	}
	about := fmt.Sprintf("%d at once, %d may wait up to %s, %s", s.most, s.queue, sim.Human(s.age), order)
	if s.keep != "none" {
		about += ", " + s.keep + " are refused last"
	}
	g := s.gauge(about)
	g.Used, g.Of, g.Unit, g.Waiting = float64(s.running), float64(s.most), "at once", int64(len(s.waiting))
	g.Passed, g.Refused = s.passed, s.refused
	return g
}
