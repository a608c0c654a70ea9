package stomp

import (
	"container/list"
	"slices"
	"strconv"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// ackMode says who ends a delivery, and how.
type ackMode uint8

const (
	ackAuto   ackMode = iota // it ends when it was written
	ackClient                // an ACK ends it and all before it
	ackEach                  // an ACK ends it
)

// subscription is one SUBSCRIBE.
type subscription struct {
	c        *conn
	id       string
	given    bool // it has an id
	dests    []dest
	mode     ackMode
	wants    selector
	window   *queue.Window // nil = nothing is handed out: ActiveMQ waits to be asked, and STOMP has no word for that
	priority int
	branches []*branch // of topics

	// c.mu guards these.
	queues []*queue.Queue
	uses   []*queue.Consuming
	hand   list.List // of *held, as they were handed out
	over   bool
}

// Prefetch of ActiveMQ, and how many subscriptions a connection may have.
const (
	prefetchQueue   = 1000
	prefetchTopic   = 32766
	prefetchDurable = 100
	maxSubs         = 1000
)

// subscribe begins to hand out messages. Its RECEIPT comes before the first one.
func (c *conn) subscribe(f frame) error {
	s, err := c.newSubscription(f)
	if err != nil {
		return err
	}
	if f.headers.get("browser") == "true" {
		return c.browse(f, s)
	}
	queues, err := c.s.routes.open(s, f.headers.get("activemq.subscriptionName"))
	if err != nil {
		c.s.routes.leave(s)
		return err
	}
	c.receipt(f)
	if err := c.settleReceipts(); err != nil {
		return err
	}
	c.mu.Lock()
	c.subs = append(c.subs, s)
	if s.given {
		c.byID[s.id] = s
	}
	c.mu.Unlock()
	for _, q := range queues {
		s.consume(q)
	}
	return nil
}

// newSubscription reads a SUBSCRIBE.
func (c *conn) newSubscription(f frame) (*subscription, error) {
	s := &subscription{c: c}
	if s.id, s.given = f.headers.find("id"); !s.given && c.in.version != v10 {
		return nil, wrong("SUBSCRIBE received without a subscription id!")
	}
	var err error
	if s.dests, err = parseDest(f.headers.get("destination"), c.temp); err != nil {
		return nil, err
	}
	durable := f.headers.get("activemq.subscriptionName") != ""
	if durable && !s.dests[0].isTopic() {
		return nil, wrong("Invalid Subscription: cannot durably subscribe to a Queue destination!")
	}
	if f.headers.get("activemq.exclusive") == "true" {
		return nil, wrong("activemq.exclusive is not supported here")
	}
	if s.wants, err = parseSelector(f.headers.get("selector")); err != nil {
		return nil, err
	}
	switch f.headers.get("ack") {
	case "client":
		s.mode = ackClient
	case "client-individual":
		s.mode = ackEach
	}
	if n := prefetch(f.headers, s.dests[0], durable); n > 0 {
		s.window = queue.NewWindow(n)
	}
	s.priority, _ = strconv.Atoi(f.headers.get("activemq.priority"))
	if len(c.subs) >= maxSubs {
		return nil, wrong("%d subscriptions are the most of a connection", maxSubs)
	}
	return s, nil
}

func prefetch(h headers, d dest, durable bool) int {
	if n, err := strconv.Atoi(h.get("activemq.prefetchSize")); err == nil && n >= 0 {
		return n
	}
	switch {
	case durable:
		return prefetchDurable
	case d.isTopic():
		return prefetchTopic
	default:
		return prefetchQueue
	}
}

// open makes what a subscription needs and says which queues are to be consumed.
func (r *routes) open(s *subscription, durableName string) (queues []*queue.Queue, err error) {
	for _, d := range s.dests {
		var b *branch
		switch {
		case d.kind == toTopic && durableName != "":
			b, err = r.resume(durable{s.c.clientID, durableName}, d, s)
		case d.isTopic():
			b, err = r.join(d, s.wants, s.c)
		case d.kind == toQueue && isPattern(d.name):
			queues = append(queues, r.wait(s, d.name)...)
			continue
		default:
			var q *queue.Queue
			if q, err = r.queue(d); err == nil {
				queues = append(queues, q)
			}
		}
		if err != nil {
			return nil, err
		}
		if b != nil {
			s.branches = append(s.branches, b)
			queues = append(queues, b.queue)
		}
	}
	return queues, nil
}

// wait makes a subscription join what a pattern will stand for, and says what it
// stands for now.
func (r *routes) wait(s *subscription, pattern string) []*queue.Queue {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.patient, s) {
		r.patient = append(r.patient, s)
	}
	return r.matching(pattern)
}

// consume takes messages from one queue more. A queue or a connection that is
// gone gives none.
func (s *subscription) consume(q *queue.Queue) {
	if s.window == nil {
		return
	}
	o := queue.Consumer{Windows: []*queue.Window{s.window}, Priority: s.priority}
	if len(s.wants) > 0 {
		o.Select = func(m queue.Message) bool { return s.wants.wants(headersOf(m.Props)) }
	}
	s.c.mu.Lock()
	known := slices.Contains(s.queues, q)
	s.queues = append(s.queues, q)
	s.c.mu.Unlock()
	if known {
		return
	}
	use, err := s.c.holder.Consume(q, o, s.deliver)
	if err != nil {
		return
	}
	s.c.mu.Lock()
	s.uses = append(s.uses, use)
	over := s.over
	s.c.mu.Unlock()
	if over {
		use.Cancel()
	} else {
		use.Resume() // it may have been told to pause before it was known
	}
}

// unsubscribe ends a subscription: what it has in hand goes back. With the name
// of a durable one, that is forgotten. With remove-destination:true, a word that
// ActiveMQ does not know, its queues are removed with all that is in them.
func (c *conn) unsubscribe(f frame) error {
	id, given := f.headers.find("id")
	to, named := f.headers.find("destination")
	switch {
	case !given && c.in.version != v10:
		return wrong("UNSUBSCRIBE received without a subscription id!")
	case !given && !named:
		return wrong("Must specify the subscriptionId or the destination you are unsubscribing from")
	}
	if name := f.headers.get("activemq.subscriptionName"); name != "" {
		if err := c.s.routes.forget(durable{c.clientID, name}); err != nil {
			return err
		}
		c.receipt(f)
		return nil
	}
	var dests []dest
	if !given {
		var err error
		if dests, err = parseDest(to, c.temp); err != nil {
			return err
		}
	}
	s := c.takeSub(id, dests)
	if s == nil {
		return wrong("No subscription matched.")
	}
	s.stop()
	if f.headers.get("remove-destination") == "true" {
		c.s.routes.remove(s.dests)
	}
	c.receipt(f)
	return nil
}

// takeSub takes a subscription from the list, by its id or its destination.
func (c *conn) takeSub(id string, dests []dest) *subscription {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, s := range c.subs {
		if dests == nil && c.byID[id] == s && s.given || dests != nil && slices.Equal(s.dests, dests) {
			c.subs = slices.Delete(c.subs, i, i+1)
			if s.given && c.byID[s.id] == s {
				delete(c.byID, s.id)
			}
			s.over = true
			return s
		}
	}
	return nil
}

// stop ends the deliveries of a subscription that was taken from the list.
func (s *subscription) stop() {
	s.c.mu.Lock()
	uses := s.uses
	var back []*held
	for e := s.hand.Front(); e != nil; e = e.Next() {
		if h := e.Value.(*held); h.trans == nil {
			back = append(back, h)
		}
	}
	for _, h := range back {
		s.c.drop(h)
	}
	s.c.mu.Unlock()
	for _, u := range uses {
		u.Cancel()
	}
	for _, h := range back {
		h.d.Nack(0)
	}
	s.c.s.routes.leave(s)
}
