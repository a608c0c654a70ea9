package queue

import (
	"context"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// line is one connection of a caller to the broker, and the answers that are
// waited for on it.
type line struct {
	session session
	inbox   string // where answers are handed; "" where nobody waits for any

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

// Usable implements [share.Connection].
func (l *line) Usable() bool {
	select {
	case <-l.session.gone():
		return false
	default:
		return true
	}
}

// Close implements [share.Connection].
func (l *line) Close() { l.session.close() }
