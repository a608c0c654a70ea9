package queue

import "slices"

// Consumer says how messages are to be consumed. The zero value takes all, as
// fast as they come.
type Consumer struct {
	Windows   []*Window          // all must have room; without NoAck
	Exclusive bool               // alone, or not at all
	NoAck     bool               // a message is gone when it is handed out
	Priority  int                // higher ones are served first, while they have room
	Cancelled func()             // the queue is gone; nil = nobody needs to hear it
	Select    func(Message) bool // takes only these, and must be quick and always say the same; nil = all
}

// Consuming is a consumer at work.
type Consuming struct {
	Consumer
	holder  *Holder
	queue   *Queue
	deliver func(*Delivery) bool
	ended   bool
	blocked bool // a window is full
	paused  bool // deliver said so
	resumed bool // since deliver was called last
	choice  choice
}

// Consume hands out messages of q, one after another, until Cancel or the end of
// the holder. deliver must not block. When it returns false, it took that message
// and gets no more until Resume.
func (h *Holder) Consume(q *Queue, o Consumer, deliver func(*Delivery) bool) (*Consuming, error) {
	h.engine.mu.Lock()
	defer h.engine.unlock()
	switch {
	case h.closed || q.gone():
		return nil, ErrClosed
	case q.exclusive || o.Exclusive && len(q.consumers) > 0:
		return nil, ErrExclusive
	}
	if o.NoAck {
		o.Windows = nil
	}
	c := &Consuming{Consumer: o, holder: h, queue: q, deliver: deliver}
	i := 0
	for i < len(q.consumers) && q.consumers[i].Priority >= o.Priority {
		i++
	}
	q.consumers = slices.Insert(q.consumers, i, c)
	q.exclusive = o.Exclusive
	h.uses = append(h.uses, c)
	q.used()
	q.mark()
	return c, nil
}

// Cancel ends it. What it has in hand stays in hand of its holder, and so does a
// message that is being delivered in this moment. A second Cancel does nothing.
func (c *Consuming) Cancel() {
	c.queue.engine.mu.Lock()
	defer c.queue.engine.unlock()
	c.cancel()
}

// Resume ends the pause that deliver began by returning false.
func (c *Consuming) Resume() {
	c.queue.engine.mu.Lock()
	defer c.queue.engine.unlock()
	c.paused, c.resumed = false, true
	c.queue.mark()
}

func (c *Consuming) cancel() {
	if c.ended {
		return
	}
	c.ended = true
	q := c.queue
	q.consumers = slices.DeleteFunc(q.consumers, func(o *Consuming) bool { return o == c })
	c.holder.uses = slices.DeleteFunc(c.holder.uses, func(o *Consuming) bool { return o == c })
	q.exclusive = q.exclusive && !c.Exclusive
	for _, w := range c.Windows {
		w.leave(c)
	}
	q.used()
}

// cancelAll ends all consumers of a queue and tells them.
func (q *Queue) cancelAll() {
	for _, c := range slices.Clone(q.consumers) {
		c.cancel()
		if c.Cancelled != nil {
			q.engine.tasks = append(q.engine.tasks, task{do: c.Cancelled})
		}
	}
}

func (c *Consuming) unblock() {
	c.blocked = false
	c.queue.mark()
}

// ready says whether it can take a message now.
func (c *Consuming) ready() bool {
	if c.paused || c.blocked || c.ended {
		return false
	}
	for _, w := range c.Windows {
		if !w.room(c) {
			c.blocked = true
			return false
		}
	}
	return true
}

// pick finds a message and somebody who takes it. It serves equal consumers in
// turn.
func (q *Queue) pick() (*Consuming, *Delivery) {
	for i, c := range q.consumers {
		if !c.ready() {
			continue
		}
		m := c.want()
		if m == nil {
			continue
		}
		q.last(i)
		c.resumed = false
		if !c.NoAck {
			return c, q.handOut(m, c.holder, c.Windows, q.settings.Visibility)
		}
		d := q.handOut(m, nil, nil, 0)
		d.end()
		q.acked(m)
		return c, d
	}
	return nil, nil
}

// last moves a consumer behind all of its priority.
func (q *Queue) last(i int) {
	c := q.consumers[i]
	for ; i+1 < len(q.consumers) && q.consumers[i+1].Priority == c.Priority; i++ {
		q.consumers[i] = q.consumers[i+1]
	}
	q.consumers[i] = c
}
