package queue

import (
	"context"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

var _ sim.LateAnswerer = (*conn)(nil)

// OnLate implements [sim.LateAnswerer]. Answers are taken until Close, through
// every connection that breaks meanwhile. Those that come while nobody takes
// them wait in the queue, also for the next incarnation of the one who asked.
func (c *conn) OnLate(late func(span sim.SpanID, reply sim.Message, err error)) {
	if !c.answered() {
		return
	}
	go c.takeAnswers(func(d delivery) { // ends with Close
		p := d.parcel()
		if id, ok := p.correlation(); ok {
			reply, err := p.reply()
			late(id, reply, err)
		}
		d.ack()
	})
}

// answered reports whether answers come later, into a queue of their own.
func (c *conn) answered() bool { return !c.queue.reply && c.queue.topic == "" }

// answers is the queue of the late answers to this instance. Every line declares
// it, when it is opened.
func (c *conn) answers() address {
	return address{link: c.queue.link, answers: max(c.route.From.N, 1)}
}

func (c *conn) takeAnswers(each func(delivery)) {
	var inHand sync.WaitGroup
	for c.ctx.Err() == nil {
		var n sim.Note
		if l, err := c.shared.Enter(c.ctx, &n); err == nil {
			receive(c.ctx, l.session, c.answers(), answersInHand, nil, &inHand, each)
			c.shared.Leave(l)
		}
		rest(c.ctx)
	}
}

// answersInHand is how many late answers are worked on at once.
const answersInHand = 64

// rest waits before the broker is tried again.
func rest(ctx context.Context) {
	wait, cancel := context.WithTimeout(ctx, again)
	defer cancel()
	<-wait.Done()
}
