package amqp

import "github.com/msc-sim/msc-sim/embedded/amqp/wire"

func (ch *channel) doExchange(method uint16, r *wire.Reader) error {
	switch method {
	case exchangeDeclare:
		return ch.exchangeDeclare(r)
	case exchangeDelete:
		return ch.exchangeDelete(r)
	case exchangeBind, exchangeUnbind:
		return ch.exchangeBind(r, method == exchangeUnbind)
	default:
		return errUnknownMethod
	}
}

func (ch *channel) exchangeDeclare(r *wire.Reader) error {
	r.U16()
	e := &exchange{name: r.Short(), kind: r.Short()}
	flags := r.Bits()
	e.args = r.Table()
	e.durable, e.autoDelete, e.internal = flags.Has(1), flags.Has(2), flags.Has(3)
	if r.Err() != nil {
		return nil
	}
	if err := ch.conn.broker.declareExchange(e, flags.Has(0)); err != nil {
		return err
	}
	return ch.done(classExchange, exchangeDeclareOK, flags.Has(4))
}

// done stores what was declared and says ok, if somebody wants to hear it.
func (ch *channel) done(class, method uint16, noWait bool) error {
	ch.conn.unflushed = true
	if noWait {
		return nil
	}
	if err := ch.conn.settle(); err != nil {
		return err
	}
	ch.ok(class, method)
	return nil
}

func (ch *channel) exchangeDelete(r *wire.Reader) error {
	r.U16()
	name, flags := r.Short(), r.Bits()
	if r.Err() != nil {
		return nil
	}
	if err := ch.conn.broker.deleteExchange(name, flags.Has(0)); err != nil {
		return err
	}
	return ch.done(classExchange, exchangeDeleteOK, flags.Has(1))
}

func (ch *channel) exchangeBind(r *wire.Reader, undo bool) error {
	r.U16()
	to, source, key, flags, args := r.Short(), r.Short(), r.Short(), r.Bits(), r.Table()
	if r.Err() != nil {
		return nil
	}
	n := newBinding(source, to, true, key, args)
	if undo {
		if err := ch.conn.broker.unbind(n, ch.conn); err != nil {
			return err
		}
		return ch.done(classExchange, exchangeUnbindOK, flags.Has(0))
	}
	if err := ch.conn.broker.bind(n, ch.conn); err != nil {
		return err
	}
	return ch.done(classExchange, exchangeBindOK, flags.Has(0))
}

func (ch *channel) doQueue(method uint16, r *wire.Reader) error {
	switch method {
	case queueDeclare:
		return ch.queueDeclare(r)
	case queueBind, queueUnbind:
		return ch.queueBind(r, method == queueUnbind)
	case queuePurge:
		return ch.queuePurge(r)
	case queueDelete:
		return ch.queueDelete(r)
	default:
		return errUnknownMethod
	}
}

func (ch *channel) queueDeclare(r *wire.Reader) error {
	r.U16()
	d := declaration{name: r.Short()}
	flags := r.Bits()
	d.args = r.Table()
	d.passive, d.durable, d.exclusive, d.autoDelete = flags.Has(0), flags.Has(1), flags.Has(2), flags.Has(3)
	if r.Err() != nil {
		return nil
	}
	if d.passive && ch.replyQueue(d.name) {
		ch.queueThere(d.name, 0, 1)
		return nil
	}
	if d.passive && d.name == "" {
		d.name = ch.lastQueue
	}
	q, err := ch.conn.broker.declareQueue(d, ch.conn)
	if err != nil {
		return err
	}
	ch.lastQueue = q.name
	ch.conn.unflushed = true
	if flags.Has(4) {
		return nil
	}
	if err := ch.conn.settle(); err != nil {
		return err
	}
	ready, _ := q.Len()
	ch.queueThere(q.name, ready, q.Stats().Consumers)
	return nil
}

func (ch *channel) queueThere(name string, ready, consumers int) {
	ch.answer(classQueue, queueDeclareOK, func(w *wire.Writer) { w.Short(name).U32(uint32(ready)).U32(uint32(consumers)) })
}

// replyQueue reports whether a name stands for direct replies that somebody hears.
func (ch *channel) replyQueue(name string) bool {
	_, ok := ch.conn.broker.listens(name)
	return ok || name == directReply
}

// named is the queue a method means: an empty name is the one declared last.
func (ch *channel) named(name string) string {
	if name == "" {
		return ch.lastQueue
	}
	return name
}

func (ch *channel) queueBind(r *wire.Reader, undo bool) error {
	r.U16()
	to, source, key := r.Short(), r.Short(), r.Short()
	var noWait bool
	if !undo {
		noWait = r.Bits().Has(0)
	}
	args := r.Table()
	if r.Err() != nil {
		return nil
	}
	if to == "" && key == "" {
		key = ch.lastQueue
	}
	n := newBinding(source, ch.named(to), false, key, args)
	if undo {
		if err := ch.conn.broker.unbind(n, ch.conn); err != nil {
			return err
		}
		return ch.done(classQueue, queueUnbindOK, false)
	}
	if err := ch.conn.broker.bind(n, ch.conn); err != nil {
		return err
	}
	return ch.done(classQueue, queueBindOK, noWait)
}

func (ch *channel) queuePurge(r *wire.Reader) error {
	r.U16()
	name, flags := r.Short(), r.Bits()
	if r.Err() != nil {
		return nil
	}
	q, err := ch.conn.broker.queueFor(ch.named(name), ch.conn)
	if err != nil {
		return err
	}
	n := q.Purge()
	ch.conn.unflushed = true
	return ch.counted(queuePurgeOK, n, flags.Has(0))
}

func (ch *channel) queueDelete(r *wire.Reader) error {
	r.U16()
	name, flags := r.Short(), r.Bits()
	if r.Err() != nil {
		return nil
	}
	n, err := ch.conn.broker.deleteQueue(ch.named(name), flags.Has(0), flags.Has(1), ch.conn)
	if err != nil {
		return err
	}
	ch.conn.unflushed = true
	return ch.counted(queueDeleteOK, n, flags.Has(2))
}

func (ch *channel) counted(method uint16, n int, noWait bool) error {
	if noWait {
		return nil
	}
	if err := ch.conn.settle(); err != nil {
		return err
	}
	ch.answer(classQueue, method, func(w *wire.Writer) { w.U32(uint32(n)) })
	return nil
}
