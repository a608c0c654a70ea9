package queue

import "github.com/msc-sim/msc-sim/sim"

// Keeps is the broker's own name for the place where the messages of a link wait,
// or for the topic to which it leads: a queue, a stream, a log.
func (t *Transport) Keeps(link sim.LinkID) string {
	a := address{link: link, reply: t.o.Reply}
	if known := t.topic(link.To()); known.groups != nil {
		a = address{topic: link.To()}
	}
	switch b := t.broker.(type) {
	case kafka:
		return b.topic(a)
	case jetStream:
		return b.stream(a)
	case interface{ queue(address) string }:
		return b.queue(a)
	default:
		return ""
	}
}
