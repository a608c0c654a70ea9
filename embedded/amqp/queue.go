package amqp

import (
	"crypto/rand"
	"encoding/base64"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// boundQueue is what AMQP knows of a queue of the engine.
type boundQueue struct {
	*queue.Queue
	name                string
	durable, autoDelete bool
	owner               *conn // of an exclusive queue; nil = it is everybody's
	args                wire.Table
	policy              policy

	// Guarded by broker.changing.
	consumers int
	exclusive bool // its only consumer wants no other
}

// declaration is what queue.declare asks for.
type declaration struct {
	name                           string
	passive                        bool
	durable, exclusive, autoDelete bool
	args                           wire.Table
}

// queueFor finds a queue that who may use.
func (b *broker) queueFor(name string, who *conn) (*boundQueue, error) {
	q, ok := b.queue(name)
	switch {
	case !ok:
		return nil, notFound("queue", name)
	case q.owner != nil && q.owner != who:
		return nil, locked(name)
	default:
		return q, nil
	}
}

func locked(name string) error {
	return exceptionf(codeResourceLocked, "cannot obtain exclusive access to locked queue '%s' in vhost '%s'. "+
		"It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.", name, vhost)
}

// declareQueue makes a queue exist, or finds that it does.
func (b *broker) declareQueue(d declaration, who *conn) (*boundQueue, error) {
	b.changing.Lock()
	defer b.changing.Unlock()
	if d.name == "" && !d.passive {
		d.name = generated("amq.gen-")
	} else if have, err := b.queueFor(d.name, who); err == nil {
		if d.passive {
			return have, nil
		}
		return have, have.differs(d)
	} else if _, exists := b.queue(d.name); exists || d.passive {
		return nil, err
	} else if reserved(d.name) {
		return nil, refused("queue name '%s' contains reserved prefix 'amq.*'", d.name)
	}
	p, err := policyOf(d)
	if err != nil {
		return nil, err
	}
	return b.addQueue(d, p, who)
}

// addQueue is called with changing held.
func (b *broker) addQueue(d declaration, p policy, who *conn) (*boundQueue, error) {
	q := &boundQueue{name: d.name, durable: d.durable, autoDelete: d.autoDelete, args: d.args, policy: p}
	if d.exclusive {
		q.owner = who
	}
	s := p.settings()
	s.Durable, s.Meta = d.durable && !d.exclusive, d.meta()
	var err error
	if q.Queue, _, err = b.engine.Declare(d.name, s); err != nil {
		return nil, exceptionf(codeInternalError, "queue '%s' in vhost '%s': %v", d.name, vhost, err)
	}
	b.mu.Lock()
	b.queues[d.name] = q
	b.mu.Unlock()
	return q, nil
}

// differs says in what a declaration differs from what is there; nil = in nothing.
func (q *boundQueue) differs(d declaration) error {
	what := "queue '" + q.name + "'"
	for _, p := range [...]struct {
		arg       string
		got, have bool
	}{
		{"durable", d.durable, q.durable},
		{"auto_delete", d.autoDelete, q.autoDelete},
		{"exclusive", d.exclusive, q.owner != nil},
	} {
		switch {
		case p.got == p.have:
		case p.arg == "exclusive":
			return locked(q.name)
		default:
			return precondition("inequivalent arg '%s' for %s in vhost '%s': received '%t' but current is '%t'", p.arg, what, vhost, p.got, p.have)
		}
	}
	for _, name := range compared {
		if err := sameArgument(name, what, d.args, q.args); err != nil {
			return err
		}
	}
	return nil
}

// deleteQueue removes a queue and says how many messages it had ready.
func (b *broker) deleteQueue(name string, ifUnused, ifEmpty bool, who *conn) (ready int, err error) {
	b.changing.Lock()
	defer b.changing.Unlock()
	if _, ok := b.queue(name); !ok {
		return 0, nil // RabbitMQ: to delete what is not there is no error
	}
	q, err := b.queueFor(name, who)
	if err != nil {
		return 0, err
	}
	ready, _ = q.Len()
	switch {
	case ifUnused && q.consumers > 0:
		return 0, precondition("queue '%s' in vhost '%s' in use", name, vhost)
	case ifEmpty && ready > 0:
		return 0, precondition("queue '%s' in vhost '%s' not empty", name, vhost)
	}
	return b.removeQueue(q)
}

// removeQueue is called with changing held.
func (b *broker) removeQueue(q *boundQueue) (ready int, err error) {
	if !b.forgetQueue(q) {
		return 0, nil
	}
	ready = b.engine.Delete(q.Queue)
	return ready, b.unbindAll(q.name, false)
}

// forgetQueue reports whether the queue was known.
func (b *broker) forgetQueue(q *boundQueue) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.queues[q.name] != q {
		return false
	}
	delete(b.queues, q.name)
	return true
}

// expired is told by the engine that an unused queue is gone.
func (b *broker) expired(gone *queue.Queue) {
	b.changing.Lock()
	defer b.changing.Unlock()
	if q, ok := b.queue(gone.Name()); ok && q.Queue == gone {
		b.forgetQueue(q)
		_ = b.unbindAll(q.name, false) // what cannot be written now is found again, and dropped, at the next start
	}
}

// abandon deletes the exclusive queues of a connection that has ended.
func (b *broker) abandon(who *conn) {
	b.changing.Lock()
	defer b.changing.Unlock()
	for _, q := range b.allQueues() {
		if q.owner == who {
			_, _ = b.removeQueue(q) // nobody is left to hear of it
		}
	}
}

// used counts a consumer of q; exclusive ones want to be the only one.
func (b *broker) used(q *boundQueue, exclusive bool) error {
	b.changing.Lock()
	defer b.changing.Unlock()
	if q.exclusive || exclusive && q.consumers > 0 {
		return refused("queue '%s' in vhost '%s' in exclusive use", q.name, vhost)
	}
	q.consumers++
	q.exclusive = exclusive
	return nil
}

// released counts a consumer less, and deletes an auto-delete queue after its last one.
func (b *broker) released(q *boundQueue) {
	b.changing.Lock()
	defer b.changing.Unlock()
	q.consumers--
	q.exclusive = false
	if q.consumers == 0 && q.autoDelete {
		_, _ = b.removeQueue(q) // the consumer has gone; a log that cannot be written says so at the next confirm
	}
}

// generated is a name that nobody else has.
func generated(prefix string) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return prefix + base64.RawURLEncoding.EncodeToString(b[:])
}
