package queue

import (
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// simpleQueue is Amazon SQS, or what speaks its API. Of link order:payment and
// topic order-created, names being free of dots and underscores,
//
//	queue                         what waits there
//	order_payment                 messages of the link
//	order_payment_dead            those that were received five times and not deleted
//	order_payment_answers_1       late answers to the first instance of order
//	EVENTS_order-created_email    what was published, for one group
//	EVENTS_order-created_email_dead
//
// SQS has no topics: who publishes sends one message to the queue of each group,
// one after another. When that fails in between, some groups have heard.
type simpleQueue struct{ Access }

func (simpleQueue) name() string { return "sqs" }

func (q simpleQueue) label(a address) string { return "SendMessage " + q.queue(a) }

func (simpleQueue) can() sim.Ability {
	return sim.Ability{Publish: true, Promise: sim.Promise{
		Keeper: "the queue, up to 4 days, until it is deleted; one message for each group",
		Order:  "as sent unless a message is redelivered; Amazon guarantees no sequence",
		Again:  "when it is not deleted in time, up to 5 times, after whole seconds",
		Replay: "no: handled messages are deleted",
	}}
}

// toTopic begins the place of a topic, which is no queue.
const toTopic = "topic/"

// queue is the name of the queue of an address.
func (q simpleQueue) queue(a address) string {
	switch {
	case a.group != "":
		return q.own("_", prefix+a.topic+"_"+a.group)
	case a.topic != "":
		return toTopic + a.topic
	case a.answers > 0:
		return q.own("_", a.link.From()+"_"+a.link.To()+answersWord+itoa(a.answers))
	default:
		return q.own("_", a.link.From()+"_"+a.link.To())
	}
}

const (
	answersWord = "_answers_"
	deadWord    = "_dead"
)

// SQSQueueOf is the name that people see for a queue in SQS, and the link it
// belongs to. Dead letters, and what is not ours, have no link.
func SQSQueueOf(queue string) (name string, link sim.LinkID) {
	base, dead := strings.CutSuffix(queue, deadWord)
	a, ok := sqsAddress(base)
	switch {
	case !ok:
		return queue, ""
	case dead:
		return a.String() + " dead letters", ""
	case a.topic != "":
		return a.String(), a.leg()
	default:
		return a.String(), a.link
	}
}

func sqsAddress(queue string) (a address, ok bool) {
	if event, is := strings.CutPrefix(queue, prefix); is {
		topic, group, ok := strings.Cut(event, "_")
		return address{topic: topic, group: group}, ok && topic != "" && group != "" && !strings.Contains(group, "_")
	}
	base, n, answers := strings.Cut(queue, answersWord)
	if answers {
		a.answers, _ = strconv.Atoi(n)
	}
	from, to, ok := strings.Cut(base, "_")
	a.link = sim.Link(from, to)
	return a, ok && from != "" && to != "" && !strings.Contains(to, "_") && answers == (a.answers > 0)
}
