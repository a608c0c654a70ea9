package queue

import "time"

// Move is something that happened in a queue.
type Move struct {
	Queue string
	What  What

	// Messages that wait, and messages in hand, after it.
	Ready, Unacked int64
	Oldest         time.Time // with Depth: when the oldest message that waits was put; zero = none waits

	// Of the message, except with Depth, Created and Deleted.
	ID    uint64
	Props []byte
	Tries int // how often it was handed out

	Why string // in a few words, where it is not plain
}

// What says what a Move is about.
type What uint8

const (
	Depth       What = iota + 1 // Ready and Unacked are now these: after each change, after many at most every 20 ms, and always after the last
	Taken                       // a message was handed out
	Acked                       // it was handled; or handed out to somebody who does not acknowledge
	Redelivered                 // it came back, to be handed out again
	Buried                      // it left the queue unconsumed; Why is the Reason
	Dropped                     // it was thrown away with others, by Purge or Delete
	Created                     // the queue is new
	Deleted                     // the queue is gone
)

func (w What) String() string {
	return [...]string{"", "depth", "taken", "acked", "redelivered", "buried", "dropped", "created", "deleted"}[w]
}

// A change of the depth is told at once, so that whoever looks at one message sees the
// queue as it was then. Under load depths are told less often: depthBurst of them at
// once, and one more every depthEvery.
const (
	depthEvery = 20 * time.Millisecond
	depthBurst = 12
)

// task is something the loop does outside the lock: it tells a move, or calls.
type task struct {
	move Move
	do   func()
}

// say tells what happened to a message, or to the queue.
func (q *Queue) say(what What, m *entry, why string) {
	if q.engine.opts.Observe == nil {
		return
	}
	move := Move{Queue: q.name, What: what, Ready: int64(q.waiting), Unacked: int64(len(q.inHand)), Why: why}
	if what == Depth {
		move.Oldest = q.oldestPut()
	}
	if m != nil {
		move.ID, move.Props, move.Tries = m.ID, m.Props, m.tries
	}
	q.engine.tasks = append(q.engine.tasks, task{move: move})
}

// changed sees to it that the depth is told.
func (q *Queue) changed() {
	if r := &q.depth; q.engine.opts.Observe != nil && r.alarm.place == 0 && !q.deleted {
		q.engine.alarms.set(&r.alarm, r.due(q.engine.now()))
	}
}

// depthReport tells the depth of a queue, now and then.
type depthReport struct {
	queue  *Queue
	alarm  alarm
	last   time.Time
	recent int // how many were told lately: one less every depthEvery
}

// due is when the next one may be told.
func (r *depthReport) due(now time.Time) time.Time {
	if r.lately(now) < depthBurst {
		return now
	}
	return r.last.Add(depthEvery)
}

func (r *depthReport) lately(now time.Time) int {
	return int(max(time.Duration(r.recent)-now.Sub(r.last)/depthEvery, 0))
}

// ring implements [ringer].
func (r *depthReport) ring(now time.Time) {
	r.recent, r.last = min(r.lately(now)+1, depthBurst), now
	r.queue.say(Depth, nil, "")
}

// disuse deletes a queue that nobody used for as long as its settings allow.
type disuse struct {
	queue *Queue
	alarm alarm
}

// used begins the time of disuse anew; it does not run while somebody consumes.
func (q *Queue) used() {
	var at time.Time
	if q.settings.Expires > 0 && !q.gone() && len(q.consumers)+len(q.receivers) == 0 {
		at = q.engine.now().Add(q.settings.Expires)
	}
	q.engine.alarms.set(&q.disuse.alarm, at)
}

// ring implements [ringer].
func (u *disuse) ring(time.Time) {
	q := u.queue
	q.delete("it was not used")
	if heard := q.engine.opts.Expired; heard != nil {
		q.engine.tasks = append(q.engine.tasks, task{do: func() { heard(q) }})
	}
}
