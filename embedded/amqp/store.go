package amqp

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// Durable exchanges and bindings are kept by the engine under these prefixes;
// what follows is their encoding, so that each is one key.
const (
	savedExchange = "exchange/"
	savedBinding  = "binding/"
)

func (b *broker) saveExchange(e *exchange) error {
	if !e.durable {
		return nil
	}
	w := new(wire.Writer).Short(e.kind).U8(wire.Flags(e.autoDelete, e.internal)).Table(e.args)
	return stored(b.engine.Save(savedExchange+e.name, w.B))
}

func (b *broker) forgetExchange(e *exchange) error {
	if !e.durable {
		return nil
	}
	return stored(b.engine.Save(savedExchange+e.name, nil))
}

func (n *binding) saved() string {
	w := new(wire.Writer).Short(n.source).Short(n.to).Bool(n.toExchange).Short(n.key).Table(n.args)
	return savedBinding + string(w.B)
}

func (b *broker) saveBinding(n *binding) error { return stored(b.engine.Save(n.saved(), []byte{1})) }

func (b *broker) forgetBinding(n *binding) error { return stored(b.engine.Save(n.saved(), nil)) }

// stored makes of trouble with the disk what a client can read.
func stored(err error) error {
	if err == nil {
		return nil
	}
	return exceptionf(codeInternalError, "it cannot be stored: %v", err)
}

// meta is what the engine keeps of a queue for us.
func (d declaration) meta() []byte {
	return new(wire.Writer).U8(wire.Flags(d.autoDelete)).Table(d.args).B
}

// recover finds exchanges, queues and bindings that survived. Nobody else is there yet.
func (b *broker) recover() error {
	for key, value := range b.engine.Saved(savedExchange) {
		r := wire.Read(value)
		e := &exchange{name: key[len(savedExchange):], durable: true, kind: r.Short()}
		flags := r.Bits()
		e.autoDelete, e.internal, e.args = flags.Has(0), flags.Has(1), r.Table()
		if r.Err() != nil {
			return fmt.Errorf("exchange %q cannot be read: %w", e.name, r.Err())
		}
		b.exchanges[e.name] = e
	}
	for _, q := range b.engine.Queues() {
		r := wire.Read(q.Settings().Meta)
		d := declaration{name: q.Name(), durable: true, autoDelete: r.Bits().Has(0), args: r.Table()}
		p, err := policyOf(d)
		if err = errors.Join(r.Err(), err); err != nil {
			return fmt.Errorf("queue %q cannot be read: %w", d.name, err)
		}
		b.queues[d.name] = &boundQueue{Queue: q, name: d.name, durable: true, autoDelete: d.autoDelete, args: d.args, policy: p}
	}
	return b.recoverBindings()
}

// recoverBindings drops those whose ends are gone: the program may have ended
// between the two.
func (b *broker) recoverBindings() error {
	for _, key := range slices.Sorted(maps.Keys(b.engine.Saved(savedBinding))) {
		r := wire.Read([]byte(key[len(savedBinding):]))
		source, to, toExchange, name, args := r.Short(), r.Short(), r.U8() != 0, r.Short(), r.Table()
		if r.Err() != nil {
			return fmt.Errorf("binding %q cannot be read: %w", key, r.Err())
		}
		n := newBinding(source, to, toExchange, name, args)
		e, _, err := b.ends(n, nil)
		if err != nil {
			if err := b.forgetBinding(n); err != nil {
				return err
			}
			continue
		}
		e.from = append(e.from, n)
	}
	return nil
}
