package queue

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// crowd counts who works on what.
type crowd struct {
	testing.TB
	mu     sync.Mutex
	atWork map[uint64]bool
	acked  map[string]int
	left   int
	done   chan struct{}
}

func (c *crowd) begin(d *Delivery) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.atWork[d.ID] {
		c.Errorf("%s is in two hands", d.Body)
	}
	c.atWork[d.ID] = true
}

func (c *crowd) finish(d *Delivery, settle func() bool, acked bool) {
	c.mu.Lock()
	c.atWork[d.ID] = false
	c.mu.Unlock()
	if ok := settle(); !ok || !acked {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acked[string(d.Body)]++
	if c.left--; c.left == 0 {
		close(c.done)
	}
}

// work consumes until all is done. Now and then it goes and comes back, with
// messages in hand.
func (c *crowd) work(e *Engine, q *Queue, r *rand.Rand) {
	for {
		h := e.Hold()
		in := make(chan *Delivery, 10)
		_, err := h.Consume(q, Consumer{Windows: []*Window{NewWindow(cap(in))}}, func(d *Delivery) bool { in <- d; return true })
		if err != nil {
			c.Error(err)
			return
		}
		for range r.IntN(100) + 1 {
			select {
			case <-c.done:
				h.Close()
				return
			case d := <-in:
				c.begin(d)
				switch r.IntN(10) {
				case 0:
					c.finish(d, func() bool { return d.Nack(0) }, false)
				case 1:
					c.finish(d, d.Reject, false)
				default:
					c.finish(d, d.Ack, true)
				}
			}
		}
		h.Close()
	}
}

// Many put, consume, put back, bury, come and go: each message is acknowledged
// once, and never in two hands.
func TestCrowd(t *testing.T) {
	const writers, each = 4, 1500
	var e *Engine
	revive := func(b Burial) {
		q, _ := e.Queue("q")
		if _, err := q.Put(b.Message); err != nil {
			t.Error(err)
		}
	}
	e, err := prepare(Options{Dir: t.TempDir(), Bury: revive, Observe: func(Move) {}}, 64<<10)
	if err != nil {
		t.Fatal(err)
	}
	go e.run() // ends with Close
	defer end(t, e)
	q := declare(t, e, "q", Settings{Durable: true, MaxPriority: 3})
	c := &crowd{TB: t, atWork: map[uint64]bool{}, acked: map[string]int{}, left: writers * each, done: make(chan struct{})}
	var all sync.WaitGroup
	for i := range 5 {
		all.Go(func() { c.work(e, q, rand.New(rand.NewPCG(uint64(i), 1))) })
	}
	for w := range writers {
		all.Go(func() {
			for i := range each {
				m := Message{Body: fmt.Appendf(nil, "%d/%d", w, i), Priority: uint8(i % 4), Persistent: i%2 == 0}
				if _, err := q.Put(m); err != nil {
					t.Error(err)
				}
				if i%50 == 0 {
					if err := e.Flush(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	if n := len(c.acked); n != writers*each {
		t.Errorf("%d messages, want %d", n, writers*each)
	}
	for body, n := range c.acked {
		if n != 1 {
			t.Errorf("%s was acknowledged %d times", body, n)
		}
	}
	if s := q.Stats(); s.Ready+s.Unacked+s.Delayed != 0 {
		t.Errorf("left: %+v", s)
	}
}
