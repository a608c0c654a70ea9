package queue

import (
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// jetStream is NATS with its work queues. Of link order:payment, service names
// being free of dots and underscores,
//
//	stream               subjects                                      consumers
//	order_payment        order.payment.work, order.payment.answer.1    work, answer_1
//	order_payment_reply  order.payment.reply                           work
//
// so `nats sub "order.payment.>"` shows everything that is said on it.
type jetStream struct{}

func (jetStream) name() string { return "nats" }

func (jetStream) label(a address) string { return "PUB " + subject(a) }

func subject(a address) string {
	base := a.link.From() + "." + a.link.To()
	switch {
	case a.reply:
		return base + ".reply"
	case a.answers > 0:
		return base + ".answer." + itoa(a.answers)
	default:
		return base + ".work"
	}
}

func stream(a address) string {
	name := a.link.From() + "_" + a.link.To()
	if a.reply {
		name += "_reply"
	}
	return name
}

func consumer(a address) string {
	if a.answers > 0 {
		return "answer_" + itoa(a.answers)
	}
	return "work"
}

// QueueOf is the name that people see for a consumer of a stream in NATS, and the
// link it belongs to. What is not ours keeps its own names and has no link.
func QueueOf(stream, consumer string) (name string, link sim.LinkID) {
	base, reply := strings.CutSuffix(stream, "_reply")
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
