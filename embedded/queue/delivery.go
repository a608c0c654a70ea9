package queue

import (
	"slices"
	"time"
)

// Delivery is a message handed out. Exactly one of Ack, Nack and Reject ends it,
// or its holder, or its time. Each reports false when it was no longer in hand,
// and does nothing then.
type Delivery struct {
	Message
	Queue   *Queue
	Tag     uint64    // of this delivery; unique in the engine, also after it was opened again
	Tries   int       // how often the message was handed out since it was put or the engine opened; 1 = the first time
	FirstAt time.Time // when it was handed out the first time
	At      time.Time // and this time

	entry   *entry
	again   bool
	until   time.Time // handed out again then; zero = never
	holder  *Holder
	windows []*Window
}

// Redelivered says whether the message may have been handed out before.
func (d *Delivery) Redelivered() bool { return d.again }

// Ack says that the message was handled: it is gone.
func (d *Delivery) Ack() bool {
	d.Queue.engine.mu.Lock()
	defer d.Queue.engine.unlock()
	if !d.held() {
		return false
	}
	d.end()
	d.Queue.acked(d.entry)
	return true
}

// Nack puts the message back to its old place, after a while or at once; when it
// was handed out Settings.MaxTries times, it is buried instead.
func (d *Delivery) Nack(after time.Duration) bool {
	d.Queue.engine.mu.Lock()
	defer d.Queue.engine.unlock()
	if !d.held() {
		return false
	}
	d.end()
	d.Queue.putBack(d.entry, after, "nacked")
	return true
}

// Reject buries the message.
func (d *Delivery) Reject() bool {
	d.Queue.engine.mu.Lock()
	defer d.Queue.engine.unlock()
	if !d.held() {
		return false
	}
	d.end()
	d.Queue.unlockGroup(d.entry)
	d.Queue.bury(d.entry, Rejected)
	return true
}

// Extend keeps the message in hand for so long from now, whatever was before; 0
// puts it back at once.
func (d *Delivery) Extend(visibility time.Duration) bool {
	if visibility <= 0 {
		return d.Nack(0)
	}
	e := d.Queue.engine
	e.mu.Lock()
	defer e.unlock()
	if !d.held() {
		return false
	}
	d.until = e.now().Add(visibility)
	d.entry.schedule()
	return true
}

// InHand finds what was handed out with this tag and is not settled.
func (q *Queue) InHand(tag uint64) (*Delivery, bool) {
	q.engine.mu.Lock()
	defer q.engine.mu.Unlock()
	d, ok := q.inHand[tag]
	return d, ok
}

func (d *Delivery) held() bool { return d.entry.hand == d && !d.Queue.engine.closed }

// handOut makes a delivery of a message that is ready. A holder of nil holds
// nothing: visibility, or nobody, brings it back.
func (q *Queue) handOut(m *entry, h *Holder, windows []*Window, visibility time.Duration) *Delivery {
	e := q.engine
	now := e.now()
	q.leave(m)
	m.tries++
	if m.firstAt.IsZero() {
		m.firstAt = now
	}
	e.lastTag++
	d := &Delivery{
		Message: m.Message, Queue: q, Tag: e.lastTag, Tries: m.tries, FirstAt: m.firstAt, At: now,
		entry: m, again: m.again || m.tries > 1, holder: h, windows: windows,
	}
	if visibility > 0 {
		d.until = now.Add(visibility)
	}
	m.state, m.hand = inHand, d
	q.inHand[d.Tag] = d
	if h != nil {
		h.held[d] = struct{}{}
	}
	for _, w := range windows {
		w.take()
	}
	if q.settings.FIFO {
		q.group(m.Group).lock(m)
	}
	m.schedule()
	q.changed()
	q.say(Taken, m, "")
	return d
}

// next is the message that can be handed out now and that sel wants, or nil. It
// buries what has waited too long.
func (q *Queue) next(now time.Time, start *entry, sel func(Message) bool) *entry {
	for m := start; m != nil; {
		after := q.line.after(m)
		if m.expired(now) && q.expires(m) {
			q.bury(m, Expired)
			if q.settings.FIFO {
				after = q.line.first()
			}
		} else if sel == nil || sel(m.Message) {
			return m
		}
		m = after
	}
	return nil
}

// end takes a delivery out of all hands. The caller says at once what becomes of
// its message.
func (d *Delivery) end() {
	d.entry.hand = nil
	delete(d.Queue.inHand, d.Tag)
	if d.holder != nil {
		delete(d.holder.held, d)
	}
	for _, w := range d.windows {
		for _, c := range w.release() {
			c.unblock()
		}
	}
	d.Queue.changed()
}

// acked ends the life of a message that was handled.
func (q *Queue) acked(m *entry) {
	q.unlockGroup(m)
	q.counts.acked++
	q.say(Acked, m, "")
	q.forget(m)
}

// putBack brings back a message that was in hand until now.
func (q *Queue) putBack(m *entry, after time.Duration, why string) {
	now := q.engine.now()
	switch limit := q.settings.MaxTries; {
	case limit > 0 && m.tries >= limit:
		q.unlockGroup(m)
		q.bury(m, DeliveryLimit)
		return
	case m.expired(now) && !q.engine.opts.ExpireAtHead:
		q.unlockGroup(m)
		q.bury(m, Expired)
		return
	}
	q.counts.redelivered++
	q.bytes += m.size()
	if after > 0 {
		m.state, m.due = delayed, now.Add(after)
		q.delayed++
	} else {
		q.unlockGroup(m)
		q.enter(m)
	}
	m.schedule()
	q.say(Redelivered, m, why)
}

// inOrder are deliveries as they were handed out.
func inOrder(held map[*Delivery]struct{}) []*Delivery {
	all := make([]*Delivery, 0, len(held))
	for d := range held {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *Delivery) int { return byID(a.entry, b.entry) })
	return all
}
