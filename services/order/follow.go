package order

import (
	"context"
	"sync"

	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// changes lets followers wait for the next change of any order.
type changes struct {
	mu   sync.Mutex
	next chan struct{} // closed at the next change
}

// wait returns what is closed at the next change. Whoever looks after having
// called it misses none.
func (c *changes) wait() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil {
		c.next = make(chan struct{})
	}
	return c.next
}

// happened wakes all who wait.
func (c *changes) happened() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next != nil {
		close(c.next)
		c.next = nil
	}
}

// follow says how an order stands, and again whenever that has changed, until
// it is no longer worked on.
func (s order) follow(ctx context.Context, m sim.Message, req *orderv1.FollowOrder, say func(*orderv1.Order) error) error {
	if _, err := s.get(ctx, m, &orderv1.GetOrder{Id: req.GetId()}); err != nil {
		return err
	}
	last := orderv1.Order_STATUS_UNSPECIFIED
	for {
		changed := s.changes.wait()
		o, err := s.read(ctx, req.GetId())
		if err != nil {
			return err
		}
		if o.GetStatus() != last {
			if err := say(o); err != nil {
				return err
			}
			last = o.GetStatus()
		}
		if last != orderv1.Order_PENDING {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
