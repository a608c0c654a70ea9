package lab

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/embedded/kafka"
)

// Limit is one thing that a part does not do as the real one would.
type Limit struct {
	Part  string `json:"part"`
	Limit string `json:"limit"`
}

// Limits is the tested list behind `show fidelity` and `doctor --fidelity`.
func Limits() []Limit {
	all := []Limit{
		{"network", "loopback only: no packet is lost, reordered or delayed by itself, and a port without a listener refuses at once"},
		{"rest", "HTTP/1.1 in the clear: no TLS, no HTTP/2"},
		{"grpc", "HTTP/2 in the clear: no TLS, no compression of messages; one connection for each route"},
		{"nats", "the real nats-server, alone unless a world says nats nodes=3: then a cluster whose copies and elections are real"},
		{"nats", "kill ends a server in good order: it keeps what it acknowledged and hands over what it leads; one without power is missed after 4 to 9 s"},
		{"nats", "a paused node of a cluster holds the services of this world; the other nodes still hear it"},
		{"nats", "a message in hand of which nothing is heard is handed out again after 2 s, not 30 s"},
		{"nats", "a pause holds the services of this world; tools from outside still reach the server"},
		{"nats", "what was handed out 5 times goes to the stream DEAD; NATS itself leaves it where it is"},
		{"rabbitmq", "one node, one virtual host, one user; no TLS, no management interface"},
		{"rabbitmq", "quorum queues count deliveries and bury; they are kept once, not by a majority"},
		{"rabbitmq", "CloudEvents headers begin with ce- by convention: the AMQP binding (cloudEvents:) is for AMQP 1.0, and this is AMQP 0-9-1"},
		{"rabbitmq", "quorum queues refuse what RabbitMQ 3.10 refuses (priorities, lazy mode, global qos); RabbitMQ 4 gives them priorities"},
		{"rabbitmq", "no streams, no single active consumer, no policies, no plugins"},
		{"activemq", "STOMP alone: no OpenWire and so no JMS, no AMQP, no MQTT, no console; one broker, no network of brokers"},
		{"activemq", "selectors are equalities joined by AND; of the scheduler there is AMQ_SCHEDULED_DELAY alone"},
		{"activemq", "no exclusive consumers, no message groups, no advisories"},
		{"activemq", "remove-destination, a word that STOMP has not, removes a queue here"},
		{"sqs", "one account, one region; signatures are not verified, policies not enforced, nothing is encrypted"},
		{"sqs", "a standard queue keeps its order while nothing comes twice, and a poll sees all; Amazon promises neither"},
		{"sqs", "a full queue (100 000 messages) refuses with OverLimit; Amazon's has no bound"},
		{"sqs", "a letter dies when its visibility timeout ends, not when the next one asks; deletions take no minute"},
		{"sqs", "how often a message was received is forgotten when the endpoint starts again"},
	}
	for _, text := range kafka.Limits() {
		all = append(all, Limit{"kafka", listed(text)})
	}
	return append(all, []Limit{
		{"kafka", "a member that died is missed after 2 s, not 45 s"},
		{"brokers", "how fast they are is how fast this program is: no disk of their own, no network, no replicas to wait for"},
		{"stores", "in memory, unless a service says store: sqlite: what an instance knew is gone when it stops"},
		{"attached", "of a broker of yours, what its protocol does not tell of queues and dead letters is shown as –, and nothing in it is broken on purpose"},
		{"attached", "TLS and the keys of AWS with SQS over https alone; Kafka with SASL PLAIN or none"},
		{"attached", "a program that is killed leaves behind there what begins with msc-sim-"},
		{"attached", "STOMP cannot remove: an ActiveMQ keeps the queues, emptied, and the letters in ActiveMQ.DLQ"},
		{"attached", "Kafka misses a member that died after 6 s, the least it allows"},
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
