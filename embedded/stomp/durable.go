package stomp

import "github.com/msc-sim/msc-sim/embedded/queue"

// durable names a subscription to a topic that goes on while its client is away:
// its messages wait in a queue of its own.
type durable struct{ client, name string }

// queueName is the name of its queue in the engine.
func (d durable) queueName(topic dest) string {
	return topic.inside() + " " + d.client + "/" + d.name
}

// settings describe it in the store.
func (d durable) settings(topic dest, wants selector) queue.Settings {
	h := headers{{"client", d.client}, {"name", d.name}, {"topic", topic.name}}
	return queue.Settings{Durable: true, Meta: appendHeaders(nil, append(h, wants...), v12)}
}

// recover finds a durable subscription again, by its queue.
func (r *routes) recover(q *queue.Queue, h headers) {
	if len(h) < 3 {
		return
	}
	b := &branch{kind: toTopic, pattern: h[2].value, queue: q, wants: selector(h[3:])}
	r.durables[durable{h[0].value, h[1].value}] = b
	r.branches = append(r.branches, b)
}

// resume gives a durable subscription to its next user, and makes it when it is
// new, or was for another topic or selector.
func (r *routes) resume(d durable, topic dest, s *subscription) (*branch, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	want := d.settings(topic, s.wants)
	b := r.durables[d]
	if b != nil && b.user != nil {
		c := wrong("Durable consumer is in use for client: %s and subscriptionName: %s", d.client, d.name)
		c.class = jmsException
		return nil, c
	}
	if b != nil && string(b.queue.Settings().Meta) != string(want.Meta) {
		r.cut(b)
		b = nil
	}
	if b == nil {
		q, _, err := r.declare(d.queueName(topic), want)
		if err != nil {
			return nil, err
		}
		b = &branch{kind: toTopic, pattern: topic.name, queue: q, wants: s.wants}
		r.durables[d] = b
		r.branches = append(r.branches, b)
	}
	b.user = s
	return b, nil
}

const jmsException = "javax.jms.JMSException"

// forget ends a durable subscription that nobody uses.
func (r *routes) forget(d durable) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.durables[d]
	switch {
	case b == nil:
		c := wrong("No durable subscription exists for clientID: %s and subscriptionName: %s", d.client, d.name)
		c.class = "javax.jms.InvalidDestinationException"
		return c
	case b.user != nil:
		c := wrong("Durable consumer is in use")
		c.class = jmsException
		return c
	}
	delete(r.durables, d)
	r.cut(b)
	return nil
}
