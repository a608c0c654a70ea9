package stomp_test

var acking = map[string]string{
	"a NACK is a burial": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | persistent:true | case:{} || poison
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client-individual
		a< MESSAGE | ack:$ack | message-id:$id || poison
		a> NACK | id:$ack | receipt:1
		a< RECEIPT | receipt-id:1
		z> CONNECT | accept-version:1.2
		z< CONNECTED
		z> SUBSCRIBE | id:d | destination:/queue/ActiveMQ.DLQ | selector:case = '{}' | ack:client
		z< MESSAGE | destination:/queue/ActiveMQ.DLQ | original-destination:/queue/{} | message-id:$id | !redelivered | !dlqDeliveryFailureCause | ack:$dead || poison
		# what is refused there is gone
		z> NACK | id:$dead | receipt:2
		z< RECEIPT
		z> DISCONNECT | receipt:3
		z< RECEIPT
		y> CONNECT | accept-version:1.2
		y< CONNECTED
		y> SUBSCRIBE | id:d | destination:/queue/ActiveMQ.DLQ | selector:case = '{}' | receipt:4
		y< RECEIPT
		y> SEND | destination:/queue/ActiveMQ.DLQ | case:{} || next
		y< MESSAGE || next`,
	"in the words of 1.1": `
		a> CONNECT | accept-version:1.1
		a< CONNECTED
		a> SEND | destination:/queue/{} | persistent:true | case:{} || 1
		a> SEND | destination:/queue/{} || 2
		a> SEND | destination:/queue/{} || 3
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client-individual
		a< MESSAGE | message-id:$one | !ack || 1
		a< MESSAGE | message-id:$two || 2
		a< MESSAGE || 3
		a> NACK | subscription:s | message-id:$one | receipt:1
		a< RECEIPT
		a> ACK | subscription:s | message-id:$two | receipt:2
		a< RECEIPT
		a> ACK | subscription:s | message-id:$two | receipt:3
		a< ERROR | receipt-id:3 | message:~Unexpected ACK received for message-id [ID:
		a!
		b> CONNECT | accept-version:1.1
		b< CONNECTED
		b> SUBSCRIBE | id:s | destination:/queue/{}
		b< MESSAGE | redelivered:true || 3
		b> SUBSCRIBE | id:d | destination:/queue/ActiveMQ.DLQ | selector:case = '{}'
		b< MESSAGE | subscription:d || 1`,
	"in the words of 1.0": `
		a> CONNECT
		a< CONNECTED
		a> SEND | destination:/queue/{} || 1
		a> SUBSCRIBE | destination:/queue/{} | ack:client
		a< MESSAGE | message-id:$id || 1
		a> NACK | message-id:$id
		a< ERROR | message:NACK received but connection is in v1.0 mode.
		a> ACK | message-id:$id | receipt:1
		a< RECEIPT | receipt-id:1`,
	"client acknowledges all before": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} || 1
		a> SEND | destination:/queue/{} || 2
		a> SEND | destination:/queue/{} || 3
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client
		a< MESSAGE || 1
		a< MESSAGE | ack:$two || 2
		a< MESSAGE || 3
		a> ACK | id:$two | receipt:1
		a< RECEIPT
		a> UNSUBSCRIBE | id:s | receipt:2
		a< RECEIPT
		a> SUBSCRIBE | id:t | destination:/queue/{}
		a< MESSAGE | subscription:t | redelivered:true || 3`,
	"but refuses one": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} || 1
		a> SEND | destination:/queue/{} || 2
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client
		a< MESSAGE || 1
		a< MESSAGE | ack:$two || 2
		a> NACK | id:$two | receipt:1
		a< RECEIPT
		a> UNSUBSCRIBE | id:s | receipt:2
		a< RECEIPT
		a> SUBSCRIBE | id:t | destination:/queue/{}
		a< MESSAGE | redelivered:true || 1`,
	"prefetch": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		b> CONNECT | accept-version:1.2
		b< CONNECTED
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client-individual | activemq.prefetchSize:2 | receipt:0
		a< RECEIPT
		b> SEND | destination:/queue/{} || 1
		b> SEND | destination:/queue/{} || 2
		b> SEND | destination:/queue/{} | receipt:1 || 3
		b< RECEIPT
		a< MESSAGE | ack:$one || 1
		a< MESSAGE || 2
		b> SUBSCRIBE | id:s | destination:/queue/{}
		b< MESSAGE | !redelivered || 3
		b> UNSUBSCRIBE | id:s | receipt:2
		b< RECEIPT
		a> ACK | id:$one
		b> SEND | destination:/queue/{} || 4
		a< MESSAGE || 4`,
	"no prefetch, no messages": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:none | destination:/queue/{} | activemq.prefetchSize:0 | receipt:0
		a< RECEIPT
		a> SEND | destination:/queue/{} || 1
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a< MESSAGE | subscription:s || 1`,
	"who is gone gives back, and nobody counts": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | persistent:true || x
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client
		a< MESSAGE | !redelivered || x
		a!
		b> CONNECT | accept-version:1.2
		b< CONNECTED
		b> SUBSCRIBE | id:s | destination:/queue/{} | ack:client
		b< MESSAGE | redelivered:true || x
		b!
		c> CONNECT | accept-version:1.2
		c< CONNECTED
		c> SUBSCRIBE | id:s | destination:/queue/{} | ack:client
		c< MESSAGE | redelivered:true || x
		c> DISCONNECT | receipt:1
		c< RECEIPT
		d> CONNECT | accept-version:1.2
		d< CONNECTED
		d> SUBSCRIBE | id:s | destination:/queue/{}
		d< MESSAGE | redelivered:true || x`,
	"priorities do not change the order": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | priority:1 || low
		a> SEND | destination:/queue/{} | priority:9 || high
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a< MESSAGE || low
		a< MESSAGE || high`,
}

var topics = map[string]string{
	"to all, by patterns": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:1 | destination:/topic/{}.> | receipt:1
		a< RECEIPT
		b> CONNECT | accept-version:1.2
		b< CONNECTED
		b> SUBSCRIBE | id:2 | destination:/topic/{}.*.c | receipt:2
		b< RECEIPT
		c> CONNECT | accept-version:1.2
		c< CONNECTED
		c> SUBSCRIBE | id:3 | destination:/topic/{}.b.c | receipt:3
		c< RECEIPT
		c> SEND | destination:/topic/{}.b.c || 1
		a< MESSAGE | destination:/topic/{}.b.c || 1
		b< MESSAGE | destination:/topic/{}.b.c || 1
		c< MESSAGE | destination:/topic/{}.b.c || 1
		c> SEND | destination:/topic/{} || 2
		c> SEND | destination:/topic/{}.x.c || 3
		a< MESSAGE || 2
		a< MESSAGE || 3
		b< MESSAGE || 3`,
	"who comes later has missed it": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/topic/{} | persistent:true | receipt:1 || 1
		a< RECEIPT
		a> SUBSCRIBE | id:s | destination:/topic/{} | receipt:2
		a< RECEIPT
		a> SEND | destination:/topic/{} || 2
		a< MESSAGE || 2`,
	"virtual": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:A | destination:/queue/Consumer.A.VirtualTopic.{} | receipt:1
		a< RECEIPT
		b> CONNECT | accept-version:1.2
		b< CONNECTED
		b> SUBSCRIBE | id:B | destination:/queue/Consumer.B.VirtualTopic.{} | receipt:2
		b< RECEIPT
		c> CONNECT | accept-version:1.2
		c< CONNECTED
		c> SUBSCRIBE | id:T | destination:/topic/VirtualTopic.{} | receipt:3
		c< RECEIPT
		c> SEND | destination:/topic/VirtualTopic.{} | persistent:true || x
		a< MESSAGE | destination:/queue/Consumer.A.VirtualTopic.{} | original-destination:/topic/VirtualTopic.{} | message-id:$id || x
		b< MESSAGE | destination:/queue/Consumer.B.VirtualTopic.{} | original-destination:/topic/VirtualTopic.{} | message-id:$id || x
		c< MESSAGE | destination:/topic/VirtualTopic.{} | !original-destination || x
		# a group that is away loses nothing
		a> UNSUBSCRIBE | id:A | receipt:4
		a< RECEIPT
		c> SEND | destination:/topic/VirtualTopic.{} | receipt:5 || y
		a> SUBSCRIBE | id:A | destination:/queue/Consumer.A.VirtualTopic.{}
		a< MESSAGE || y`,
	"durable": `
		a> CONNECT | accept-version:1.2 | client-id:c{}
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:/topic/{} | activemq.subscriptionName:n | receipt:1
		a< RECEIPT
		a> SUBSCRIBE | id:t | destination:/topic/{} | activemq.subscriptionName:n | receipt:2
		a< ERROR | receipt-id:2 | message:Durable consumer is in use for client: c{} and subscriptionName: n
		a> UNSUBSCRIBE | id:s | activemq.subscriptionName:n | receipt:3
		a< ERROR | receipt-id:3 | message:Durable consumer is in use
		a> DISCONNECT | receipt:4
		a< RECEIPT
		a.
		b> CONNECT | accept-version:1.2
		b< CONNECTED
		b> SEND | destination:/topic/{} | persistent:true | receipt:5 || meanwhile
		b< RECEIPT
		c> CONNECT | accept-version:1.1 | client-id:c{}
		c< CONNECTED
		c> SUBSCRIBE | id:s | destination:/topic/{} | activemq.subscriptionName:n
		c< MESSAGE | destination:/topic/{} | subscription:s || meanwhile
		c> UNSUBSCRIBE | id:s | receipt:6
		c< RECEIPT
		c> UNSUBSCRIBE | id:s | activemq.subscriptionName:n | receipt:7
		c< RECEIPT
		c> UNSUBSCRIBE | id:s | activemq.subscriptionName:n | receipt:8
		c< ERROR | receipt-id:8 | message:No durable subscription exists for clientID: c{} and subscriptionName: n
		c> SUBSCRIBE | id:q | destination:/queue/{} | activemq.subscriptionName:n
		c< ERROR | message:Invalid Subscription: cannot durably subscribe to a Queue destination!`,
	"a queue by a pattern": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:/queue/{}.> | receipt:1
		a< RECEIPT
		a> SEND | destination:/queue/{}.new || x
		a< MESSAGE | destination:/queue/{}.new | subscription:s || x`,
	"temporary": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:/temp-topic/x | receipt:1
		a< RECEIPT
		a> SEND | destination:/temp-topic/x || y
		a< MESSAGE | destination:/temp-topic/x || y`,
}

var transactions = map[string]string{
	"a commit sends": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a> BEGIN | transaction:t | receipt:1
		a< RECEIPT | receipt-id:1
		a> SEND | destination:/queue/{} | transaction:t | receipt:2 || second
		a< RECEIPT | receipt-id:2
		a> SEND | destination:/queue/{} || first
		a< MESSAGE || first
		a> COMMIT | transaction:t | receipt:3
		a< RECEIPT | receipt-id:3
		a< MESSAGE | !transaction || second`,
	"an abort does not": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:s | destination:/queue/{}
		a> BEGIN | transaction:t
		a> SEND | destination:/queue/{} | transaction:t || never
		a> ABORT | transaction:t | receipt:1
		a< RECEIPT | receipt-id:1
		a> SEND | destination:/queue/{} || x
		a< MESSAGE || x
		a> COMMIT | transaction:t | receipt:2
		a< ERROR | receipt-id:2 | message:Invalid transaction id: t`,
	"acknowledged when it is committed": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} || 1
		a> SEND | destination:/queue/{} || 2
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client-individual
		a< MESSAGE | ack:$one || 1
		a< MESSAGE | ack:$two || 2
		a> BEGIN | transaction:t
		a> ACK | id:$one | transaction:t | receipt:1
		a< RECEIPT
		a> ABORT | transaction:t | receipt:2
		a< RECEIPT
		# it can be acknowledged again
		a> BEGIN | transaction:u
		a> ACK | id:$one | transaction:u
		a> COMMIT | transaction:u | receipt:3
		a< RECEIPT | receipt-id:3
		a> ACK | id:$one
		a< ERROR | message:Unexpected ACK received for message-id [null]
		a> BEGIN | transaction:v
		a> ACK | id:$two | transaction:v | receipt:4
		a< RECEIPT
		a> SEND | destination:/queue/{} | transaction:v || never
		a!
		b> CONNECT | accept-version:1.2
		b< CONNECTED
		b> SUBSCRIBE | id:s | destination:/queue/{}
		b< MESSAGE | redelivered:true || 2
		b> SEND | destination:/queue/{} || 3
		b< MESSAGE || 3`,
	"a refusal cannot be taken back": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} || 1
		a> SUBSCRIBE | id:s | destination:/queue/{} | ack:client-individual
		a< MESSAGE | ack:$one || 1
		a> BEGIN | transaction:t
		a> NACK | id:$one | transaction:t | receipt:1
		a< ERROR | receipt-id:1 | message:~Poison ack cannot be transacted`,
	"mistakes": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> BEGIN
		a< ERROR | message:Must specify the transaction you are beginning
		a> ABORT
		a< ERROR | message:Must specify the transaction you are committing
		a> BEGIN | transaction:t
		a> BEGIN | transaction:t
		a< ERROR | message:The transaction was already started: t
		a> SEND | destination:/queue/{} | transaction:u || x
		a< ERROR | message:Invalid transaction id: u
		a> ACK | id:x | transaction:u
		a< ERROR | message:Invalid transaction id: u`,
}

var mistakes = map[string]string{
	"in 1.2": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND || x
		a< ERROR | content-type:text/plain | message:SEND received without a Destination specified!
		a> SUBSCRIBE | id:1
		a< ERROR | message:Invalid empty or 'null' Destination header
		a> SUBSCRIBE | destination:/queue/{}
		a< ERROR | message:SUBSCRIBE received without a subscription id!
		a> UNSUBSCRIBE | id:none | receipt:3
		a< ERROR | receipt-id:3 | message:No subscription matched.
		a> UNSUBSCRIBE | destination:/queue/{}
		a< ERROR | message:UNSUBSCRIBE received without a subscription id!
		a> ACK | receipt:4
		a< ERROR | receipt-id:4 | message:ACK received without a ack id for acknowledge!
		a> NACK
		a< ERROR | message:NACK received without an ack header to acknowledge!
		a> NACK | id:none
		a< ERROR | message:Unexpected NACK received for message-id [null]
		a> SEND | destination:/queue/{} | receipt:5 || still here
		a< RECEIPT | receipt-id:5
		a> NOPE | receipt:6
		a< ERROR | receipt-id:6 | message:Unknown STOMP action: NOPE
		a.`,
	"in 1.1": `
		a> CONNECT | accept-version:1.1
		a< CONNECTED
		a> ACK | message-id:x
		a< ERROR | message:ACK received without a subscription id for acknowledge!
		a> ACK | subscription:x
		a< ERROR | message:ACK received without a message-id to acknowledge!
		a> NACK | subscription:x
		a< ERROR | message:NACK received without a message-id to acknowledge!
		a> NACK | message-id:x
		a< ERROR | message:NACK received without a subscription id for acknowledge!
		a> NACK | subscription:1 | message-id:ID:x-1-1:1:1:1:1
		a< ERROR | message:Unexpected NACK received for message-id [ID:x-1-1:1:1:1:1]`,
	"in 1.0": `
		a> CONNECT
		a< CONNECTED
		a> ACK
		a< ERROR | message:ACK received without a message-id to acknowledge!
		a> ACK | message-id:ID:x-1-1:1:1:1:1
		a< ERROR | message:Unexpected ACK received for message-id [ID:x-1-1:1:1:1:1]
		a> SUBSCRIBE | id:b | destination:/queue/{} | browser:true
		a< ERROR | message:Queue Browser feature only valid for Stomp v1.1+ clients!`,
	"no selector": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SUBSCRIBE | id:1 | destination:/queue/{} | selector:colour === | receipt:1
		a< ERROR | receipt-id:1 | message:colour ===`,
	"a wrong length": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | content-length:3 || abcdef
		a< ERROR | message:content-length bytes were read and there was no trailing null byte
		a.`,
	"no length": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | content-length:abc || abcdef
		a< ERROR | message:Specified content-length is not a valid integer
		a.`,
	"a length too long": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | content-length:2000000000 || abcdef
		a< ERROR | message:The maximum data length was exceeded
		a.`,
	"no number": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/{} | priority:x || x
		a.`,
	"no name": `
		a> CONNECT | accept-version:1.2
		a< CONNECTED
		a> SEND | destination:/queue/ || x
		a.`,
}
