package stomp_test

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
