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
