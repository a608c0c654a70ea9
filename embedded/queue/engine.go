// Package queue is an engine of queues that knows no protocol: messages wait in
// order, are handed out to whoever has room, come back when they were not
// settled, and are buried when nobody wants them. The brokers of this program
// give it a protocol and a name.
//
//	e, err := queue.Open(queue.Options{Dir: dir})
//	q, _, err := e.Declare("orders", queue.Settings{Durable: true})
//	id, err := q.Put(queue.Message{Body: body, Persistent: true})
//	err = e.Flush() // now it survives a killed process
//
//	h := e.Hold()
//	c, err := h.Consume(q, queue.Consumer{}, func(d *queue.Delivery) bool { out <- d; return true })
//	…
//	d.Ack()
//
// An engine has one lock and one goroutine. The lock guards everything; the
// goroutine hands out messages, tells what moved, buries, and keeps the time.
// So callbacks never run under a lock, come one after another in the order in
// which things happened, and may call the engine again; while one of them
// blocks, the whole engine waits. Only Close must not be called by a callback.
package queue

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Engine keeps queues. Its methods, and those of everything it gives out, may
// be called by many goroutines.
type Engine struct {
	opts Options
	wake chan struct{} // the loop has something to do
	done chan struct{} // the loop has ended

	// mu guards what follows, and everything in queues, holders and deliveries.
	// Methods in lower case expect it to be held, unless they say otherwise.
	mu      sync.Mutex
	closed  bool
	queues  map[string]*Queue
	saved   map[string]*saved
	lastID  uint64 // of a message or queue
	lastTag uint64
	bytes   int64         // in all queues
	tight   chan struct{} // nil = there is room
	alarms  alarms
	tasks   []task
	spare   []task   // empty; the loop's own
	store   *store   // nil: nothing is kept
	dirty   []*Queue // may have something to hand out
}

// Open starts an engine, with the queues, messages and saved values it finds in
// Options.Dir. Close ends it. One directory serves one engine at a time.
func Open(o Options) (*Engine, error) {
	e, err := prepare(o, segmentSize)
	if err != nil {
		return nil, err
	}
	go e.run() // ends with Close
	return e, nil
}

// prepare makes an engine whose loop is yet to run.
func prepare(o Options, segment int64) (*Engine, error) {
	e := &Engine{
		opts:   o.withDefaults(),
		wake:   make(chan struct{}, 1),
		done:   make(chan struct{}),
		queues: map[string]*Queue{},
		saved:  map[string]*saved{},
	}
	// Tags of this opening never meet those of another: nobody hands out more than
	// one message a nanosecond.
	e.lastTag = uint64(e.now().UnixNano())
	if o.Dir != "" {
		if err := e.open(segment); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Close stores what is to be stored and ends the engine; it waits for the
// callback that runs. Queues that are in memory alone end with it, and are told to
// be gone. Who waits in Receive hears ErrClosed; what was in hand is
// there again after Open. A second Close does nothing.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		<-e.done
		return nil
	}
	e.closed = true
	for _, q := range e.queues {
		q.dismiss()
		if !q.settings.Durable || e.store == nil {
			q.say(Deleted, nil, "it was in memory, and the broker ended")
		}
	}
	e.mu.Unlock()
	e.rouse()
	<-e.done
	return e.close()
}

// Declare returns the queue of that name; created says that there was none. The
// settings of a queue that exists are left alone.
func (e *Engine) Declare(name string, s Settings) (q *Queue, created bool, err error) {
	e.mu.Lock()
	defer e.unlock()
	if e.closed {
		return nil, false, ErrClosed
	}
	if q, ok := e.queues[name]; ok {
		q.used()
		return q, false, nil
	}
	if err := s.validate(); err != nil {
		return nil, false, fmt.Errorf("queue %q: %w", name, err)
	}
	e.lastID++
	q = newQueue(e, e.lastID, name, s)
	e.queues[name] = q
	if s.Durable {
		e.keep(&q.place, q)
	}
	q.say(Created, nil, "")
	q.used()
	q.changed()
	return q, true, nil
}

// Queue finds a queue by its name.
func (e *Engine) Queue(name string) (*Queue, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	q, ok := e.queues[name]
	return q, ok
}

// Queues are all queues, by name.
func (e *Engine) Queues() []*Queue {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]*Queue, 0, len(e.queues))
	for _, q := range e.queues {
		all = append(all, q)
	}
	slices.SortFunc(all, func(a, b *Queue) int { return strings.Compare(a.name, b.name) })
	return all
}

// Delete removes a queue with all its messages, buried by nobody, and says how
// many were ready. Its consumers hear Cancelled; what is in hand can no longer
// be settled. A queue that is gone has none.
func (e *Engine) Delete(q *Queue) (ready int) {
	e.mu.Lock()
	defer e.unlock()
	return q.delete("the queue was deleted")
}

func (e *Engine) now() time.Time { return e.opts.Now() }

// unlock releases the lock, and wakes the loop if there is something to do.
func (e *Engine) unlock() {
	work := len(e.tasks) > 0 || len(e.dirty) > 0 || e.alarms.sooner
	e.mu.Unlock()
	if work {
		e.rouse()
	}
}

func (e *Engine) rouse() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// byID orders messages as they were put.
func byID(a, b *entry) int { return cmp.Compare(a.ID, b.ID) }
