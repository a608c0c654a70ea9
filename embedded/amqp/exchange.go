package amqp

import (
	"reflect"
	"strings"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// exchange takes messages and lets its bindings decide where they go on. It is
// guarded by broker.mu.
type exchange struct {
	name, kind          string
	durable, autoDelete bool
	internal            bool
	args                wire.Table
	from                []*binding // that begin here
}

// binding leads from an exchange to a queue or, with toExchange, to another exchange.
type binding struct {
	source, to string
	toExchange bool
	key        string
	args       wire.Table
	pattern    []string // the words of key, for topics
}

func newBinding(source, to string, toExchange bool, key string, args wire.Table) *binding {
	return &binding{source: source, to: to, toExchange: toExchange, key: key, args: args, pattern: strings.Split(key, ".")}
}

// same reports whether two bindings are one.
func (b *binding) same(o *binding) bool {
	return b.to == o.to && b.toExchange == o.toExchange && b.key == o.key && reflect.DeepEqual(b.args, o.args)
}

// alternate is where messages go that no binding lets through; "" = nowhere.
func (e *exchange) alternate() string {
	name, _ := e.args.Text("alternate-exchange")
	return name
}

// builtIn are there from the beginning; nobody can delete them.
func builtIn() []*exchange {
	all := []*exchange{
		{name: "", kind: direct},
		{name: "amq.direct", kind: direct},
		{name: "amq.fanout", kind: fanout},
		{name: "amq.topic", kind: topic},
		{name: "amq.headers", kind: headers},
		{name: "amq.match", kind: headers},
	}
	for _, e := range all {
		e.durable, e.args = true, wire.Table{}
	}
	return all
}

func reserved(name string) bool { return strings.HasPrefix(name, "amq.") }

// declareExchange makes e exist, or finds that it does.
func (b *broker) declareExchange(e *exchange, passive bool) error {
	b.changing.Lock()
	defer b.changing.Unlock()
	have, ok := b.exchange(e.name)
	switch {
	case passive && !ok:
		return notFound("exchange", e.name)
	case passive:
		return nil
	case e.kind != direct && e.kind != fanout && e.kind != topic && e.kind != headers:
		return exceptionf(codeCommandInvalid, "invalid exchange type '%s'", e.kind)
	case ok:
		return have.differs(e)
	case reserved(e.name):
		return refused("exchange name '%s' contains reserved prefix 'amq.*'", e.name)
	}
	if v, given := e.args["alternate-exchange"]; given {
		if _, isText := v.(string); !isText {
			return wrongType(v, "alternate-exchange", "exchange", e.name)
		}
	}
	b.mu.Lock()
	b.exchanges[e.name] = e
	b.mu.Unlock()
	return b.saveExchange(e)
}

// differs says in what a declaration differs from what is there; nil = in nothing.
func (e *exchange) differs(other *exchange) error {
	what := "exchange '" + e.name + "'"
	for _, p := range [...]struct {
		arg       string
		got, have any
	}{
		{"type", other.kind, e.kind},
		{"durable", other.durable, e.durable},
		{"auto_delete", other.autoDelete, e.autoDelete},
		{"internal", other.internal, e.internal},
	} {
		if p.got != p.have {
			return precondition("inequivalent arg '%s' for %s in vhost '%s': received '%v' but current is '%v'", p.arg, what, vhost, p.got, p.have)
		}
	}
	return sameArgument("alternate-exchange", what, other.args, e.args)
}

// deleteExchange removes an exchange and every binding from and to it. To delete
// what is not there is no error.
func (b *broker) deleteExchange(name string, ifUnused bool) error {
	b.changing.Lock()
	defer b.changing.Unlock()
	e, ok := b.exchange(name)
	switch {
	case name == "":
		return refused("operation not permitted on the default exchange")
	case reserved(name):
		return refused("deletion of system exchange '%s' in vhost '%s' not allowed", name, vhost)
	case !ok:
		return nil
	case ifUnused && len(e.from) > 0:
		return precondition("exchange '%s' in vhost '%s' in use", name, vhost)
	}
	return b.removeExchange(e)
}

// removeExchange is called with changing held.
func (b *broker) removeExchange(e *exchange) error {
	b.mu.Lock()
	delete(b.exchanges, e.name)
	b.mu.Unlock()
	if err := b.forgetExchange(e); err != nil {
		return err
	}
	for _, old := range e.from {
		if err := b.forgetBinding(old); err != nil {
			return err
		}
	}
	return b.unbindAll(e.name, true)
}
