package amqp

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// vhost is the only virtual host.
const vhost = "/"

// broker is what all connections share: exchanges, bindings, queues.
//
//	publisher ──▶ exchange ──binding──▶ queue ──▶ consumer
//
// Who changes it holds changing; mu is held only while the maps and the lists in
// them change, and never while the engine is called, which may call back.
type broker struct {
	engine   *queue.Engine
	changing sync.Mutex

	mu        sync.RWMutex
	exchanges map[string]*exchange
	queues    map[string]*boundQueue
	replies   map[string]*channel // those that take direct replies, by their address
}

// openBroker opens the engine and finds what was durable in it.
func openBroker(o queue.Options) (*broker, error) {
	b := &broker{exchanges: map[string]*exchange{}, queues: map[string]*boundQueue{}, replies: map[string]*channel{}}
	for _, e := range builtIn() {
		b.exchanges[e.name] = e
	}
	ready := make(chan struct{}) // the engine may bury before we know its queues
	o.Bury = func(d queue.Burial) { <-ready; b.bury(d) }
	o.Expired = func(q *queue.Queue) { <-ready; b.expired(q) }
	var err error
	if b.engine, err = queue.Open(o); err != nil {
		return nil, err
	}
	err = b.recover()
	close(ready)
	if err != nil {
		return nil, errors.Join(err, b.engine.Close())
	}
	return b, nil
}

func (b *broker) exchange(name string) (*exchange, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	e, ok := b.exchanges[name]
	return e, ok
}

func (b *broker) queue(name string) (*boundQueue, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	q, ok := b.queues[name]
	return q, ok
}

func (b *broker) allExchanges() []*exchange {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.SortedFunc(maps.Values(b.exchanges), func(x, y *exchange) int { return strings.Compare(x.name, y.name) })
}

func (b *broker) allQueues() []*boundQueue {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.SortedFunc(maps.Values(b.queues), func(x, y *boundQueue) int { return strings.Compare(x.name, y.name) })
}

// route finds the queues that a message goes to, each once.
func (b *broker) route(m *message) ([]*boundQueue, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	e, ok := b.exchanges[m.exchange]
	if !ok {
		return nil, notFound("exchange", m.exchange)
	}
	if e.name == "" && m.props.Headers == nil { // the way of most messages
		if q, ok := b.queues[m.key]; ok {
			return []*boundQueue{q}, nil
		}
		return nil, nil
	}
	w := walk{b: b, m: m, keys: m.routing(), seen: map[string]bool{}}
	w.through(e)
	return w.to, nil
}

// walk is one message on its way through exchanges. broker.mu is held for reading.
type walk struct {
	b    *broker
	m    *message
	keys []string
	seen map[string]bool
	to   []*boundQueue
}

func (w *walk) through(e *exchange) {
	if e == nil || w.seen[e.name] {
		return
	}
	w.seen[e.name] = true
	let := 0
	for _, key := range w.keys {
		let += w.by(e, key)
	}
	if next, ok := w.b.exchanges[e.alternate()]; ok && let == 0 && e.alternate() != "" {
		w.through(next)
	}
}

// by follows the bindings that let a key through, and counts them.
func (w *walk) by(e *exchange, key string) (let int) {
	if e.name == "" {
		if q, ok := w.b.queues[key]; ok {
			w.reach(q)
			return 1
		}
		return 0
	}
	for _, n := range e.from {
		if !n.matches(e.kind, key, w.m.props.Headers) {
			continue
		}
		let++
		if n.toExchange {
			w.through(w.b.exchanges[n.to])
		} else {
			w.reach(w.b.queues[n.to])
		}
	}
	return let
}

func (w *walk) reach(q *boundQueue) {
	if q != nil && !slices.Contains(w.to, q) {
		w.to = append(w.to, q)
	}
}
