package lab

import (
	"context"
	"time"
)

// notice is how long a kill waits at most for a broker to notice it.
const notice = 2 * time.Second

// leaving looks up what the brokers serve at these addresses, from which an
// instance had dialled that is about to be killed. What it returns waits until
// the brokers have noticed that it is gone. A kill is complete only then: what is
// sent after it waits for the next incarnation, and is not delivered to a dead one.
//
// Kafka delivers nothing by itself: its consumers fetch, and a member that
// crashed is detected by its group.
func (l *Lab) leaving(peers []string) (noticed func()) {
	if len(peers) == 0 { // a node of a broker, which is locked
		return func() {}
	}
	var all []func(context.Context)
	for _, b := range l.brokers {
		if wait := b.leaves(peers); wait != nil {
			all = append(all, wait)
		}
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), notice)
		defer cancel()
		for _, wait := range all {
			wait(ctx)
		}
	}
}

// leaves is nil when nothing has to be waited for: one that is paused notices nothing.
func (b *broker) leaves(peers []string) func(context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.run == nil || b.thaw[whole] != nil || b.leaving == nil {
		return nil
	}
	return b.leaving(b.run, peers)
}
