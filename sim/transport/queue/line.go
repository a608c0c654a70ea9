package queue

import (
	"context"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// line is one connection of a caller to the broker, and the answers that are
// waited for on it.
type line struct {
	session session
	inbox   string // where answers are handed; "" where nobody waits for any
	users   int    // guarded by conn.mu

	mu    sync.Mutex
	waits map[sim.SpanID]chan parcel
}

// expect returns where the answer to a request will come. forget must follow.
func (l *line) expect(id sim.SpanID) <-chan parcel {
	answer := make(chan parcel, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waits[id] = answer
	return answer
}

func (l *line) forget(id sim.SpanID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.waits, id)
}

// answered hands an answer to whoever waits for it. A second one to the same
// request, or one that comes too late, is nobody's.
func (l *line) answered(p parcel) {
	id, _ := p.correlation()
	l.mu.Lock()
	defer l.mu.Unlock()
	if answer, ok := l.waits[id]; ok {
		delete(l.waits, id)
		answer <- p
	}
}

// enter becomes a user of the open line, and opens one when there is none. One
// caller opens at a time; the others wait as long as they have time.
func (c *conn) enter(ctx context.Context, n *sim.Note) (*line, error) {
	if l, err := c.joinLine(); l != nil || err != nil {
		return l, err
	}
	began := time.Now()
	select {
	case c.opening <- struct{}{}:
		defer func() { <-c.opening }()
	case <-ctx.Done():
		return nil, sim.AsError(ctx.Err())
	}
	if l, err := c.joinLine(); l != nil || err != nil {
		return l, err
	}
	l, err := c.openLine(ctx)
	if err != nil {
		return nil, err
	}
	n.Opened, n.Connect = true, time.Since(began)
	c.mu.Lock()
	defer c.mu.Unlock()
	l.users++
	if !c.closed {
		c.now = l
	}
	return l, nil
}

func (c *conn) openLine(ctx context.Context) (*line, error) {
	s, err := c.t.open(ctx, c.net, c.route.From, c.route.Link+legIn)
	if err != nil {
		return nil, err
	}
	l := &line{session: s, waits: map[sim.SpanID]chan parcel{}}
	err = s.declare(ctx, c.queue)
	if err == nil && c.answered() { // an answer may be faster than whoever takes it
		err = s.declare(ctx, c.answers())
	}
	for _, group := range c.t.topic(c.queue.topic).groups {
		if err == nil { // nothing that is published is missed by those who take part
			err = s.declare(ctx, address{topic: c.queue.topic, group: group})
		}
	}
	if err == nil && c.queue.reply {
		l.inbox, err = s.inbox(l.answered)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return l, nil
}

// joinLine becomes a user of the line that is open; nil when there is none.
func (c *conn) joinLine() (l *line, err error) {
	c.mu.Lock()
	var idle *line
	switch {
	case c.closed:
		err = sim.Errorf(sim.Unavailable, "the connection to %s was closed here", c.t.broker.name())
	case c.now == nil:
	case c.now.lost():
		idle = c.retire()
	default:
		l = c.now
		l.users++
	}
	c.mu.Unlock()
	if idle != nil {
		idle.session.close()
	}
	return l, err
}

// lost reports whether the connection is gone.
func (l *line) lost() bool {
	select {
	case <-l.session.gone():
		return true
	default:
		return false
	}
}

// retire takes the line out of use and returns it if nobody is on it; mu is held.
func (c *conn) retire() (idle *line) {
	l := c.now
	c.now = nil
	if l == nil || l.users > 0 {
		return nil
	}
	return l
}

// leave ends one use of a line; the last one of a line out of use closes it.
func (c *conn) leave(l *line) {
	c.mu.Lock()
	l.users--
	last := l.users == 0 && c.now != l
	c.mu.Unlock()
	if last {
		l.session.close()
	}
}
