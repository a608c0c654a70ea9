package queue

import (
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// jetStream is NATS with its work queues or, when it keeps, with streams that
// keep what was handled. Of link order:payment and topic order-created, names
// being free of dots and underscores,
//
//	stream               subjects                                      consumers
//	order_payment        order.payment.work, order.payment.answer.1    work, answer_1
//	order_payment_reply  order.payment.reply                           work
//	order_payment_kept   order.payment.kept.work, ….kept.answer.1      work, answer_1
//	EVENTS_order-created       events.order-created                    email, loyalty
//	EVENTS_order-created_kept  events.order-created.kept               email, loyalty
//
// so `nats sub "order.payment.>"` shows everything that is said on it.
type jetStream struct {
	Access
	keeps bool
}

func (jetStream) name() string { return "nats" }

func (j jetStream) label(a address) string { return "PUB " + j.subject(a) }

func (j jetStream) can() sim.Ability {
	if j.keeps {
		return sim.Ability{Publish: true, Replay: true, About: "A stream of nats: messages stay after they were handled, and can be read again.", Promise: sim.Promise{
			Keeper: "the stream, on disk, until its limits are reached", Order: "as published, with one instance that handles one message at a time",
			Again: "when it is not acknowledged in time, up to 5 times", Replay: "yes, from the oldest stored message",
		}}
	}
	return sim.Ability{Publish: true, Promise: sim.Promise{
		Keeper: "the stream, on disk, until it is acknowledged", Order: "as sent, with one instance that handles one message at a time",
		Again: "when it is not acknowledged in time, up to 5 times", Replay: "no: acknowledged messages are deleted",
	}}
}

// prefix begins the names of all streams that belong to a topic.
const prefix = "EVENTS_"

func (j jetStream) subject(a address) string {
	base := a.link.From() + "." + a.link.To()
	if a.topic != "" {
		base = "events." + a.topic
	}
	base = j.own(".", base)
	if j.keeps {
		base += ".kept"
	}
	switch {
	case a.topic != "":
		return base
	case a.reply:
		return base + ".reply"
	case a.answers > 0:
		return base + ".answer." + itoa(a.answers)
	default:
		return base + ".work"
	}
}

func (j jetStream) stream(a address) string {
	name := a.link.From() + "_" + a.link.To()
	if a.topic != "" {
		name = prefix + a.topic
	}
	switch {
	case a.reply:
		name += "_reply"
	case j.keeps:
		name += "_kept"
	}
	return j.own("_", name)
}

func (jetStream) consumer(a address) string {
	switch {
	case a.topic != "":
		return a.group
	case a.answers > 0:
		return "answer_" + itoa(a.answers)
	default:
		return "work"
	}
}

// QueueOf is the name that people see for a consumer of a stream in NATS, and the
// link it belongs to. What is not ours keeps its own names and has no link.
func QueueOf(stream, consumer string) (name string, link sim.LinkID) {
	base, _ := strings.CutSuffix(stream, "_kept")
	if topic, ours := strings.CutPrefix(base, prefix); ours {
		a := address{topic: topic, group: consumer}
		return a.String(), a.leg()
	}
	base, reply := strings.CutSuffix(base, "_reply")
	from, to, ok := strings.Cut(base, "_")
	if !ok || from == "" || to == "" || strings.Contains(to, "_") {
		return stream + "/" + consumer, ""
	}
	a := address{link: sim.Link(from, to), reply: reply}
	if n, answers := strings.CutPrefix(consumer, "answer_"); answers {
		a.answers, _ = strconv.Atoi(n)
	} else if consumer != "work" {
		return stream + "/" + consumer, ""
	}
	return a.String(), a.link
}

// StreamOf is the topic that a stream of NATS keeps after it was handled; ok is
// false for all other streams.
func StreamOf(stream string) (topic string, ok bool) {
	base, kept := strings.CutSuffix(stream, "_kept")
	topic, ours := strings.CutPrefix(base, prefix)
	return topic, kept && ours
}
