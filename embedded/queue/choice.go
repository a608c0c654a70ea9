package queue

import "slices"

// choice is what a consumer with a Select already looked at, so that it looks
// once at each message it does not want, however long the queue is.
type choice struct {
	upTo   *entry   // it wants nothing that stands before this, except
	before []*entry // what came to stand there since, in order
}

// choiceMost bounds choice.before. When there are more, it looks at all again.
const choiceMost = 1000

// want is the next message for a consumer, or nil.
func (c *Consuming) want() *entry {
	q := c.queue
	now := q.engine.now()
	if c.Select == nil {
		return q.next(now, q.line.first(), nil)
	}
	for len(c.choice.before) > 0 {
		m := c.choice.before[0]
		c.choice.before = slices.Delete(c.choice.before, 0, 1)
		if m.next != nil && !m.expired(now) && c.Select(m.Message) {
			return m
		}
	}
	start := q.line.first()
	if c.choice.upTo != nil {
		start = q.line.from(c.choice.upTo)
	}
	m := q.next(now, start, c.Select)
	if m != nil {
		c.choice.upTo = m
	} else {
		c.choice.upTo = &entry{Message: Message{ID: q.engine.lastID + 1}} // behind all
	}
	return m
}

// reconsider makes a consumer look at a message that is new in the line.
func (c *Consuming) reconsider(m *entry) {
	if c.choice.upTo == nil || !before(m, c.choice.upTo) {
		return
	}
	i, there := slices.BinarySearchFunc(c.choice.before, m, func(a, b *entry) int {
		switch {
		case before(a, b):
			return -1
		case before(b, a):
			return 1
		default:
			return 0
		}
	})
	if !there {
		c.choice.before = slices.Insert(c.choice.before, i, m)
	}
	if len(c.choice.before) > choiceMost {
		c.choice = choice{}
	}
}
