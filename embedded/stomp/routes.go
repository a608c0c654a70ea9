package stomp

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// routes know which queues a destination leads to. Many goroutines may use them.
//
//	/queue/a              the queue a, made when it is named first
//	/topic/b.c            a queue for each subscription whose pattern stands for b.c
//	/topic/VirtualTopic.d besides, each queue Consumer.GROUP.VirtualTopic.d
type routes struct {
	engine *queue.Engine

	mu         sync.RWMutex
	branches   []*branch
	patient    []*subscription // to queues with a pattern: they join what is made later
	tempTopics map[dest]bool
	durables   map[durable]*branch
	lastSub    int
}

// branch is one way out of a topic.
type branch struct {
	kind    kind
	pattern string
	queue   *queue.Queue
	as      *dest // its messages seem to be sent there; nil = to the topic
	wants   selector
	user    *subscription // of a durable one: who consumes it now
}

// maxQueues bounds the queues of a broker.
const maxQueues = 10_000

func newRoutes(e *queue.Engine) *routes {
	r := &routes{engine: e, tempTopics: map[dest]bool{}, durables: map[durable]*branch{}}
	for _, q := range e.Queues() {
		if meta := q.Settings().Meta; meta != nil {
			r.recover(q, headersOf(meta))
		} else {
			r.grow(q)
		}
	}
	return r
}

// send puts a message into all queues that its destinations lead to.
func (r *routes) send(all []dest, m *mail) error {
	for _, d := range all {
		if err := r.sendOne(d, m); err != nil {
			return err
		}
	}
	return nil
}

func (r *routes) sendOne(d dest, m *mail) error {
	switch {
	case d.isTopic():
		return r.publish(d, m)
	case d.kind == toTempQueue:
		q, ok := r.engine.Queue(d.queueName())
		if !ok {
			return missing(d)
		}
		return put(q, m.message(d))
	case isPattern(d.name):
		for _, q := range r.matching(d.name) {
			if err := put(q, m.message(dest{toQueue, q.Name()})); err != nil {
				return err
			}
		}
		return nil
	}
	q, err := r.queue(d)
	if err != nil {
		return err
	}
	return put(q, m.message(d))
}

func put(q *queue.Queue, m queue.Message) error {
	_, err := q.Put(m)
	if errors.Is(err, queue.ErrFull) {
		c := wrong("Usage Manager Memory Limit reached: %s is full", q.Name())
		c.class = "javax.jms.ResourceAllocationException"
		return c
	}
	if err != nil {
		return wrong("%s: %v", q.Name(), err)
	}
	return nil
}

func missing(d dest) error {
	c := wrong("%s", d.inside())
	c.detail = "org.apache.activemq.DestinationDoesNotExistException: The destination " + d.inside() + " does not exist.\n"
	return c
}

// publish puts a message into every branch that wants it.
func (r *routes) publish(d dest, m *mail) error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if d.kind == toTempTopic && !r.tempTopics[d] {
		return missing(d)
	}
	var failed error
	for _, b := range r.branches {
		if b.kind != d.kind || !matches(b.pattern, d.name) && !matches(d.name, b.pattern) || !b.wants.wants(m.headers) {
			continue
		}
		at, one := d, *m
		if b.as != nil {
			at, one.original = *b.as, d.String()
		}
		if err := put(b.queue, one.message(at)); err != nil && failed == nil {
			failed = err
		}
	}
	return failed
}

// queue is the queue of a destination, made if it is not there.
func (r *routes) queue(d dest) (*queue.Queue, error) {
	if q, ok := r.engine.Queue(d.queueName()); ok {
		return q, nil
	}
	if d.isTemp() {
		return nil, missing(d)
	}
	q, created, err := r.declare(d.queueName(), queue.Settings{Durable: true})
	if err != nil || !created {
		return q, err
	}
	r.mu.Lock()
	r.grow(q)
	joining := slices.Clone(r.patient)
	r.mu.Unlock()
	for _, s := range joining {
		if slices.ContainsFunc(s.dests, func(p dest) bool { return p.kind == toQueue && matches(p.name, q.Name()) }) {
			s.consume(q)
		}
	}
	return q, nil
}

func (r *routes) declare(name string, s queue.Settings) (*queue.Queue, bool, error) {
	if n := len(r.engine.Queues()); n >= maxQueues {
		return nil, false, wrong("%d destinations are the most", maxQueues)
	}
	q, created, err := r.engine.Declare(name, s)
	if err != nil {
		return nil, false, wrong("%s: %v", name, err)
	}
	return q, created, nil
}

// grow makes a queue that is named after a virtual topic one of its branches; mu
// is held, or nobody else is there.
func (r *routes) grow(q *queue.Queue) {
	rest, ok := strings.CutPrefix(q.Name(), "Consumer.")
	if !ok {
		return
	}
	if _, topic, _ := strings.Cut(rest, "."); strings.HasPrefix(topic, "VirtualTopic.") {
		r.branches = append(r.branches, &branch{kind: toTopic, pattern: topic, queue: q, as: &dest{toQueue, q.Name()}})
	}
}

// remove ends queues, with all that is in them.
func (r *routes) remove(all []dest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range all {
		if q, ok := r.engine.Queue(d.queueName()); ok && d.kind == toQueue {
			r.branches = slices.DeleteFunc(r.branches, func(b *branch) bool { return b.queue == q })
			r.engine.Delete(q)
		}
	}
}

// matching are the queues that a pattern stands for, without those behind topics.
func (r *routes) matching(pattern string) (found []*queue.Queue) {
	for _, q := range r.engine.Queues() {
		if !strings.Contains(q.Name(), "://") && matches(pattern, q.Name()) {
			found = append(found, q)
		}
	}
	return found
}

// addTemp makes a temporary destination.
func (r *routes) addTemp(d dest) error {
	if d.kind == toTempQueue {
		_, _, err := r.declare(d.queueName(), queue.Settings{})
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tempTopics[d] = true
	return nil
}

// removeTemp ends a temporary destination, with all that is in it.
func (r *routes) removeTemp(d dest) {
	if q, ok := r.engine.Queue(d.queueName()); ok && d.kind == toTempQueue {
		r.engine.Delete(q)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.tempTopics, d)
}

// join makes a branch of a topic for one subscription, and says how it is called.
func (r *routes) join(d dest, wants selector, who *conn) (*branch, error) {
	if d.kind == toTempTopic {
		r.mu.RLock()
		there := r.tempTopics[d]
		r.mu.RUnlock()
		if !there {
			return nil, missing(d)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastSub++
	q, _, err := r.declare(fmt.Sprintf("%s %s#%d", d.inside(), who.clientID, r.lastSub), queue.Settings{MaxLength: topicLength})
	if err != nil {
		return nil, err
	}
	b := &branch{kind: d.kind, pattern: d.name, queue: q, wants: wants}
	r.branches = append(r.branches, b)
	return b, nil
}

// topicLength is how many messages wait at most for a subscriber to a topic; the
// oldest are dropped then.
const topicLength = 50_000

// cut ends a branch and drops what is in it; mu is held.
func (r *routes) cut(b *branch) {
	r.branches = slices.DeleteFunc(r.branches, func(o *branch) bool { return o == b })
	r.engine.Delete(b.queue)
}

// leave ends what a subscription had of topics. A durable one waits for its next
// user.
func (r *routes) leave(s *subscription) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.patient = slices.DeleteFunc(r.patient, func(o *subscription) bool { return o == s })
	for _, b := range s.branches {
		if b.user == nil {
			r.cut(b)
		} else {
			b.user = nil
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
