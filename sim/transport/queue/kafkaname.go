package queue

import (
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// kafka is a log in partitions. Of link order:payment and topic order-created,
// names being free of dots,
//
//	topic                  partitions  groups
//	order.payment          2           payment@order.payment
//	order.payment.answer.1 1           order@order.payment.answer.1
//	order-created          2           email@order-created, loyalty@order-created
//	order.payment.dlt      1           none: the dead letters, made with the first
//
// A group is one service in one topic, not one in all: so who takes part in one
// more topic disturbs nobody in the others.
type kafka struct {
	Access
	partitions int
}

// partitions is how many a topic gets where nobody says.
const partitions = 2

// Kafka makes the transport "kafka". There is nobody in Kafka to hand an answer
// to at once: whoever wants to wait for one takes another transport, and
// o.Reply has no meaning here.
//
// Each partition is worked on one record after the other, at most Prefetch of
// all together. A record is committed when it was handled. One that was not, for
// now, is handed out again in its place, and its partition waits for it; the
// fifth time it goes to the dead letters, NAME.dlt.
func Kafka(o Options) *Transport {
	o.Reply, o.Stream = false, false
	b := kafka{Access: o.Access, partitions: o.Partitions}
	if b.partitions == 0 {
		b.partitions = partitions
	}
	return newTransport(b, o)
}

func (kafka) name() string { return "kafka" }

func (k kafka) label(a address) string { return "Produce " + k.topic(a) }

func (kafka) can() sim.Ability {
	return sim.Ability{Publish: true, Replay: true, Groups: true, About: "A log in partitions: messages stay after they were handled, and every consumer group has its own offset. Messages of one key stay in sequence.", Promise: sim.Promise{
		Keeper: "the log, handled or not, until a limit of age or size is reached",
		Order:  "as stored, for messages of one key: one partition, handled one by one",
		Again:  "when its group has not committed its offset, up to 5 times; meanwhile its partition waits",
		Replay: "yes, from the oldest stored message",
	}}
}

// topic is where the messages of an address lie.
func (k kafka) topic(a address) string { return k.own(".", k.plain(a)) }

func (kafka) plain(a address) string {
	base := a.link.From() + "." + a.link.To()
	switch {
	case a.topic != "":
		return a.topic
	case a.answers > 0:
		return base + answerWord + itoa(a.answers)
	default:
		return base
	}
}

// group is who takes them.
func (k kafka) group(a address) string {
	service := a.consumer()
	if a.answers > 0 {
		service = a.link.From()
	}
	return k.own(".", service+groupSign+k.plain(a))
}

const (
	answerWord = ".answer."
	groupSign  = "@"
	deadSuffix = ".dlt" // dead letter topic
)

// KafkaQueueOf is the name that people see for a group in a Kafka topic, and the
// link it belongs to. What is not ours keeps its own names and has no link; what
// is published has none either, as its name says all: "order-created:email".
func KafkaQueueOf(topic, group string) (name string, link sim.LinkID) {
	service, of, ours := strings.Cut(group, groupSign)
	if !ours || of != topic || service == "" {
		return topic + "/" + group, ""
	}
	a := address{}
	base, n, answers := strings.Cut(topic, answerWord)
	if answers {
		a.answers, _ = strconv.Atoi(n)
	}
	from, to, isLink := strings.Cut(base, ".")
	if !isLink {
		return address{topic: topic, group: service}.String(), ""
	}
	a.link = sim.Link(from, to)
	if strings.Contains(to, ".") || answers && a.answers == 0 || (kafka{}).group(a) != group {
		return topic + "/" + group, ""
	}
	return a.String(), a.link
}
