package lab

import "slices"

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
		{"grpc", "HTTP/2 in the clear: no TLS; one connection for each link, which does not compress. Compressed requests of others are read"},
	}
	for _, p := range products() {
		for _, text := range p.fidelity {
			all = append(all, Limit{p.name, text})
		}
	}
	return append(all, []Limit{
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

// fidelity leaves out of [Limits] what does not hold of a broker that is attached.
func (l *Lab) fidelity() []Limit {
	return slices.DeleteFunc(Limits(), func(m Limit) bool {
		b := l.brokers.named(m.Part)
		return b != nil && b.away != nil
	})
}
