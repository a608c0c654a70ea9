package queue

import "time"

// run is the one goroutine of an engine. It ends with Close.
func (e *Engine) run() {
	defer close(e.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		wait, more := e.turn()
		switch {
		case !more:
			return
		case wait > 0:
			timer.Reset(wait)
			select {
			case <-e.wake:
			case <-timer.C:
			}
		}
	}
}

// spareMost is how many tasks the room is for that is used again.
const spareMost = 1024

// turn does what is to be done in order: it rings what is due, hands out at most
// one message, and then, without the lock, tells what happened. It says how long
// nothing else will be to do; more is false when the engine is closed.
func (e *Engine) turn() (wait time.Duration, more bool) {
	e.mu.Lock()
	now := e.now()
	var c *Consuming
	var d *Delivery
	var compacting bool
	if !e.closed {
		e.alarms.ring(now)
		c, d = e.pick()
		compacting = e.compact()
	}
	tasks := e.tasks
	e.tasks, e.spare = e.spare, nil
	if len(tasks) == 0 && d == nil && len(e.dirty) == 0 && !compacting {
		wait = time.Hour
		if at, ok := e.alarms.next(); ok {
			wait = max(at.Sub(now), 1)
		}
	}
	more = !e.closed || len(tasks) > 0
	e.mu.Unlock()

	for i, t := range tasks {
		if t.do != nil {
			t.do()
		} else {
			e.opts.Observe(t.move)
		}
		tasks[i] = task{}
	}
	if cap(tasks) <= spareMost {
		e.spare = tasks[:0]
	}
	if d != nil && !c.deliver(d) {
		e.mu.Lock()
		c.paused = !c.resumed
		e.mu.Unlock()
	}
	return wait, more
}

// pick takes the queues in turn and hands out one message.
func (e *Engine) pick() (*Consuming, *Delivery) {
	for len(e.dirty) > 0 {
		q := e.dirty[0]
		e.dirty = e.dirty[1:]
		q.dirty = false
		if q.deleted {
			continue
		}
		q.serve()
		if c, d := q.pick(); d != nil {
			q.mark()
			return c, d
		}
	}
	return nil, nil
}
