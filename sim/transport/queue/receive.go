package queue

import (
	"context"
	"sync"
	"time"
)

// hand is what an instance has taken from a queue and not yet given back.
type hand struct {
	mu    sync.Mutex
	taken map[delivery]struct{}
}

func (h *hand) take(d delivery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.taken[d] = struct{}{}
}

func (h *hand) free(d delivery) {
	h.mu.Lock()
	delete(h.taken, d)
	h.mu.Unlock()
	d.free()
}

// working tells the broker that what is in hand takes longer.
func (h *hand) working() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for d := range h.taken {
		d.working()
	}
}

// receive calls each, many at once, for the messages of a queue, until the
// connection is gone or broken, or ctx ends. In the last case it waits until what
// is in hand is home. inHand counts that, over all connections.
func receive(ctx context.Context, s session, a address, limit int, broken <-chan struct{}, inHand *sync.WaitGroup, each func(delivery)) {
	h := &hand{taken: map[delivery]struct{}{}}
	var mine sync.WaitGroup // of inHand, what came through here
	stop, err := s.consume(a, limit, func(d delivery) {
		h.take(d)
		mine.Add(1)
		inHand.Go(func() { // ends when the message is handled
			defer mine.Done()
			defer h.free(d)
			each(d)
		})
	})
	if err != nil {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
			h.working()
		case <-s.gone():
			stop()
			return
		case <-broken:
			stop()
			return
		case <-ctx.Done():
			stop()
			finish(h, &mine, beat.C)
			s.flush()
			return
		}
	}
}

// finish waits until nothing is in hand, and goes on telling the broker so long.
func finish(h *hand, inHand *sync.WaitGroup, beat <-chan time.Time) {
	home := make(chan struct{})
	go func() { // ends with what is in hand
		inHand.Wait()
		close(home)
	}()
	for {
		select {
		case <-home:
			return
		case <-beat:
			h.working()
		}
	}
}
