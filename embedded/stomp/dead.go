package stomp

import (
	"fmt"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// DeadQueue is where ActiveMQ puts persistent messages that were refused, by a
// NACK, or that nobody took before they expired.
const DeadQueue = "ActiveMQ.DLQ"

// Headers of a dead letter.
const (
	wasFor     = "original-destination"
	wasExpires = "originalExpiration"
	cause      = "dlqDeliveryFailureCause"
	tries      = "JMSXDeliveryCount" // a name of JMS; ActiveMQ itself does not tell it over STOMP
)

// bury takes a message to the dead letters. Those that are not persistent are
// dropped, as ActiveMQ does, and so is what is refused there.
func (s *Server) bury(b queue.Burial) {
	if !b.Message.Persistent || b.Queue.Name() == DeadQueue {
		return
	}
	h := headersOf(b.Message.Props)
	dead := headers{
		{"destination", dest{toQueue, DeadQueue}.String()},
		{wasFor, h.get("destination")},
		{wasExpires, h.get("expires")},
		{"expires", "0"},
	}
	if why := failure(b, h); why != "" {
		dead = append(dead, header{cause, why})
	}
	dead = append(dead, h.without("destination", "expires", wasFor, wasExpires, cause, tries)...)
	dead = append(dead, header{tries, itoa(b.Tries)})
	q, _, err := s.engine.Declare(DeadQueue, queue.Settings{Durable: true})
	if err != nil {
		return // the engine is closing: the message stays where it was
	}
	_, _ = q.Put(queue.Message{Props: appendHeaders(nil, dead, v12), Body: b.Message.Body, Persistent: true}) // full: it is lost, and the event says that it was buried
}

func failure(b queue.Burial, h headers) string {
	switch b.Reason {
	case queue.Expired:
		return "java.lang.Throwable: Message Expired. Expiration:" + h.get("expires")
	case queue.Rejected:
		return ""
	default:
		return fmt.Sprintf("java.lang.Throwable: %s", b.Reason)
	}
}

// ReadHeader decodes what a [queue.Move] knows of a message.
func ReadHeader(props []byte) (all [][2]string) {
	for _, one := range headersOf(props) {
		all = append(all, [2]string{one.key, one.value})
	}
	return all
}
