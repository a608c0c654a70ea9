package queue

import (
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// activeMQ is ActiveMQ behind STOMP. Of link order:payment and topic
// order-created, names being free of dots,
//
//	destination                                    what lies there
//	/queue/order.payment                           messages
//	/queue/order.payment.reply                     messages whose callers wait
//	/queue/order.payment.answer.1                  late answers to order#1
//	/topic/VirtualTopic.order-created              nothing: it leads to the queues of its groups,
//	/queue/Consumer.email.VirtualTopic.order-created   of which this is one
//	/queue/ActiveMQ.DLQ                            the dead letters of all
type activeMQ struct{ Access }

// ActiveMQ makes the transport "activemq" or, with Reply, "activemq-reply", over
// STOMP 1.2.
//
// A message that was not handled for now is tried again by the client that has
// it in hand, as ActiveMQ's own clients do: the broker hears nothing of that,
// until the fifth time, when a NACK sends the message to the dead letters. When
// the client dies meanwhile, the broker hands the message to another, says
// "redelivered", and not how often: it counts as the second time.
func ActiveMQ(o Options) *Transport {
	o.Stream = false
	return newTransport(activeMQ{o.Access}, o)
}

func (activeMQ) name() string { return "activemq" }

func (q activeMQ) label(a address) string { return "SEND " + q.destination(a) }

func (activeMQ) can() sim.Ability {
	return sim.Ability{Publish: true, Promise: sim.Promise{
		Keeper: "the queue, on disk, until it is acknowledged", Order: "as sent, with one instance that handles one message at a time",
		Again: "at once when the connection of its client ends; a client delivers it up to 5 times", Replay: "no: acknowledged messages are deleted",
	}}
}

// Words in names of destinations.
const (
	virtualTopic = "VirtualTopic."
	groupQueue   = "Consumer."
	answerQueue  = ".answer."
	replyQueue   = ".reply"
	deadQueue    = "ActiveMQ.DLQ"
)

// destination is where a message is sent or taken from.
func (q activeMQ) destination(a address) string {
	if a.topic != "" && a.group == "" {
		return "/topic/" + virtualTopic + q.own(".", a.topic)
	}
	return "/queue/" + q.queue(a)
}

// queue is the queue of an address.
func (q activeMQ) queue(a address) string {
	base := q.own(".", a.link.From()+"."+a.link.To())
	switch {
	case a.topic != "":
		return groupQueue + a.group + "." + virtualTopic + q.own(".", a.topic)
	case a.reply:
		return base + replyQueue
	case a.answers > 0:
		return base + answerQueue + itoa(a.answers)
	default:
		return base
	}
}

// ActiveMQQueueOf is the name that people see for a queue in ActiveMQ, and the
// link it belongs to. What is not ours keeps its own name and has no link.
func ActiveMQQueueOf(queue string) (name string, link sim.LinkID) {
	var a address
	if rest, ok := strings.CutPrefix(queue, groupQueue); ok {
		group, topic, ok := strings.Cut(rest, "."+virtualTopic)
		if a = (address{topic: topic, group: group}); ok && (activeMQ{}).queue(a) == queue {
			return a.String(), a.leg()
		}
		return queue, ""
	}
	if queue == deadQueue {
		return queue, ""
	}
	base, reply := strings.CutSuffix(queue, replyQueue)
	base, n, answers := strings.Cut(base, answerQueue)
	from, to, _ := strings.Cut(base, ".")
	a = address{link: sim.Link(from, to), reply: reply}
	if answers {
		a.answers, _ = strconv.Atoi(n)
	}
	if from == "" || to == "" || strings.Contains(to, ".") || (activeMQ{}).queue(a) != queue {
		return queue, ""
	}
	return a.String(), a.link
}
