package queue

import (
	"context"
	"slices"
	"time"
)

// receiver is somebody who waits in Receive.
type receiver struct {
	n          int
	visibility time.Duration
	found      chan []*Delivery // one answer; closed when the queue is gone
}

// Receive takes up to n messages. It waits until there is at least one, or until
// ctx ends: then it returns none and nil. Nobody holds what it returns: unless
// settled, it comes back after visibility, measured from now on; 0 = after
// Settings.Visibility, or never when that is 0 too. Of a group in a FIFO queue it
// may take several at once, in order. A queue that is gone gives ErrClosed.
func (q *Queue) Receive(ctx context.Context, n int, visibility time.Duration) ([]*Delivery, error) {
	r := &receiver{n: max(n, 1), visibility: visibility, found: make(chan []*Delivery, 1)}
	if now, err := q.receive(r); len(now) > 0 || err != nil {
		return now, err
	}
	select {
	case <-ctx.Done():
	case ds, ok := <-r.found:
		return answer(ds, ok)
	}
	q.engine.mu.Lock()
	q.receivers = slices.DeleteFunc(q.receivers, func(o *receiver) bool { return o == r })
	q.used()
	q.engine.unlock()
	select {
	case ds, ok := <-r.found: // both came at once
		return answer(ds, ok)
	default:
		return nil, nil
	}
}

func answer(ds []*Delivery, ok bool) ([]*Delivery, error) {
	if !ok {
		return nil, ErrClosed
	}
	return ds, nil
}

// receive takes what is there. If nothing is, r waits.
func (q *Queue) receive(r *receiver) ([]*Delivery, error) {
	q.engine.mu.Lock()
	defer q.engine.unlock()
	if q.gone() {
		return nil, ErrClosed
	}
	q.used()
	ds := q.takeFor(r)
	if len(ds) == 0 {
		q.receivers = append(q.receivers, r)
		q.used()
	}
	return ds, nil
}

// takeFor takes for a receiver what is there now.
func (q *Queue) takeFor(r *receiver) (ds []*Delivery) {
	visibility := r.visibility
	if visibility == 0 {
		visibility = q.settings.Visibility
	}
	now := q.engine.now()
	for len(ds) < r.n {
		m := q.next(now, q.line.first(), nil)
		if m == nil {
			break
		}
		ds = append(ds, q.handOut(m, nil, nil, visibility))
		for g := q.groups[m.Group]; q.settings.FIFO && g != nil && len(g.waiting) > 0 && len(ds) < r.n; {
			if m = g.waiting[0]; m.expired(now) {
				q.bury(m, Expired)
			} else {
				ds = append(ds, q.handOut(m, nil, nil, visibility))
			}
		}
	}
	return ds
}

// serve gives what is ready to those who wait in Receive.
func (q *Queue) serve() {
	for len(q.receivers) > 0 {
		ds := q.takeFor(q.receivers[0])
		if len(ds) == 0 {
			return
		}
		q.receivers[0].found <- ds
		q.receivers = q.receivers[1:]
	}
	q.used()
}

// dismiss sends everybody away who waits in Receive.
func (q *Queue) dismiss() {
	for _, r := range q.receivers {
		close(r.found)
	}
	q.receivers = nil
}
