// Package wire is where every socket of a world is born: one [Net] opens all
// listeners and dials all connections, on loopback only. So bytes are counted,
// captured and held back in one place, whatever protocol they speak.
//
//	order                                               payment
//	  │ Dial ┌────────── conn ─────────┐   ┌── conn ──┐ Accept │
//	  └──────┤ gate · count · capture  ├───┤ gate ·   ├────────┘
//	         └─────────────────────────┘   │ count    │
//	            the caller's side          └──────────┘
//
// Every socket belongs to an instance. Killing the instance resets them all, as
// a power cut would; pausing it shuts the gate in front of them, as SIGSTOP
// would. While nothing is held back a connection costs what the bare one costs,
// and no goroutine of this package runs.
//
// A [Hook] is a fault on connections: it decides, and the net resets, cuts, holds
// back, slows down or changes what crosses. Bytes that are held back are parcels
// with the moment they came, so that a delay does not make a connection narrow.
//
// What crosses is kept as it is, bounded, on the caller's side; it is decoded
// only when somebody asks for an [Net.Exchange]. HTTP/2 and what brokers speak are
// cut into messages as they go, from the first byte and beside the path of their
// bytes, because they cannot be read from the middle of a connection: a header
// block depends on those before it, a confirmation counts from the beginning.
//
//	rabbitmq  AMQP 0-9-1: basic.publish or basic.deliver, header, body │ basic.ack
//	activemq  STOMP: SEND │ RECEIPT, MESSAGE │ ACK
//	nats      HPUB │ the confirmation of JetStream, HMSG │ +ACK
//	kafka     a record of a Produce request │ its answer, of a Fetch answer │ OffsetCommit
//	sqs       SendMessage │ its answer, ReceiveMessage │ DeleteMessage; over HTTP/1.1
package wire
