package amqp

import (
	"slices"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// bind makes a binding exist. who asks matters for exclusive queues.
func (b *broker) bind(n *binding, who *conn) error {
	b.changing.Lock()
	defer b.changing.Unlock()
	e, durable, err := b.ends(n, who)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(e.from, n.same) {
		return nil
	}
	b.mu.Lock()
	e.from = append(e.from, n)
	b.mu.Unlock()
	if !durable {
		return nil
	}
	return b.saveBinding(n)
}

// ends finds what a binding joins, and whether both ends are durable.
func (b *broker) ends(n *binding, who *conn) (e *exchange, durable bool, err error) {
	if n.toExchange {
		to, ok := b.exchange(n.to)
		switch {
		case n.to == "":
			return nil, false, refused("operation not permitted on the default exchange")
		case !ok:
			return nil, false, notFound("exchange", n.to)
		}
		durable = to.durable
	} else {
		to, err := b.queueFor(n.to, who)
		if err != nil {
			return nil, false, err
		}
		durable = to.durable
	}
	e, ok := b.exchange(n.source)
	switch {
	case n.source == "":
		return nil, false, refused("operation not permitted on the default exchange")
	case !ok:
		return nil, false, notFound("exchange", n.source)
	case e.kind == headers:
		if err := matchArgument(n.args); err != nil {
			return nil, false, err
		}
	}
	return e, durable && e.durable, nil
}

func matchArgument(args wire.Table) error {
	v, given := args["x-match"]
	if !given {
		return nil
	}
	how, ok := v.(string)
	switch {
	case !ok:
		return precondition("Invalid x-match field type %s (value %v); expected longstr", kindOf(v), v)
	case how == "all" || how == "any" || how == "all-with-x" || how == "any-with-x":
		return nil
	default:
		return precondition("Invalid x-match field value <<%q>>; expected all, any, all-with-x, or any-with-x", how)
	}
}

// unbind removes a binding. It is no error when it is not there.
func (b *broker) unbind(n *binding, who *conn) error {
	b.changing.Lock()
	defer b.changing.Unlock()
	e, _, err := b.ends(n, who)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(e.from, n.same)
	if i < 0 {
		return nil
	}
	b.mu.Lock()
	e.from = slices.Delete(slices.Clone(e.from), i, i+1)
	b.mu.Unlock()
	if err := b.forgetBinding(n); err != nil {
		return err
	}
	return b.unused(e)
}

// unbindAll removes every binding to a queue or an exchange that is gone.
func (b *broker) unbindAll(to string, toExchange bool) error {
	gone := func(n *binding) bool { return n.to == to && n.toExchange == toExchange }
	for _, e := range b.allExchanges() {
		if !slices.ContainsFunc(e.from, gone) {
			continue
		}
		var dropped []*binding
		b.mu.Lock()
		e.from = slices.DeleteFunc(slices.Clone(e.from), func(n *binding) bool {
			if gone(n) {
				dropped = append(dropped, n)
			}
			return gone(n)
		})
		b.mu.Unlock()
		for _, n := range dropped {
			if err := b.forgetBinding(n); err != nil {
				return err
			}
		}
		if err := b.unused(e); err != nil {
			return err
		}
	}
	return nil
}

// unused removes an auto-delete exchange whose last binding has just gone.
func (b *broker) unused(e *exchange) error {
	if !e.autoDelete || len(e.from) > 0 {
		return nil
	}
	return b.removeExchange(e)
}
