package sqs

import (
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// attempts remembers what was received under a ReceiveRequestAttemptId, so that
// who lost the answer on the way can ask for the same messages again. The zero
// value is empty.
type attempts struct {
	mu   sync.Mutex
	made map[string]attempt
}

// attempt keeps tags alone: what is deleted meanwhile costs no memory.
type attempt struct {
	tags []uint64
	at   time.Time
}

// An attempt is remembered for five minutes, and no more than so many of them.
const (
	attemptFor  = 5 * time.Minute
	maxAttempts = 10_000
)

// again is what an attempt received from q before, hidden anew; nil when it
// received nothing, or when one of its messages was deleted or is visible again.
func (a *attempts) again(q *queue.Queue, id string, hidden time.Duration, now time.Time) (taken []*queue.Delivery) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before, ok := a.made[id]
	if id == "" || !ok || now.Sub(before.at) >= attemptFor {
		return nil
	}
	for _, tag := range before.tags {
		d, held := q.InHand(tag)
		if !held {
			delete(a.made, id)
			return nil
		}
		taken = append(taken, d)
	}
	for _, d := range taken {
		d.Extend(hidden)
	}
	return taken
}

func (a *attempts) remember(id string, taken []*queue.Delivery, now time.Time) {
	if id == "" || len(taken) == 0 {
		return
	}
	made := attempt{at: now}
	for _, d := range taken {
		made.tags = append(made.tags, d.Tag)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for old, before := range a.made {
		if now.Sub(before.at) >= attemptFor || len(a.made) >= maxAttempts {
			delete(a.made, old)
		}
	}
	if a.made == nil {
		a.made = map[string]attempt{}
	}
	a.made[id] = made
}
