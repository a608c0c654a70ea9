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

type attempt struct {
	taken []*queue.Delivery
	at    time.Time
}

// An attempt is remembered for five minutes, and no more than so many of them.
const (
	attemptFor  = 5 * time.Minute
	maxAttempts = 10_000
)

// again is what an attempt received before, hidden anew; nil when it received
// nothing, or when one of its messages was deleted or is visible again.
func (a *attempts) again(id string, hidden time.Duration, now time.Time) []*queue.Delivery {
	a.mu.Lock()
	defer a.mu.Unlock()
	before, ok := a.made[id]
	if id == "" || !ok || now.Sub(before.at) >= attemptFor {
		return nil
	}
	for _, d := range before.taken {
		if _, held := d.Queue.InHand(d.Tag); !held {
			delete(a.made, id)
			return nil
		}
	}
	for _, d := range before.taken {
		d.Extend(hidden)
	}
	return before.taken
}

func (a *attempts) remember(id string, taken []*queue.Delivery, now time.Time) {
	if id == "" || len(taken) == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for old, made := range a.made {
		if now.Sub(made.at) >= attemptFor || len(a.made) >= maxAttempts {
			delete(a.made, old)
		}
	}
	if a.made == nil {
		a.made = map[string]attempt{}
	}
	a.made[id] = attempt{taken, now}
}
