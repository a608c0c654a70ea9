package queue

import (
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// rabbitMQ is RabbitMQ behind AMQP 0-9-1. Of link order:payment and topic
// order-created, names being free of dots,
//
//	queue                       messages
//	order.payment               those of the link
//	order.payment.reply         those whose callers wait
//	order.payment.answer.1      late answers to order#1
//	events.order-created.email  what waits for email; bound to the fanout exchange order-created
//	….dead                      the dead letters of each
//	order.payment.transient     those of the link, where they may be lost
//
// The queues are quorum queues: these alone count how often they hand a message
// out, and bury it after the fifth time. A transient queue is a classic one: it
// lies in memory, counts nothing and buries nothing.
type rabbitMQ struct {
	Access
	transient bool
}

// RabbitMQ makes the transport "rabbitmq" or, with Reply, "rabbitmq-reply", whose
// answers go by direct reply-to.
//
// AMQP knows no delay before a message comes again: the client that could not
// handle it keeps it in hand so long.
func RabbitMQ(o Options) *Transport {
	o.Stream = false
	return newTransport(rabbitMQ{o.Access, o.Transient}, o)
}

func (rabbitMQ) name() string { return "rabbitmq" }

func (q rabbitMQ) label(a address) string { return "basic.publish " + q.queue(a) }

func (q rabbitMQ) can() sim.Ability {
	if q.transient {
		return sim.Ability{Transient: true, Promise: sim.Promise{
			Keeper: "the queue, in memory: lost with the broker, and without a publisher confirm", Order: "as sent, with one instance that handles one message at a time",
			Again: "when it is rejected or its connection ends, without a limit", Replay: "no: acknowledged messages are deleted",
		}}
	}
	return sim.Ability{Publish: true, Promise: sim.Promise{
		Keeper: "the queue, on disk, until it is acknowledged", Order: "as sent, with one instance that handles one message at a time",
		Again: "when it is rejected or its connection ends, up to 5 times", Replay: "no: acknowledged messages are deleted",
	}}
}

// Words in names of queues.
const (
	rabbitEvents = "events."
	rabbitAnswer = ".answer."
	rabbitReply  = ".reply"
	rabbitDead   = ".dead"
	rabbitBrief  = ".transient"
)

// queue is the queue of an address or, of a topic, its exchange.
func (q rabbitMQ) queue(a address) string { return q.own(".", q.plain(a)) }

func (q rabbitMQ) plain(a address) string {
	base := a.link.From() + "." + a.link.To()
	if q.transient {
		base += rabbitBrief
	}
	switch {
	case a.group != "":
		return rabbitEvents + a.topic + "." + a.group
	case a.topic != "":
		return a.topic
	case a.reply:
		return base + rabbitReply
	case a.answers > 0:
		return base + rabbitAnswer + itoa(a.answers)
	default:
		return base
	}
}

// leads says how a message gets to a place: only exchanges have no dot in their name.
func (q rabbitMQ) leads(to string) (exchange, key string) {
	if strings.Contains(q.bare(".", to), ".") {
		return "", to
	}
	return to, ""
}

// RabbitMQQueueOf is the name that people see for a queue in RabbitMQ, and the
// link it belongs to. What is not ours keeps its own name and has no link; dead
// letters have none either.
func RabbitMQQueueOf(queue string) (name string, link sim.LinkID) {
	if base, dead := strings.CutSuffix(queue, rabbitDead); dead {
		if name, link = RabbitMQQueueOf(base); link != "" {
			return name + " dead letters", ""
		}
		return queue, ""
	}
	var a address
	transient := false
	if rest, events := strings.CutPrefix(queue, rabbitEvents); events {
		a.topic, a.group, _ = strings.Cut(rest, ".")
	} else {
		base, reply := strings.CutSuffix(queue, rabbitReply)
		base, n, answers := strings.Cut(base, rabbitAnswer)
		base, transient = strings.CutSuffix(base, rabbitBrief)
		from, to, _ := strings.Cut(base, ".")
		a.link, a.reply = sim.Link(from, to), reply
		if answers {
			a.answers, _ = strconv.Atoi(n)
		}
		if from == "" || to == "" || strings.Contains(to, ".") {
			return queue, ""
		}
	}
	if (rabbitMQ{transient: transient}).queue(a) != queue || strings.Contains(a.group, ".") || a.topic != "" && a.group == "" {
		return queue, ""
	}
	if a.topic != "" {
		return a.String(), a.leg()
	}
	return a.String(), a.link
}
