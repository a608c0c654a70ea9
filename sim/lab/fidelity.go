package lab

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/embedded/kafka"
)

// Limit is one thing that a part does not do as the real one would, or what of it is
// real.
type Limit struct {
	Part  string `json:"part"`
	Limit string `json:"limit"`
}

// Limits is the tested list behind `show fidelity` and `doctor --fidelity`.
func Limits() []Limit {
	all := []Limit{
		{"services", "goroutines of one process: no service is an operating-system process, but each listens on sockets of its own"},
		{"services", "real: sockets, protocols, every byte on the wire, and the times measured in this run"},
		{"services", "simulated: the work of a service (its time is drawn from a distribution), the bank and its cards, faults, and distance between links"},
		{"network", "loopback only: no packet is lost, reordered or delayed unless a fault does it, and a port without a listener refuses at once"},
		{"rest", "HTTP/1.1 in the clear: no TLS, no HTTP/2"},
		{"grpc", "HTTP/2 in the clear: no TLS, no compression of messages; one connection for each link"},
		{"nats", "the real nats-server, alone unless a world says nats nodes=3: then a cluster whose copies and elections are real"},
		{"nats", "kill is an orderly shutdown: the server keeps acknowledged messages and transfers its leaderships to other nodes"},
		{"nats", "after a power cut, a NATS cluster would detect the loss of a leader only after 4 to 9 s"},
		{"nats", "pausing a node of a cluster stops the connections of services to that node; the other nodes still reach it"},
		{"nats", "an unacknowledged message is redelivered after 2 s without progress, not after 30 s"},
		{"nats", "a pause stops the connections of services of this world; tools from outside still reach the server"},
		{"nats", "a message that was delivered 5 times moves to the stream DEAD; NATS itself leaves it in its stream"},
		{"rabbitmq", "one node, one virtual host, one user; no TLS, no management interface"},
		{"rabbitmq", "quorum queues count deliveries and dead-letter; one copy is stored, not a majority of copies"},
		{"rabbitmq", "CloudEvents headers begin with ce- by convention: the AMQP binding (cloudEvents:) is for AMQP 1.0, and this is AMQP 0-9-1"},
		{"rabbitmq", "quorum queues refuse what RabbitMQ 3.10 refuses (priorities, lazy mode, global qos); RabbitMQ 4 gives them priorities"},
		{"rabbitmq", "publishers are blocked from 224 MiB of messages on, until 192 MiB are left; RabbitMQ looks at memory and disk"},
		{"rabbitmq", "a message's own TTL acts at the head of its queue alone: one with 1 s behind one with 60 s waits 60 s, as in RabbitMQ"},
		{"rabbitmq", "no streams, no single active consumer, no policies, no plugins"},
		{"activemq", "only STOMP: no OpenWire, hence no JMS, no AMQP, no MQTT, no console; one broker, no network of brokers"},
		{"activemq", "selectors are equalities joined by AND; of the scheduler only AMQ_SCHEDULED_DELAY exists"},
		{"activemq", "no exclusive consumers, no message groups, no advisories"},
		{"activemq", "the command remove-destination, which is not part of STOMP, removes a queue"},
		{"sqs", "one account, one region; signatures are not verified, policies not enforced, nothing is encrypted"},
		{"sqs", "a standard queue delivers in sequence unless a message is redelivered, and each poll sees all messages; Amazon guarantees neither"},
		{"sqs", "a queue of 100,000 messages rejects more with OverLimit; Amazon's queues have no such limit"},
		{"sqs", "a message moves to the dead-letter queue when its visibility timeout ends, not at the next receive"},
		{"sqs", "the deletion of a queue takes effect at once, not after up to 60 s"},
		{"sqs", "a restart of the endpoint resets the receive counts"},
	}
	for _, text := range kafka.Limits() {
		all = append(all, Limit{"kafka", listed(text)})
	}
	return append(all, []Limit{
		{"kafka", "a crashed member is detected after 2 s, not 45 s"},
		{"brokers", "their speed is that of this program: no disk, no network, and no replicas to wait for"},
		{"stores", "in memory by default: the data of an instance is lost when it stops; with store: sqlite it is stored in a database"},
		{"attached", "– is shown where the protocol of your broker does not report the state of queues or dead-letter queues"},
		{"attached", "faults that a broker injects into itself are not available"},
		{"attached", "TLS and AWS keys only for SQS over https; Kafka with SASL PLAIN or without authentication"},
		{"attached", "if msc-sim is killed, its queues and topics, which begin with msc-sim-, remain in your broker"},
		{"attached", "STOMP cannot remove queues: ActiveMQ keeps them, emptied, and the messages in ActiveMQ.DLQ"},
		{"attached", "Kafka detects a crashed member after 6 s, the shortest time that it allows by default"},
	}...)
}

// listed makes a line of a list of a sentence.
func listed(sentence string) string {
	first, n := utf8.DecodeRuneInString(sentence)
	return string(unicode.ToLower(first)) + strings.TrimSuffix(sentence[n:], ".")
}

// fidelity leaves out of [Limits] what does not hold of a broker that is attached.
func (l *Lab) fidelity() []Limit {
	return slices.DeleteFunc(Limits(), func(m Limit) bool {
		b := l.brokers.named(m.Part)
		return b != nil && b.away != nil
	})
}
